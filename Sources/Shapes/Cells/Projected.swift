public import Vectors

/// An LSTM whose h is projected: torch.nn.LSTM(proj_size=R). Sak, Senior & Beaufays, Long short-term memory based recurrent neural
/// network architectures for large vocabulary speech recognition, 2014, arXiv:1402.1128. Gates in the order i, f, g, o, as the
/// LSTM's, which see h of R numbers.
///
/// Record, 5 a unit, as the LSTM's, and R: h', which only the product makes.
public enum Projected: UnitwiseCellKind {
    public static let word = "projected"
    public static let name = "projected LSTM"
    public static let equations = [
        "i, f, g, o and c' as the LSTM's, with U [4H, R]",
        "h' = P (o tanh(c'))",
    ]
    public static let gates = LSTM.gates
    public static let memory = LSTM.memory
    public static let parameters = CellParameter.standard + [CellParameter("weight_hr", .projection)]
    public static let projects = true

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) { LSTM.forward(step) }

    /// With dm = Pᵀ dh' in place of the LSTM's dh'.
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) { LSTM.backward(step) }

    /// m = o tanh(c'), of which P makes h'.
    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { LSTM.hidden(record) }
}

extension Cell {
    package static func projected(width: Int) -> Cell { Cell(Projected.self, width: width) }
}
