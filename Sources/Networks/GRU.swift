import Kernels
import Memory
import Quantities
import Shapes

/// torch.nn.GRU, reset-after, gates in the order r, z, n:
///
///     r = σ(W_r x + b_r + U_r h + d_r)        n = tanh(W_n x + b_n + r v),  v = U_n h + d_n
///     z = σ(W_z x + b_z + U_z h + d_z)        h' = (1 − z) n + z h
///
/// Record: the gates [B, 3, H], then h' [B, H], which cannot be undone without dividing by z. v, which multiplies r's
/// gradient, is made again for a whole block of steps.
enum GRU: RecurrentCell {
    /// Adjoints are in the order r, z, v, n: U's three lie together. W's candidate sees n's.
    static let hiddenAdjoints = [0, 1, 2]
    static let inputAdjoints = [0, 1, 3]

    static func forward<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        candidate: Pointer<S>?, output: Matrix<S>
    ) {
        for gate in 0..<2 {
            share.multiply(
                entering, layer.u(gate), from: layer.gate(gate, of: projection),
                into: layer.part(gate, of: 3, in: record))
        }
        let hidden = layer.shape.hidden
        let v = Matrix(candidate!, rows: output.rows, columns: hidden)
        recur(layer, share, entering: entering, into: v)
        let kept = record + 3 * layer.shape.cells
        for row in share.rows {
            activate(
                share.units, hidden, gates: record + row * 3 * hidden,
                projection: projection.row(row) + 2 * layer.padded, v: v.row(row), entering: entering.row(row),
                kept: kept + row * hidden, h: output.row(row))
        }
    }

    /// v = U_n h + d_n.
    private static func recur<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, entering: Matrix<S>, into v: Matrix<S>
    ) {
        let hidden = layer.shape.hidden
        let bias = Matrix(layer.weights.hiddenBias + 2 * hidden, rows: v.rows, columns: hidden, pitch: 0)
        share.multiply(entering, layer.u(2), from: bias, into: v)
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func activate<S: Scalar>(
        _ units: Range<Int>, _ hidden: Int, gates: Pointer<S>, projection: Pointer<S>, v: Pointer<S>,
        entering: Pointer<S>, kept: Pointer<S>, h: Pointer<S>
    ) {
        forVectors(of: S.self, units) { j, count in
            let r = S.sigmoid(load(gates + j, count))
            let z = S.sigmoid(load(gates + hidden + j, count))
            let n = S.tanh(load(projection + j, count) + r * load(v + j, count))
            let next = (1 - z) * n + z * load(entering + j, count)
            store(r, gates + j, count)
            store(z, gates + hidden + j, count)
            store(n, gates + 2 * hidden + j, count)
            store(next, kept + j, count)
            store(next, h + j, count)
        }
    }

    /// v goes where its adjoint will be.
    static func complete<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, entering: Matrix<S>, adjoints: Matrix<S>
    ) {
        recur(layer, share, entering: entering, into: layer.gate(2, of: adjoints))
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>?,
        outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        let hidden = layer.shape.hidden
        for row in share.rows {
            differentiate(
                share.units, hidden, gates: record + row * 3 * hidden, h: entering.row(row),
                dh: layer.adjoint.start + row * hidden, outside: outside?.row(row), dz: adjoints.row(row),
                pitch: layer.padded)
        }
    }

    /// Adjoints of r, z, v and n, each before its activation:
    ///
    ///     dn = dh' (1 − z)(1 − n²)    dv = dn r    dr = dn v r (1 − r)    dz = dh' (h − n) z (1 − z)
    ///     dh = dh' z
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func differentiate<S: Scalar>(
        _ units: Range<Int>, _ hidden: Int, gates: Pointer<S>, h: Pointer<S>, dh: Pointer<S>, outside: Pointer<S>?,
        dz: Pointer<S>, pitch: Int
    ) {
        forVectors(of: S.self, units) { j, count in
            for gate in 0..<3 { expect(gates + gate * hidden + j, row: 3 * hidden) }
            let r: S.Vector = load(gates + j, count)
            let z: S.Vector = load(gates + hidden + j, count)
            let n: S.Vector = load(gates + 2 * hidden + j, count)
            let v: S.Vector = load(dz + 2 * pitch + j, count)
            let dNext: S.Vector = load(dh + j, count) + (outside.map { load($0 + j, count) } ?? .zero)
            let dn = dNext * (1 - z) * (1 - n * n)
            store(dn * v * r * (1 - r), dz + j, count)
            store(dNext * (load(h + j, count) - n) * z * (1 - z), dz + pitch + j, count)
            store(dn * r, dz + 2 * pitch + j, count)
            store(dn, dz + 3 * pitch + j, count)
            store(dNext * z, dh + j, count)
        }
    }

    /// To what z lets through.
    static func propagate<S: Scalar>(_ layer: Layer<S>, _ share: Share, adjoints: Matrix<S>) {
        share.multiply(
            adjoints.columns(0..<layer.uTransposed.rows), layer.uTransposed, from: layer.hiddenAdjoint,
            into: layer.hiddenAdjoint)
    }

    static func output<S: Scalar>(_ layer: Layer<S>, _ share: Share, record: Pointer<S>, into hidden: Matrix<S>) {
        share.copy(Matrix(record + 3 * layer.shape.cells, rows: hidden.rows, columns: hidden.columns), to: hidden)
    }
}
