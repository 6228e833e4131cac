import Quantities
import Schedules
import Trials

/// What a claim is judged by: rows of its experiments that ended well and have every figure it needs.
package struct ClaimEvidence: Sendable {
    private let rows: [String: [Row]]

    init(_ rows: [String: [Row]]) { self.rows = rows }

    /// The rows of an experiment that differ in these factors alone, network by network.
    func networks(_ experiment: String, over varied: Set<Factor>) -> [[Row]] {
        (rows[experiment] ?? []).grouped(over: varied)
    }

    func rows(_ experiment: String) -> [Row] { rows[experiment] ?? [] }
}

extension Collection<Row> {
    /// The different lengths, rising.
    var lengths: [Int] { Set(map(\.trial.length)).sorted() }

    /// A figure against the number of steps.
    func points(_ figure: (Row) -> Double?) -> [Point] {
        compactMap { row in figure(row).map { Point(x: Double(row.trial.length), y: $0) } }
    }
}

extension Trial {
    /// The network in few words: `lstm H 128 B 32`.
    var network: String {
        (layers == 1 ? "" : "\(layers) layers ") + "\(self[.cell]) H \(hidden) B \(batch)"
    }

    /// Segments cut by the trial's strategy, and the steps of the last one; nil when it cuts none.
    var segments: (count: Int, last: Int)? {
        guard let segmented = schedule as? Segmented else { return nil }
        let count = (length + segmented.segment - 1) / segmented.segment
        return (count, length - (count - 1) * segmented.segment)
    }
}

/// A range of whole numbers as text: `64…4096`.
func span(_ numbers: [Int]) -> String {
    guard let least = numbers.min(), let largest = numbers.max() else { return "none" }
    return least == largest ? "\(least)" : "\(least)…\(largest)"
}

/// A figure that should be whole, as text: in full when it is not, for rounding would hide what refutes a claim.
func plain(_ value: Double) -> String {
    value == value.rounded() ? Table.fixed(value, 0) : String(value)
}
