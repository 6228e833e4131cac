import Quantities
import Schedules
import Trials

extension Claim {
    /// A8: truncation holds the records of one window, however long the sequence.
    package static let windowCapsMemory = Claim(
        id: "A8", short: "windows cap memory",
        source: "A Gentle Introduction to RNN Unrolling; Sutskever, Training Recurrent Neural Networks, thesis, 2013",
        cited: "Sutskever 2013",
        statement: "Unrolling over a window of k steps bounds memory by the window: linear in k, independent of the "
            + "sequence's length.",
        published: "memory linear in the window, flat in the sequence's length",
        convention: "inputs streamed; linear: records' bytes less one entering state; flat: exact peak of all tensors",
        experiments: [windows, cap],
        trust: "V2",
        tolerance: "0 bytes, exactly",
        known: .reproduced,
        needs: [.recordsBytes, .peakBytes],
        concerns: { row in
            // A window longer than the sequence is full unrolling.
            guard let window = row.trial.strategy.truncated?.window else { return false }
            return row.trial.inputs == .streamed && window <= row.trial.length
        },
        judgement: { evidence in
            let linear = evidence.networks(windows, over: [.strategy]).map(judgeLinear)
            let flat = evidence.networks(cap, over: [.length]).map(judgeFlat)
            return .both(.deciding(linear, farthestFrom: 0), .deciding(flat, farthestFrom: 0))
        })

    private static let windows = "truncation-window"
    private static let cap = "window-cap"

    private static func judgeLinear(_ rows: [Row]) -> Verdict {
        var windows: Set<Int> = []
        var farthest = 0.0
        for row in rows {
            guard let window = row.trial.strategy.truncated?.window, let bytes = row[.recordsBytes] else { continue }
            windows.insert(window)
            let footprint = row.trial.footprint
            let deviation = bytes - Double(footprint.state + window * footprint.record)
            if abs(deviation) > abs(farthest) { farthest = deviation }
        }
        let trial = rows[0].trial
        guard windows.count >= 3 else {
            return Verdict(.inconclusive, "only \(counted(windows.count, "window")) of \(trial.network)")
        }
        return Verdict(
            farthest == 0 ? .reproduced : .notReproduced,
            "\(plain(farthest)) bytes off k records (\(trial.network), k \(span(windows.sorted())), T \(trial.length))",
            value: farthest)
    }

    private static func judgeFlat(_ rows: [Row]) -> Verdict {
        let peaks = rows.compactMap { $0[.peakBytes] }
        let trial = rows[0].trial
        guard rows.lengths.count >= 3, let least = peaks.min(), let largest = peaks.max() else {
            return Verdict(.inconclusive, "only \(counted(rows.lengths.count, "length")) of \(trial.network)")
        }
        return Verdict(
            least == largest ? .reproduced : .notReproduced,
            "\(plain(largest - least)) bytes between lengths "
                + "(\(trial.network), \(trial.strategy), T \(span(rows.lengths)))",
            value: largest - least)
    }
}
