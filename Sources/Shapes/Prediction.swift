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
        let layout = Layout(shape)
        func usable(_ elements: Int) -> Int { Heap.usableSize(elements * shape.precision.bytes) }

        var parameters = usable(layout.headWeights) + usable(layout.headBias)
        for layer in layout.parameters {
            parameters += usable(layer.inputWeights) + usable(layer.hiddenWeights) + 2 * usable(layer.bias)
        }
        var workspace = usable(layout.step) + usable(layout.scratch) + usable(layout.top) + 2 * usable(layout.outputs)
        if let partial = layout.partial { workspace += usable(partial) }
        for layer in layout.workspaces {
            workspace += usable(layer.state) + usable(layer.adjoint)
            workspace += usable(layer.inputs) + usable(layer.hidden) + usable(layer.adjoints)
        }

        var constant = Usage()
        constant[.weights] = parameters
        constant[.gradients] = parameters
        constant[.inputs] = residentSteps > 0 ? usable(residentSteps * layout.step) : 0
        constant[.workspace] = workspace
        self.init(
            constant: constant, state: shape.layers * usable(shape.stateElements),
            record: shape.layers * usable(shape.recordElements),
            storedState: Footprint.stateHeader + shape.layers * shape.stateElements * shape.precision.bytes)
    }
}
