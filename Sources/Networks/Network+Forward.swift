package import Kernels
import Memory
import Quantities
import Shapes

extension Network {
    /// Some steps forward, ``Shape/chunk`` of them at a time: W x of a chunk is one product.
    ///
    /// - Parameters:
    ///   - inputs: x of the steps, [steps·B, D].
    ///   - start: the number of the first one.
    ///   - records: where the steps' records go; nil when no backward step needs them.
    ///   - forgotten: where what they forget goes; nil when no step is undone.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func forward(
        _ inputs: Matrix<S>, from start: Int, records: ArraySlice<Record<S>>?, forgotten: UndoBuffer? = nil
    ) {
        forward(inputs, from: start, through: layers.indices, records: records, forgotten: forgotten)
    }

    /// - Parameter through: the layers that these steps go through, those of one record.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func forward(
        _ inputs: Matrix<S>, from start: Int, through layers: Range<Int>, records: ArraySlice<Record<S>>?,
        forgotten: UndoBuffer? = nil
    ) {
        let steps = inputs.rows / shape.batch
        let projection = Matrix(projection.start, rows: shape.chunk * shape.batch, columns: shape.projectionPitch)
        let outputs = Matrix(outputs.start, rows: shape.chunk * shape.batch, columns: shape.stateWidth)
        let recurrence = recurrence
        let (native, packed) = packing == nil ? (records, nil) : (nil, records)
        ThreadPool.shared.run(parts: parts) { worker in
            let partition = Partition(worker, workspace(of: worker), of: shape)
            for first in stride(from: 0, to: steps, by: shape.chunk) {
                let chunk = 0..<min(shape.chunk, steps - first)
                // All enter the chunk with what all have left in the layers.
                if first > 0 { partition.waitAtBarrier() }
                for (index, layer) in self.layers[layers].enumerated() {
                    project(
                        index == 0 ? inputs.steps(first..<first + chunk.count, shape) : outputs.steps(chunk, shape),
                        layer, partition, into: projection.steps(chunk, shape))
                    // The layer writes its outputs where those of the layer below were read.
                    if index > 0 { partition.waitAtBarrier() }
                    var entering = layer.hidden
                    for step in chunk {
                        let output = outputs.steps(step..<step + 1, shape)
                        let record =
                            native.map { $0[$0.startIndex + first + step].layers[index].start } ?? scratch.start
                        layer.forward(
                            partition, recurrence, projection: projection.steps(step..<step + 1, shape),
                            entering: entering, record: record, recurrent: recurrent, output: output,
                            words: forgotten.map { $0.start(of: start + first + step, layer: index) })
                        // Units need each other at the next step, or not before the chunk's end; and groups of a record that is
                        // packed are of all units.
                        if shape.cell.hasHiddenMatrix || packed != nil || step + 1 == chunk.upperBound {
                            partition.waitAtBarrier()
                        }
                        if let packed {
                            pack(
                                packed[packed.startIndex + first + step], index, layer: layers.lowerBound + index,
                                step: start + first + step, partition)
                        }
                        entering = output
                    }
                    partition.copy(entering, to: layer.hidden)
                }
                if let packed, shape.recordsOutputs {
                    let rows = partition.wholeRows.rows
                    for step in chunk where !rows.isEmpty {
                        let y = Matrix(
                            packed[packed.startIndex + first + step].packed!.outputs!.start,
                            rows: shape.batch,
                            columns: shape.outputs)
                        head.forward(
                            outputs.steps(step..<step + 1, shape).rows(rows), workspace(of: worker), into: y.rows(rows))
                    }
                }
            }
        }
    }

    /// CTC's forward variables of steps that ``forward(_:records:)`` has just run for the first time.
    ///
    /// - Parameter chunk: all steps that it has run.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func align(_ steps: Range<Int>, of chunk: Range<Int>) {
        guard alignment != nil, !steps.isEmpty else { return }
        let ran = Matrix(outputs.start, rows: chunk.count * shape.batch, columns: shape.stateWidth)
        align(
            steps,
            hidden: ran.steps(steps.lowerBound - chunk.lowerBound..<steps.upperBound - chunk.lowerBound, shape))
    }

    /// - Parameter hidden: what the head reads at these steps.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func align(_ steps: Range<Int>, hidden: Matrix<S>) {
        guard let alignment else { return }
        precondition(collected == nil, "the head's outputs are still needed for its gradient")
        let y = head.outputs(0..<steps.count)
        ThreadPool.shared.run(parts: parts) { worker in
            let outputs = worker.partition(of: y.rows, by: 6)
            if !outputs.isEmpty { head.forward(hidden.rows(outputs), workspace(of: worker), into: y.rows(outputs)) }
            worker.waitAtBarrier()
            let sequences = worker.partition(of: shape.batch, by: 1)
            for (index, step) in steps.enumerated() {
                alignment.advance(y.steps(index..<index + 1, shape), at: step, rows: sequences)
            }
        }
    }

    /// W x + b, gate by gate or, where the variant says so, of all gates with one product.
    @inline(__always)
    private func project(_ inputs: Matrix<S>, _ layer: Layer<S>, _ partition: Partition, into projection: Matrix<S>) {
        guard shape.variant != .fusedGates else {
            layer.projectAllGates(inputs, partition, into: projection)
            return
        }
        layer.project(inputs, partition, into: projection)
    }
}
