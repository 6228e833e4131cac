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
        let layout = Layout(shape, residentSteps: residentSteps, length: length)
        func usableSize(_ bytes: Int) -> Int { bytes == Footprint.countable ? bytes : Heap.usableSize(bytes) }
        func usable(_ elements: Int) -> Int { usableSize(saturatingProduct(elements, shape.precision.bytes)) }

        var constant = Usage()
        for tensor in layout.tensors + layout.moments(of: optimizer)
            + (carriesState ? Layout.carriedState(shape) : []) + Layout.unpackedState(shape)
        {
            let bytes = saturatingProduct(tensor.copies, usable(tensor.elements))
            constant[tensor.role] = saturatingSum(constant[tensor.role], bytes)
        }
        self.init(
            constant: constant, state: shape.depth * usableSize(shape.savedBytes),
            entering: shape.depth * usable(shape.stateElements),
            record: shape.depth * (shape.packedRecord.map { usableSize($0.bytes) } ?? usable(shape.recordElements))
                + (shape.recordsOutputs ? usable(shape.batch * shape.outputs) : 0),
            storedState: Footprint.stateHeader + shape.depth * shape.savedBytes,
            lanes: shape.lanes, sensitivities: SensitivitySizes(shape, usable: usable),
            buffer: BufferSize(shape))
    }
}

extension BufferSize {
    /// Of a network whose steps can be undone: in each layer a word of 8 bytes for each number that a step changes. Nothing of others.
    fileprivate init(_ shape: Shape) {
        guard let bits = shape.cell.bits else {
            self.init()
            return
        }
        let bytes = saturatingProduct(shape.changedElements, MemoryLayout<UInt64>.size)
        self.init(
            word: saturatingProduct(shape.depth, bytes == Footprint.countable ? bytes : Heap.usableSize(bytes)),
            stepsOfWord: Forgotten.stepsOfWord(bits: bits))
    }
}
