public import Vectors

/// torch.nn.LSTM, gates in the order i, f, g, o.
///
/// Record, 5: the gates, then c'. Each gate appears in another's gradient, and c' cannot be had back from c without dividing by
/// f; h' is one element-wise product away and is not kept.
public enum LSTM: UnitwiseCellKind {
    public static let word = "lstm"
    public static let name = "LSTM"
    public static let equations = [
        "i = σ(W_i x + b_i + U_i h + d_i)",
        "f = σ(W_f x + b_f + U_f h + d_f)",
        "g = tanh(W_g x + b_g + U_g h + d_g)",
        "o = σ(W_o x + b_o + U_o h + d_o)",
        "c' = f c + i g",
        "h' = o tanh(c')",
    ]
    public static let torchModule: String? = "torch.nn.LSTM"
    public static let gates = ["i", "f", "g", "o"]
    public static let memory = [StatePart("c", exported: "initial_cell")]
    public static let hiddenFrom: [String]? = ["o", "c"]
    public static let parameters = CellParameter.standard
    public static let fusesGates = true

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let i = S.sigmoid(step.gate(0))
        let f = S.sigmoid(step.gate(1))
        let g = S.tanh(step.gate(2))
        let o = S.sigmoid(step.gate(3))
        let next = f * step.memory(0) + i * g
        step.keep(i, gate: 0)
        step.keep(f, gate: 1)
        step.keep(g, gate: 2)
        step.keep(o, gate: 3)
        step.remember(next, 0)
        step.give(o * S.tanh(next))
    }

    /// With s = tanh(c') and c the entering memory:
    ///
    ///     do = dh' s o (1 − o)    dc' = dc' + dh' o (1 − s²)
    ///     di = dc' g i (1 − i)    df = dc' c f (1 − f)    dg = dc' i (1 − g²)    dc = dc' f
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<4 { step.record.prefetch(gate: gate) }
        step.record.prefetch(part: 0)
        let i = step.record.gate(0)
        let f = step.record.gate(1)
        let g = step.record.gate(2)
        let o = step.record.gate(3)
        let s = S.tanh(step.record.part(0))
        let dh = step.hiddenAdjoint
        let dNext = step.memoryAdjoint(0) + dh * o * (1 - s * s)
        step.put(dNext * g * i * (1 - i), adjoint: 0)
        step.put(dNext * step.memory(0) * f * (1 - f), adjoint: 1)
        step.put(dNext * i * (1 - g * g), adjoint: 2)
        step.put(dh * s * o * (1 - o), adjoint: 3)
        step.pass(dNext * f, memory: 0)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector {
        record.prefetch(gate: 3)
        record.prefetch(part: 0)
        return record.gate(3) * S.tanh(record.part(0))
    }
}

extension Cell {
    package static let lstm = Cell(LSTM.self)
}
