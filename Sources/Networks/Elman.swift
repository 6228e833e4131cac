import Kernels
import Memory
import Quantities
import Shapes

/// torch.nn.RNN: h' = tanh(W x + b + U h + d).
///
/// Record: h' alone, [B, H], for tanh′ = 1 − h'².
enum Elman: RecurrentCell {
    static let hiddenAdjoints = [0]

    static func forward<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        candidate: Pointer<S>?, output: Matrix<S>
    ) {
        let z = layer.part(0, of: 1, in: record)
        share.multiply(entering, layer.u(0), from: projection, into: z)
        for row in share.rows { activate(share.units, z: z.row(row), h: output.row(row)) }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func activate<S: Scalar>(_ units: Range<Int>, z: Pointer<S>, h: Pointer<S>) {
        forVectors(of: S.self, units) { j, count in
            let value = S.tanh(load(z + j, count))
            store(value, z + j, count)
            store(value, h + j, count)
        }
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>?,
        outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        for row in share.rows {
            let place = row * layer.shape.hidden
            differentiate(
                share.units, h: record + place, dh: layer.adjoint.start + place, outside: outside?.row(row),
                dz: adjoints.row(row))
        }
    }

    /// dz = (1 − h'²) dh'.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func differentiate<S: Scalar>(
        _ units: Range<Int>, h: Pointer<S>, dh: Pointer<S>, outside: Pointer<S>?, dz: Pointer<S>
    ) {
        forVectors(of: S.self, units) { j, count in
            let h: S.Vector = load(h + j, count)
            let dh: S.Vector = load(dh + j, count) + (outside.map { load($0 + j, count) } ?? .zero)
            store((1 - h * h) * dh, dz + j, count)
        }
    }

    static func output<S: Scalar>(_ layer: Layer<S>, _ share: Share, record: Pointer<S>, into hidden: Matrix<S>) {
        share.copy(layer.part(0, of: 1, in: record), to: hidden)
    }
}
