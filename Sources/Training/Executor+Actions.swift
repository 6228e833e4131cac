import Kernels
import Networks
import Schedules
import Shapes

// What each action does.
extension Executor {
    @specialized(where S == Float)
    @specialized(where S == Double)
    func perform(_ action: Action) throws(StateFileError) {
        switch action {
        case .advance(let steps, let recording):
            advance(steps, recording)
        case .save(let step, .disk):
            let parts = network.storedState(on: lane.index, in: unpacked)
            try files!.write(parts.map { UnsafeRawBufferPointer($0) }, step: number(step))
        case .restore(let step, .disk):
            try network.restore(on: lane.index, in: unpacked) { (parts) throws(StateFileError) in
                try files!.read(into: parts, step: number(step))
            }
            lane.position = step
        case .discard(let step, .disk):
            try files!.remove(step: number(step))
        case .save(let step, _):
            lane.saved[step] = network.saveState(on: lane.index, in: network.heaps[.states])
        case .restore(let step, _):
            if let state = lane.saved[step] {
                network.restore(state, on: lane.index)
            } else {
                network.restore(after: lane.records[step - 1]!, on: lane.index)
            }
            lane.position = step
        case .discard(let step, _):
            lane.saved[step] = nil
        case .backward(let steps, let injecting):
            if network.shape.isBidirectional, !isLossComputed { computeLoss() }
            for part in network.blocks(of: steps) { backward(part, injecting: injecting.clamped(to: part)) }
            pass.backwardSteps += steps.count
        case .release(let steps):
            release(steps)
        case .truncate:
            network.truncate()
        case .rescale(let factor):
            network.scaleAdjoint(by: S(factor))
        case .accumulate(let steps, let sensitivities):
            if sensitivities.needsRecords { carry(over: steps) } else { goForward(steps, with: sensitivities) }
        case .undo(let steps):
            undo(steps)
        }
    }

    /// What the file of a lane's state carries as its step.
    private func number(_ step: Int) -> Int { lane.index * length + step }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func advance(_ steps: Range<Int>, _ recording: Recording) {
        precondition(lane.position == steps.lowerBound, "the network does not stand where the schedule advances")
        if recording == .run, lane.records[steps.lowerBound - 1] == nil {
            lane.entering[steps.lowerBound] = network.copyState(on: lane.index, in: network.heaps[.records])
        }
        if recording == .forgotten { reserveBuffer(steps.upperBound) }
        let several = isUndisturbed ? steps.count : network.shape.chunk
        for first in stride(from: steps.lowerBound, to: steps.upperBound, by: several) {
            advance(first..<min(first + several, steps.upperBound), recording: recording)
        }
        pass.forwardSteps += steps.count
        pass.recomputedSteps += max(0, min(lane.frontier, steps.upperBound) - steps.lowerBound)
        if let carried, !isRehearsal, steps.upperBound == length, lane.frontier < length {
            network.keepState(in: carried)
        }
        lane.frontier = max(lane.frontier, steps.upperBound)
        lane.position = steps.upperBound
    }

    /// Whether the network goes forward over any number of steps by itself, its threads without a barrier where they
    /// share the batch: else inputs, CTC's variables, another step's weights or the other direction's order come
    /// between chunks.
    private var isUndisturbed: Bool {
        let shape = network.shape
        return network.keepsInputs && network.alignment == nil && shape.weightReplicas == 1 && !shape.isBidirectional
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func advance(_ steps: Range<Int>, recording: Recording) {
        let made =
            recording.keepsRecords ? steps.map { _ in Record<S>(network.shape, in: network.heaps[.records]) } : nil
        if network.shape.isBidirectional {
            network.forward(
                steps, on: lane.index, givesOutputs: steps.upperBound > lane.frontier, records: made?[...],
                input: source.input)
        } else {
            network.useWeights(ofStep: steps.lowerBound)
            let inputs = network.inputs(ahead: steps)
            if !network.keepsInputs { fill(inputs, steps: steps) }
            network.forward(
                inputs, from: steps.lowerBound, records: made?[...],
                forgotten: recording == .forgotten ? buffer! : nil)
            let new = max(lane.frontier, steps.lowerBound)
            network.align(steps.clamped(to: new..<max(new, steps.upperBound)), of: steps)
        }
        if let made { for (time, record) in zip(steps, made) { lane.records[time] = record } }
    }

    /// The state that entered a recorded step.
    func entering(_ step: Int) -> Network<S>.Entering {
        if let state = lane.entering[step] { return .state(state) }
        return lane.records[step - 1].map(Network<S>.Entering.record)
            ?? .state(network.unpacked(lane.saved[step]!, in: unpacked))
    }

    /// - Parameter steps: of one block.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func backward(_ steps: Range<Int>, injecting: Range<Int>) {
        let entering = entering(steps.lowerBound)
        let records = steps.map { lane.records[$0]! }[...]
        guard !network.shape.isBidirectional else {
            network.backward(steps, on: lane.index, records: records, entering: entering, input: source.input)
            return
        }
        network.useWeights(ofStep: steps.lowerBound)
        if !network.keepsInputs { fill(network.inputs(of: steps), steps: steps) }
        let due = source.counted(of: injecting)
        // Of CTC's losses some enter before they are due.
        let entry = network.alignment == nil ? due : steps
        enter(
            network.backward(steps, records: records, entering: entering, injecting: entry) {
                differentiate($1, at: $0, isDue: due.contains($0))
            }, due: due)
    }

    /// When the run continues after what is released, the state that entered the run makes room for the one that enters
    /// what stays: nothing is allocated, and memory only shrinks.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func release(_ steps: Range<Int>) {
        let next = steps.upperBound
        if lane.records[next] != nil, lane.entering[next] == nil, let state = lane.entering[steps.lowerBound] {
            network.write(stateAfter: lane.records[next - 1]!, to: state)
            lane.entering[next] = state
        }
        for time in steps {
            lane.records[time] = nil
            lane.entering[time] = nil
        }
    }

    /// x of some steps into [steps·B, D].
    func fill(_ inputs: Matrix<S>, steps: Range<Int>) {
        let batch = network.shape.batch
        for (index, time) in steps.enumerated() {
            source.input(at: time, into: inputs.rows(index * batch..<(index + 1) * batch))
        }
    }
}
