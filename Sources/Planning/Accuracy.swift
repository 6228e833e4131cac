import Schedules
package import Trials

/// Measured trials held against predictions: each trial is predicted from prices fitted to all the others of its network by the
/// same build on the same machine, so that none is predicted from itself.
package struct Accuracy: Sendable {
    package struct Line: Sendable {
        package let trial: Trial
        package let origin: Origin
        package let predictedSeconds: Double
        /// The median of its repetitions.
        package let measuredSeconds: Double
        /// The largest difference of predicted to measured bytes.
        package let byteGap: Int

        /// (predicted − measured)/measured.
        package var error: Double { predictedSeconds / measuredSeconds - 1 }
    }

    /// In the order of the rows.
    package let lines: [Line]
    /// What was predicted of each trial that could be; of none that several builds or machines have measured.
    package var seconds: [Trial: Double] {
        Dictionary(grouping: lines, by: \.trial).compactMapValues { $0.count == 1 ? $0[0].predictedSeconds : nil }
    }
    /// Trials whose network has too few others.
    package let unpredicted: Int

    /// As many others, of different work, as make prices worth fitting.
    package static let fewestOthers = 3

    package init(_ rows: [Row]) {
        let measured = rows.filter { $0.status == .ok && $0[.wallSeconds] ?? 0 > 0 }
        let repetitions = Dictionary(grouping: measured, by: Place.init)
        var order: [Place] = []
        var seen: Set<Place> = []
        for row in measured where seen.insert(Place(row)).inserted { order.append(Place(row)) }
        let networks = Dictionary(grouping: order, by: \.network)
        let observations = repetitions.compactMapValues(Observation.init)
        var lines: [Line] = []
        for place in order {
            let others = networks[place.network]!.filter { $0 != place }.compactMap { observations[$0] }
            guard let own = observations[place], Set(others.map(\.workload)).count >= Accuracy.fewestOthers,
                let seconds = Prices(fitting: others)?.seconds(own.workload)
            else { continue }
            let rows = repetitions[place]!
            let gaps = rows.compactMap { row in
                row[.peakBytes].flatMap { peak in row[.predictedPeakBytes].map { Int(abs($0 - peak)) } }
            }
            lines.append(
                Line(
                    trial: place.trial, origin: rows[0].origin, predictedSeconds: seconds,
                    measuredSeconds: median(rows.compactMap { $0[.wallSeconds] }), byteGap: gaps.max() ?? 0))
        }
        self.lines = lines
        unpredicted = order.count - lines.count
    }

    /// A trial as one build measured it on one machine: prices are of these.
    private struct Place: Hashable {
        var trial: Trial
        let build: String
        let machine: String

        init(_ row: Row) { (trial, build, machine) = (row.trial, row.origin.build, row.origin.machine) }

        /// What prices are of: everything but length, strategy and seed.
        var network: Place {
            var network = self
            (network.trial.length, network.trial.strategy, network.trial.seed) = (1, .full, 1)
            return network
        }
    }
}

extension Observation {
    /// The medians of a trial's repetitions; nil when times are missing.
    package init?(_ rows: [Row]) {
        guard let trial = rows.first?.trial else { return nil }
        let walls = rows.compactMap { $0[.wallSeconds] }
        let backward = rows.compactMap { $0[.backwardSeconds] }
        let disk = rows.compactMap { $0[.ioSeconds] }
        guard !walls.isEmpty, walls.count == backward.count else { return nil }
        let io = disk.isEmpty ? 0 : median(disk)
        self.init(
            workload: Workload(trial.schedule), forward: median(walls) - median(backward) - io,
            backward: median(backward), disk: io)
    }
}

/// Of an even number the lower of the middle two.
package func median(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "nothing has no median")
    return values.sorted()[(values.count - 1) / 2]
}
