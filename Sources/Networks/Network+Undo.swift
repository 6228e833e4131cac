package import Kernels
import Shapes

// Steps that are undone, of cells that say how: see ``CellKind/isReversible``.
extension Network {
    /// Some steps back, the last one first: from the state after them to the one that entered the first, with the records that forward
    /// would have kept, bit for bit.
    ///
    /// - Parameters:
    ///   - steps: at most ``Shape/chunk`` of them.
    ///   - inputs: x of the steps, [steps·B, D].
    ///   - records: where the steps' records go.
    ///   - forgotten: what forward has written down of them.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func undo(
        _ steps: Range<Int>, inputs: Matrix<S>, records: ArraySlice<Record<S>>, forgotten: UndoBuffer
    ) {
        let projection = Matrix(
            projection.start, rows: shape.chunk * shape.batch, columns: shape.projectionPitch
        ).steps(0..<1, shape)
        let recurrence = recurrence
        ThreadPool.shared.run(parts: parts) { worker in
            let partition = Partition(worker, workspace(of: worker), of: shape)
            for (index, step) in steps.enumerated().reversed() {
                // From the top: what enters a layer is the state of the one below after the step, not undone yet.
                for (place, layer) in layers.enumerated().reversed() {
                    let input = place == 0 ? inputs.steps(index..<index + 1, shape) : layers[place - 1].hidden
                    layer.project(input, partition, into: projection)
                    layer.undo(
                        partition, recurrence, projection: projection,
                        record: records[records.startIndex + index].layers[place].start, recurrent: recurrent,
                        words: forgotten.start(of: step, layer: place))
                    // The next layer's products are of all units, and of those of this one at the next step.
                    partition.waitAtBarrier()
                }
            }
        }
    }
}

extension Layer {
    /// One step back of a partition: from the state after it to the one before it, and to its record.
    @inline(__always)
    func undo(
        _ partition: Partition, _ recurrence: Recurrence<S>, projection: Matrix<S>, record: Pointer<S>,
        recurrent: Pointer<S>?, words: UnsafeMutablePointer<UInt64>
    ) {
        // h before the step is the memory after it; of two halves, each is as U of the other's gates saw it until it is undone itself.
        let before = Matrix(memory, rows: shape.batch, columns: shape.hidden)
        let phases = shape.cell.phases
        for phase in (0..<phases).reversed() {
            sum(
                partition, phase: phase, projection: projection,
                entering: phases == 1 ? before : half(1 - phase, of: hidden), record: record, recurrent: recurrent)
            // Products have read all units of the halves that change now.
            partition.waitAtBarrier()
            recurrence.undo(
                forwardStep(
                    phase, projection: projection, before: phases == 1 ? before : hidden, after: hidden,
                    record: record, recurrent: recurrent), partition, words + phase * shape.cells)
            if phase > 0 { partition.waitAtBarrier() }
        }
    }
}
