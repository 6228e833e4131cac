import Schedules
import Trials

/// A trial as one build measured it: another may need other bytes.
private struct MeasuredTrial: Hashable {
    let trial: Trial
    let build: String
}

package extension [Row] {
    /// The first row that contradicts itself or an earlier repetition of its trial, and how: edited by hand, or measured by
    /// another version. The columns were read; this is what they say together.
    var contradiction: (index: Int, text: String)? {
        var earlier: [MeasuredTrial: (index: Int, row: Row)] = [:]
        // Repetitions stand one after the other.
        var last: Row?
        for (index, row) in enumerated() where row.status == .ok {
            if let text = row.contradiction { return (index, text) }
            let first: Row
            if let last, row.wasRead(with: last) {
                first = last
            } else {
                let key = MeasuredTrial(trial: row.trial, build: row.origin.build)
                guard let (_, found) = earlier[key], found.experiment == row.experiment else {
                    earlier[key] = (index, row)
                    last = row
                    continue
                }
                first = found
            }
            // Not real numbers: repetitions of a strategy that draws differ in their draws.
            for figure in ResultsDifference.figures
            where figure.reproducibility == .exact && !figure.agrees(row, first) {
                func text(_ row: Row) -> String { row.measurement[figure].map { "'\($0)'" } ?? "empty" }
                return (
                    index,
                    "'\(figure.rawValue)' is \(text(row)), but \(text(first)) in repetition \(first.repetition) of the "
                        + "same trial; rows of one file are of one version, as measured"
                )
            }
        }
        return nil
    }
}

extension Figure {
    /// Whether two rows of a trial can both be right. An exact figure is in both or in neither, but for bytes of a role that an older
    /// version did not have, of which there were none; a real number that is not finite is not kept, and says nothing.
    func agrees(_ one: Row, _ other: Row) -> Bool {
        let absent: Value? = isLater && Row.roles.contains(self) ? .integer(0) : nil
        guard let first = one.measurement[self] ?? absent, let second = other.measurement[self] ?? absent else {
            return reproducibility != .exact || one.measurement[self] == other.measurement[self]
        }
        return agrees(first, second, in: one.trial)
    }
}

extension Row {
    fileprivate var contradiction: String? {
        guard let peak = self[.peakBytes] else { return nil }
        if let predicted = self[.predictedPeakBytes], self[.predictionGapBytes] == 0, peak != predicted {
            return "'prediction_gap_bytes' is '0', but 'peak_bytes' is '\(plain(peak))' and 'predicted_peak_bytes' "
                + "'\(plain(predicted))'"
        }
        var (largest, together, isWhole) = (-Double.infinity, 0.0, true)
        for role in Row.roles {
            guard let bytes = self[role] else {
                isWhole = isWhole && role.isLater
                continue
            }
            largest = max(largest, bytes)
            together += bytes
        }
        if largest > peak {
            return "'peak_bytes' is '\(plain(peak))', less than one role's, \(plain(largest))"
        }
        if isWhole, together < peak {
            return "'peak_bytes' is '\(plain(peak))', more than all roles' peaks together, \(plain(together))"
        }
        for figure in Row.amounts {
            if let value = self[figure], value < 0 {
                return "'\(figure.rawValue)' is '\(plain(value))'; allowed: from 0"
            }
        }
        return nil
    }

    fileprivate static let roles = Role.allCases.map(Figure.init)
    private static let amounts = Figure.allCases.filter { $0.unit == .seconds || $0.unit == .steps }
}
