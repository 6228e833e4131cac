import Kernels
import Memory
import Shapes

/// The equations of one cell, forward and backward, over the memory of a layer.
///
/// Forward always writes a record; when nobody keeps it, it is the network's scratch. Hence the arithmetic is the same
/// whether recording or not, and what is run again comes out as the same bits.
protocol RecurrentCell {
    /// One step: from `layer.state` and `input` [B, D] to the next state, in place, and the step's record.
    ///
    /// - Parameter partial: the network's memory for what the cell needs within the step, see ``Layout/partial``.
    static func forward<S: Scalar>(
        _ layer: Layer<S>, input: Matrix<S>, record: Pointer<S>, partial: Pointer<S>?)

    /// One step back, element by element: from the adjoint of the state after the step, the loss included, to the
    /// adjoints of the step's products. ``propagate(_:adjoints:below:)`` then takes these to the entering state.
    ///
    /// - Parameters:
    ///   - record: of the step.
    ///   - entering: h of the state entering the step, [B, H].
    ///   - enteringMemory: its c, [B, H]; the LSTM's alone.
    ///   - adjoints: where the adjoints of the step's products go, [B, A].
    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, record: Pointer<S>, entering: Matrix<S>,
        enteringMemory: Pointer<S>?, adjoints: Matrix<S>, partial: Pointer<S>?)

    /// Takes the adjoints through U to the adjoint of the entering state and, where a layer is below, adds them through
    /// W to the adjoint of its hidden state. Without a layer below, ∂L/∂x is not computed.
    static func propagate<S: Scalar>(_ layer: Layer<S>, adjoints: Matrix<S>, below: Matrix<S>?)

    /// Adds a block of steps to the gradients of weights and biases.
    static func accumulate<S: Scalar>(_ layer: Layer<S>, steps: Range<Int>)

    /// h after a step, made of the step's record, into [B, H].
    static func output<S: Scalar>(
        _ layer: Layer<S>, record: Pointer<S>, into hidden: Pointer<S>)

    /// c after a step, within the step's record; nil where the cell has none.
    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>?
}

// One product for all gates; a cell whose gates do not all see the same has its own.
extension RecurrentCell {
    static func propagate<S: Scalar>(_ layer: Layer<S>, adjoints: Matrix<S>, below: Matrix<S>?) {
        S.multiply(adjoints, layer.u.transposed, into: layer.hiddenAdjoint, accumulating: false)
        if let below { S.multiply(adjoints, layer.w.transposed, into: below, accumulating: true) }
    }

    static func accumulate<S: Scalar>(_ layer: Layer<S>, steps: Range<Int>) {
        let dz = layer.adjoints(steps)
        S.multiply(layer.inputs(steps).transposed, dz, into: layer.wGradient, accumulating: true)
        S.multiply(layer.hiddens(steps).transposed, dz, into: layer.uGradient, accumulating: true)
        S.addRowSums(of: dz, to: layer.inputBiasGradient.start)
        S.addRowSums(of: dz, to: layer.hiddenBiasGradient.start)
    }
}
