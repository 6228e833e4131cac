import Kernels
import Memory
import Shapes

/// torch.nn.RNN: h' = tanh(W x + b + U h + d).
///
/// Record: h' alone, [B, H], for tanh′ = 1 − h'².
enum Elman: RecurrentCell {
    static func forward<S: Scalar>(
        _ layer: Layer<S>, input: Matrix<S>, record: Pointer<S>, partial: Pointer<S>?
    ) {
        let z = Matrix(record, rows: layer.shape.batch, columns: layer.shape.hidden)
        S.multiply(input, layer.w, into: z, accumulating: false)
        S.multiply(layer.hidden, layer.u, into: z, accumulating: true)
        addBias(layer.inputBias.start, layer.hiddenBias.start, to: z)
        S.tanh(record, count: layer.shape.cells)
        layer.state.start.update(from: record, count: layer.shape.cells)
    }

    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, record: Pointer<S>, entering: Matrix<S>, enteringMemory: Pointer<S>?, adjoints: Matrix<S>,
        partial: Pointer<S>?
    ) {
        gates(layer.shape.cells, h: record, dh: layer.adjoint.start, dz: adjoints.start)
    }

    /// dz = (1 − h'²) dh.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func gates<S: Scalar>(_ count: Int, h: Pointer<S>, dh: Pointer<S>, dz: Pointer<S>) {
        for j in 0..<count { dz[j] = (1 - h[j] * h[j]) * dh[j] }
    }

    static func output<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>, into hidden: Pointer<S>) {
        hidden.update(from: record, count: layer.shape.cells)
    }

    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>? { nil }
}
