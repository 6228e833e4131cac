package import Kernels
import Machine
import Memory
package import Networks
package import Quantities
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

    private let heaps: Heaps
    let source: Source<S>
    private let statistics: Statistics
    private let thread: ThreadPeak
    private let threadBaseline: Int
    /// Whether the strategy's gradient is full unrolling's.
    private(set) var isExact: Bool
    private let files: StateFiles?
    /// Of a random schedule, once it is prepared.
    private var samples: SampledGradients<S>?
    private var constants = Measurement()
    /// Whether the gradient was compared with a reference.
    private var hasReference = false
    /// What the first pass took.
    private(set) var firstPass = Duration.zero
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
        // Before the first gauge is read: the validator's books do not belong to the training step.
        schedule = trial.schedule
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

    /// Everything that happens once: comparing the gradient with the reference, and the warm-up, whose last pass is the audited
    /// one. Before it all free pages are given back: nothing of the comparison is alive or resident in a pass that is measured.
    ///
    /// - Parameters:
    ///   - warmup: passes before the first that is measured; one at least.
    ///   - reference: full unrolling is the gradient's reference up to this predicted peak.
    ///   - memory: what tensors may need while the reference runs; see ``Trial/reference(upTo:within:)``.
    ///   - timeline: where to write the audited pass; nil for nowhere.
    ///   - evidence: where to write how far the gradient of each parameter is from the reference's; nil for nowhere.
    ///   - shared: a file of the reference's gradient, which other trials read and write too; nil for none.
    /// - Throws: ``ExportError``, ``StateFileError``, ``Files/FileError``; ``TrainingError`` where loss or gradient is not finite.
    package func prepare(
        warmup: Int, reference: Bytes = Trial.largestReference, memory: Bytes = Bytes(Int.max),
        timeline: String? = nil, evidence: String? = nil, shared: String? = nil
    ) throws {
        if let adaptation = trial.strategy.adaptation { try adapt(adaptation) }
        var sensitivity: Double?
        let pass = try executor.run(schedule) { [executor] _ in
            // The carrier is gone when the pass ends.
            sensitivity = executor.carrier?.relativeSensitivity
        }
        firstPass = pass.wall
        constants[.relativeSensitivity] = trial.updates == 0 ? sensitivity.map(Value.real) : nil
        if schedule.hasGradient {
            // Of a training every update is looked at. Here all repetitions make the same numbers.
            if trial.updates == 0 { try network.requireFinite(pass) }
            let distance = try compareWithReference(
                trial.reference(upTo: reference, within: memory), sharing: shared, writing: evidence)
            constants[.gradientRelativeError] = distance?.relativeError.map(Value.real)
            constants[.gradientCosine] = distance?.cosine.map(Value.real)
            constants[.gradientExact] = .flag(isExact)
            // Of full unrolling CTC kept more than a window reaches.
            if let kept = trial.shape.alignment { network.keepAlignment(of: kept.steps) }
        }
        statistics.purge()
        for _ in 1..<max(1, warmup) { _ = try executor.run(schedule) }

        var audit = Audit(
            heaps, footprint: trial.footprint, statistics: statistics, keepsEntries: timeline != nil)
        _ = try executor.run(schedule) { audit.observe($0) }
        if let timeline { try audit.write(to: timeline) }
        let predicted = try [audit.simulator.peakBytes] + auditEstimate(&audit)

        constants[.predictedPeakBytes] = .integer(predicted.max()!)
        constants[.peakBytes] = .integer(audit.peakBytes)
        for role in Role.allCases { constants[Figure(role)] = .integer(audit.peaks[role]) }
        // What layers of two directions hand on has the role of inputs too, and is the step's own.
        let inputs =
            trial.inputs == .resident
            ? Heap.usableSize(trial.length * trial.batch * trial.input * trial.precision.bytes) : 0
        constants[.stepBytes] = .integer(
            audit.peakBytes - audit.peaks[.weights] - audit.peaks[.gradients] - inputs)
        constants[.jemallocAllocatedBytes] = .integer(audit.atPeak.allocated)
        constants[.jemallocActiveBytes] = .integer(audit.atPeak.active)
        constants[.jemallocResidentBytes] = .integer(audit.atPeak.resident)
        constants[.jemallocMappedBytes] = .integer(audit.atPeak.mapped)
        constants[.predictionGapBytes] = .integer(audit.gap)
        constants[.predictedDiskBytes] = files.map { _ in .integer(audit.simulator.diskBytes) }
        constants[.predictedForwardSteps] = .integer(audit.simulator.counts.forward)
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

    /// Holds a pass of an estimate against its prediction, where there are any; all of them hold the same.
    ///
    /// - Returns: the predicted peaks.
    private func auditEstimate(_ audit: inout Audit) throws -> [Int] {
        let counted = source.counted(of: 0..<trial.length)
        guard let adaptation = trial.strategy.adaptation, !counted.isEmpty else { return [] }
        var own = Audit(heaps, footprint: trial.footprint, statistics: statistics, keepsEntries: false)
        _ = try executor.profile(adaptation.estimates(over: counted, length: trial.length)[0]) { own.observe($0) }
        audit.include(own)
        return [own.simulator.peakBytes]
    }

    /// The network's present gradient against the reference's; nil where there is none.
    private func compareWithReference(
        _ reference: GradientReference, sharing shared: String?, writing path: String?
    ) throws -> GradientDistance? {
        let snapshot = GradientSnapshot(of: network)
        var exact = network
        let isReference = reference.strategy != nil
        hasReference = isReference
        if let strategy = reference.strategy {
            let plain = trial.unrolled
            let file = shared.map { SharedGradient($0, of: plain, strategy: strategy) }
            // Of another network the plain one is a separate one, gone before anything is measured.
            if !trial.isPlain { exact = Network(plain.shape, heaps: heaps, length: trial.length) }
            if try file?.read(into: exact) != true {
                let schedule = strategy.schedule(length: trial.length, footprint: plain.footprint)
                if trial.isPlain {
                    _ = try executor.run(schedule)
                } else {
                    try exact.initialize(for: plain)
                    _ = try Executor(exact, source: Source(plain), length: trial.length).run(schedule)
                }
                try file?.write(exact)
            }
        }
        if let path { try snapshot.write(comparedTo: exact, isReference: isReference, to: path) }
        samples = trial.draws.map { SampledGradients(schedule, count: $0, reference: exact) }
        return isReference ? snapshot.comparedTo(exact) : nil
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
        row[.wallSeconds] = .real(pass.wall.seconds)
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
            row[.ioSeconds] = .real(pass.io.seconds)
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
