public import Vectors

/// torch.nn.RNN. Elman, Finding structure in time, 1990, doi 10.1016/0364-0213(90)90002-E.
///
/// Record, 1: h' alone, for tanh′ = 1 − h'².
public enum Elman: UnitwiseCellKind {
    public static let word = "elman"
    public static let aliases = ["rnn"]
    public static let name = "Elman"
    public static let equations = ["h' = tanh(W x + b + U h + d)"]
    public static let torchModule: String? = "torch.nn.RNN"
    public static let gates = ["h"]
    public static let parameters = CellParameter.standard
    /// 1 − h'² is quadratic in the record: with one stochastic rounding of h' its mean is less by the rounding's variance.
    public static let squared: [String]? = ["h"]

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let h = S.tanh(step.gate(0))
        step.keep(h, gate: 0)
        step.give(h)
    }

    /// dz = (1 − h'²) dh'.
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        step.put((1 - step.record.gate(0) * step.record.other(gate: 0)) * step.hiddenAdjoint, adjoint: 0)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.gate(0) }
}

extension Cell {
    package static let elman = Cell(Elman.self)
}
