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
    public static let hiddenFrom: [String]? = kept
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
    public static func change<S: Real>(
        of part: Int, _ record: RecordedStep<S>, least: S
    ) -> (share: S.Vector, entering: S.Vector) {
        let share = FixedPoint.share(record.gate(1), least: least)
        return (share, FixedPoint.entering(record.gate(2), besides: share, S.self))
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        activate(step)
        let next = next(step.memory(0), of: 0, step)
        step.remember(step.hidden, 0)
        step.keep(next, part: 1)
        step.give(next)
    }

    /// The adjoint of m is that of the state that the step is made of, and dh = dm'.
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        let dMemory = step.memoryAdjoint(0)
        step.pass(differentiate(step, from: step.memory(0)), memory: 0)
        step.pass(hidden: dMemory)
    }

    /// As the GRU's; rounding is taken for what it rounds.
    @inlinable @inline(__always)
    static func differentiate<S: Real>(_ step: BackwardStep<S>, from state: S.Vector) -> S.Vector {
        GRU.differentiate(step, from: state, slope: 1 - step.least) { z in
            FixedPoint.fraction(FixedPoint.share(z, least: step.least), S.self)
        }
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(1) }
}

extension Cell {
    package static func leapgru(bits: Int) -> Cell { Cell(LeapGRU.self, bits: bits) }
}
