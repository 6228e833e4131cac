public import Vectors

/// An LSTM whose gates see the memory (Gers, Schraudolph & Schmidhuber, Learning precise timing with LSTM recurrent networks, 2002;
/// Graves & Schmidhuber 2005, doi 10.1016/j.neunet.2005.06.042), gates in the order i, f, g, o.
///
/// Each p has a number for each unit. Record, 5, as the LSTM's: the gates, then c'.
public enum Peephole: UnitwiseCellKind {
    public static let word = "peephole"
    public static let name = "peephole LSTM"
    public static let equations = [
        "i = σ(W_i x + b_i + U_i h + d_i + p_i c)",
        "f = σ(W_f x + b_f + U_f h + d_f + p_f c)",
        "g = tanh(W_g x + b_g + U_g h + d_g)",
        "c' = f c + i g",
        "o = σ(W_o x + b_o + U_o h + d_o + p_o c')",
        "h' = o tanh(c')",
    ]
    public static let gates = LSTM.gates
    public static let memory = LSTM.memory
    public static let hiddenFrom: [String]? = LSTM.hiddenFrom
    public static let parameters =
        CellParameter.standard + [
            CellParameter("weight_pi", .units), CellParameter("weight_pf", .units), CellParameter("weight_po", .units),
        ]

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let c = step.memory(0)
        let i = S.sigmoid(step.gate(0) + step.units(0) * c)
        let f = S.sigmoid(step.gate(1) + step.units(1) * c)
        let g = S.tanh(step.gate(2))
        let next = f * c + i * g
        let o = S.sigmoid(step.gate(3) + step.units(2) * next)
        step.keep(i, gate: 0)
        step.keep(f, gate: 1)
        step.keep(g, gate: 2)
        step.keep(o, gate: 3)
        step.remember(next, 0)
        step.give(o * S.tanh(next))
    }

    /// With s = tanh(c') and c the entering memory; the gradients of p are sums of di c, df c and do c':
    ///
    ///     do = dh' s o (1 − o)    dc' = dc' + dh' o (1 − s²) + p_o do
    ///     di = dc' g i (1 − i)    df = dc' c f (1 − f)    dg = dc' i (1 − g²)    dc = dc' f + p_i di + p_f df
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<4 { step.record.prefetch(gate: gate) }
        step.record.prefetch(part: 0)
        let i = step.record.gate(0)
        let f = step.record.gate(1)
        let g = step.record.gate(2)
        let o = step.record.gate(3)
        let c = step.memory(0)
        let next = step.record.part(0)
        let s = S.tanh(next)
        let dh = step.hiddenAdjoint
        let dOutput = dh * s * o * (1 - o)
        let dNext = step.memoryAdjoint(0) + dh * o * (1 - s * s) + step.units(2) * dOutput
        let dInput = dNext * g * i * (1 - i)
        let dForget = dNext * c * f * (1 - f)
        step.put(dInput, adjoint: 0)
        step.put(dForget, adjoint: 1)
        step.put(dNext * i * (1 - g * g), adjoint: 2)
        step.put(dOutput, adjoint: 3)
        step.put(dInput * c, adjoint: 4)
        step.put(dForget * c, adjoint: 5)
        step.put(dOutput * next, adjoint: 6)
        step.pass(dNext * f + step.units(0) * dInput + step.units(1) * dForget, memory: 0)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { LSTM.hidden(record) }
}

extension Cell {
    package static let peephole = Cell(Peephole.self)
}
