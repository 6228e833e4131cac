public import Vectors

/// The RevLSTM of MacKay, Vicol, Ba & Grosse, Reversible recurrent neural networks, 2018, arXiv:1810.10999, section 3: h and c are two
/// halves of H numbers each, and in every step those of one half become the next by gates that see the other half of h and the input.
///
/// As there h has both halves, b bits of a number are forgotten in a step at most, and the state is in fixed point (``FixedPoint``). c and
/// h sum what enters, f g and o tanh(c'), whatever stays of them. There a share may be 1, and a number outgrows what it is kept in; here it
/// is 1 − 2⁻¹⁰ at most, so that none leaves −2¹⁰...2¹⁰: Float has 13 bits after the point, Double 23. Gates in their order, z, g, f, o, p
/// of the first half, then of the second. Record, 14: the gates, c' and h'.
public enum RevLSTM: UnitwiseCellKind {
    public static let word = "revlstm"
    public static let name = "reversible LSTM"
    public static let equations = [
        "z₁ = σ(W_z₁ x + b_z₁ + U_z₁ h₂ + d_z₁), and f₁, o₁, p₁ alike",
        "g₁ = tanh(W_g₁ x + b_g₁ + U_g₁ h₂ + d_g₁)",
        "k₁ = 2⁻ᵇ + (1 − 2⁻¹⁰ − 2⁻ᵇ) z₁",
        "q₁ = 2⁻ᵇ + (1 − 2⁻¹⁰ − 2⁻ᵇ) p₁",
        "c₁' = k₁ c₁ + f₁ g₁, in fixed point",
        "h₁' = q₁ h₁ + o₁ tanh(c₁'), in fixed point",
        "z₂, g₂, f₂, o₂, p₂, c₂' and h₂' in the same way, of c₂, h₂ and h₁'",
        "h = [h₁, h₂]",
    ]
    public static let gates = ["z₁", "g₁", "f₁", "o₁", "p₁", "z₂", "g₂", "f₂", "o₂", "p₂"]
    public static let phases = 2
    public static let memory = [
        StatePart("c₁", exported: "initial_cell_1"), StatePart("c₂", exported: "initial_cell_2"),
    ]
    public static let kept = ["h₁", "h₂"]
    public static let parameters = CellParameter.standard
    public static let carriesHidden = true
    public static let isReversible = true
    public static let integerBits = FixedPoint.shareRadix

    @inlinable @inline(__always)
    public static func activate<S: Real>(_ step: ForwardStep<S>) {
        for gate in 0..<5 {
            let sum = step.gate(gate)
            step.keep(gate == 1 ? S.tanh(sum) : S.sigmoid(sum), gate: gate)
        }
    }

    @inlinable @inline(__always)
    static func share<S: Real>(_ gate: S.Vector, least: S) -> S.Vector {
        FixedPoint.share(gate, least: least, most: FixedPoint.mostOfSums(S.self))
    }

    /// Of c, then of h.
    @inlinable @inline(__always)
    public static func change<S: Real>(
        of part: Int, _ record: RecordedStep<S>, least: S
    ) -> (share: S.Vector, entering: S.Vector) {
        let entering = part == 0 ? record.gate(2) * record.gate(1) : record.gate(3) * S.tanh(record.part(0))
        return (
            share(record.gate(part == 0 ? 0 : 4), least: least),
            FixedPoint.entering(entering, radix: radix(S.self), S.self)
        )
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        activate(step)
        step.remember(next(step.memory(0), of: 0, step), 0)
        let hidden = next(step.hidden, of: 1, step)
        step.keep(hidden, part: 1)
        step.give(hidden)
    }

    /// With s = tanh(c'), c and h as they enter, and a = 1 − 2⁻¹⁰ − 2⁻ᵇ; rounding is taken for what it rounds:
    ///
    ///     do = dh' s o (1 − o)    dp = dh' h a p (1 − p)    dh = dh' q    dc' = dc' + dh' o (1 − s²)
    ///     dz = dc' c a z (1 − z)    dg = dc' f (1 − g²)    df = dc' g f (1 − f)    dc = dc' k
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<5 { step.record.prefetch(gate: gate) }
        step.record.prefetch(part: 0)
        let z = step.record.gate(0)
        let g = step.record.gate(1)
        let f = step.record.gate(2)
        let o = step.record.gate(3)
        let p = step.record.gate(4)
        let s = S.tanh(step.record.part(0))
        let slope = FixedPoint.mostOfSums(S.self) - step.least
        let dh = step.hiddenAdjoint
        let dNext = step.memoryAdjoint(0) + dh * o * (1 - s * s)
        step.put(dNext * step.memory(0) * slope * z * (1 - z), adjoint: 0)
        step.put(dNext * f * (1 - g * g), adjoint: 1)
        step.put(dNext * g * f * (1 - f), adjoint: 2)
        step.put(dh * s * o * (1 - o), adjoint: 3)
        step.put(dh * step.hidden * slope * p * (1 - p), adjoint: 4)
        step.pass(dNext * FixedPoint.fraction(share(z, least: step.least), S.self), memory: 0)
        step.pass(hidden: dh * FixedPoint.fraction(share(p, least: step.least), S.self))
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(1) }
}

extension Cell {
    package static func revlstm(bits: Int) -> Cell { Cell(RevLSTM.self, bits: bits) }
}
