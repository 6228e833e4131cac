import Glibc
package import Kernels
package import Memory
import Schedules
package import Shapes

/// Stacked recurrent layers of one cell and a linear head, with the memory to run them forward and backward. It keeps no
/// records and no saved states: the caller decides which of these live. Where each layer has two directions,
/// these go through the steps one by one: see Network+Directions.swift.
package final class Network<S: Scalar> {
    package let shape: Shape
    package let heaps: Heaps
    /// The layers, or their directions: those of the first layer, forward and reverse, then the next one's.
    package let layers: [Layer<S>]
    package let head: Head<S>
    /// The cell's equations.
    let recurrence: Recurrence<S>
    /// The inputs of the whole sequence, [T, B, D], where they are in memory.
    let sequence: Pointer<S>?
    /// Room for the inputs of a chunk of steps, [chunk·B, D], and of a block, [block·B, D], where they are not, or not in the
    /// order of a direction.
    let step, block: Pointer<S>?
    /// T, where each layer has two directions, and what these give and get back: see ``Layout``.
    let length: Int
    let sequences: [Region<S>]
    /// Where each row of the batch ends, one past its last step; nil where all have T.
    private(set) var ends: [Int]?
    let scratch, projection, outputs, outside: Region<S>
    /// Where records are kept in fewer bits; nil where they are not.
    let packing: RecordPacking<S>?
    /// What their rounding is made of, where that is random.
    package var noise = RoundingNoise()
    /// ∂L/∂x of a block, [block·B, D], where it is made.
    let inputAdjoint: Pointer<S>?
    /// U h + d of the gates that have it apart, [gates, B, H].
    let recurrent: Pointer<S>?
    /// What threads round to bfloat16, where products are of that, [threads, pairs].
    private let pairs: Pointer<S>?
    /// CTC's variables, with that criterion.
    package private(set) var alignment: Alignment<S>?
    /// Steps whose adjoints are in the blocks and not yet in the gradients.
    var collected: Range<Int>?
    /// All memory but the alignment's.
    private let tensors: Tensors<S>

    /// Parameters are 0: see ``initialize(seed:orthogonal:)``.
    ///
    /// - Parameters:
    ///   - resident: T, when the inputs of the whole sequence are to be in memory, at ``inputs(of:)``; nil when they come with
    ///     the steps.
    ///   - length: T, of a network with two directions.
    package init(_ shape: Shape, heaps: Heaps, keepingInputsOf resident: Int? = nil, length: Int = 0) {
        var own = shape
        own.alignment = nil
        let tensors = Tensors<S>(
            Layout(own, residentSteps: resident ?? 0, length: length).tensors, heaps: heaps)
        self.shape = shape
        self.heaps = heaps
        self.length = length
        self.tensors = tensors
        recurrence = Recurrence.of(shape.cell)
        layers = (0..<shape.directions * shape.layers).map { Layer(shape, tensors, index: $0) }
        head = Head(shape, tensors)
        sequence = tensors.find("sequence", .inputs)
        sequences = tensors.copies("between", .inputs)
        step = tensors.find("inputs_of_chunk")
        block = tensors.find("inputs_of_block")
        scratch = tensors["scratch"]
        projection = tensors["projection"]
        outputs = tensors["outputs"]
        packing = RecordPacking(shape)
        outside = tensors["outside"]
        inputAdjoint = tensors.find("input_adjoint")
        recurrent = tensors.find("recurrent")
        pairs = tensors.find("pairs")
        alignment = shape.alignment.map { Alignment($0, batch: shape.batch, classes: shape.outputs, heaps: heaps) }
    }

    /// Puts the network before the first step of a training step: gradients and states 0, no adjoint, nothing collected,
    /// and what follows from the parameters made again.
    ///
    /// - Parameter ends: where each row of the batch ends, one past its last step; nil where all have T. What is after an
    ///   end is padding, where no loss may enter.
    package func begin(ends: [Int]? = nil) {
        self.ends = ends
        for layer in layers { clear(layer.state.start, layer.state.count) }
        clearAdjoint()
        collected = nil
        parametersDidChange()
    }

    /// Continues where it stands after the parameters have changed: gradients are 0, and what follows from the
    /// parameters is made again.
    package func parametersDidChange() {
        precondition(collected == nil, "adjoints of the old parameters are not in the gradient yet")
        clearGradients()
        head.prepare()
        prepareLayers()
        replicateWeights()
    }

    /// A thread's memory for what it rounds to bfloat16.
    func workspace(of worker: ThreadPool.Worker) -> PairWorkspace { PairWorkspace(pairs, of: worker, shape) }

    func prepareLayers() {
        ThreadPool.shared.run(parts: parts) { worker in
            for layer in layers { layer.prepare(worker) }
        }
    }

    /// Keeps CTC's forward variables of this number of steps from now on.
    package func keepAlignment(of steps: Int) {
        guard var kept = alignment?.shape, kept.steps != steps else { return }
        kept.steps = steps
        alignment = nil
        alignment = Alignment(kept, batch: shape.batch, classes: shape.outputs, heaps: heaps)
    }

    /// Whether the inputs of the whole sequence are in memory.
    package var keepsInputs: Bool { sequence != nil }

    /// Where the inputs of steps go before ``forward(_:records:)``, [steps·B, D]; at most a chunk of them where they are not in memory.
    package func inputs(ahead steps: Range<Int>) -> Matrix<S> {
        inputs(sequence ?? step!, at: sequence == nil ? 0 : steps.lowerBound, steps.count)
    }

    /// Where they go before ``backward(_:records:entering:injecting:loss:)``, steps of one block.
    package func inputs(of steps: Range<Int>) -> Matrix<S> {
        inputs(sequence ?? block!, at: sequence == nil ? steps.lowerBound % shape.block : steps.lowerBound, steps.count)
    }

    private func inputs(_ memory: Pointer<S>, at step: Int, _ count: Int) -> Matrix<S> {
        Matrix(memory + step * shape.batch * shape.input, rows: count * shape.batch, columns: shape.input)
    }

    func clearAdjoint() {
        for layer in layers { clear(layer.adjoint.start, layer.adjoint.count) }
    }

    /// Threads worth having: what one does between two barriers should take longer than a barrier, a fraction of a µs.
    var parts: Int {
        // Where no unit sees another, a barrier is at the end of a chunk.
        let steps = shape.cell.hasHiddenMatrix ? 1 : shape.chunk
        return max(1, 2 * steps * shape.batch * shape.columns * shape.hidden / Network.least)
    }
    private static var least: Int { 1 << 15 }

    /// h of the top layer, where the network stands, [B, H].
    package var output: Matrix<S> { layers[layers.count - 1].hidden }

    /// y of the head, where the network stands, [B, O]; valid until the next step back.
    package func predict() -> [S] { predict(from: output) }

    func predict(from output: Matrix<S>) -> [S] {
        let y = head.outputs(0..<1)
        head.forward(output, workspace(of: ThreadPool.Worker.alone), into: y)
        return (0..<y.rows).flatMap { UnsafeBufferPointer(start: y.row($0), count: y.columns) }
    }
}

// Saved states.
extension Network {
    /// The layers that go through the steps together on a lane.
    func layers(on lane: Int) -> ArraySlice<Layer<S>> {
        layers[lane * shape.depth..<(lane + 1) * shape.depth]
    }

    /// The memory of the state the network stands at, a block for each layer: to write it to a file and read it back.
    package func stateBytes(on lane: Int = 0) -> [UnsafeMutableRawBufferPointer] {
        layers(on: lane).map {
            UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: $0.state.start, count: $0.state.count))
        }
    }

    /// A copy of the state the network stands at.
    package func copyState(on lane: Int = 0, in heap: Heap) -> State<S> {
        let state = State<S>(shape, in: heap)
        for (copy, layer) in zip(state.layers, layers(on: lane)) {
            copy.start.update(from: layer.state.start, count: copy.count)
        }
        return state
    }

    /// Copies the state the network stands at over another.
    package func keepState(in state: State<S>) {
        for (copy, layer) in zip(state.layers, layers) { copy.start.update(from: layer.state.start, count: copy.count) }
    }

    /// Puts the network where the state was copied.
    package func restore(_ state: State<S>, on lane: Int = 0) {
        for (copy, layer) in zip(state.layers, layers(on: lane)) {
            layer.state.start.update(from: copy.start, count: copy.count)
        }
    }
}
