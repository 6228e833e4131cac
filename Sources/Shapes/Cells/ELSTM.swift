public import Vectors

/// The eLSTM of Irie, Gopalakrishnan & Schmidhuber, Exploring the promise and limits of real-time recurrent learning, 2023,
/// arXiv:2305.19044, without its output gate, which no state sees: gates see the state of their own unit alone.
///
/// Each w has a number for each unit. Record, 3: W x + b of both gates, then h', which cannot be undone without dividing by f; or
/// h' alone where the sums are made again from x.
public enum ELSTM: UnitwiseCellKind {
    public static let word = "elstm"
    public static let name = "eLSTM"
    public static let equations = [
        "z = tanh(W_z x + b_z + w_z h)",
        "f = σ(W_f x + b_f + w_f h)",
        "h' = f h + (1 − f) z",
    ]
    public static let gates = ["z", "f"]
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("bias_ih", .inputBias),
        CellParameter("weight_cz", .units), CellParameter("weight_cf", .units),
    ]
    public static let carriesHidden = true
    public static let recordsSums = true

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let h = step.hidden
        let (a, b) = (step.gate(0), step.gate(1))
        step.keep(a, gate: 0)
        step.keep(b, gate: 1)
        let z = S.tanh(a + step.units(0) * h)
        let f = S.sigmoid(b + step.units(1) * h)
        let next = f * h + (1 - f) * z
        step.keep(next, part: 0)
        step.give(next)
    }

    /// The gradients of w are sums of dz h and df h:
    ///
    ///     dz = dh' (1 − f)(1 − z²)    df = dh' (h − z) f (1 − f)    dh = dh' f + w_z dz + w_f df
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for gate in 0..<2 { step.record.prefetch(gate: gate) }
        let h = step.hidden
        let z = S.tanh(step.record.gate(0) + step.units(0) * h)
        let f = S.sigmoid(step.record.gate(1) + step.units(1) * h)
        let dNext = step.hiddenAdjoint
        let dz = dNext * (1 - f) * (1 - z * z)
        let df = dNext * (h - z) * f * (1 - f)
        step.put(dz, adjoint: 0)
        step.put(df, adjoint: 1)
        step.put(dz * h, adjoint: 2)
        step.put(df * h, adjoint: 3)
        step.pass(hidden: dNext * f + step.units(0) * dz + step.units(1) * df)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension Cell {
    package static let elstm = Cell(ELSTM.self)
}
