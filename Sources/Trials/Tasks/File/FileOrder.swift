import Noise

/// In which order the sequences of a file come: B at a time, each group in as many updates as its longest sequence has T steps; and
/// which of them no update sees.
final class FileOrder: Sendable {
    /// Sequences that come one after the other.
    struct Rows: Sendable {
        let sequences: [Int]
        /// Updates before each group, and all of them.
        fileprivate let updates: [Int]

        var count: Int { updates.last! }

        /// The sequences of an update, and how many times T steps of them were in the updates before.
        func at(update: Int, batch: Int) -> (sequences: ArraySlice<Int>, window: Int) {
            let update = update % count
            var (low, high) = (0, updates.count - 1)
            while low + 1 < high {
                let middle = (low + high) / 2
                if updates[middle] <= update { low = middle } else { high = middle }
            }
            return (sequences[(low * batch)...].prefix(batch), update - updates[low])
        }
    }

    let training: Rows
    /// Nil where all are trained on.
    let heldOut: Rows?

    /// - Throws: ``TaskDataError`` where a sequence would continue and cannot, or where none could be held back.
    init(_ file: FileSequences, _ request: DataRequest) throws(TaskDataError) {
        let layout = file.layout
        for sequence in 0..<layout.sequences where layout.loss == .ctc || request.isBidirectional {
            let length = file.length(sequence)
            guard length > request.length else { continue }
            throw .unfit(
                path: layout.path,
                "has \(length) steps in sequence \(sequence), and 'length' is \(request.length); "
                    + (layout.loss == .ctc ? "with loss \(layout.loss.rawValue)" : "in two directions")
                    + " no sequence continues in the next update; allowed: at least \(length)")
        }
        var (own, others) = (Array(0..<layout.sequences), [Int]())
        if request.validation > 0 {
            let count = max(1, Int((request.validation * Double(own.count)).rounded()))
            guard count < own.count else {
                throw .unfit(
                    path: layout.path,
                    "has \(own.count) sequences, and 'validation' is \(Trial.text(request.validation)), which leaves none to train "
                        + "on")
            }
            // The same whatever the batch, and the strategy.
            let keys = own.map { noiseKey(UInt64(request.seed), 0x7661_6c69, UInt64($0)) }
            let chosen = Set(own.sorted { (keys[$0], $0) < (keys[$1], $1) }.prefix(count))
            (own, others) = (own.filter { !chosen.contains($0) }, own.filter(chosen.contains))
        }
        func rows(_ sequences: [Int]) -> Rows {
            var updates = [0]
            for first in stride(from: 0, to: sequences.count, by: request.batch) {
                let longest = sequences[first...].prefix(request.batch).map { file.length($0) }.max()!
                updates.append(updates.last! + (longest + request.length - 1) / request.length)
            }
            return Rows(sequences: sequences, updates: updates)
        }
        training = rows(own)
        heldOut = others.isEmpty ? nil : rows(others)
    }
}
