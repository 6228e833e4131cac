import Kernels
import Memory
import Shapes

/// torch.nn.LSTM, gates in the order i, f, g, o:
///
///     i = σ(W_i x + b_i + U_i h + d_i)        c' = f c + i g
///     f = σ(W_f x + b_f + U_f h + d_f)        h' = o tanh(c')
///     g = tanh(W_g x + b_g + U_g h + d_g)
///     o = σ(W_o x + b_o + U_o h + d_o)
///
/// Record: the gates [B, 4H], then c' [B, H]. Each gate appears in another's gradient, and c' cannot be had back from c
/// without dividing by f; h' is one element-wise product away and is not kept.
enum LSTM: RecurrentCell {
    static func forward<S: Scalar>(
        _ layer: Layer<S>, input: Matrix<S>, record: Pointer<S>, partial: Pointer<S>?
    ) {
        let (batch, hidden) = (layer.shape.batch, layer.shape.hidden)
        let z = Matrix(record, rows: batch, columns: 4 * hidden)
        S.multiply(input, layer.w, into: z, accumulating: false)
        S.multiply(layer.hidden, layer.u, into: z, accumulating: true)
        addBias(layer.inputBias.start, layer.hiddenBias.start, to: z)
        for row in 0..<batch {
            let gates = record + row * 4 * hidden
            S.sigmoid(gates, count: 2 * hidden)
            S.tanh(gates + 2 * hidden, count: hidden)
            S.sigmoid(gates + 3 * hidden, count: hidden)
            remember(hidden, gates: gates, c: layer.memory + row * hidden)
        }
        memory(layer, record: record)!.update(from: layer.memory, count: layer.shape.cells)
        output(layer, record: record, into: layer.state.start)
    }

    /// c ← f c + i g.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func remember<S: Scalar>(_ count: Int, gates: Pointer<S>, c: Pointer<S>) {
        let (i, f, g) = (gates, gates + count, gates + 2 * count)
        for j in 0..<count { c[j] = f[j] * c[j] + i[j] * g[j] }
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, record: Pointer<S>, entering: Matrix<S>, enteringMemory: Pointer<S>?, adjoints: Matrix<S>,
        partial: Pointer<S>?
    ) {
        let (batch, hidden) = (layer.shape.batch, layer.shape.hidden)
        let squashed = partial!
        squashed.update(from: memory(layer, record: record)!, count: layer.shape.cells)
        S.tanh(squashed, count: layer.shape.cells)
        for row in 0..<batch {
            gates(
                hidden, gates: record + row * 4 * hidden, squashed: squashed + row * hidden,
                c: enteringMemory! + row * hidden, dh: layer.adjoint.start + row * hidden,
                dc: layer.memoryAdjoint + row * hidden, dz: adjoints.start + row * 4 * hidden)
        }
    }

    /// With s = tanh(c') and c the entering memory:
    ///
    ///     dc' = dc' + dh o (1 − s²)
    ///     di = dc' g i (1 − i)    df = dc' c f (1 − f)    dg = dc' i (1 − g²)    do = dh s o (1 − o)
    ///     dc = dc' f
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func gates<S: Scalar>(
        _ count: Int, gates: Pointer<S>, squashed s: Pointer<S>, c: Pointer<S>, dh: Pointer<S>, dc: Pointer<S>,
        dz: Pointer<S>
    ) {
        let (i, f, g, o) = (gates, gates + count, gates + 2 * count, gates + 3 * count)
        let (di, df, dg, dO) = (dz, dz + count, dz + 2 * count, dz + 3 * count)
        for j in 0..<count {
            dO[j] = dh[j] * s[j] * o[j] * (1 - o[j])
            dc[j] += dh[j] * o[j] * (1 - s[j] * s[j])
        }
        for j in 0..<count {
            di[j] = dc[j] * g[j] * i[j] * (1 - i[j])
            dg[j] = dc[j] * i[j] * (1 - g[j] * g[j])
        }
        for j in 0..<count {
            df[j] = dc[j] * c[j] * f[j] * (1 - f[j])
            dc[j] *= f[j]
        }
    }

    static func output<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>, into hidden: Pointer<S>) {
        hidden.update(from: memory(layer, record: record)!, count: layer.shape.cells)
        S.tanh(hidden, count: layer.shape.cells)
        for row in 0..<layer.shape.batch {
            let width = layer.shape.hidden
            scale(width, hidden + row * width, by: record + row * 4 * width + 3 * width)
        }
    }

    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>? {
        record + 4 * layer.shape.cells
    }
}
