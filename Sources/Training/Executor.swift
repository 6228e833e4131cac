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
    private let length: Int
    /// The inputs of the whole sequence, [T, B, D], when they are kept in memory.
    private let resident: Block<S>?

    private var records: [Int: Record<S>] = [:]
    private var saved: [Int: State<S>] = [:]
    private var entering: [Int: State<S>] = [:]
    private var position = 0
    private var pass = Pass()
    /// States on disk; nil where no schedule has any.
    private let files: StateFiles?

    /// - Parameters:
    ///   - keepsInputs: whether the inputs of the whole sequence are made now and kept.
    ///   - files: where states go that a schedule keeps on disk; without, it may keep none there.
    package init(
        _ network: Network<S>, source: Source<S>, length: Int, keepsInputs: Bool, files: StateFiles? = nil
    ) {
        self.network = network
        self.files = files
        self.source = source
        self.length = length
        let step = network.step.count
        resident = keepsInputs ? Block(count: length * step, in: network.heaps.inputs) : nil
        if let resident {
            for time in 0..<length { source.input(at: time, into: matrix(resident.start + time * step)) }
        }
    }

    /// One training step: forward, backward and weight gradients of the whole sequence.
    ///
    /// - Parameter observe: called after every action; nil in a timed run.
    /// - Throws: when a state cannot be kept on disk or does not come back as it was.
    package func run(
        _ schedule: any Schedule, observe: ((Action) -> Void)? = nil
    ) throws(StateFileError) -> Pass {
        network.clearGradients()
        network.reset()
        position = 0
        pass = Pass()
        // A dictionary keeps the capacity of its largest use; what an earlier schedule needed is not this one's.
        records = [:]
        saved = [:]
        entering = [:]
        let clock = ContinuousClock()
        let start = clock.now
        var mark = start
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
        return pass
    }

    private func perform(_ action: Action) throws(StateFileError) {
        switch action {
        case .advance(let steps, let recording):
            precondition(position == steps.lowerBound, "the network does not stand where the schedule advances")
            if recording == .run, records[steps.lowerBound - 1] == nil {
                entering[steps.lowerBound] = network.copyState(in: network.heaps.records)
            }
            for time in steps {
                let record = recording.keepsRecords ? Record<S>(network.shape, in: network.heaps.records) : nil
                network.forward(input(at: time), record: record)
                if let record { records[time] = record }
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
            for time in steps.reversed() { backward(at: time, injecting: injecting.contains(time)) }
            pass.backwardSteps += steps.count
        case .release(let steps):
            release(steps)
        case .truncate:
            network.truncate()
        }
    }

    private func backward(at time: Int, injecting: Bool) {
        let injects = injecting && source.counts(time)
        if injects {
            source.target(at: time, into: network.head.targets.start)
            pass.injections += 1
        }
        let state = entering[time] ?? (records[time - 1] == nil ? saved[time] : nil)
        pass.loss += network.backward(
            at: time, input: { self.copyInput(at: time, into: $0) }, record: records[time]!,
            entering: state.map(Network<S>.Entering.state) ?? .record(records[time - 1]!),
            loss: injects ? source.weight : nil)
    }

    /// When the run goes on behind what is released, the state that entered the run makes room for the one that enters
    /// what stays: nothing is allocated, and memory only shrinks.
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

    private func input(at time: Int) -> Matrix<S> {
        if let resident { return matrix(resident.start + time * network.step.count) }
        source.input(at: time, into: network.input)
        return network.input
    }

    private func copyInput(at time: Int, into block: Matrix<S>) {
        if let resident {
            let step = network.step.count
            block.start.update(from: resident.start + time * step, count: step)
        } else {
            source.input(at: time, into: block)
        }
    }

    private func matrix(_ start: UnsafeMutablePointer<S>) -> Matrix<S> {
        Matrix(start, rows: network.shape.batch, columns: network.shape.input)
    }
}
