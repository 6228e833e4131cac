public import Vectors

/// torch.nn.GRU, reset-after, gates in the order r, z, n.
///
/// Record, 4: the gates, then h', which cannot be undone without dividing by z. v, which multiplies r's gradient, is had again by
/// one product for a whole block of steps: a fifth less memory for a fifteenth more arithmetic.
public enum GRU: UnitwiseCellKind {
    public static let word = "gru"
    public static let name = "GRU"
    public static let equations = [
        "r = σ(W_r x + b_r + U_r h + d_r)",
        "z = σ(W_z x + b_z + U_z h + d_z)",
        "v = U_n h + d_n",
        "n = tanh(W_n x + b_n + r v)",
        "h' = (1 − z) n + z h",
    ]
    public static let torchModule: String? = "torch.nn.GRU"
    public static let gates = ["r", "z", "n"]
    /// The candidate: the reset gate sees v alone.
    public static let splitGates = 1
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = CellParameter.standard
    public static let carriesHidden = true

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let r = S.sigmoid(step.gate(0))
        let z = S.sigmoid(step.gate(1))
        let n = S.tanh(step.input(gate: 2) + r * step.recurrent(0))
        let next = (1 - z) * n + z * step.hidden
        step.keep(r, gate: 0)
        step.keep(z, gate: 1)
        step.keep(n, gate: 2)
        step.keep(next, part: 0)
        step.give(next)
    }

    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        step.pass(hidden: differentiate(step, from: step.hidden, slope: 1) { $0 })
    }

    /// The products of a step that makes h' = k s + (1 − k) n of a state s, with k = q z + 1 − q. Puts the adjoints of r, z, v and n, each
    /// before its activation: U sees the first three, W r's, z's and n's.
    ///
    ///     dn = dh' (1 − k)(1 − n²)    dv = dn r    dr = dn v r (1 − r)    dz = dh' (s − n) q z (1 − z)
    ///     ds = dh' k
    ///
    /// - Parameters:
    ///   - slope: q.
    ///   - share: k, of z.
    /// - Returns: ds.
    @inlinable @inline(__always)
    static func differentiate<S: Real>(
        _ step: BackwardStep<S>, from state: S.Vector, slope: S, share: (S.Vector) -> S.Vector
    ) -> S.Vector {
        for gate in 0..<3 { step.record.prefetch(gate: gate) }
        let r = step.record.gate(0)
        let z = step.record.gate(1)
        let n = step.record.gate(2)
        let v = step.recurrent(gate: 2)
        let kept = share(z)
        let dNext = step.hiddenAdjoint
        let dn = dNext * (1 - kept) * (1 - n * n)
        step.put(dn * v * r * (1 - r), adjoint: 0)
        step.put(dNext * (state - n) * slope * z * (1 - z), adjoint: 1)
        step.put(dn * r, adjoint: 2)
        step.put(dn, adjoint: 3)
        return dNext * kept
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension Cell {
    package static let gru = Cell(GRU.self)
}
