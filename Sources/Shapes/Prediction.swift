import Memory
package import Schedules

extension Footprint {
    /// What the file of a saved state has besides the state: magic, step, size and checksum, 8 bytes each.
    package static let stateHeader = 32

    /// What a network of this shape takes in jemalloc's size classes: predicted from dimensions alone.
    ///
    /// - Parameters:
    ///   - shape: the network and its batch.
    ///   - residentSteps: T when the inputs of the whole sequence are kept in memory, 0 when they are streamed.
    package init(_ shape: Shape, residentSteps: Int) {
        let layout = Layout(shape, streamsInputs: residentSteps == 0)
        func usable(_ elements: Int) -> Int { Heap.usableSize(elements * shape.precision.bytes) }

        var parameters = usable(layout.headWeights) + usable(layout.headBias)
        for layer in layout.parameters {
            let layer = usable(layer.inputWeights) + usable(layer.hiddenWeights) + 2 * usable(layer.bias)
            parameters += shape.copies * layer
        }
        let shared: [Int?] = [
            layout.step, layout.inputs, layout.scratch, layout.projection, layout.outputs, layout.candidate,
            layout.outside, layout.inputAdjoint, layout.headTransposed, layout.headOutputs, layout.targets,
        ]
        let own = layout.workspaces.flatMap { own -> [Int?] in
            [own.state, own.adjoint, own.hidden, own.adjoints, own.hiddenTransposed, own.inputTransposed, own.bias]
        }
        let workspace = (shared + own).compactMap { $0 }.reduce(0) { $0 + usable($1) }

        var constant = Usage()
        constant[.weights] = parameters
        constant[.gradients] = parameters
        constant[.inputs] = residentSteps > 0 ? usable(residentSteps * shape.batch * shape.input) : 0
        constant[.workspace] = workspace
        self.init(
            constant: constant, state: shape.layers * usable(shape.stateElements),
            record: shape.layers * usable(shape.recordElements),
            storedState: Footprint.stateHeader + shape.layers * shape.stateElements * shape.precision.bytes)
    }
}
