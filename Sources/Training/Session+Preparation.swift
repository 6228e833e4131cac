import Files
import Memory
import Networks
package import Quantities
import Schedules
import Shapes
package import Trials

// What happens once, before the first repetition.
extension Session {
    /// Everything that happens once: the audited pass, the first of all; comparing its gradient with the reference; and what is left
    /// of the warm-up. Where that left memory all free pages are given back first, and a pass follows: nothing of the comparison
    /// is alive or resident in a pass that is measured, and none of them begins with memory that nothing has touched.
    ///
    /// - Parameters:
    ///   - warmup: passes before the first that is measured; one at least. Nil for as many as take ``Trials/Trial/warmupTime``:
    ///     after two passes of 20 to 60 µs one first repetition in 17 took a fifth longer than those that followed; after
    ///     10 ms of them one in 50.
    ///   - reference: full unrolling is the gradient's reference up to this predicted peak.
    ///   - memory: what tensors may need while the reference runs; see ``Trial/reference(upTo:within:)``.
    ///   - timeline: where to write the audited pass; nil for nowhere.
    ///   - evidence: where to write how far the gradient of each parameter is from the reference's; nil for nowhere.
    ///   - shared: a file of the reference's gradient, which other trials read and write too; nil for none.
    /// - Returns: how long its parts took.
    /// - Throws: ``ExportError``, ``StateFileError``, ``Files/FileError``; ``TrainingError`` where loss or gradient is not finite.
    @discardableResult
    package func prepare(
        warmup: Int?, reference: Bytes = Trial.largestReference, memory: Bytes = Bytes(Int.max),
        timeline: String? = nil, evidence: String? = nil, shared: String? = nil
    ) throws -> Preparation {
        var times = Preparation()
        var start = ContinuousClock.now
        func lap() -> Double {
            defer { start = .now }
            return (.now - start).inSeconds
        }
        if let adaptation = trial.strategy.adaptation { try adapt(adaptation) }
        // The first pass: nothing has run here before it, and nothing but the trial has had memory.
        var audit = Audit(
            heaps, footprint: trial.footprint, statistics: statistics, keepsEntries: timeline != nil,
            expectedPeak: expectedPeak)
        var sensitivity: Double?
        let pass = try executor.run(schedule) { [executor] in
            audit.observe($0)
            // The carrier is gone when the pass ends.
            sensitivity = executor.carrier?.relativeSensitivity
        }
        // Without the gauges that were read.
        stepTime = pass.forward + pass.recompute + pass.backward + pass.io
        if let timeline { try audit.write(to: timeline) }
        times.audit = lap()

        constants[.relativeSensitivity] = trial.updates == 0 ? sensitivity.map(Value.real) : nil
        var (passes, spent) = (1, stepTime)
        if schedule.hasGradient {
            // Of a training every update is looked at. Here all repetitions make the same numbers.
            if trial.updates == 0 { try network.requireFinite(pass) }
            let comparison = try compareWithReference(
                trial.reference(upTo: reference, within: memory), sharing: shared, writing: evidence)
            constants[.gradientRelativeError] = comparison.distance?.relativeError.map(Value.real)
            constants[.gradientCosine] = comparison.distance?.cosine.map(Value.real)
            constants[.gradientExact] = .flag(isExact)
            if comparison.leavesMemory {
                statistics.purge()
                (passes, spent) = (0, .zero)
            }
        }
        times.reference = lap()
        let predicted = try [audit.simulator.peakBytes] + auditEstimate(&audit)
        record(audit, predictedPeak: predicted.max()!)
        times.audit += lap()
        while passes < max(1, warmup ?? 1) || warmup == nil && spent < Trial.warmupTime {
            spent += try executor.run(schedule).wall
            passes += 1
        }
        times.warmup = lap()
        return times
    }

    /// What the audited pass held.
    private func record(_ audit: Audit, predictedPeak: Int) {
        constants[.predictedPeakBytes] = .integer(predictedPeak)
        constants[.peakBytes] = .integer(audit.peakBytes)
        for role in Role.allCases { constants[Figure(role)] = .integer(audit.peaks[role]) }
        // What layers of two directions hand on has the role of inputs too, and is the step's own.
        let inputs =
            trial.inputs == .resident
            ? Heap.usableSize(trial.length * trial.batch * trial.input * trial.precision.bytes) : 0
        constants[.stepBytes] = .integer(
            audit.peakBytes - audit.peaks[.weights] - audit.peaks[.gradients] - inputs)
        constants[.jemallocAllocatedBytes] = audit.atPeak.map { .integer($0.allocated) }
        constants[.jemallocActiveBytes] = audit.atPeak.map { .integer($0.active) }
        constants[.jemallocResidentBytes] = audit.atPeak.map { .integer($0.resident) }
        constants[.jemallocMappedBytes] = audit.atPeak.map { .integer($0.mapped) }
        constants[.predictionGapBytes] = .integer(audit.gap)
        constants[.predictedDiskBytes] = files.map { _ in .integer(audit.simulator.diskBytes) }
        constants[.predictedForwardSteps] = .integer(audit.simulator.counts.forward)
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

    /// The network's present gradient against the reference's; nil where there is none. And whether it left memory behind: where the
    /// reference ran here, or was of another network.
    private func compareWithReference(
        _ reference: GradientReference, sharing shared: String?, writing path: String?
    ) throws -> (distance: GradientDistance?, leavesMemory: Bool) {
        let snapshot = GradientSnapshot(of: network)
        var exact = network
        let isReference = reference.strategy != nil
        var leavesMemory = false
        hasReference = isReference
        if let strategy = reference.strategy {
            let plain = trial.unrolled
            let file = shared.map { SharedGradient($0, of: plain, strategy: strategy) }
            // Of another network the plain one is a separate one, gone before anything is measured.
            if !trial.isPlain {
                exact = Network(plain.shape, heaps: heaps, length: trial.length)
                leavesMemory = true
            }
            if trial.isReference(by: strategy) {
                try file?.write(exact)
            } else if try file?.read(into: exact) != true {
                leavesMemory = true
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
        return (isReference ? snapshot.comparedTo(exact) : nil, leavesMemory)
    }
}
