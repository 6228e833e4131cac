package import Kernels
import Memory
package import Networks
import Quantities
package import Schedules
import Shapes

/// Reads a schedule and runs it on a network, or on each lane of a bidirectional one. What is alive is what the
/// schedule asked to keep: records, saved states and, for each run of records, the state that entered it.
package final class Executor<S: Scalar> {
    package let network: Network<S>
    var source: Source<S>

    let lanes: [Lane<S>]
    /// The current one.
    var lane: Lane<S>
    /// T.
    let length: Int
    var pass = Pass()
    var score = Score()
    /// Whether the loss has entered: in a bidirectional network when all lanes have been forward.
    var isLossComputed = false
    /// The state after the last step of the update before, where one update's data continue where the last one's ended.
    let carried: State<S>?
    /// Where a saved state is unpacked to; nil where states are saved as they are.
    let unpacked: State<S>?
    /// What is carried forward in place of records, from the first action that needs it to the end of the pass.
    var carrier: Carrier<S>?
    /// What steps have forgotten that will be undone, from the first action that writes there to the end of the pass.
    var buffer: UndoBuffer?
    /// Whether the parameters change within the pass, and the elements of which the loss had entered when they last did.
    var change: ((Reached) -> Bool)?
    private var changedAt = 0
    /// Whether the pass ends here.
    var isOver = false
    /// Whether the pass is of an estimate: the next update begins where it would have without.
    var isRehearsal = false
    /// States on disk; nil where no schedule has any.
    let files: StateFiles?

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
        lanes = (0..<network.shape.lanes).map { Lane($0) }
        lane = lanes[0]
        unpacked = network.shape.packsStates ? State(network.shape, in: network.heaps[.workspace]) : nil
        carried = carryingState ? network.copyState(in: network.heaps[.workspace]) : nil
        keepInputs()
    }

    /// The memory of the state carried from update to update, a block for each layer; empty where none is.
    var carriedState: [UnsafeMutableBufferPointer<S>] {
        carried?.layers.map { UnsafeMutableBufferPointer(start: $0.start, count: $0.count) } ?? []
    }

    /// Trains on another update's data from now on.
    package func advance(to update: Int) {
        advance(to: source.at(update: update))
        // Each is rounded in its own way, so that the roundings of a training are right in its mean.
        network.noise.draw = update
    }

    /// Uses other data from now on.
    func advance(to source: Source<S>) {
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
    ///   - schedule: of the network or of each of its lanes.
    ///   - observe: called after every action; nil in a timed run.
    ///   - isAttributed: whether a clock is read after every action, so that each has its time; else all is backward's.
    ///   - change: changes the parameters by the gradient that is there, wherever a window has been gone back over, others
    ///     follow, and a loss has entered since the parameters last changed; nil where they stay the same to the end. It answers
    ///     whether the pass continues: else it ends there, and what it returns is of the steps so far.
    ///   - isRehearsal: whether the state after the last step is not kept for the next update.
    /// - Throws: when a state cannot be kept on disk or does not come back as it was.
    package func run(
        _ schedule: any Schedule, observe: ((ScheduledAction) -> Void)? = nil, isAttributed: Bool = true,
        change: ((Reached) -> Bool)? = nil, isRehearsal: Bool = false
    ) throws(StateFileError) -> Pass {
        self.isRehearsal = isRehearsal
        pass = Pass()
        score = Score()
        isLossComputed = false
        for lane in lanes { lane.begin() }
        let clock = ContinuousClock()
        let start = clock.now
        var mark = start
        (self.change, changedAt, isOver) = (change, 0, false)
        network.begin(ends: source.ends)
        // Of a stream that begins, the state is 0, as everywhere else.
        if let carried, source.continuesStream { network.restore(carried) }
        beginAlignment(schedule)
        for scheduled in InterleavedSchedule(schedule, lanes: lanes.count) {
            lane = lanes[scheduled.lane]
            let recomputing = lane.position < lane.frontier
            try perform(scheduled.action)
            guard isAttributed || change != nil else { continue }
            var now = clock.now
            pass.attribute(now - mark, to: scheduled.action, recomputing: recomputing)
            if scheduled.action == .truncate {
                changeParameters()
                mark = now
                now = clock.now
                if change != nil { pass.changing += now - mark }
            }
            if isOver { break }
            if let observe {
                observe(scheduled)
                mark = clock.now
            } else {
                mark = now
            }
        }
        network.flush()
        carrier?.finish()
        carrier = nil
        buffer = nil
        self.change = nil
        network.sumReplicas()
        let end = clock.now
        pass.backward += end - mark
        pass.wall = end - start
        pass.loss *= Double(source.weight)
        pass.count(eachOf: lanes.count)
        pass.quality = source.quality(score, loss: pass.loss)
        if let alignment = network.alignment { pass.take(alignment) }
        return pass
    }

    /// Changes the parameters by the gradient that is there, where they change in the pass and a loss has entered since they last did.
    func changeParameters() {
        guard let change, entered > changedAt else { return }
        changedAt = entered
        if change(reached) { network.parametersDidChange() } else { isOver = true }
    }

    /// How far a pass has come, where parameters change in it.
    package struct Reached {
        /// Steps that it has gone forward.
        let steps: Int
        /// Elements whose loss has entered.
        let elements: Int
        /// The sum of what has entered, whatever its weight.
        let loss: Double
    }

    private var reached: Reached {
        Reached(steps: lane.frontier, elements: entered, loss: network.alignment?.loss ?? pass.loss)
    }

    /// Elements whose loss has entered since the pass began.
    private var entered: Int { network.alignment?.usedFrames ?? pass.elements }

    /// What the loss of T steps is a mean over: see ``Source/elements``.
    var elements: Int { source.elements }

    /// Goes forward over all steps of every lane of a bidirectional network, and keeps nothing: see
    /// ``Network/predict(at:)``.
    package func runForward() {
        network.begin(ends: source.ends)
        for lane in lanes {
            lane.begin()
            self.lane = lane
            advance(0..<length, .nothing)
        }
    }
}
