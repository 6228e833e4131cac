/// Going forward once and keeping nothing: what a trained network does. It reverses nothing and makes no gradient.
///
/// - Complexity: one action; no record.
package struct Inference: Schedule {
    package let length: Int
    package var slots: Int { 0 }
    package var records: Int { 0 }
    package var hasGradient: Bool { false }

    /// - Parameter length: T, at least 1.
    package init(length: Int) {
        precondition(length >= 1, "a sequence has at least one step")
        self.length = length
    }

    package func reversals(of step: Int) -> Int { 0 }

    package var tally: Tally? {
        var work = Workload()
        (work.plain, work.runs, work.actions) = (length, 1, 1)
        return Tally(work, length: length, isExact: false)
    }

    package func makeIterator() -> IndexingIterator<[Action]> {
        [.advance(0..<length, recording: false)].makeIterator()
    }
}
