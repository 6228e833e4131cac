import Kernels
import Memory
import Shapes

/// torch.nn.GRU, reset-after, gates in the order r, z, n:
///
///     r = σ(W_r x + b_r + U_r h + d_r)        n = tanh(W_n x + b_n + r v),  v = U_n h + d_n
///     z = σ(W_z x + b_z + U_z h + d_z)        h' = (1 − z) n + z h
///
/// Record: the gates [B, 3H], then v [B, H] and h' [B, H]. v is a product and multiplies r's gradient; h' cannot be
/// undone without dividing by z.
enum GRU: RecurrentCell {
    static func forward<S: Scalar>(
        _ layer: Layer<S>, input: Matrix<S>, record: Pointer<S>, partial: Pointer<S>?
    ) {
        let (batch, hidden, cells) = (layer.shape.batch, layer.shape.hidden, layer.shape.cells)
        let z = Matrix(record, rows: batch, columns: 3 * hidden)
        let recurrent = Matrix(partial!, rows: batch, columns: 3 * hidden)
        S.multiply(input, layer.w, into: z, accumulating: false)
        S.multiply(layer.hidden, layer.u, into: recurrent, accumulating: false)
        for row in 0..<batch {
            let gates = record + row * 3 * hidden
            let v = record + 3 * cells + row * hidden
            preactivate(
                hidden, gates: gates, v: v, recurrent: recurrent.start + row * 3 * hidden,
                b: layer.inputBias.start, d: layer.hiddenBias.start)
            S.sigmoid(gates, count: 2 * hidden)
            reset(hidden, gates: gates, v: v)
            S.tanh(gates + 2 * hidden, count: hidden)
            update(hidden, gates: gates, h: layer.state.start + row * hidden)
        }
        (record + 4 * cells).update(from: layer.state.start, count: cells)
    }

    /// r and z before σ, W_n x + b_n, and v.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func preactivate<S: Scalar>(
        _ count: Int, gates: Pointer<S>, v: Pointer<S>, recurrent: Pointer<S>, b: Pointer<S>, d: Pointer<S>
    ) {
        for j in 0..<2 * count { gates[j] += b[j] + (recurrent[j] + d[j]) }
        for j in 2 * count..<3 * count { gates[j] += b[j] }
        for j in 0..<count { v[j] = recurrent[2 * count + j] + d[2 * count + j] }
    }

    /// n before tanh.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func reset<S: Scalar>(_ count: Int, gates: Pointer<S>, v: Pointer<S>) {
        let (r, n) = (gates, gates + 2 * count)
        for j in 0..<count { n[j] += r[j] * v[j] }
    }

    /// h ← (1 − z) n + z h.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func update<S: Scalar>(_ count: Int, gates: Pointer<S>, h: Pointer<S>) {
        let (z, n) = (gates + count, gates + 2 * count)
        for j in 0..<count { h[j] = (1 - z[j]) * n[j] + z[j] * h[j] }
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, record: Pointer<S>, entering: Matrix<S>, enteringMemory: Pointer<S>?, adjoints: Matrix<S>,
        partial: Pointer<S>?
    ) {
        let (hidden, cells) = (layer.shape.hidden, layer.shape.cells)
        for row in 0..<layer.shape.batch {
            gates(
                hidden, gates: record + row * 3 * hidden, v: record + 3 * cells + row * hidden,
                h: entering.start + row * hidden, dh: layer.adjoint.start + row * hidden,
                dz: adjoints.start + row * 4 * hidden)
        }
    }

    /// Adjoints in the order r, z, n, v, each before its activation:
    ///
    ///     dn = dh' (1 − z)(1 − n²)    dv = dn r    dr = dn v r (1 − r)    dz = dh' (h − n) z (1 − z)
    ///     dh = dh' z
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func gates<S: Scalar>(
        _ count: Int, gates: Pointer<S>, v: Pointer<S>, h: Pointer<S>, dh: Pointer<S>, dz: Pointer<S>
    ) {
        let (r, z, n) = (gates, gates + count, gates + 2 * count)
        let (dr, dZ, dn, dv) = (dz, dz + count, dz + 2 * count, dz + 3 * count)
        for j in 0..<count {
            dn[j] = dh[j] * (1 - z[j]) * (1 - n[j] * n[j])
            dZ[j] = dh[j] * (h[j] - n[j]) * z[j] * (1 - z[j])
        }
        for j in 0..<count {
            dv[j] = dn[j] * r[j]
            dr[j] = dn[j] * v[j] * r[j] * (1 - r[j])
        }
        for j in 0..<count { dh[j] *= z[j] }
    }

    static func propagate<S: Scalar>(_ layer: Layer<S>, adjoints: Matrix<S>, below: Matrix<S>?) {
        let hidden = layer.shape.hidden
        for gate in 0..<3 {
            let columns = gate * hidden..<(gate + 1) * hidden
            // U's third gate is in v, W's in n.
            let recurrent = gate == 2 ? 3 * hidden..<4 * hidden : columns
            S.multiply(
                adjoints.columns(recurrent), layer.u.columns(columns).transposed, into: layer.hiddenAdjoint,
                accumulating: true)
            if let below {
                S.multiply(
                    adjoints.columns(columns), layer.w.columns(columns).transposed, into: below, accumulating: true)
            }
        }
    }

    static func accumulate<S: Scalar>(_ layer: Layer<S>, steps: Range<Int>) {
        let hidden = layer.shape.hidden
        let dz = layer.adjoints(steps)
        let (gates, v) = (dz.columns(0..<2 * hidden), dz.columns(3 * hidden..<4 * hidden))
        let entering = layer.hiddens(steps).transposed
        S.multiply(
            layer.inputs(steps).transposed, dz.columns(0..<3 * hidden), into: layer.wGradient, accumulating: true)
        S.multiply(entering, gates, into: layer.uGradient.columns(0..<2 * hidden), accumulating: true)
        S.multiply(entering, v, into: layer.uGradient.columns(2 * hidden..<3 * hidden), accumulating: true)
        S.addRowSums(of: dz.columns(0..<3 * hidden), to: layer.inputBiasGradient.start)
        S.addRowSums(of: gates, to: layer.hiddenBiasGradient.start)
        S.addRowSums(of: v, to: layer.hiddenBiasGradient.start + 2 * hidden)
    }

    static func output<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>, into hidden: Pointer<S>) {
        hidden.update(from: record + 4 * layer.shape.cells, count: layer.shape.cells)
    }

    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>? { nil }
}
