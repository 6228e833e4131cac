package import Kernels
package import Memory
package import Networks
package import Schedules
import Shapes
package import Trials

/// One trial in this process: set up, prepared once, then measured any number of times.
package final class Session<S: Scalar> {
    package let trial: Trial
    package let network: Network<S>
    package let executor: Executor<S>
    package let schedule: any Schedule

    private let heaps: Heaps
    private let statistics: Statistics
    private let thread: ThreadPeak
    private let threadBaseline: Int
    private let isExact: Bool
    private let files: StateFiles?
    /// Of a random schedule, once it is prepared.
    private var draws: Draws<S>?
    private var constants = Measurement()

    /// - Parameters:
    ///   - heaps: where the tensors live; nothing else may allocate there.
    ///   - files: where states live that the strategy keeps on disk.
    /// - Throws: ``MemoryError`` when jemalloc has no figures; a ``Validator/Violation`` would be our mistake.
    package init(_ trial: Trial, heaps: Heaps, files: StateFiles? = nil) throws {
        self.trial = trial
        self.heaps = heaps
        self.files = files
        // Before the first gauge is read: the validator's books do not belong to the training step.
        schedule = trial.schedule
        isExact = try Validator(schedule).isExact && !trial.variant.changesGradient
        Team.shared.resize(to: trial.threads)
        statistics = try Statistics()
        thread = try ThreadPeak()
        statistics.purge()
        threadBaseline = thread.liveBytes
        network = Network(
            trial.shape, heaps: heaps, keepingInputsOf: trial.inputs == .resident ? trial.length : nil)
        network.initialize(seed: trial.seed, orthogonal: trial.recurrentWeights.scale)
        executor = Executor(
            network, source: Source(trial), length: trial.length, files: files)
    }

    /// Everything that happens once: the evidence on the gradient, warm-up, and the audited pass. Before the warm-up all
    /// free pages are given back: nothing of the evidence is alive or resident in a pass that is measured.
    ///
    /// - Parameters:
    ///   - reference: full unrolling is the gradient's reference up to this predicted peak.
    ///   - timeline: where to write the audited pass; nil for nowhere.
    /// - Throws: ``ExportError``, ``StateFileError``.
    package func prepare(warmup: Int, reference: Bytes = Trial.largestReference, timeline: String? = nil) throws {
        _ = try executor.run(schedule)
        if schedule.hasGradient {
            let (error, cosine) = try compareWithReference(upTo: reference)
            constants[.gradientRelativeError] = error.map(Value.real)
            constants[.gradientCosine] = cosine.map(Value.real)
            constants[.gradientExact] = .flag(isExact)
        }
        statistics.purge()
        for _ in 0..<warmup { _ = try executor.run(schedule) }

        var audit = Audit(
            heaps, footprint: trial.footprint, statistics: statistics, keepsEntries: timeline != nil)
        _ = try executor.run(schedule) { audit.observe($0) }
        if let timeline { try audit.write(to: timeline) }

        constants[.predictedPeakBytes] = .integer(audit.simulator.peakBytes)
        constants[.peakBytes] = .integer(audit.peakBytes)
        constants[.weightsBytes] = .integer(audit.peaks[.weights])
        constants[.gradientsBytes] = .integer(audit.peaks[.gradients])
        constants[.inputsBytes] = .integer(audit.peaks[.inputs])
        constants[.statesBytes] = .integer(audit.peaks[.states])
        constants[.recordsBytes] = .integer(audit.peaks[.records])
        constants[.workspaceBytes] = .integer(audit.peaks[.workspace])
        constants[.jemallocAllocatedBytes] = .integer(audit.atPeak.allocated)
        constants[.jemallocActiveBytes] = .integer(audit.atPeak.active)
        constants[.jemallocResidentBytes] = .integer(audit.atPeak.resident)
        constants[.jemallocMappedBytes] = .integer(audit.atPeak.mapped)
        constants[.predictionGapBytes] = .integer(audit.gap)
        constants[.predictedDiskBytes] = files.map { _ in .integer(audit.simulator.diskBytes) }
        constants[.predictedForwardSteps] = .integer(audit.simulator.counts.forward)
    }

    /// The network's present gradient against that of full unrolling of the plain network. Where that would not fit, segments
    /// stand in, whose gradient is the same to the last bit; they say nothing of themselves.
    private func compareWithReference(
        upTo limit: Bytes
    ) throws(StateFileError) -> (relativeError: Double?, cosine: Double?) {
        var plain = trial
        plain.variant = .plain
        let full = Strategy.full.schedule(length: trial.length, footprint: plain.footprint)
        let fits = Simulator(full, footprint: plain.footprint).peakBytes <= limit.count
        let stand = Strategy.segmented(length: nil)
        guard fits || trial.strategy != stand || trial.variant != .plain else { return (nil, nil) }
        let evidence = Evidence(of: network)
        let reference = fits ? full : stand.schedule(length: trial.length, footprint: plain.footprint)
        var exact = network
        if trial.variant == .plain {
            _ = try executor.run(reference)
        } else {
            // A network of its own, gone before anything is measured.
            exact = Network(plain.shape, heaps: heaps)
            exact.initialize(seed: trial.seed, orthogonal: trial.recurrentWeights.scale)
            _ = try Executor(exact, source: Source(plain), length: trial.length).run(reference)
        }
        if let schedule = schedule as? Randomized, case .randomized(_, let count) = trial.strategy {
            draws = Draws(schedule, count: count, reference: exact)
        }
        return evidence.comparedTo(exact)
    }

    /// One timed training step, with no audit in it; of a random schedule one for every draw, and the time of one.
    ///
    /// - Throws: ``StateFileError``.
    package func measure() throws(StateFileError) -> Measurement {
        let resets = ResidentPeak.restart()
        let threadLive = thread.restart()
        let outcome = try draws?.run(executor)
        let pass: Pass
        if let outcome { pass = outcome.pass } else { pass = try executor.run(schedule) }
        var row = constants
        if let outcome {
            row[.gradientRelativeError] = outcome.relativeError.map(Value.real)
            row[.gradientCosine] = outcome.cosine.map(Value.real)
            row[.gradientStandardError] = outcome.standardError.map(Value.real)
        }
        row[.threadPeakBytes] = .integer(threadLive - threadBaseline + thread.bytesAboveReset)
        row[.peakRSSBytes] = resets ? ResidentPeak.bytes.map(Value.integer) : nil
        row[.forwardSteps] = .integer(pass.forwardSteps)
        row[.recomputedSteps] = .integer(pass.recomputedSteps)
        row[.backwardSteps] = .integer(pass.backwardSteps)
        let shape = trial.shape
        row[.flops] = .integer(
            pass.forwardSteps * shape.forwardFlops + pass.backwardSteps * shape.backwardFlops
                + pass.injections * shape.headFlops)
        row[.wallSeconds] = .real(pass.wall.seconds)
        row[.forwardSeconds] = .real(pass.forward.seconds)
        row[.recomputeSeconds] = .real(pass.recompute.seconds)
        row[.backwardSeconds] = .real(pass.backward.seconds)
        if let files {
            row[.ioSeconds] = .real(pass.io.seconds)
            row[.diskBytes] = .integer(files.peakBytes)
        }
        if schedule.hasGradient { row[.loss] = .real(pass.loss) }
        return row
    }
}
