public import Vectors

/// The sLSTM of Beck et al., xLSTM: extended long short-term memory, 2024, arXiv:2405.04517, with one head, as FlashRNN stabilises
/// it (arXiv:2412.07752), gates in the order i, f, z, o.
///
/// One of i and f is 1, for m' is the greater of the two exponents: they are recorded as one number, δ = ĩ − ln σ(f̃) − m. Record,
/// 7: δ, 1 − σ(f̃), z and o; then c', n' and m', which is needed to start again.
public enum SLSTM: UnitwiseCellKind {
    public static let word = "slstm"
    public static let name = "sLSTM"
    public static let equations = [
        "ĩ = W_i x + b_i + U_i h + d_i, and f̃, z̃, õ alike",
        "m' = max(ln σ(f̃) + m, ĩ)",
        "i = e^(ĩ − m')",
        "f = e^(ln σ(f̃) + m − m')",
        "c' = f c + i tanh(z̃)",
        "n' = max(f n + i, 1)",
        "h' = σ(õ) c' / n'",
    ]
    public static let gates = ["i", "f", "z", "o"]
    public static let memory = [
        StatePart("c", exported: "initial_cell"), StatePart("n", exported: "initial_normalizer"),
        StatePart("m", exported: "initial_stabilizer"),
    ]
    public static let hiddenFrom: [String]? = ["o", "c", "n"]
    public static let parameters = CellParameter.standard

    /// ln σ(x) = min(x, 0) − ln(1 + e^−|x|).
    @inlinable @inline(__always)
    static func logSigmoid<S: Real>(_ x: S.Vector, _: S.Type) -> S.Vector {
        let least = S.Vector.min(x, .zero)
        return least - S.log(S.exp(least - S.Vector.max(x, .zero)) + 1)
    }

    /// i and f of δ.
    @inlinable @inline(__always)
    static func exponentials<S: Real>(_ delta: S.Vector, _: S.Type) -> (i: S.Vector, f: S.Vector) {
        (S.exp(S.Vector.min(delta, .zero)), S.exp(.zero - S.Vector.max(delta, .zero)))
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let (input, forget) = (step.gate(0), step.gate(1))
        let z = S.tanh(step.gate(2))
        let o = S.sigmoid(step.gate(3))
        let kept = logSigmoid(forget, S.self) + step.memory(2)
        let delta = input - kept
        let (i, f) = exponentials(delta, S.self)
        let c = f * step.memory(0) + i * z
        let n = S.Vector.max(f * step.memory(1) + i, S.Vector(repeating: 1))
        step.keep(delta, gate: 0)
        step.keep(S.sigmoid(.zero - forget), gate: 1)
        step.keep(z, gate: 2)
        step.keep(o, gate: 3)
        step.remember(c, 0)
        step.remember(n, 1)
        step.remember(S.Vector.max(kept, input), 2)
        step.give(o * c / n)
    }

    /// With l = ln σ(f̃) + m, where the greater of l and ĩ is taken out of both; dn' is passed on where n' is not held at 1:
    ///
    ///     do = dh' (c'/n') o (1 − o)    dc' = dc' + dh' o/n'    dn' = dn' − dh' o c'/n'²    dz = dc' i (1 − z²)
    ///     dI = (dc' z + dn') i          dF = (dc' c + dn' n) f
    ///     δ ≥ 0, m' = ĩ: dl = dF, dĩ = dm' − dF    else m' = l: dĩ = dI, dl = dm' − dI
    ///     df̃ = dl (1 − σ(f̃))    dc = dc' f    dn = dn' f    dm = dl
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<4 { step.record.prefetch(gate: gate) }
        for part in 0..<2 { step.record.prefetch(part: part) }
        let (delta, rest, z, o) = (
            step.record.gate(0), step.record.gate(1), step.record.gate(2), step.record.gate(3)
        )
        let (i, f) = exponentials(delta, S.self)
        let (c, n) = (step.record.part(0), step.record.part(1))
        let (before, normalizer) = (step.memory(0), step.memory(1))
        let dh = step.hiddenAdjoint
        let y = c / n
        let dOutput = dh * o / n
        let dCell = step.memoryAdjoint(0) + dOutput
        // f n + i − 1 as forward had it: below 0, n' is 1 whatever they are.
        let dNormalizer = S.Vector.choose(
            by: f * normalizer + i - S.Vector(repeating: 1), positive: step.memoryAdjoint(1) - dOutput * y,
            negative: .zero)
        let dMost = step.memoryAdjoint(2)
        let dInput = (dCell * z + dNormalizer) * i
        let dForget = (dCell * before + dNormalizer * normalizer) * f
        let dLog = S.Vector.choose(by: delta, positive: dForget, negative: dMost - dInput)
        step.put(S.Vector.choose(by: delta, positive: dMost - dForget, negative: dInput), adjoint: 0)
        step.put(dLog * rest, adjoint: 1)
        step.put(dCell * i * (1 - z * z), adjoint: 2)
        step.put(dh * y * o * (1 - o), adjoint: 3)
        step.pass(dCell * f, memory: 0)
        step.pass(dNormalizer * f, memory: 1)
        step.pass(dLog, memory: 2)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector {
        record.gate(3) * record.part(0) / record.part(1)
    }
}

extension Cell {
    package static let slstm = Cell(SLSTM.self)
}
