public import Vectors

/// An Elman network without its tanh: nothing saturates, and a gradient shrinks by what U does alone.
///
/// Record, 1: h' alone, which the gradient of U is made of.
public enum Linear: UnitwiseCellKind {
    public static let word = "linear"
    public static let name = "linear"
    public static let equations = ["h' = W x + b + U h + d"]
    public static let gates = ["h"]
    /// The gradient is linear in the record.
    public static let squared: [String]? = []
    public static let parameters = CellParameter.standard

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) { step.give(step.gate(0)) }

    /// dz = dh'.
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) { step.put(step.hiddenAdjoint, adjoint: 0) }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.gate(0) }
}

extension Cell {
    package static let linear = Cell(Linear.self)
}
