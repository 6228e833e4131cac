package import Schedules
import Shapes
package import Trials

/// What the bytes of a trial's peak are there for.
///
/// Each role's own peak is measured; how states and records share the moment of the peak follows from the schedule, whose
/// prediction the measurement bears out.
package struct Attribution: Hashable, Sendable {
    package let experiment: String
    package let trial: Trial
    /// When the peak stood.
    package let usage: Usage

    /// Nil where what was measured is not what this version predicts: how the peak was shared is unknown then.
    package init?(_ row: Row) { self.init(row) { $0.usageAtPeak } }

    private init?(_ row: Row, predicting usageAtPeak: (Trial) -> Usage) {
        guard row.status == .ok, let peak = row[.peakBytes], row[.predictionGapBytes] == 0 else { return nil }
        usage = usageAtPeak(row.trial)
        guard Double(usage.total) == peak else { return nil }
        experiment = row.experiment
        trial = row.trial
    }

    /// One for every trial that has one, as they come.
    ///
    /// - Complexity: O(n) in the rows, and each schedule is gone through once, whatever the seeds.
    package static func all(_ rows: [Row]) -> [Attribution] {
        var usages: [Trial: Usage] = [:]
        return rows.succeeded.grouped(over: []).compactMap { repetitions in
            Attribution(repetitions[0]) { trial in
                // No byte depends on the numbers drawn.
                let key = trial.ignoring([.seed])
                if let usage = usages[key] { return usage }
                let usage = trial.usageAtPeak
                usages[key] = usage
                return usage
            }
        }
    }

    /// What grows with the steps kept; no strategy saves any of the rest.
    package var growing: Int { usage[.states] + usage[.records] }
    package var fixed: Int { usage.total - growing }

    static let stackingOrder: [Role] =
        Role.allCases.filter { ![.states, .records].contains($0) } + [.states, .records]

    /// Roles that have bytes in any of these, in the order in which pictures stack them: what no strategy saves first.
    package static func roles(of attributions: [Attribution]) -> [Role] {
        stackingOrder.filter { role in attributions.contains { $0.usage[role] > 0 } }
    }
}

extension Trial {
    /// Bytes by role at the first moment of the predicted peak.
    var usageAtPeak: Usage {
        var simulator = Simulator(footprint: footprint)
        var usage = simulator.usage
        for scheduled in InterleavedSchedule(schedule, lanes: footprint.lanes) {
            simulator.apply(scheduled)
            if simulator.usage.total > usage.total { usage = simulator.usage }
        }
        return usage
    }
}

extension Table {
    /// A line a trial: the peak, its roles, and the share that no strategy can save.
    package init(_ attributions: [Attribution]) {
        let varied = attributions.map { Row(experiment: $0.experiment, trial: $0.trial, repetition: 1, status: .ok) }
            .variedFactors
        let roles = Attribution.roles(of: attributions)
        var columns = ColumnDefinition.factors(varied, of: attributions) { $0.trial }
        columns.append(ColumnDefinition("strategy", .text) { Table.Entry(strategyOf: $0.trial) })
        columns.append(ColumnDefinition("peak_bytes", .bytes) { $0.usage.total })
        columns += roles.map { role in ColumnDefinition("\(role.rawValue)_bytes", .bytes) { $0.usage[role] } }
        columns.append(
            ColumnDefinition("fixed_share", title: "not to be saved", .percent) {
                Double($0.fixed) / Double($0.usage.total)
            })
        self.init(attributions, columns: columns)
    }
}
