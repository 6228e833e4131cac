import Schedules
import Shapes
package import Trials

/// Measured trials compared with predictions: each trial is predicted from prices fitted to all the others of its
/// network by the same build on the same machine, so that none is predicted from itself.
package struct Accuracy: Sendable {
    package struct Line: Sendable {
        package let trial: Trial
        package let origin: Origin
        package let predictedSeconds: Double
        /// Where 9 of 10 such times lie; nil where too few others of its network say.
        package let interval: Interval?
        /// The median of its repetitions.
        package let measuredSeconds: Double
        /// The median of how far repetitions are from that, to it; nil of fewer than three.
        package let spread: Double?
        /// The largest difference of predicted to measured bytes.
        package let byteGap: Int

        /// (predicted − measured)/measured.
        package var error: Double { predictedSeconds / measuredSeconds - 1 }

        /// Nil without an interval.
        package var isWithin: Bool? { interval.map { $0.low <= measuredSeconds && measuredSeconds <= $0.high } }

        /// A trial's repetitions; nil where they have no time.
        package init?(_ rows: [Row], predictedSeconds: Double, interval: Interval?) {
            let walls = Sample(.wallSeconds, of: rows)
            guard let row = rows.first, let measured = walls.median else { return nil }
            trial = row.trial
            origin = row.origin
            self.predictedSeconds = predictedSeconds
            self.interval = interval
            measuredSeconds = measured
            spread =
                walls.count < 3 ? nil : Sample(walls.values.map { abs($0 / measured - 1) }).median
            let gaps = rows.compactMap { row in
                row[.peakBytes].flatMap { peak in row[.predictedPeakBytes].map { Int(abs($0 - peak)) } }
            }
            byteGap = gaps.max() ?? 0
        }
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

    /// Of trials that were predicted otherwise.
    package init(_ lines: [Line]) { (self.lines, unpredicted) = (lines, 0) }

    /// - Complexity: O(n) in the rows, their schedules aside: each of different length or strategy is read once.
    package init(_ rows: [Row]) {
        var places: [Place] = []
        var repetitions: [[Row]] = []
        var numbers: [Place: Int] = [:]
        for row in rows where row.status == .ok && row[.wallSeconds] ?? 0 > 0 {
            // Repetitions stand one after the other.
            if let last = repetitions.last?.first, row.wasRead(with: last) {
                repetitions[places.count - 1].append(row)
                continue
            }
            let place = Place(row)
            let number = numbers[place] ?? places.count
            if number == places.count {
                numbers[place] = number
                places.append(place)
                repetitions.append([])
            }
            repetitions[number].append(row)
        }
        var workloads = Workloads()
        let observations = repetitions.map { Observation($0, workloads: &workloads) }

        var predicted: [(seconds: Double, interval: Interval?)?] = Array(repeating: nil, count: places.count)
        for network in Dictionary(grouping: places.indices, by: { places[$0].network }).values {
            let observed = network.filter { observations[$0] != nil }
            let own = observed.map { observations[$0]! }
            let counts = Dictionary(own.map { ($0.workload, 1) }, uniquingKeysWith: +)
            let seconds = zip(own, CostModel.withoutEach(own)).map { observation, prices -> Double? in
                let others = counts.count - (counts[observation.workload] == 1 ? 1 : 0)
                return others >= Accuracy.fewestOthers ? prices?.seconds(observation.workload) : nil
            }
            let ratios = zip(own, seconds).map { observation, seconds in seconds.map { observation.seconds / $0 } }
            for (index, number) in observed.enumerated() {
                guard let seconds = seconds[index] else { continue }
                let others = HeldOutErrors(ratios.indices.compactMap { $0 == index ? nil : ratios[$0] })
                predicted[number] = (seconds, others.interval(around: seconds))
            }
        }
        lines = places.indices.compactMap { number in
            predicted[number].flatMap {
                Line(repetitions[number], predictedSeconds: $0.seconds, interval: $0.interval)
            }
        }
        unpredicted = places.count - lines.count
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

/// Workloads of trials, each schedule read once.
struct Workloads {
    private struct Key: Hashable {
        let strategy: Strategy
        let length: Int
        let isCTC: Bool
        /// Of strategies that choose by size: saved state, entering state, record, lanes.
        let sizes: [Int]
    }

    private var known: [Key: Workload] = [:]

    mutating func callAsFunction(_ trial: Trial) -> Workload {
        var sizes: [Int] = []
        if trial.strategy.choosesBySize {
            let footprint = trial.footprint
            sizes = [footprint.state, footprint.entering, footprint.record, footprint.lanes]
        }
        let key = Key(
            strategy: trial.strategy, length: trial.length, isCTC: trial.task.criterion == .ctc, sizes: sizes)
        if let workload = known[key] { return workload }
        let workload = Workload(trial.schedule)
        known[key] = workload
        return workload
    }
}

extension Observation {
    /// The medians of a trial's repetitions; nil when times are missing.
    package init?(_ rows: [Row]) {
        var workloads = Workloads()
        self.init(rows, workloads: &workloads)
    }

    init?(_ rows: [Row], workloads: inout Workloads) {
        // What sensitivities take is no part of the prices that are fitted.
        guard let trial = rows.first?.trial, trial.strategy.sensitivities == nil else { return nil }
        let walls = Sample(.wallSeconds, of: rows)
        let backwards = Sample(.backwardSeconds, of: rows)
        guard walls.count == backwards.count, let wall = walls.median, let backward = backwards.median else {
            return nil
        }
        let disk = Sample(.ioSeconds, of: rows).median ?? 0
        let workload: Workload
        if let adaptation = trial.strategy.adaptation {
            // Its window is the data's choice, and in a training changes.
            guard trial.updates == 0, let window = rows[0][.chosenWindow] else { return nil }
            workload = Workload(adaptation.schedule(length: trial.length, window: Int(window)))
        } else {
            workload = workloads(trial)
        }
        let footprint = trial.footprint
        self.init(
            workload: workload, forward: wall - backward - disk, backward: backward, disk: disk,
            recordBytes: Double(footprint.lanes * footprint.record))
    }
}
