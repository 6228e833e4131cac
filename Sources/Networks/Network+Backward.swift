package import Kernels
import Memory
import Quantities
import Shapes

extension Network {
    /// The state entering a step, as backward finds it: the record of the step before, or a state that was kept.
    package enum Entering {
        case record(Record<S>)
        case state(State<S>)
    }

    /// The parts of steps that lie in one block each, last block first.
    package func blocks(of steps: Range<Int>) -> [Range<Int>] {
        let first = steps.lowerBound / shape.block
        let last = (steps.upperBound - 1) / shape.block
        return (first...last).reversed().map { steps.clamped(to: $0 * shape.block..<($0 + 1) * shape.block) }
    }

    /// Where steps lie in their block.
    func positions(of steps: Range<Int>) -> Range<Int> {
        let first = steps.lowerBound % shape.block
        return first..<first + steps.count
    }

    /// Some steps of one block back, last step first. Their inputs are at ``inputs(of:)``.
    ///
    /// - Parameters:
    ///   - steps: their numbers, which say where in the block they go.
    ///   - records: of these steps.
    ///   - entering: the state that entered the first.
    ///   - injecting: those of the steps on which a loss enters.
    ///   - loss: turns the head's outputs at a step, [B, O], into ∂L/∂y and answers the step's loss. Called for each step
    ///     that injects, last step first, by the thread that calls this.
    /// - Returns: the loss of each step that injects, last step first.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func backward(
        _ steps: Range<Int>, records: ArraySlice<Record<S>>, entering: Entering, injecting: Range<Int>,
        loss: (_ step: Int, _ outputs: Matrix<S>) -> Double
    ) -> [Double] {
        let positions = positions(of: steps)
        let injected = self.positions(of: injecting)
        let complete = collect(steps)
        var errors: [Double] = []
        ThreadPool.shared.run(parts: parts) { worker in
            let workspace = workspace(of: worker)
            let partition = Partition(worker, workspace, of: shape)
            for (index, layer) in layers.enumerated() {
                gatherHiddenStates(layer, partition, index, positions, records, entering)
            }
            worker.waitAtBarrier()
            // The head: outputs by rows, what comes back to the top layer by partitions.
            if !injecting.isEmpty, !shape.recordsOutputs {
                let y = head.outputs(injected)
                let rows = worker.partition(of: y.rows, by: 6)
                let hidden = layers[layers.count - 1].hiddens(injected.lowerBound + 1..<injected.upperBound + 1)
                if !rows.isEmpty { head.forward(hidden.rows(rows), workspace, into: y.rows(rows)) }
                worker.waitAtBarrier()
            }
            if worker.index == 0 {
                for time in steps.reversed() {
                    let step = positions.lowerBound + time - steps.lowerBound
                    let y = head.outputs(step..<step + 1)
                    if injecting.contains(time) {
                        if packing != nil,
                            let outputs = records[records.startIndex + time - steps.lowerBound].packed?.outputs
                        {
                            copy(Matrix(outputs.start, rows: y.rows, columns: y.columns), 0..<y.columns, to: y)
                        }
                        errors.append(loss(time, y))
                    } else {
                        clear(y.start, y.rows * y.pitch)
                    }
                }
            }
            worker.waitAtBarrier()
            let block = Matrix(outside.start, rows: shape.block * shape.batch, columns: shape.stateWidth)
            if !injecting.isEmpty {
                partition.multiply(
                    partition.left(head.outputs(positions)), head.operand,
                    columns: partition.columns(of: shape.stateWidth), from: nil, into: block.steps(positions, shape))
            }
            for index in layers.indices.reversed() {
                let layer = layers[index]
                let isReached = index + 1 < layers.count || !injecting.isEmpty
                let inputs =
                    index == 0
                    ? inputs(of: steps) : layers[index - 1].hiddens(positions.lowerBound + 1..<positions.upperBound + 1)
                reverse(
                    layer, partition, index, positions, records, entering, inputs: inputs,
                    outside: isReached ? block : nil)
                if index > 0 {
                    propagateToInputs(layer, partition, positions, to: block)
                } else if let inputAdjoint {
                    let rows = shape.block * shape.batch
                    propagateToInputs(
                        layer, partition, positions,
                        to: Matrix(inputAdjoint, rows: rows, columns: shape.input))
                }
            }
            if let complete {
                worker.waitAtBarrier()
                accumulate(complete, worker, workspace)
            }
        }
        return errors
    }

    /// The hidden states that entered some steps of a block, and the one after them, from records and the entering state.
    ///
    /// - Parameter index: of the layer among those of a record.
    func gatherHiddenStates(
        _ layer: Layer<S>, _ partition: Partition, _ index: Int, _ positions: Range<Int>,
        _ records: ArraySlice<Record<S>>, _ entering: Entering
    ) {
        let first = layer.hiddens(positions.lowerBound..<positions.lowerBound + 1)
        switch entering {
        case .record(let record):
            layer.output(
                partition, recurrence,
                record: unpacked(record, index, at: positions.lowerBound - 1, partition, hiddenAlone: true),
                into: first)
        case .state(let state):
            partition.copy(
                Matrix(state.layers[index].start, rows: shape.batch, columns: shape.stateWidth), to: first)
        }
        for (step, record) in zip(positions, records) {
            layer.output(
                partition, recurrence, record: unpacked(record, index, at: step, partition, hiddenAlone: true),
                into: layer.hiddens(step + 1..<step + 2))
        }
    }

    /// One layer through some steps of a block, last step first.
    ///
    /// - Parameters:
    ///   - index: of the layer among those of a record.
    ///   - inputs: what entered the layer at these steps, [steps·B, D].
    func reverse(
        _ layer: Layer<S>, _ partition: Partition, _ index: Int, _ positions: Range<Int>,
        _ records: ArraySlice<Record<S>>, _ entering: Entering, inputs: Matrix<S>, outside: Matrix<S>?
    ) {
        // What comes from outside was made by columns of h, which are not those of its halves.
        if shape.cell.phases > 1 { partition.waitAtBarrier() }
        layer.recompute(
            partition, before: layer.hiddens(positions),
            after: layer.hiddens(positions.lowerBound + 1..<positions.upperBound + 1),
            adjoints: layer.adjoints(positions))
        // Sums that are not recorded are made again there too.
        if shape.variant == .recomputeGates { layer.project(inputs, partition, into: layer.adjoints(positions)) }
        func record(at step: Int) -> Pointer<S> {
            unpacked(records[records.startIndex + step - positions.lowerBound], index, at: step, partition)
        }
        // A step's record, where it was needed for the step after it.
        var known: Pointer<S>?
        for step in positions.reversed() {
            let own = known ?? record(at: step)
            known = nil
            // Rows are whole, and what is read of other units was made above, or by the step after.
            if shape.cell.spansUnits { partition.waitAtBarrier() }
            let memory: Pointer<S>
            if shape.cell.memoryParts == 0 {
                memory = own
            } else if step > positions.lowerBound {
                let previous = record(at: step - 1)
                memory = layer.memory(in: previous)
                known = previous
            } else {
                switch entering {
                case .record(let previous):
                    memory = layer.memory(in: unpacked(previous, index, at: step - 1, partition))
                case .state(let state): memory = state.layers[index].start + shape.hiddenElements
                }
            }
            let one = step..<step + 1
            let adjoints = layer.adjoints(one)
            var (hiddenAdjoint, outside) = (layer.hiddenAdjoint, outside?.steps(one, shape))
            if layer.projected != nil {
                layer.propagateToUnits(partition, recurrence, record: own, at: one, outside: outside)
                (hiddenAdjoint, outside) = (layer.unitsAdjoint, nil)
            }
            for phase in (0..<shape.cell.phases).reversed() {
                layer.differentiate(
                    partition, recurrence, phase: phase, record: own, entering: layer.hiddens(one), memory: memory,
                    hiddenAdjoint: hiddenAdjoint, outside: outside, adjoints: adjoints)
                if shape.cell.hasHiddenMatrix { partition.waitAtBarrier() }
                if shape.variant == .noStateAdjoint, phase == 0 {
                    layer.clearAdjoint(partition)
                } else {
                    layer.propagate(partition, phase: phase, adjoints: adjoints)
                }
            }
        }
    }

    /// Takes a layer's adjoints of some steps through W to the hidden states of the layer below, or to the inputs.
    func propagateToInputs(
        _ layer: Layer<S>, _ partition: Partition, _ positions: Range<Int>, to outside: Matrix<S>
    ) {
        // No thread reads what came to this layer any more.
        partition.waitAtBarrier()
        let columns = partition.columns(of: layer.width)
        let below = outside.steps(positions, shape)
        for gate in 0..<shape.cell.gates {
            let (adjoint, adjoints) = (shape.cell.inputAdjoint(of: gate), layer.adjoints(positions))
            let own = adjoints.columns(adjoint * layer.padded..<(adjoint + 1) * layer.padded)
            partition.multiply(
                partition.left(own), layer.inputTransposedOperand(gate), columns: columns,
                from: gate == 0 ? nil : below, into: below)
        }
    }
}

// Weight gradients.
extension Network {
    /// Notes that the adjoints of some steps go to their block.
    ///
    /// - Returns: all steps of the block, when these are the last: they go to the gradients.
    func collect(_ steps: Range<Int>) -> Range<Int>? {
        let all = steps.lowerBound..<(collected?.upperBound ?? steps.upperBound)
        let isComplete = positions(of: steps).lowerBound == 0
        collected = isComplete ? nil : all
        return isComplete ? all : nil
    }

    /// Adds what is in the blocks to the gradients. Blocks are aligned to step numbers, so every schedule that reverses
    /// each step once adds the same numbers in the same order.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func flush() {
        guard let collected else { return }
        ThreadPool.shared.run(parts: parts) { accumulate(collected, $0, workspace(of: $0)) }
        self.collected = nil
    }

    /// Adds what is in the blocks to all gradients: every worker some units of all rows.
    private func accumulate(_ collected: Range<Int>, _ worker: ThreadPool.Worker, _ workspace: PairWorkspace) {
        let steps = positions(of: collected)
        let after = steps.lowerBound + 1..<steps.upperBound + 1
        for (index, layer) in layers.enumerated() {
            let inputs = index == 0 ? inputs(of: collected) : layers[index - 1].hiddens(after)
            accumulate(layer, worker, workspace, steps, inputs: inputs)
        }
        head.accumulate(
            steps, hidden: layers[layers.count - 1].hiddens(after),
            worker.partition(of: shape.stateWidth, by: Shape.padded(1)), workspace, isFirst: worker.index == 0)
    }

    /// Adds some steps of a block to the gradients of a layer: every worker some units of all rows.
    func accumulate(
        _ layer: Layer<S>, _ worker: ThreadPool.Worker, _ workspace: PairWorkspace, _ steps: Range<Int>,
        inputs: Matrix<S>
    ) {
        let units = worker.partition(of: shape.hidden, by: Shape.padded(1))
        let (cell, weights, adjoints) = (shape.cell, layer.weights, layer.adjoints(steps))
        let (before, after) = (layer.hiddens(steps), layer.hiddens(steps.lowerBound + 1..<steps.upperBound + 1))
        var (x, h) = workspace.transposed(inputs, layer.seen(0, before: before, after: after))
        for gate in 0..<cell.gates {
            let (phase, own) = gate.quotientAndRemainder(dividingBy: cell.gatesOfPhase)
            if phase > 0, own == 0 {
                (x, h) = workspace.transposed(inputs, layer.seen(phase, before: before, after: after))
            }
            let dx = layer.gate(cell.inputAdjoint(of: gate), of: adjoints)
            let dh = layer.gate(cell.hiddenAdjoint(of: gate), of: adjoints)
            workspace.accumulate(x, dx, columns: units, into: layer.wGradient(gate))
            if cell.hasHiddenMatrix { workspace.accumulate(h, dh, columns: units, into: layer.uGradient(gate)) }
            if let bias = weights.inputBiasGradient { addRows(of: dx, units, to: bias + gate * shape.hidden) }
            if let bias = weights.hiddenBiasGradient { addRows(of: dh, units, to: bias + gate * shape.hidden) }
        }
        if layer.projected != nil {
            workspace.accumulate(
                workspace.transposed(layer.units(steps)), layer.projectedAdjoints(steps),
                columns: worker.partition(of: shape.stateWidth, by: Shape.padded(1)), into: layer.pGradient)
        }
        for parameter in 0..<cell.unitsParts {
            let summands = layer.gate(cell.unitsAdjoint(of: parameter), of: adjoints)
            addRows(of: summands, units, to: weights.unitsGradients[parameter])
        }
    }

    /// Forgets the adjoint: what comes before the step reached gets no gradient from the steps after it.
    package func truncate() {
        flush()
        clearAdjoint()
        alignment?.truncate()
    }

    /// Multiplies the adjoint of the state reached.
    package func scaleAdjoint(by factor: S) {
        for layer in layers {
            for index in 0..<layer.adjoint.count { layer.adjoint.start[index] *= factor }
        }
    }
}
