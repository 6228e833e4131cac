public import Vectors

/// A GRU in leapfrog, that can be run backwards: the state is two halves, each step makes the next of one from the other, and the
/// halves take turns. It is half a step of ``RevGRU``, with one set of weights for both halves, and an input enters one half.
///
/// The state is in fixed point (``FixedPoint``), and b bits of a number are forgotten in a step at most. Gates in the order r, z, n,
/// the reset gate after the product, as torch.nn.GRU's. Record, 5: the gates, m' and h'.
public enum LeapGRU: UnitwiseCellKind {
    public static let word = "leapgru"
    public static let name = "leapfrog GRU"
    public static let equations = [
        "r = σ(W_r x + b_r + U_r h + d_r)",
        "z = σ(W_z x + b_z + U_z h + d_z)",
        "v = U_n h + d_n",
        "n = tanh(W_n x + b_n + r v)",
        "k = 2⁻ᵇ + (1 − 2⁻ᵇ) z",
        "h' = k m + (1 − k) n, in fixed point",
        "m' = h",
    ]
    public static let gates = ["r", "z", "n"]
    public static let splitGates = 1
    public static let memory = [StatePart("m", exported: "initial_other_half")]
    public static let kept = ["h"]
    public static let parameters = CellParameter.standard
    public static let carriesHidden = true
    public static let isReversible = true

    @inlinable @inline(__always)
    public static func activate<S: Real>(_ step: ForwardStep<S>) {
        let r = S.sigmoid(step.gate(0))
        step.keep(r, gate: 0)
        step.keep(S.sigmoid(step.gate(1)), gate: 1)
        step.keep(S.tanh(step.input(gate: 2) + r * step.recurrent(0)), gate: 2)
    }

    @inlinable @inline(__always)
    public static func change<S: Real>(_ record: RecordedStep<S>, least: S) -> (share: S.Vector, entering: S.Vector) {
        let share = FixedPoint.share(record.gate(1), least: least)
        return (share, FixedPoint.entering(record.gate(2), besides: share, S.self))
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        activate(step)
        let (share, entering) = change(step.record, least: step.least)
        let next = FixedPoint.next(step.memory(0), keeping: share, entering: entering, S.self)
        step.remember(step.hidden, 0)
        step.keep(next, part: 1)
        step.give(next)
    }

    /// As the GRU's, with the other half in place of h; rounding is taken for what it rounds. With q = 1 − 2⁻ᵇ:
    ///
    ///     dn = dh' (1 − k)(1 − n²)    dv = dn r    dr = dn v r (1 − r)    dz = dh' (m − n) q z (1 − z)
    ///     dm = dh' k    dh = dm'
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<3 { step.record.prefetch(gate: gate) }
        let r = step.record.gate(0)
        let z = step.record.gate(1)
        let n = step.record.gate(2)
        let v = step.recurrent(gate: 2)
        let kept = FixedPoint.fraction(FixedPoint.share(z, least: step.least), S.self)
        let (dNext, dMemory) = (step.hiddenAdjoint, step.memoryAdjoint(0))
        let dn = dNext * (1 - kept) * (1 - n * n)
        step.put(dn * v * r * (1 - r), adjoint: 0)
        step.put(dNext * (step.memory(0) - n) * (1 - step.least) * z * (1 - z), adjoint: 1)
        step.put(dn * r, adjoint: 2)
        step.put(dn, adjoint: 3)
        step.pass(dNext * kept, memory: 0)
        step.pass(hidden: dMemory)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(1) }
}

extension Cell {
    package static func leapgru(bits: Int) -> Cell { Cell(LeapGRU.self, bits: bits) }
}
