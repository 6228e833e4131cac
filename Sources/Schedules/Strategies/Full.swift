/// Full unrolling, or backpropagation through time: every step is recorded, then all are reversed.
///
/// - Complexity: four actions; T records.
package struct Full: Schedule {
    package let length: Int
    package var slots: Int { 0 }

    /// - Parameter length: T, at least 1.
    package init(length: Int) {
        precondition(length >= 1, "a sequence has at least one step")
        self.length = length
    }

    package var tally: Tally? {
        var work = Workload()
        (work.recorded, work.backward, work.injected) = (length, length, length)
        (work.runs, work.reversals, work.entered, work.actions) = (1, 1, 1, 3)
        return Tally(work, length: length, waiting: Holding(records: length, entering: 1))
    }

    package func makeIterator() -> IndexingIterator<[Action]> {
        let all = 0..<length
        return [.advance(all, recording: true), .backward(all, injecting: all), .release(all)].makeIterator()
    }
}
