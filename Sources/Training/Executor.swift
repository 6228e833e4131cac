package import Kernels
import Memory
package import Networks
package import Schedules
import Shapes

/// Reads a schedule and runs it on a network. What is alive is what the schedule asked to keep: records, saved states and,
/// for each run of records, the state that entered it.
package final class Executor<S: Scalar> {
    package let network: Network<S>
    private let source: Source<S>

    private var records: [Int: Record<S>] = [:]
    private var saved: [Int: State<S>] = [:]
    private var entering: [Int: State<S>] = [:]
    private var position = 0
    private var pass = Pass()
    /// States on disk; nil where no schedule has any.
    private let files: StateFiles?

    /// - Parameter files: where states go that a schedule keeps on disk; without, it may keep none there.
    package init(_ network: Network<S>, source: Source<S>, length: Int, files: StateFiles? = nil) {
        self.network = network
        self.files = files
        self.source = source
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
        // A dictionary keeps the capacity of its largest use; what an earlier schedule needed is not this one's.
        records = [:]
        saved = [:]
        entering = [:]
        let clock = ContinuousClock()
        let start = clock.now
        var mark = start
        network.begin()
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
        network.sumCopies()
        let end = clock.now
        pass.backward += end - mark
        pass.wall = end - start
        pass.loss *= Double(source.weight)
        return pass
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
        case .compensate(let factor):
            network.scaleAdjoint(by: S(factor))
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func advance(_ steps: Range<Int>, recording: Bool) {
        let made = recording ? steps.map { _ in Record<S>(network.shape, in: network.heaps.records) } : nil
        network.use(copyOf: steps.lowerBound)
        let inputs = network.inputs(ahead: steps)
        if !network.keepsInputs { fill(inputs, steps: steps) }
        network.forward(inputs, records: made?[...])
        if let made { for (time, record) in zip(steps, made) { records[time] = record } }
    }

    /// - Parameter steps: of one block.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func backward(_ steps: Range<Int>, injecting: Range<Int>) {
        network.use(copyOf: steps.lowerBound)
        if !network.keepsInputs { fill(network.inputs(of: steps), steps: steps) }
        let injecting = source.counted(of: injecting)
        let first = steps.lowerBound
        let state = entering[first] ?? (records[first - 1] == nil ? saved[first] : nil)
        let errors = network.backward(
            steps, records: steps.map { records[$0]! }[...],
            entering: state.map(Network<S>.Entering.state) ?? .record(records[first - 1]!),
            injecting: injecting, weight: source.weight
        ) { source.target(at: $0, into: network.head.targets.start) }
        pass.injections += injecting.count
        // Step by step, so that every schedule adds the same numbers in the same order.
        for error in errors.reversed() { pass.loss += error }
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
