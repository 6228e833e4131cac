public import Vectors

/// The minGRU of Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs all we needed?, 2024, arXiv:2410.01201, whose gates do not
/// see the state.
///
/// The states are means of positive numbers: what runs in logarithms there is finite here as it stands. Record, 3: W x + b of both
/// gates, then h', which cannot be undone without dividing by 1 − z; or h' alone where the sums are made again from x.
public enum MinGRU: UnitwiseCellKind {
    public static let word = "mingru"
    public static let name = "minGRU"
    public static let equations = [
        "z = σ(W_z x + b_z)",
        "v = W_v x + b_v",
        "g(v) = v + ½ for v ≥ 0, else σ(v)",
        "h' = (1 − z) h + z g(v)",
    ]
    public static let gates = ["z", "v"]
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("bias_ih", .inputBias),
    ]
    public static let carriesHidden = true
    public static let recordsSums = true

    /// g(v), and its derivative: 1 for v ≥ 0, else σ(v)(1 − σ(v)).
    @inlinable @inline(__always)
    static func positive<S: Real>(_ v: S.Vector, _: S.Type) -> (value: S.Vector, slope: S.Vector) {
        let s = S.sigmoid(v)
        return (
            .choose(by: v, positive: v + 0.5, negative: s),
            .choose(by: v, positive: S.Vector(repeating: 1), negative: s * (1 - s))
        )
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let (a, v) = (step.gate(0), step.gate(1))
        step.keep(a, gate: 0)
        step.keep(v, gate: 1)
        let z = S.sigmoid(a)
        let candidate = positive(v, S.self).value
        let next = (1 - z) * step.hidden + z * candidate
        step.keep(next, part: 0)
        step.give(next)
    }

    /// dz = dh' (g − h) z (1 − z)    dv = dh' z g′(v)    dh = dh' (1 − z)
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<2 { step.record.prefetch(gate: gate) }
        let z = S.sigmoid(step.record.gate(0))
        let (candidate, slope) = positive(step.record.gate(1), S.self)
        let dNext = step.hiddenAdjoint
        step.put(dNext * (candidate - step.hidden) * z * (1 - z), adjoint: 0)
        step.put(dNext * z * slope, adjoint: 1)
        step.pass(hidden: dNext * (1 - z))
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension Cell {
    package static let mingru = Cell(MinGRU.self)
}
