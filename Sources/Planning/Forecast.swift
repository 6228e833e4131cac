package import Schedules

/// What training a sequence under a strategy takes, from dimensions alone: bytes and work.
package struct Forecast: Hashable, Sendable {
    package let strategy: Strategy
    package let length: Int
    package let demand: Demand

    package init(_ strategy: Strategy, length: Int, footprint: Footprint) {
        self.init(strategy, strategy.schedule(length: length, footprint: footprint), footprint: footprint)
    }

    init(_ strategy: Strategy, _ schedule: some Schedule, footprint: Footprint) {
        self.strategy = strategy
        length = schedule.length
        demand = Demand(schedule, footprint: footprint)
    }

    package var peakBytes: Int { demand.peakBytes }
    /// Each role at its own peak.
    package var peaks: Usage { demand.peaks }
    package var diskBytes: Int { demand.diskBytes }
    package var workload: Workload { demand.work }
    /// C/T.
    package var forwardStepsPerStep: Double { Double(workload.forward) / Double(length) }
}
