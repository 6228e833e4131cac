import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// Programs whose bytes are not divided by roles: what a step of theirs takes, the least and the most.
    var engines: MarkedText? {
        guard rows.allSatisfy({ $0[.peakBytes] == nil }) else { return nil }
        let found = Dictionary(grouping: rows, by: \.trial).values.compactMap { alike in
            alike.largest(.stepBytes).map { (row: alike[0], bytes: $0) }
        }
        guard let least = found.min(by: { $0.bytes < $1.bytes }), let most = found.max(by: { $0.bytes < $1.bytes }),
            least.bytes > 0, least.bytes < most.bytes
        else { return nil }
        func figure(_ one: (row: Row, bytes: Double)) -> String {
            "\(AnsweredRows.bytes(one.bytes)) (\(AnsweredRows.place(one.row)))"
        }
        let names = rows.map { $0.trial.engine.rawValue.split(separator: "/").last ?? "" }.orderedSet
        return
            "Above weights, gradients and inputs a training step by \(names.map { "`\($0)`" }.joined(separator: " or ")) takes "
            + "from \(figure(least)) to \(figure(most)), \(Table.significant(most.bytes / least.bytes, 3)) times as much."
    }
}
