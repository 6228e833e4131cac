import Schedules

/// Prices from observations: what is not backward, what is, and disk are three fits, each of relative errors.
extension CostModel {
    /// The prices, none below 0, with the least sum of squared relative errors. Nil without observations of positive times.
    package init?(fitting observations: [Observation]) {
        guard !observations.isEmpty, observations.allSatisfy(\.isPositive) else { return nil }
        func fit(_ part: Part, _ observations: [Observation]) -> [Double] {
            LeastSquares.solution(observations.map(part.row), observations.map(part.value))
        }
        let onDisk = observations.filter(\.isOnDisk)
        self.init(
            forward: fit(.forward, observations), backward: fit(.backward, observations),
            disk: onDisk.isEmpty ? nil : fit(.disk, onDisk), hasUndone: observations.contains(where: \.hasUndone),
            recordBytes: observations[0].recordBytes)
    }

    /// For each of the observations the prices by all others, as ``init(fitting:)`` has them.
    ///
    /// - Complexity: O(n) fits.
    package static func withoutEach(_ observations: [Observation]) -> [CostModel?] {
        guard observations.count > 1 else { return observations.map { _ in nil } }
        let faults = observations.indices.filter { !observations[$0].isPositive }
        guard faults.isEmpty else {
            // Those without the one fault, or none.
            return observations.indices.map { index in
                faults == [index]
                    ? CostModel(fitting: Array(observations[..<index] + observations[(index + 1)...])) : nil
            }
        }
        func fits(_ part: Part, _ observations: [Observation]) -> [[Double]] {
            LeastSquares.solutionsWithoutEach(observations.map(part.row), observations.map(part.value))
        }
        let forward = fits(.forward, observations)
        let backward = fits(.backward, observations)
        let onDisk = observations.filter(\.isOnDisk)
        let whole =
            onDisk.isEmpty
            ? nil : LeastSquares.solution(onDisk.map(Part.disk.row), onDisk.map(Part.disk.value))
        let undone = observations.count { $0.hasUndone }
        var disk = (onDisk.count > 1 ? fits(.disk, onDisk) : [])[...]
        return observations.indices.map { index in
            CostModel(
                forward: forward[index], backward: backward[index],
                disk: observations[index].isOnDisk ? disk.popFirst() : whole,
                hasUndone: undone > (observations[index].hasUndone ? 1 : 0),
                recordBytes: observations[index].recordBytes)
        }
    }

    /// One of the three sums that a time is.
    private enum Part {
        case forward, backward, disk

        /// Counts, as parts of the time.
        func row(_ observation: Observation) -> [Double] {
            let work = observation.workload
            let far = CostModel.farShare(work, recordBytes: observation.recordBytes)
            let counts: [Double] =
                switch self {
                case .forward:
                    [
                        1, Double(work.plain), Double(work.recorded), Double(work.runs),
                        Double(work.saves + work.entered), Double(work.restores), Double(work.undone),
                        far * Double(work.recorded),
                    ]
                case .backward:
                    [
                        1, Double(work.backward), Double(work.reversals), Double(work.injected),
                        Double(work.truncations), far * Double(work.backward),
                    ]
                case .disk: [Double(work.writes), Double(work.reads)]
                }
            return counts.map { $0 / observation.seconds }
        }

        func value(_ observation: Observation) -> Double {
            switch self {
            case .forward: observation.forward / observation.seconds
            case .backward: observation.backward / observation.seconds
            case .disk: observation.disk / observation.seconds
            }
        }
    }

    private init(forward: [Double], backward: [Double], disk: [Double]?, hasUndone: Bool, recordBytes: Double) {
        (start, self.forward, record, run) = (forward[0], forward[1], forward[2], forward[3])
        (save, restore, farRecord) = (forward[4], forward[5], forward[7])
        undo = hasUndone ? forward[6] : nil
        (end, self.backward, reversal) = (backward[0], backward[1], backward[2])
        (loss, truncation, farBackward) = (backward[3], backward[4], backward[5])
        self.recordBytes = recordBytes
        if let disk { (write, read) = (disk[0], disk[1]) }
    }
}

extension Observation {
    fileprivate var isPositive: Bool { forward > 0 && backward > 0 }
    fileprivate var hasUndone: Bool { workload.undone > 0 }
    fileprivate var isOnDisk: Bool { workload.writes > 0 && disk > 0 }
}
