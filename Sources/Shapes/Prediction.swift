import Memory
import Quantities
package import Schedules

extension Footprint {
    /// What the file of a saved state has besides the state: magic, step, size and checksum, 8 bytes each.
    package static let stateHeader = 32

    /// What a network of this shape takes in jemalloc's size classes: predicted from dimensions alone. A role that takes more
    /// than can be counted has ``countable`` bytes.
    ///
    /// - Parameters:
    ///   - shape: the network and its batch.
    ///   - residentSteps: T when the inputs of the whole sequence are kept in memory, 0 when they are streamed.
    ///   - length: T; of a bidirectional network, which keeps what goes from layer to layer.
    ///   - optimizer: what changes the parameters.
    ///   - carriesState: whether a state is kept from one update to the next.
    package init(
        _ shape: Shape, residentSteps: Int, length: Int = 0, optimizer: UpdateRule = .sgd, carriesState: Bool = false
    ) {
        precondition(!shape.isBidirectional || length > 0, "two directions go over a sequence of a known length")
        let layout = Layout(shape, streamsInputs: residentSteps == 0)
        func usable(_ elements: Int) -> Int {
            let bytes = saturatingProduct(elements, shape.precision.bytes)
            return bytes == Footprint.countable ? bytes : Heap.usableSize(bytes)
        }

        var parameters = usable(layout.headWeights) + usable(layout.headBias)
        // The optimiser keeps what it keeps for one copy of the weights.
        var moved = parameters
        for layer in layout.parameters {
            let layer = usable(layer.inputWeights) + usable(layer.hiddenWeights) + 2 * usable(layer.bias)
            moved += layer
            parameters = saturatingSum(parameters, saturatingProduct(shape.copies, layer))
        }
        let shared: [Int?] = [
            layout.step, layout.inputs, layout.scratch, layout.projection, layout.outputs, layout.candidate,
            layout.outside, layout.inputAdjoint, layout.headTransposed, layout.headOutputs, layout.targets,
            layout.alignmentRows,
        ]
        let own = layout.workspaces.flatMap { own -> [Int?] in
            [own.state, own.adjoint, own.hidden, own.adjoints, own.hiddenTransposed, own.inputTransposed, own.bias]
        }
        let workspace = (shared + own).compactMap { $0 }.reduce(0) { $0 + usable($1) }

        var constant = Usage()
        constant[.weights] = parameters
        constant[.gradients] = parameters
        constant[.optimizer] = optimizer.moments * moved
        constant[.inputs] =
            residentSteps > 0 ? usable(saturatingProduct(residentSteps, shape.batch, shape.input)) : 0
        if layout.sequences > 0 {
            let sequence = usable(Layout.sequence(shape, length: length))
            constant[.inputs] = saturatingSum(constant[.inputs], saturatingProduct(layout.sequences, sequence))
        }
        constant[.workspace] = workspace + (carriesState ? shape.layers * usable(shape.stateElements) : 0)
        constant[.alignment] = [layout.forwardVariables, layout.backwardVariables].compactMap { $0 }
            .reduce(0) { saturatingSum($0, usable($1)) }
        self.init(
            constant: constant, state: shape.depth * usable(shape.stateElements),
            record: shape.depth * usable(shape.recordElements),
            storedState: Footprint.stateHeader + shape.depth * shape.stateElements * shape.precision.bytes,
            tracks: shape.tracks)
    }
}
