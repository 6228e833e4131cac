package import Kernels
import Memory
import Quantities
import Shapes

// Layers of two directions: Schuster & Paliwal 1997 (doi 10.1109/78.650093), Graves & Schmidhuber 2005 (doi
// 10.1016/j.neunet.2005.06.042), torch.nn.LSTM(bidirectional=True). What a layer gives at a time is h of its forward direction,
// then h of its reverse direction, which has come to that time from the end.
//
// A direction of a layer is a lane: it goes through the steps by itself, under its own schedule. Lanes are numbered as
// PyTorch numbers their states, layer · 2 + direction; a step is counted as the lane comes to it, so that the reverse
// direction's step 0 is the last time. All lanes go forward in this order and back in the opposite one.
//
// Where sequences side by side end at unequal times, the reverse direction of each begins at its own end, from a state of 0, as
// with torch.nn.utils.rnn.pack_padded_sequence. The padding after the end comes last in both directions: nothing that
// counts is made of it, and as no loss enters there, its adjoints are 0.
//
// Between layers are sequences of all T times, [T, B, 2H]. When h of the top layer has gone through the head, its ∂L/∂h takes
// its place. The other layers' h is needed until both directions above have been back, so ∂L/∂h of a layer goes where the
// sequence of the layer two above has been; that of the layer below the top goes to a sequence that is there for it.
extension Network {
    /// Puts x of some rows of the batch at a time into [rows, D].
    package typealias Input = (_ time: Int, _ rows: Range<Int>, _ inputs: Matrix<S>) -> Void

    private func layer(of lane: Int) -> Int { lane / 2 }
    private func isReverse(_ lane: Int) -> Bool { lane % 2 == 1 }

    /// The time that a step of a lane is; where sequences end at unequal times, row by row.
    private func forTimes(of step: Int, on lane: Int, _ body: (_ time: Int, _ rows: Range<Int>) -> Void) {
        guard isReverse(lane) else { return body(step, 0..<shape.batch) }
        guard let ends else { return body(length - 1 - step, 0..<shape.batch) }
        for (row, end) in ends.enumerated() { body(step < end ? end - 1 - step : step, row..<row + 1) }
    }

    /// What a layer gives, or its adjoint, at some times, [times·B, 2H].
    private func sequence(_ index: Int, _ times: Range<Int>) -> Matrix<S> {
        Matrix(sequences[index].start, rows: length * shape.batch, columns: shape.features).steps(times, shape)
    }

    /// h of a layer at some times.
    private func features(of layer: Int, _ times: Range<Int>) -> Matrix<S> { sequence(layer, times) }

    /// The same of some rows of the batch at a time.
    private func features(of layer: Int, _ time: Int, _ rows: Range<Int>) -> Matrix<S> {
        sequence(layer, time..<time + 1).rows(rows)
    }

    /// ∂L/∂h of a layer at some times.
    private func adjoints(of layer: Int, _ times: Range<Int>) -> Matrix<S> {
        sequence(layer == shape.layers - 1 ? layer : layer + 2, times)
    }

    private func adjoints(of layer: Int, _ time: Int, _ rows: Range<Int>) -> Matrix<S> {
        adjoints(of: layer, time..<time + 1).rows(rows)
    }

    /// The columns of a lane in what its layer gives.
    private func columns(of lane: Int) -> Range<Int> {
        let first = isReverse(lane) ? shape.stateWidth : 0
        return first..<first + shape.stateWidth
    }

    /// Puts what enters a lane's layer at some steps in the lane's order, [steps·B, D or 2H].
    private func gather(_ steps: Range<Int>, on lane: Int, to inputs: Matrix<S>, input: Input) {
        for (position, step) in steps.enumerated() {
            forTimes(of: step, on: lane) { time, rows in
                let own = inputs.steps(position..<position + 1, shape).rows(rows)
                if layer(of: lane) > 0 {
                    copy(features(of: layer(of: lane) - 1, time, rows), 0..<own.columns, to: own)
                } else if keepsInputs {
                    copy(self.inputs(of: time..<time + 1).rows(rows), 0..<own.columns, to: own)
                } else {
                    input(time, rows, own)
                }
            }
        }
    }

    /// Some steps of a lane forward, at most ``Shape/chunk``.
    ///
    /// - Parameters:
    ///   - givesOutputs: whether what comes out goes to the layer above; else it is there already.
    ///   - records: where the steps' records go; nil where no backward step needs them.
    ///   - input: of times and rows.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func forward(
        _ steps: Range<Int>, on lane: Int, givesOutputs: Bool, records: ArraySlice<Record<S>>?, input: Input
    ) {
        let inputs = Matrix(step!, rows: steps.count * shape.batch, columns: layers[lane].width)
        gather(steps, on: lane, to: inputs, input: input)
        forward(inputs, from: steps.lowerBound, through: lane..<lane + 1, records: records)
        guard givesOutputs else { return }
        let outputs = Matrix(outputs.start, rows: inputs.rows, columns: shape.stateWidth)
        for (position, step) in steps.enumerated() {
            forTimes(of: step, on: lane) { time, rows in
                copy(
                    outputs.steps(position..<position + 1, shape).rows(rows), 0..<shape.stateWidth,
                    to: features(of: layer(of: lane), time, rows).columns(columns(of: lane)))
            }
        }
    }

    /// y of the head at a time, [B, O], when all lanes have been forward; valid until the next step.
    package func predict(at time: Int) -> [S] {
        predict(from: features(of: shape.layers - 1, time..<time + 1))
    }

    /// CTC's forward variables of some times of one block, when all lanes have been forward.
    package func align(_ times: Range<Int>) { align(times, hidden: features(of: shape.layers - 1, times)) }

    /// The head and the loss at some times of one block, when all lanes have been forward: adds to the head's
    /// gradients, and puts ∂L/∂h of the top layer in the place of h.
    ///
    /// - Parameters:
    ///   - injecting: those of the times on which a loss enters.
    ///   - loss: turns the head's outputs at a time, [B, O], into ∂L/∂y and answers the time's loss. Called for each time
    ///     that injects, last one first, by the thread that calls this.
    /// - Returns: the loss of each time that injects, last one first.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func computeLoss(
        at times: Range<Int>, injecting: Range<Int>, loss: (_ time: Int, _ outputs: Matrix<S>) -> Double
    ) -> [Double] {
        let top = shape.layers - 1
        guard !injecting.isEmpty else {
            let none = adjoints(of: top, times)
            clear(none.start, none.rows * none.columns)
            return []
        }
        let positions = positions(of: times)
        var errors: [Double] = []
        ThreadPool.shared.run(parts: parts) { worker in
            let (hidden, workspace) = (features(of: top, times), workspace(of: worker))
            let y = head.outputs(positions)
            let counted = injecting.lowerBound - times.lowerBound..<injecting.upperBound - times.lowerBound
            let rows = worker.partition(of: counted.count * shape.batch, by: 6)
            if !rows.isEmpty {
                head.forward(
                    hidden.steps(counted, shape).rows(rows), workspace, into: y.steps(counted, shape).rows(rows))
            }
            worker.waitAtBarrier()
            if worker.index == 0 {
                for (step, time) in times.enumerated().reversed() {
                    let y = y.steps(step..<step + 1, shape)
                    if injecting.contains(time) {
                        errors.append(loss(time, y))
                    } else {
                        clear(y.start, y.rows * y.pitch)
                    }
                }
            }
            worker.waitAtBarrier()
            let units = worker.partition(of: shape.features, by: Shape.padded(1))
            head.accumulate(positions, hidden: hidden, units, workspace, isFirst: worker.index == 0)
            // Rows are read in whole vectors, beyond a worker's units.
            worker.waitAtBarrier()
            head.operand.multiplied(by: workspace.left(y), columns: units, from: nil, into: adjoints(of: top, times))
        }
        return errors
    }

    /// Some steps of a lane of one block back, last step first: with ∂L/∂h of its layer to that of the layer below and
    /// to the weight gradients.
    ///
    /// - Parameters:
    ///   - records: of these steps.
    ///   - entering: the state that entered the first.
    ///   - input: of times and rows.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func backward(
        _ steps: Range<Int>, on lane: Int, records: ArraySlice<Record<S>>, entering: Entering, input: Input
    ) {
        let positions = positions(of: steps)
        let inputs = blockInputs(of: lane)
        gather(steps, on: lane, to: inputs.steps(positions, shape), input: input)
        let outside = Matrix(outside.start, rows: shape.block * shape.batch, columns: shape.stateWidth)
        for (position, step) in zip(positions, steps) {
            forTimes(of: step, on: lane) { time, rows in
                copy(
                    adjoints(of: self.layer(of: lane), time, rows).columns(columns(of: lane)), 0..<shape.stateWidth,
                    to: outside.steps(position..<position + 1, shape).rows(rows))
            }
        }
        let complete = collect(steps)
        let layer = layers[lane]
        // Where ∂L/∂h of the layer's own has been read.
        let below = Matrix(self.outside.start, rows: outside.rows, columns: layer.width)
        ThreadPool.shared.run(parts: parts) { worker in
            let workspace = workspace(of: worker)
            let partition = Partition(worker, workspace, of: shape)
            gatherHiddenStates(layer, partition, 0, positions, records, entering)
            worker.waitAtBarrier()
            reverse(
                layer, partition, 0, positions, records, entering, inputs: inputs.steps(positions, shape),
                outside: outside)
            // Below has wider rows in the same memory, others' too; and gradients are of all rows.
            worker.waitAtBarrier()
            if self.layer(of: lane) > 0 { propagateToInputs(layer, partition, positions, to: below) }
            if let complete {
                let steps = self.positions(of: complete)
                accumulate(layer, worker, workspace, steps, inputs: blockInputs(of: lane).steps(steps, shape))
            }
        }
        guard self.layer(of: lane) > 0 else { return }
        for (position, step) in zip(positions, steps) {
            forTimes(of: step, on: lane) { time, rows in
                let own = below.steps(position..<position + 1, shape).rows(rows)
                let all = adjoints(of: self.layer(of: lane) - 1, time, rows)
                // The reverse direction goes back first.
                if isReverse(lane) { copy(own, 0..<own.columns, to: all) } else { add(own, to: all) }
            }
        }
    }

    /// What enters a lane's layer in the steps of a block, [block·B, D or 2H].
    private func blockInputs(of lane: Int) -> Matrix<S> {
        Matrix(block!, rows: shape.block * shape.batch, columns: layers[lane].width)
    }
}
