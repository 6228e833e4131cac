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

    package func makeIterator() -> IndexingIterator<[Action]> {
        let all = 0..<length
        return [.advance(all, recording: true), .backward(all, injecting: all), .release(all)].makeIterator()
    }
}
