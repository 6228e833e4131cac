/// A network run back: forward keeps only what inversion cannot recover, then each step is undone, which makes its record again, and
/// reversed. MacKay, Vicol, Ba & Grosse, Reversible recurrent neural networks, 2018, arXiv:1810.10999.
///
/// - Complexity: 1 + 3T actions; one record and one state, and the buffer, which grows by b bits a step at most.
package struct Reversible: Schedule {
    package let length: Int
    package var slots: Int { 0 }
    package var records: Int { 1 }

    /// - Parameter length: T, at least 1.
    package init(length: Int) {
        precondition(length >= 1, "a sequence has at least one step")
        self.length = length
    }

    package var tally: Tally? {
        var work = Workload()
        (work.plain, work.undone, work.backward, work.injected) = (length, length, length, length)
        (work.runs, work.reversals, work.entered, work.actions) = (1 + length, length, length, 1 + 3 * length)
        return Tally(
            work, length: length, waiting: Holding(records: 1, entering: 1, buffered: length))
    }

    package func makeIterator() -> Iterator { Iterator(length: length) }

    package struct Iterator: IteratorProtocol {
        fileprivate let length: Int
        /// Actions given.
        private var count = 0

        fileprivate init(length: Int) { self.length = length }

        package mutating func next() -> Action? {
            defer { count += 1 }
            guard count > 0 else { return .advance(0..<length, recording: .forgotten) }
            let step = length - 1 - (count - 1) / 3
            guard step >= 0 else { return nil }
            let steps = step..<step + 1
            return switch (count - 1) % 3 {
            case 0: .undo(steps)
            case 1: .backward(steps, injecting: steps)
            default: .release(steps)
            }
        }
    }
}
