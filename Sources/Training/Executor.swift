package import Kernels
import Memory
package import Networks
package import Schedules
import Shapes

/// Reads a schedule and runs it on a network. What is alive is what the schedule asked to keep: records, saved states and,
/// for each run of records, the state that entered it.
package final class Executor<S: Scalar> {
    package let network: Network<S>
    private var source: Source<S>

    private let length: Int

    private var records: [Int: Record<S>] = [:]
    private var saved: [Int: State<S>] = [:]
    private var entering: [Int: State<S>] = [:]
    private var position = 0
    private var pass = Pass()
    private var judgement = Judgement()
    /// States on disk; nil where no schedule has any.
    private let files: StateFiles?

    /// - Parameter files: where states go that a schedule keeps on disk; without, it may keep none there.
    package init(_ network: Network<S>, source: Source<S>, length: Int, files: StateFiles? = nil) {
        self.network = network
        self.files = files
        self.source = source
        self.length = length
        keepInputs()
    }

    /// Trains on another update's data from now on.
    package func go(to update: Int) {
        source = source.at(update: update)
        keepInputs()
    }

    /// Makes the inputs of the whole sequence, where they are in memory.
    private func keepInputs() {
        if network.keepsInputs { fill(network.inputs(of: 0..<length), steps: 0..<length) }
    }

    /// One training step: forward, backward and weight gradients of the whole sequence.
    ///
    /// - Parameter observe: called after every action; nil in a timed run.
    /// - Throws: when a state cannot be kept on disk or does not come back as it was.
    package func run(
        _ schedule: any Schedule, observe: ((Action) -> Void)? = nil
    ) throws(StateFileError) -> Pass {
        position = 0
        pass = Pass()
        judgement = Judgement()
        // A dictionary keeps the capacity of its largest use; what an earlier schedule needed is not this one's.
        records = [:]
        saved = [:]
        entering = [:]
        let clock = ContinuousClock()
        let start = clock.now
        var mark = start
        network.begin()
        beginAlignment(schedule)
        for action in schedule {
            let recomputing = position < pass.frontier
            try perform(action)
            let now = clock.now
            pass.attribute(now - mark, to: action, recomputing: recomputing)
            if let observe {
                observe(action)
                mark = clock.now
            } else {
                mark = now
            }
        }
        network.flush()
        let end = clock.now
        pass.backward += end - mark
        pass.wall = end - start
        pass.loss *= Double(source.weight)
        pass.quality = source.quality(judgement, loss: pass.loss)
        if let alignment = network.alignment { pass.take(alignment) }
        return pass
    }

    /// CTC's variables of a pass: of all steps, or of those that a window reaches.
    private func beginAlignment(_ schedule: any Schedule) {
        guard let utterances = source.utterances else { return }
        network.keepAlignment(of: schedule.losses == .oldest ? schedule.records : length)
        do {
            try network.alignment!.begin(utterances, length: length, usesExpectation: source.usesExpectation)
        } catch {
            // The task gives every label eight frames.
            preconditionFailure("\(error)")
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func perform(_ action: Action) throws(StateFileError) {
        switch action {
        case .advance(let steps, let recording):
            precondition(position == steps.lowerBound, "the network does not stand where the schedule advances")
            if recording == .run, records[steps.lowerBound - 1] == nil {
                entering[steps.lowerBound] = network.copyState(in: network.heaps.records)
            }
            let chunk = network.shape.chunk
            for first in stride(from: steps.lowerBound, to: steps.upperBound, by: chunk) {
                advance(first..<min(first + chunk, steps.upperBound), recording: recording.keepsRecords)
            }
            pass.forwardSteps += steps.count
            pass.recomputedSteps += max(0, min(pass.frontier, steps.upperBound) - steps.lowerBound)
            pass.frontier = max(pass.frontier, steps.upperBound)
            position = steps.upperBound
        case .save(let step, .disk):
            try files!.write(network.stateBytes.map { UnsafeRawBufferPointer($0) }, step: step)
        case .restore(let step, .disk):
            try files!.read(into: network.stateBytes, step: step)
            position = step
        case .discard(let step, .disk):
            try files!.remove(step: step)
        case .save(let step, _):
            saved[step] = network.copyState(in: network.heaps.states)
        case .restore(let step, _):
            if let state = saved[step] { network.restore(state) } else { network.restore(after: records[step - 1]!) }
            position = step
        case .discard(let step, _):
            saved[step] = nil
        case .backward(let steps, let injecting):
            for part in network.blocks(of: steps) { backward(part, injecting: injecting.clamped(to: part)) }
            pass.backwardSteps += steps.count
        case .release(let steps):
            release(steps)
        case .truncate:
            network.truncate()
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func advance(_ steps: Range<Int>, recording: Bool) {
        let made = recording ? steps.map { _ in Record<S>(network.shape, in: network.heaps.records) } : nil
        let inputs = network.inputs(ahead: steps)
        if !network.keepsInputs { fill(inputs, steps: steps) }
        network.forward(inputs, records: made?[...])
        network.align(
            steps.clamped(to: max(pass.frontier, steps.lowerBound)..<max(pass.frontier, steps.upperBound)), of: steps)
        if let made { for (time, record) in zip(steps, made) { records[time] = record } }
    }

    /// - Parameter steps: of one block.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func backward(_ steps: Range<Int>, injecting: Range<Int>) {
        if !network.keepsInputs { fill(network.inputs(of: steps), steps: steps) }
        let due = source.counted(of: injecting)
        // Of CTC's losses some enter before they are due.
        let injecting = network.alignment == nil ? due : steps
        let first = steps.lowerBound
        let state = entering[first] ?? (records[first - 1] == nil ? saved[first] : nil)
        let errors = network.backward(
            steps, records: steps.map { records[$0]! }[...],
            entering: state.map(Network<S>.Entering.state) ?? .record(records[first - 1]!),
            injecting: injecting
        ) { differentiate($1, at: $0, isDue: due.contains($0)) }
        pass.injections += injecting.count
        // Step by step, so that every schedule adds the same numbers in the same order.
        for error in errors { pass.loss += error }
    }

    /// y ← ∂L/∂y of a step, [B, O].
    ///
    /// - Returns: the step's loss, unweighted.
    private func differentiate(_ outputs: Matrix<S>, at step: Int, isDue: Bool) -> Double {
        if let alignment = network.alignment {
            alignment.retreat(outputs, at: step, isDue: isDue, rows: 0..<outputs.rows)
            return 0
        }
        let targets = network.head.targets.start
        source.target(at: step, into: targets)
        judgement += source.judge(outputs, against: targets, at: step)
        return network.head.differentiate(outputs, weight: source.weight)
    }

    /// When the run goes on behind what is released, the state that entered the run makes room for the one that enters
    /// what stays: nothing is allocated, and memory only shrinks.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func release(_ steps: Range<Int>) {
        let next = steps.upperBound
        if records[next] != nil, entering[next] == nil, let state = entering[steps.lowerBound] {
            network.write(stateAfter: records[next - 1]!, to: state)
            entering[next] = state
        }
        for time in steps {
            records[time] = nil
            entering[time] = nil
        }
    }

    /// x of some steps into [steps·B, D].
    private func fill(_ inputs: Matrix<S>, steps: Range<Int>) {
        let batch = network.shape.batch
        for (place, time) in steps.enumerated() {
            source.input(at: time, into: inputs.rows(place * batch..<(place + 1) * batch))
        }
    }
}
