package import Kernels
import Memory
package import Networks
import Quantities
package import Schedules
import Shapes

/// Reads a schedule and runs it on a network, or on each track of a bidirectional one. What is alive is what the schedule asked
/// to keep: records, saved states and, for each run of records, the state that entered it.
package final class Executor<S: Scalar> {
    package let network: Network<S>
    private var source: Source<S>

    private let tracks: [Track<S>]
    /// The one whose turn it is.
    private var track: Track<S>
    /// T.
    private let length: Int
    private var pass = Pass()
    private var judgement = Judgement()
    /// Whether the loss has entered: in a bidirectional network when all tracks have been forward.
    private var isJudged = false
    /// The state after the last step of the update before, where one update's data go on where the last one's ended.
    private let carried: State<S>?
    /// States on disk; nil where no schedule has any.
    private let files: StateFiles?

    /// - Parameters:
    ///   - files: where states go that a schedule keeps on disk; without, it may keep none there.
    ///   - carryingState: whether the state after the last step is kept for the next update.
    package init(
        _ network: Network<S>, source: Source<S>, length: Int, files: StateFiles? = nil, carryingState: Bool = false
    ) {
        self.network = network
        self.files = files
        self.source = source
        self.length = length
        tracks = (0..<network.shape.tracks).map { Track($0) }
        track = tracks[0]
        carried = carryingState ? network.copyState(in: network.heaps[.workspace]) : nil
        keepInputs()
    }

    /// The memory of the state carried from update to update, a block for each layer; empty where none is.
    var carriedState: [UnsafeMutableBufferPointer<S>] {
        carried?.layers.map { UnsafeMutableBufferPointer(start: $0.start, count: $0.count) } ?? []
    }

    /// Trains on another update's data from now on.
    package func go(to update: Int) { go(to: source.at(update: update)) }

    /// Shows other data from now on.
    func go(to source: Source<S>) {
        self.source = source
        keepInputs()
    }

    /// Makes the inputs of the whole sequence, where they are in memory.
    private func keepInputs() {
        if network.keepsInputs { fill(network.inputs(of: 0..<length), steps: 0..<length) }
    }

    /// One training step: forward, backward and weight gradients of the whole sequence.
    ///
    /// - Parameters:
    ///   - schedule: of the network or of each of its tracks.
    ///   - observe: called after every action; nil in a timed run.
    ///   - isAttributed: whether a clock is read after every action, so that each has its time; else all is backward's.
    ///   - change: changes the parameters by the gradient that is there, wherever a window has been gone back over, others
    ///     follow, and a loss has entered since the parameters last changed; nil where they stay the same to the end. It answers
    ///     whether the pass continues: else it ends there, and what it returns is of the steps so far.
    /// - Throws: when a state cannot be kept on disk or does not come back as it was.
    package func run(
        _ schedule: any Schedule, observe: ((Turn) -> Void)? = nil, isAttributed: Bool = true,
        change: ((Reached) -> Bool)? = nil
    ) throws(StateFileError) -> Pass {
        pass = Pass()
        judgement = Judgement()
        isJudged = false
        for track in tracks { track.begin() }
        let clock = ContinuousClock()
        let start = clock.now
        var mark = start
        var changedAt = 0
        network.begin(ends: source.ends)
        // Of a stream that begins, the state is 0, as everywhere else.
        if let carried, source.continuesStream { network.restore(carried) }
        beginAlignment(schedule)
        for turn in Interleaving(schedule, tracks: tracks.count) {
            track = tracks[turn.track]
            let recomputing = track.position < track.frontier
            try perform(turn.action)
            guard isAttributed || change != nil else { continue }
            var now = clock.now
            pass.attribute(now - mark, to: turn.action, recomputing: recomputing)
            if let change, turn.action == .truncate, entered > changedAt {
                changedAt = entered
                guard change(reached) else { break }
                network.goOnWithNewParameters()
                mark = now
                now = clock.now
                pass.changing += now - mark
            }
            if let observe {
                observe(turn)
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
        pass.count(eachOf: tracks.count)
        pass.quality = source.quality(judgement, loss: pass.loss)
        if let alignment = network.alignment { pass.take(alignment) }
        return pass
    }

    /// What has come of a pass where parameters change in it.
    package struct Reached {
        /// Steps that it has gone forward.
        let steps: Int
        /// Elements whose loss has entered.
        let elements: Int
        /// The sum of what has entered, whatever its weight.
        let loss: Double
    }

    private var reached: Reached {
        Reached(steps: track.frontier, elements: entered, loss: network.alignment?.loss ?? pass.loss)
    }

    /// Elements whose loss has entered since the pass began.
    private var entered: Int { network.alignment?.usedFrames ?? pass.elements }

    /// What the loss of T steps is a mean over: see ``Source/elements``.
    var elements: Int { source.elements }

    /// CTC's variables of a pass: of all steps, or of those that a window reaches.
    private func beginAlignment(_ schedule: any Schedule) {
        guard let utterances = source.utterances else { return }
        network.keepAlignment(of: schedule.losses == .oldest ? schedule.records : length)
        do {
            try network.alignment!.begin(utterances, length: length, usesExpectation: source.usesExpectation)
        } catch {
            // No task gives its frames more labels than they can have: see ``TrainingTask/labels(in:)``.
            preconditionFailure("\(error)")
        }
    }

    /// Goes forward over all steps of every track of a bidirectional network, and keeps nothing: see
    /// ``Network/predict(at:)``.
    package func runForward() {
        network.begin(ends: source.ends)
        for track in tracks {
            track.begin()
            self.track = track
            advance(0..<length, .nothing)
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func perform(_ action: Action) throws(StateFileError) {
        switch action {
        case .advance(let steps, let recording):
            advance(steps, recording)
        case .save(let step, .disk):
            try files!.write(network.stateBytes(on: track.index).map { UnsafeRawBufferPointer($0) }, step: number(step))
        case .restore(let step, .disk):
            try files!.read(into: network.stateBytes(on: track.index), step: number(step))
            track.position = step
        case .discard(let step, .disk):
            try files!.remove(step: number(step))
        case .save(let step, _):
            track.saved[step] = network.copyState(on: track.index, in: network.heaps[.states])
        case .restore(let step, _):
            if let state = track.saved[step] {
                network.restore(state, on: track.index)
            } else {
                network.restore(after: track.records[step - 1]!, on: track.index)
            }
            track.position = step
        case .discard(let step, _):
            track.saved[step] = nil
        case .backward(let steps, let injecting):
            if network.shape.isBidirectional, !isJudged { judge() }
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

    /// What the file of a track's state carries as its step.
    private func number(_ step: Int) -> Int { track.index * length + step }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func advance(_ steps: Range<Int>, _ recording: Recording) {
        precondition(track.position == steps.lowerBound, "the network does not stand where the schedule advances")
        if recording == .run, track.records[steps.lowerBound - 1] == nil {
            track.entering[steps.lowerBound] = network.copyState(on: track.index, in: network.heaps[.records])
        }
        let several = isUndisturbed ? steps.count : network.shape.chunk
        for first in stride(from: steps.lowerBound, to: steps.upperBound, by: several) {
            advance(first..<min(first + several, steps.upperBound), recording: recording.keepsRecords)
        }
        pass.forwardSteps += steps.count
        pass.recomputedSteps += max(0, min(track.frontier, steps.upperBound) - steps.lowerBound)
        if let carried, steps.upperBound == length, track.frontier < length { network.keepState(in: carried) }
        track.frontier = max(track.frontier, steps.upperBound)
        track.position = steps.upperBound
    }

    /// Whether the network goes forward over any number of steps by itself, its threads without a meeting where they share the
    /// batch: else inputs, CTC's variables, another step's weights or the other direction's order come between chunks.
    private var isUndisturbed: Bool {
        let shape = network.shape
        return network.keepsInputs && network.alignment == nil && shape.copies == 1 && !shape.isBidirectional
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private func advance(_ steps: Range<Int>, recording: Bool) {
        let made = recording ? steps.map { _ in Record<S>(network.shape, in: network.heaps[.records]) } : nil
        if network.shape.isBidirectional {
            network.forward(
                steps, on: track.index, givesOutputs: steps.upperBound > track.frontier, records: made?[...],
                input: source.input)
        } else {
            network.use(copyOf: steps.lowerBound)
            let inputs = network.inputs(ahead: steps)
            if !network.keepsInputs { fill(inputs, steps: steps) }
            network.forward(inputs, records: made?[...])
            let new = max(track.frontier, steps.lowerBound)
            network.align(steps.clamped(to: new..<max(new, steps.upperBound)), of: steps)
        }
        if let made { for (time, record) in zip(steps, made) { track.records[time] = record } }
    }

    /// The head and the loss of a bidirectional network, the last block of times first. CTC goes over all of them forward
    /// before.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func judge() {
        let blocks = network.blocks(of: 0..<length)
        if network.alignment != nil { for times in blocks.reversed() { network.align(times) } }
        for times in blocks {
            let due = source.counted(of: times)
            enter(
                network.judge(times, injecting: network.alignment == nil ? due : times) {
                    differentiate($1, at: $0, isDue: due.contains($0))
                }, due: due)
        }
        isJudged = true
    }

    /// Adds what each step that counts has to the loss, last step first. Step by step, so that every schedule adds the same
    /// numbers in the same order.
    ///
    /// - Parameter due: those of the steps whose loss is a step's own.
    private func enter(_ errors: [Double], due: Range<Int>) {
        pass.injections += errors.count
        pass.elements += source.elements(of: due)
        for error in errors { pass.loss += error }
    }

    /// - Parameter steps: of one block.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func backward(_ steps: Range<Int>, injecting: Range<Int>) {
        let first = steps.lowerBound
        let state = track.entering[first] ?? (track.records[first - 1] == nil ? track.saved[first] : nil)
        let entering = state.map(Network<S>.Entering.state) ?? .record(track.records[first - 1]!)
        let records = steps.map { track.records[$0]! }[...]
        guard !network.shape.isBidirectional else {
            network.backward(steps, on: track.index, records: records, entering: entering, input: source.input)
            return
        }
        network.use(copyOf: steps.lowerBound)
        if !network.keepsInputs { fill(network.inputs(of: steps), steps: steps) }
        let due = source.counted(of: injecting)
        // Of CTC's losses some enter before they are due.
        let entry = network.alignment == nil ? due : steps
        enter(
            network.backward(steps, records: records, entering: entering, injecting: entry) {
                differentiate($1, at: $0, isDue: due.contains($0))
            }, due: due)
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
        if track.records[next] != nil, track.entering[next] == nil, let state = track.entering[steps.lowerBound] {
            network.write(stateAfter: track.records[next - 1]!, to: state)
            track.entering[next] = state
        }
        for time in steps {
            track.records[time] = nil
            track.entering[time] = nil
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
