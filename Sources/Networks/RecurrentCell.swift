import Kernels
import Quantities
import Shapes

/// The equations of one cell, forward and backward, over the memory of a layer.
///
/// Several threads go through the steps together, each with a ``Share`` of its own: it makes all that belongs to its rows and
/// units, and reads of the others only what a step before has made.
///
/// Forward always writes a record; when nobody keeps it, it is the network's scratch. Hence the arithmetic is the same
/// whether recording or not, and what is run again comes out as the same bits.
protocol RecurrentCell {
    /// One step of a share: from the state to the next one.
    ///
    /// - Parameters:
    ///   - projection: W x + b, [B, G, Ĥ].
    ///   - entering: h, [B, H], of all units.
    ///   - record: of the step. c of the LSTM is in `layer.memory`, before and after.
    ///   - candidate: memory for U_n h + d_n, [B, H]; the GRU's alone.
    ///   - output: h', [B, H].
    static func forward<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        candidate: Pointer<S>?, output: Matrix<S>)

    /// Before a block of steps is run backward: what their records do not have and a product for all of them makes.
    ///
    /// - Parameters:
    ///   - entering: h of the states entering the steps, [steps·B, H], of all units.
    ///   - adjoints: where the adjoints of the steps' products will go, [steps·B, parts, Ĥ].
    static func complete<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, entering: Matrix<S>, adjoints: Matrix<S>)

    /// One step back of a share: from the adjoint of the state after the step, in the layer and from outside,
    /// to the adjoints of the step's products. ``propagate(_:_:adjoints:)`` then takes these to the entering state.
    ///
    /// - Parameters:
    ///   - record: of the step.
    ///   - entering: h of the state entering the step, [B, H].
    ///   - memory: its c, [B, H]; the LSTM's alone.
    ///   - outside: ∂L/∂h' from the loss and the layer above, [B, H]; nil where there is none.
    ///   - adjoints: where the adjoints of the step's products go, [B, parts, Ĥ].
    static func differentiate<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>?,
        outside: Matrix<S>?, adjoints: Matrix<S>)

    /// Takes the adjoints of all units through U to the adjoint of the entering state's.
    static func propagate<S: Scalar>(_ layer: Layer<S>, _ share: Share, adjoints: Matrix<S>)

    /// h after a step, made of the step's record, into [B, H].
    static func output<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, record: Pointer<S>, into hidden: Matrix<S>)

    /// c after a step, within the step's record; nil where the cell has none.
    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>?

    /// Where among the adjoints are those that W's gates see, and those that U's see.
    static var inputAdjoints: [Int] { get }
    static var hiddenAdjoints: [Int] { get }
}

extension RecurrentCell {
    static func complete<S: Scalar>(
        _ layer: Layer<S>, _ share: Share, entering: Matrix<S>, adjoints: Matrix<S>
    ) {}

    /// U sees the first of the adjoints.
    static func propagate<S: Scalar>(_ layer: Layer<S>, _ share: Share, adjoints: Matrix<S>) {
        share.multiply(
            adjoints.columns(0..<layer.uTransposed.rows), layer.uTransposed, from: nil, into: layer.hiddenAdjoint)
    }

    static func memory<S: Scalar>(_ layer: Layer<S>, record: Pointer<S>) -> Pointer<S>? { nil }

    static var inputAdjoints: [Int] { hiddenAdjoints }
}
