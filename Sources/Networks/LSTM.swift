import Kernels
import Memory
import Quantities
import Shapes

/// torch.nn.LSTM, gates in the order i, f, g, o:
///
///     i = σ(W_i x + b_i + U_i h + d_i)        c' = f c + i g
///     f = σ(W_f x + b_f + U_f h + d_f)        h' = o tanh(c')
///     g = tanh(W_g x + b_g + U_g h + d_g)
///     o = σ(W_o x + b_o + U_o h + d_o)
///
/// Record: the gates [B, 4, H], then c' [B, H]. Each gate appears in another's gradient, and c' cannot be had back from c
/// without dividing by f; h' is one element-wise product away and is not kept.
enum LSTM: RecurrentCell {
    static let hiddenAdjoints = [0, 1, 2, 3]

    static func forward<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        candidate: Pointer<S>?, output: Matrix<S>
    ) {
        let hidden = layer.shape.hidden
        if layer.shape.variant == .fusedGates {
            layer.multiplyAllGates(entering, from: projection, into: record)
        } else {
            for gate in 0..<4 {
                share.multiply(
                    entering, layer.u(gate), from: layer.gate(gate, of: projection),
                    into: layer.part(gate, of: 4, in: record))
            }
        }
        for row in share.rows {
            activate(
                share.units, hidden, gates: record + row * 4 * hidden, c: layer.memory + row * hidden,
                kept: memory(layer, record: record)! + row * hidden, h: output.row(row))
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func activate<S: Scalar>(
        _ units: Range<Int>, _ hidden: Int, gates: Pointer<S>, c: Pointer<S>, kept: Pointer<S>, h: Pointer<S>
    ) {
        let (zi, zf, zg, zo) = (gates, gates + hidden, gates + 2 * hidden, gates + 3 * hidden)
        forVectors(of: S.self, units) { j, count in
            let i = S.sigmoid(load(zi + j, count))
            let f = S.sigmoid(load(zf + j, count))
            let g = S.tanh(load(zg + j, count))
            let o = S.sigmoid(load(zo + j, count))
            let next = f * load(c + j, count) + i * g
            store(i, zi + j, count)
            store(f, zf + j, count)
            store(g, zg + j, count)
            store(o, zo + j, count)
            store(next, c + j, count)
            store(next, kept + j, count)
            store(o * S.tanh(next), h + j, count)
        }
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>?,
        outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        let hidden = layer.shape.hidden
        for row in share.rows {
            let place = row * hidden
            differentiate(
                share.units, hidden, gates: record + 4 * place, next: self.memory(layer, record: record)! + place,
                c: memory! + place, dh: layer.adjoint.start + place, outside: outside?.row(row),
                dc: layer.memoryAdjoint + place, dz: adjoints.row(row), pitch: layer.padded)
        }
    }

    /// With s = tanh(c') and c the entering memory:
    ///
    ///     do = dh' s o (1 − o)    dc' = dc' + dh' o (1 − s²)
    ///     di = dc' g i (1 − i)    df = dc' c f (1 − f)    dg = dc' i (1 − g²)    dc = dc' f
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func differentiate<S: Scalar>(
        _ units: Range<Int>, _ hidden: Int, gates: Pointer<S>, next: Pointer<S>, c: Pointer<S>, dh: Pointer<S>,
        outside: Pointer<S>?, dc: Pointer<S>, dz: Pointer<S>, pitch: Int
    ) {
        forVectors(of: S.self, units) { j, count in
            for gate in 0..<4 { expect(gates + gate * hidden + j, row: 4 * hidden) }
            expect(next + j, row: hidden)
            let i: S.Vector = load(gates + j, count)
            let f: S.Vector = load(gates + hidden + j, count)
            let g: S.Vector = load(gates + 2 * hidden + j, count)
            let o: S.Vector = load(gates + 3 * hidden + j, count)
            let s = S.tanh(load(next + j, count))
            let dh: S.Vector = load(dh + j, count) + (outside.map { load($0 + j, count) } ?? .zero)
            let dNext = load(dc + j, count) + dh * o * (1 - s * s)
            store(dNext * g * i * (1 - i), dz + j, count)
            store(dNext * load(c + j, count) * f * (1 - f), dz + pitch + j, count)
            store(dNext * i * (1 - g * g), dz + 2 * pitch + j, count)
            store(dh * s * o * (1 - o), dz + 3 * pitch + j, count)
            store(dNext * f, dc + j, count)
        }
    }

    static func output<S: Scalar>(_ layer: Layer<S>, _ share: Share, record: Pointer<S>, into hidden: Matrix<S>) {
        let o = layer.part(3, of: 4, in: record)
        for row in share.rows {
            output(
                share.units, layer.shape.hidden, o: o.row(row),
                c: memory(layer, record: record)! + row * layer.shape.hidden, h: hidden.row(row))
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func output<S: Scalar>(
        _ units: Range<Int>, _ hidden: Int, o: Pointer<S>, c: Pointer<S>, h: Pointer<S>
    ) {
        forVectors(of: S.self, units) { j, count in
            expect(o + j, row: 4 * hidden)
            expect(c + j, row: hidden)
            store(load(o + j, count) * S.tanh(load(c + j, count)), h + j, count)
        }
    }

    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>? {
        record + 4 * layer.shape.cells
    }
}
