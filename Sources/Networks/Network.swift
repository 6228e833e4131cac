import Glibc
package import Kernels
package import Memory
package import Shapes

/// Stacked recurrent layers of one cell and a linear head, with the memory to run them forward and backward a step at a
/// time. It keeps no records and no saved states of its own: whoever runs it decides which of these live.
package final class Network<S: Scalar> {
    package let shape: Shape
    package let heaps: Heaps
    package let layers: [Layer<S>]
    package let head: Head<S>
    /// The inputs of the step at hand, [B, D].
    package let step: Buffer<S>
    private let scratch: Buffer<S>
    private let partial: Block<S>?
    private let top: Buffer<S>
    private let cell: any RecurrentCell.Type
    /// Steps whose adjoints are in the blocks and not yet in the gradients.
    private var collected: Range<Int>?

    /// Weights and gradients are uninitialised: see ``initialize(seed:)`` and ``clearGradients()``.
    package init(_ shape: Shape, heaps: Heaps) {
        let layout = Layout(shape)
        self.shape = shape
        self.heaps = heaps
        cell =
            switch shape.cell {
            case .elman: Elman.self
            case .lstm: LSTM.self
            case .gru: GRU.self
            }
        layers = (0..<shape.layers).map { Layer(shape, index: $0, heaps: heaps) }
        head = Head(shape, heaps: heaps)
        step = Buffer(count: layout.step, in: heaps.workspace)
        scratch = Buffer(count: layout.scratch, in: heaps.workspace)
        partial = layout.partial.map { Block(count: $0, in: heaps.workspace) }
        top = Buffer(count: layout.top, in: heaps.workspace)
    }

    /// Puts the network before the first step: all states 0, no adjoint, nothing collected.
    package func reset() {
        for layer in layers { layer.state.start.update(repeating: 0, count: layer.state.count) }
        clearAdjoint()
        collected = nil
    }

    /// The inputs in ``step`` as a matrix.
    package var input: Matrix<S> { Matrix(step.start, rows: shape.batch, columns: shape.input) }

    /// h of the top layer, where the network stands, [B, H].
    package var output: Matrix<S> { layers[layers.count - 1].hidden }
}

// Forward.
extension Network {
    /// One step forward.
    ///
    /// - Parameters:
    ///   - input: x, [B, D].
    ///   - record: where the step's record goes; nil when nobody needs it.
    package func forward(_ input: Matrix<S>, record: Record<S>?) {
        var input = input
        for (index, layer) in layers.enumerated() {
            cell.forward(
                layer, input: input, record: record?.layers[index].start ?? scratch.start, partial: partial?.start)
            input = layer.hidden
        }
    }
}

// Backward.
extension Network {
    /// The state entering a step, as backward finds it: the record of the step before, or a state that was kept.
    package enum Entering {
        case record(Record<S>)
        case state(State<S>)
    }

    /// One step back.
    ///
    /// - Parameters:
    ///   - time: the step's number, which says where in its block it goes.
    ///   - input: x, [B, D]; asked for where it is needed so that it can be generated in place.
    ///   - record: the step's record.
    ///   - entering: the state that entered the step.
    ///   - loss: the weight of one squared error against ``Head/targets``; nil when no loss enters on this step.
    /// - Returns: the step's unweighted squared error; 0 when no loss enters.
    package func backward(
        at time: Int, input: (Matrix<S>) -> Void, record: Record<S>, entering: Entering, loss: S?
    ) -> Double {
        let last = layers.count - 1
        var error = 0.0
        if let loss {
            cell.output(layers[last], record: record.layers[last].start, into: top.start)
            let hidden = Matrix(top.start, rows: shape.batch, columns: shape.hidden)
            error = head.differentiate(hidden, weight: loss, adjoint: layers[last].hiddenAdjoint)
        }

        let place = time % shape.block
        for index in layers.indices.reversed() {
            let layer = layers[index]
            let inputs = layer.inputs(place..<place + 1)
            let hidden = layer.hiddens(place..<place + 1)
            let adjoints = layer.adjoints(place..<place + 1)
            if index == 0 {
                input(inputs)
            } else {
                cell.output(layers[index - 1], record: record.layers[index - 1].start, into: inputs.start)
            }
            var memory: UnsafeMutablePointer<S>?
            switch entering {
            case .record(let previous):
                cell.output(layer, record: previous.layers[index].start, into: hidden.start)
                memory = cell.memory(layer, record: previous.layers[index].start)
            case .state(let state):
                let start = state.layers[index].start
                hidden.start.update(from: start, count: shape.cells)
                memory = shape.cell.stateParts == 2 ? start + shape.cells : nil
            }
            cell.differentiate(
                layer, record: record.layers[index].start, entering: hidden, enteringMemory: memory,
                adjoints: adjoints, partial: partial?.start)
            cell.propagate(layer, adjoints: adjoints, below: index == 0 ? nil : layers[index - 1].hiddenAdjoint)
        }

        collected = time..<(collected?.upperBound ?? time + 1)
        if place == 0 { flush() }
        return error
    }

    /// Adds what is in the blocks to the gradients. Blocks are aligned to step numbers, so every schedule that reverses
    /// each step once adds the same numbers in the same order.
    package func flush() {
        guard let steps = collected else { return }
        let first = steps.lowerBound % shape.block
        for layer in layers { cell.accumulate(layer, steps: first..<first + steps.count) }
        collected = nil
    }

    /// Forgets the adjoint: what comes before the step reached gets no gradient from behind it.
    package func truncate() {
        flush()
        clearAdjoint()
    }

    private func clearAdjoint() {
        for layer in layers { memset(layer.adjoint.start, 0, layer.adjoint.count * MemoryLayout<S>.stride) }
    }
}

// Saved states.
extension Network {
    /// The memory of the state the network stands at, a block for each layer: to write it to a file and read it back.
    package var stateBytes: [UnsafeMutableRawBufferPointer] {
        layers.map {
            UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: $0.state.start, count: $0.state.count))
        }
    }

    /// A copy of the state the network stands at.
    package func copyState(in heap: Heap) -> State<S> {
        let state = State<S>(shape, in: heap)
        for (copy, layer) in zip(state.layers, layers) { copy.start.update(from: layer.state.start, count: copy.count) }
        return state
    }

    /// Puts the network where the state was copied.
    package func restore(_ state: State<S>) {
        for (copy, layer) in zip(state.layers, layers) { layer.state.start.update(from: copy.start, count: copy.count) }
    }

    /// Puts the network behind a recorded step: the record contains the state after it.
    package func restore(after record: Record<S>) {
        for (index, layer) in layers.enumerated() {
            cell.output(layer, record: record.layers[index].start, into: layer.state.start)
            if let memory = cell.memory(layer, record: record.layers[index].start) {
                layer.memory.update(from: memory, count: shape.cells)
            }
        }
    }

    /// Overwrites a state with the one after a recorded step.
    package func write(stateAfter record: Record<S>, to state: State<S>) {
        for (index, layer) in layers.enumerated() {
            let start = state.layers[index].start
            cell.output(layer, record: record.layers[index].start, into: start)
            if let memory = cell.memory(layer, record: record.layers[index].start) {
                (start + shape.cells).update(from: memory, count: shape.cells)
            }
        }
    }
}
