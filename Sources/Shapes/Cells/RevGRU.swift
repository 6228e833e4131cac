public import Vectors

/// The RevGRU of MacKay, Vicol, Ba & Grosse, Reversible recurrent neural networks, 2018, arXiv:1810.10999, section 3: the state is two
/// halves of H numbers, and in every step each becomes the next by gates that see the other and the input, by separate weights.
///
/// As there h has both halves, b bits of a number are forgotten in a step at most, and the state is in fixed point (``FixedPoint``). The
/// reset gate comes after the product, as torch.nn.GRU's, where theirs comes before it: a half has one product with U. Gates in the order r,
/// z, n of the first half, then of the second. Record, 8: the gates and both halves after the step.
public enum RevGRU: UnitwiseCellKind {
    public static let word = "revgru"
    public static let name = "reversible GRU"
    public static let equations = [
        "r₁ = σ(W_r₁ x + b_r₁ + U_r₁ h₂ + d_r₁)",
        "z₁ = σ(W_z₁ x + b_z₁ + U_z₁ h₂ + d_z₁)",
        "n₁ = tanh(W_n₁ x + b_n₁ + r₁ (U_n₁ h₂ + d_n₁))",
        "k₁ = 2⁻ᵇ + (1 − 2⁻ᵇ) z₁",
        "h₁' = k₁ h₁ + (1 − k₁) n₁, in fixed point",
        "r₂, z₂, n₂, k₂ and h₂' in the same way, of h₂ and h₁'",
        "h = [h₁, h₂]",
    ]
    public static let gates = ["r₁", "z₁", "n₁", "r₂", "z₂", "n₂"]
    public static let phases = 2
    public static let splitGates = 1
    public static let kept = ["h₁", "h₂"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = CellParameter.standard
    public static let carriesHidden = true
    public static let isReversible = true

    @inlinable @inline(__always)
    public static func activate<S: Real>(_ step: ForwardStep<S>) { LeapGRU.activate(step) }

    @inlinable @inline(__always)
    public static func change<S: Real>(
        of part: Int, _ record: RecordedStep<S>, least: S
    ) -> (share: S.Vector, entering: S.Vector) {
        LeapGRU.change(of: part, record, least: least)
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        activate(step)
        let next = next(step.hidden, of: 0, step)
        step.keep(next, part: 0)
        step.give(next)
    }

    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        step.pass(hidden: LeapGRU.differentiate(step, from: step.hidden))
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension Cell {
    package static func revgru(bits: Int) -> Cell { Cell(RevGRU.self, bits: bits) }
}
