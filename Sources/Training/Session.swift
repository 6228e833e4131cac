package import Kernels
import Machine
import Memory
package import Networks
import Quantities
package import Schedules
import Shapes
package import Trials

/// One trial in this process: set up, prepared once, then measured any number of times.
package final class Session<S: Scalar> {
    /// With the content of its task's file.
    package let trial: Trial
    package let network: Network<S>
    package let optimizer: Optimizer<S>
    package let executor: Executor<S>
    /// Where estimates choose the window, that of the last one; before any, of the largest.
    package private(set) var schedule: any Schedule
    /// The last estimate of the window, where the strategy asks for one.
    private(set) var estimate: WindowEstimate?

    /// The predicted peak of the schedule; nil where estimates choose another one.
    let expectedPeak: Int?

    let heaps: Heaps
    let source: Source<S>
    let statistics: Statistics
    private let thread: ThreadPeak
    private let threadBaseline: Int
    /// Whether the strategy's gradient is full unrolling's.
    private(set) var isExact: Bool
    let files: StateFiles?
    /// Of a random schedule, once it is prepared.
    var samples: SampledGradients<S>?
    var constants = Measurement()
    /// Whether the gradient was compared with a reference.
    var hasReference = false
    /// What the first pass took, gauges aside.
    var stepTime = Duration.zero
    /// Whether the resident peak could be restarted, and the thread's bytes when it was.
    private var resets = false
    private var threadLive = 0

    /// - Parameters:
    ///   - heaps: where the tensors live; nothing else may allocate there.
    ///   - files: where states live that the strategy keeps on disk.
    /// - Throws: ``TaskDataError``; ``MemoryError`` when jemalloc has no figures; ``SystemFailure`` when there is no thread; a ``Validator/Violation`` would be our mistake.
    package init(_ trial: Trial, heaps: Heaps, files: StateFiles? = nil) throws {
        self.heaps = heaps
        self.files = files
        // Before the first gauge is read: the validator's books do not belong to the training step, nor a simulator's.
        schedule = trial.schedule
        expectedPeak =
            trial.strategy.adaptation == nil ? Demand(schedule, footprint: trial.footprint).peakBytes : nil
        isExact =
            try Validator(schedule, isExactByNetwork: trial.hasExactSensitivities).isExact
            && !trial.changesGradient
        let workers = Workers(asked: trial.threads)
        try ThreadPool.shared.resize(to: workers.count, processors: workers.processors.value)
        constants[.workers] = .integer(workers.count)
        statistics = try Statistics()
        thread = try ThreadPeak()
        statistics.purge()
        threadBaseline = thread.liveBytes
        network = Network(
            trial.shape, heaps: heaps, keepingInputsOf: trial.inputs == .resident ? trial.length : nil,
            length: trial.length)
        var known = trial
        if let weights = trial.weights, trial.weightsContent == nil {
            do { known.weightsContent = try Content(file: weights.path) } catch {
                throw WeightsError.unreadable(.file(error))
            }
        }
        try network.initialize(for: known)
        optimizer = Optimizer(
            network, rule: trial.optimizer, rate: trial.learningRate, clip: trial.clip)
        let source = try Source<S>(trial)
        self.source = source
        known.content = source.content
        self.trial = known
        executor = Executor(
            network, source: source, length: trial.length, files: files, carryingState: trial.carriesState)
    }

    /// Estimates the window on the present data, and takes its schedule. Where no step has a loss all stays as it is.
    ///
    /// - Returns: the new estimate; nil where there is none.
    /// - Throws: ``StateFileError``, never: nothing goes to disk.
    @discardableResult
    func adapt(_ adaptation: Adaptation) throws(StateFileError) -> WindowEstimate? {
        guard let estimate = try executor.estimate(adaptation) else { return nil }
        take(estimate, of: adaptation)
        return estimate
    }

    /// Takes the schedule of the window that was chosen.
    func take(_ estimate: WindowEstimate, of adaptation: Adaptation) {
        self.estimate = estimate
        let chosen = adaptation.schedule(length: trial.length, window: estimate.window)
        isExact = chosen.tally!.isExact && !trial.changesGradient
        schedule = chosen
    }

    /// One timed training step, of a random schedule one for every draw and the time of one; or, where there are updates, one
    /// training from its start. There is no audit in it.
    ///
    /// - Throws: ``StateFileError``, ``TrainingError``; ``TaskDataError`` when the task's file was written to meanwhile.
    package func measure() throws -> Measurement {
        guard trial.updates == 0 else {
            var row = Measurement()
            let trainer = try train { row = $0.figures }
            row.take(try trainer.heldOut())
            return row
        }
        try warmUp()
        restartGauges()
        let outcome = try samples?.run(executor)
        let pass = try outcome?.pass ?? executor.run(schedule)
        var row = figures(of: pass, passes: 1)
        if let outcome, hasReference {
            row[.gradientRelativeError] = outcome.relativeError.map(Value.real)
            row[.gradientCosine] = outcome.cosine.map(Value.real)
            row[.gradientStandardError] = outcome.standardError.map(Value.real)
        }
        // Of no element there is no mean.
        if pass.elements > 0 { row[.loss] = .real(pass.loss) }
        try expectUnchangedData()
        return row
    }

    /// As ``measure()`` with no gauge read and no clock but at its start and its end, the time alone: what that is held against.
    package func measureBare() throws -> Measurement {
        var row = Measurement()
        guard trial.updates == 0 else {
            _ = try train { row[.wallSeconds] = $0.figures[.wallSeconds] }
            return row
        }
        let pass = try executor.run(schedule, isAttributed: false)
        row[.wallSeconds] = .real(pass.wall.inSeconds)
        return row
    }

    /// One training from its start, whose figures are taken at its end: what is held out is gone through after that.
    private func train(_ end: (Trainer<S>) -> Void) throws -> Trainer<S> {
        let trainer = try Trainer(self)
        restartGauges()
        for _ in 0..<trial.updates { _ = try trainer.update() }
        end(trainer)
        return trainer
    }

    /// - Throws: ``TaskDataError`` when the task's file was written to since it was opened: what was computed is of neither content.
    func expectUnchangedData() throws(TaskDataError) { try source.expectUnchanged() }

    /// Peaks of the process count from here.
    package func restartGauges() {
        resets = ResidentPeak.restart()
        threadLive = thread.restart()
    }

    /// What was measured since the gauges were restarted: sums over these passes, and bytes.
    ///
    /// - Parameter estimated: forward steps that are predicted of estimates.
    func figures(of pass: Pass, passes: Int, estimated: Int = 0) -> Measurement {
        var row = constants
        row[.threadPeakBytes] = .integer(threadLive - threadBaseline + thread.bytesAboveReset)
        row[.peakRSSBytes] = resets ? ResidentPeak.bytes.map(Value.integer) : nil
        row[.predictedForwardSteps] = constants[.predictedForwardSteps].map {
            .integer(Int($0.number) * passes + estimated)
        }
        pass.write(to: &row)
        let shape = trial.shape
        if let estimate {
            row[.chosenWindow] = .integer(estimate.window)
            row[.estimatedRelativeBias] = estimate.relativeBias.isFinite ? .real(estimate.relativeBias) : nil
            row[.gradientDecay] = estimate.decay.isFinite ? .real(estimate.decay) : nil
        }
        if let bits = pass.forgottenBits {
            row[.forgottenBits] = .real(Double(bits) / Double(trial.length * shape.layers * shape.changedElements))
        }
        let steps =
            (pass.forwardSteps + pass.undoneSteps) * shape.forwardFlops + pass.backwardSteps * shape.backwardFlops
        let carried = pass.carriedSteps * (trial.strategy.sensitivities.map(shape.carriedFlops(of:)) ?? 0)
        let blocks = pass.carriedBlocks.reduce(0) { $0 + shape.carriedFlops(block: $1) }
        row[.flops] = .integer(steps + pass.injections * shape.headFlops + carried + blocks)
        if let files {
            row[.ioSeconds] = .real(pass.io.inSeconds)
            row[.diskBytes] = .integer(files.peakBytes)
        }
        if network.alignment != nil {
            row[.sequenceFrames] = .integer(pass.frames)
            row[.endedSequences] = .integer(pass.endedSequences)
            row[.endedFrames] = .integer(pass.endedFrames)
            row[.trFrames] = .integer(pass.framesByEnd)
            row[.emFrames] = .integer(pass.framesByExpectation)
        }
        return row
    }
}
