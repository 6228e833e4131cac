public import Vectors

/// The minLSTM of Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs all we needed?, 2024, arXiv:2410.01201, whose gates do not
/// see the state, and where what is forgotten and what enters add up to 1.
///
/// Record, 4: W x + b of the gates, then h'; or h' alone where the sums are made again from x.
public enum MinLSTM: UnitwiseCellKind {
    public static let word = "minlstm"
    public static let name = "minLSTM"
    public static let equations = [
        "f = σ(W_f x + b_f)",
        "i = σ(W_i x + b_i)",
        "v = W_v x + b_v",
        "g(v) = v + ½ for v ≥ 0, else σ(v)",
        "h' = (f h + i g(v)) / (f + i)",
    ]
    public static let gates = ["f", "i", "v"]
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = MinGRU.parameters
    public static let carriesHidden = true
    public static let recordsSums = true

    /// f/(f + i) and i/(f + i), and their derivatives by the sums a and b of f and i, but for the sign: with u = e⁻ᵐ(1 + e⁻ᵃ) and
    /// v = e⁻ᵐ(1 + e⁻ᵇ) these are v/(u + v), u/(u + v), v e⁻ᵃ⁻ᵐ/(u + v)² and u e⁻ᵇ⁻ᵐ/(u + v)². For m = max(−a, −b, 0) no exponent is
    /// above 0 and one is 0, so that nothing is 0/0 where both gates are.
    @inlinable @inline(__always)
    static func normalized<S: Real>(
        _ a: S.Vector, _ b: S.Vector, _: S.Type
    ) -> (forget: S.Vector, input: S.Vector, byForget: S.Vector, byInput: S.Vector) {
        let least = S.Vector.min(S.Vector.min(a, b), .zero)
        let (one, ofForget, ofInput) = (S.exp(least), S.exp(least - a), S.exp(least - b))
        let (u, v) = (one + ofForget, one + ofInput)
        let inverse = S.Vector(repeating: 1) / (u + v)
        let (forget, input) = (v * inverse, u * inverse)
        return (forget, input, forget * ofForget * inverse, input * ofInput * inverse)
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let (f, i, v) = (step.gate(0), step.gate(1), step.gate(2))
        step.keep(f, gate: 0)
        step.keep(i, gate: 1)
        step.keep(v, gate: 2)
        let weights = normalized(f, i, S.self)
        let candidate = MinGRU.positive(v, S.self).value
        let next = weights.forget * step.hidden + weights.input * candidate
        step.keep(next, part: 0)
        step.give(next)
    }

    /// With p = f/(f + i) and q = i/(f + i):
    ///
    ///     df = dh' (h − g) p q (1 − f)    di = dh' (g − h) p q (1 − i)    dv = dh' q g′(v)    dh = dh' p
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<3 { step.record.prefetch(gate: gate) }
        let weights = normalized(step.record.gate(0), step.record.gate(1), S.self)
        let (candidate, slope) = MinGRU.positive(step.record.gate(2), S.self)
        let dNext = step.hiddenAdjoint
        let difference = dNext * (step.hidden - candidate)
        step.put(difference * weights.byForget, adjoint: 0)
        step.put(.zero - difference * weights.byInput, adjoint: 1)
        step.put(dNext * weights.input * slope, adjoint: 2)
        step.pass(hidden: dNext * weights.forget)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension Cell {
    package static let minlstm = Cell(MinLSTM.self)
}
