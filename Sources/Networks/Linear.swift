import Kernels
import Memory
import Quantities
import Shapes

/// h' = W x + b + U h + d: an Elman network without its tanh.
///
/// Record: h' alone, [B, H], which the gradient of U is made of.
enum Linear: RecurrentCell {
    static let hiddenAdjoints = [0]

    static func forward<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        candidate: Pointer<S>?, output: Matrix<S>
    ) {
        let h = layer.part(0, of: 1, in: record)
        share.multiply(entering, layer.u(0), from: projection, into: h)
        share.copy(h, to: output)
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>?,
        outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        for row in share.rows {
            differentiate(
                share.units, dh: layer.adjoint.start + row * layer.shape.hidden, outside: outside?.row(row),
                dz: adjoints.row(row))
        }
    }

    /// dz = dh'.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func differentiate<S: Scalar>(
        _ units: Range<Int>, dh: Pointer<S>, outside: Pointer<S>?, dz: Pointer<S>
    ) {
        forVectors(of: S.self, units) { j, count in
            store(load(dh + j, count) + (outside.map { load($0 + j, count) } ?? .zero), dz + j, count)
        }
    }

    static func output<S: Scalar>(_ layer: Layer<S>, _ share: Share, record: Pointer<S>, into hidden: Matrix<S>) {
        share.copy(layer.part(0, of: 1, in: record), to: hidden)
    }
}
