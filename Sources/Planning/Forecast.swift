import Memory
package import Schedules

/// What training a sequence under a strategy takes, from dimensions alone: bytes from the ``Simulator``, and work.
package struct Forecast: Hashable, Sendable {
    package let strategy: Strategy
    package let length: Int
    package let peakBytes: Int
    /// Each role at its own peak.
    package let peaks: Usage
    package let diskBytes: Int
    package let workload: Workload

    /// Reads the strategy's schedule once.
    package init(_ strategy: Strategy, length: Int, footprint: Footprint) {
        self.init(strategy, strategy.schedule(length: length, footprint: footprint), footprint: footprint)
    }

    init(_ strategy: Strategy, _ schedule: some Schedule, footprint: Footprint) {
        var simulator = Simulator(footprint: footprint)
        var workload = Workload()
        for turn in Interleaving(schedule, tracks: footprint.tracks) {
            simulator.apply(turn)
            // All tracks do the same; prices are of a step of the whole network.
            if turn.track == 0 { workload.apply(turn.action) }
        }
        self.strategy = strategy
        self.workload = workload
        length = schedule.length
        peakBytes = simulator.peakBytes
        peaks = simulator.peaks
        diskBytes = simulator.diskBytes
    }

    /// C/T.
    package var forwardStepsPerStep: Double { Double(workload.forward) / Double(length) }
}
