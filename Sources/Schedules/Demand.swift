/// What a schedule takes of a footprint: bytes, steps and work. From the schedule's ``Tally`` where it has one, else from all
/// its actions by the ``Simulator``: the same numbers either way.
package struct Demand: Hashable, Sendable {
    package let peakBytes: Int
    /// Each role at its own peak.
    package let peaks: Usage
    /// Bytes on disk at their peak.
    package let diskBytes: Int
    package let counts: Simulator.Counts
    /// Of one lane: all do the same, and times are of a step of the whole network.
    package let work: Workload

    package init(_ schedule: some Schedule, footprint: Footprint) {
        if let tally = schedule.tally {
            self.init(tally, footprint: footprint)
        } else {
            self.init(folding: schedule, footprint: footprint)
        }
    }

    /// Goes through every action of every lane.
    package init(folding schedule: some Schedule, footprint: Footprint) {
        let simulator = Simulator(schedule, footprint: footprint)
        (peakBytes, peaks, diskBytes) = (simulator.peakBytes, simulator.peaks, simulator.diskBytes)
        (counts, work) = (simulator.counts, simulator.work)
    }

    /// All lanes but one wait, each with what it holds before its first backward run, while the last one is at its
    /// peak. Bytes beyond ``Footprint/countable`` are that.
    package init(_ tally: Tally, footprint: Footprint) {
        let others = footprint.lanes - 1
        func bytes(_ holding: Holding) -> Usage {
            var usage = Usage()
            usage[.states] = saturatingProduct(holding.states, footprint.state)
            usage[.records] = saturatingSum(
                saturatingProduct(holding.records, footprint.record),
                saturatingProduct(holding.entering, footprint.entering))
            return usage
        }
        let waiting = bytes(tally.waiting)
        var base = footprint.constant
        for role in [Role.states, .records] {
            base[role] = saturatingSum(base[role], saturatingProduct(others, waiting[role]))
        }
        var (peakBytes, peaks) = (base.total, base)
        var counts = Simulator.Counts()
        for holding in tally.holdings {
            var usage = base
            let held = bytes(holding)
            for role in [Role.states, .records] { usage[role] = saturatingSum(base[role], held[role]) }
            usage[.sensitivities] = holding.sensitivities.map(footprint.bytes(of:)) ?? 0
            usage[.buffer] = footprint.buffer.bytes(of: holding.buffered)
            peakBytes = Swift.max(peakBytes, usage.total)
            peaks.formMaximum(with: usage)
            counts.peakStates = Swift.max(counts.peakStates, holding.states + holding.stored)
            counts.peakDiskStates = Swift.max(counts.peakDiskStates, holding.stored)
            counts.peakRecords = Swift.max(counts.peakRecords, holding.records)
        }
        counts.peakStates += others * (tally.waiting.states + tally.waiting.stored)
        counts.peakDiskStates += others * tally.waiting.stored
        counts.peakRecords += others * tally.waiting.records
        let work = tally.work
        (counts.forward, counts.recorded, counts.backward) = (work.forward, work.recorded, work.backward)
        // A forward step is over new ground or over ground already covered, and all of the sequence is covered once.
        counts.recomputed = work.forward - tally.length
        (self.peakBytes, self.peaks, self.counts, self.work) = (peakBytes, peaks, counts, work)
        diskBytes = saturatingProduct(counts.peakDiskStates, footprint.storedState)
    }
}

extension Footprint {
    /// Where bytes of a role stop being counted: 2⁵⁹, half an EiB. No machine has as many, and the sum of all roles is below
    /// `Int.max`.
    package static let countable = 1 << 59
}

/// A product of sizes, at most ``Footprint/countable``.
package func saturatingProduct(_ factors: Int...) -> Int {
    var product = 1
    // Nothing of anything is nothing, however much the others are.
    guard !factors.contains(0) else { return 0 }
    for factor in factors {
        let (next, overflow) = product.multipliedReportingOverflow(by: factor)
        guard !overflow, next < Footprint.countable else { return Footprint.countable }
        product = next
    }
    return product
}

/// A sum of two sizes, at most ``Footprint/countable``.
package func saturatingSum(_ first: Int, _ second: Int) -> Int { Swift.min(first + second, Footprint.countable) }
