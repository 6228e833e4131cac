/// Actions that were passed over: how many, and what they do where.
package struct Passage: Hashable, Sendable {
    package let actions: Int
    /// For every step that they touch, the action on it that tells most: backward before saving, restoring and going forward.
    package let marks: [Action]
}

/// An iterator that can pass over many actions at once: to draw a hundred million steps, only those at the ends of a line need be
/// distinguished.
package protocol Passing: IteratorProtocol<Action> {
    /// Passes over at most `count` actions that come next; nil where they are to be taken one by one.
    mutating func pass(atMost most: Int) -> Passage?
}

extension Reversal: Passing {
    /// Shorter parts are gone through in less time than it takes to count their actions.
    private static let shortest = 16

    /// Passes over a whole part, or over the last steps of a chain with one slot, each of which starts over from its beginning.
    ///
    /// - Complexity: that of ``Splits``.
    package mutating func pass(atMost most: Int) -> Passage? {
        guard let part = nextPart, part.steps.count >= Reversal.shortest else { return nil }
        // A step takes three actions at least: recorded, reversed, released.
        if part.steps.count <= most / 3 {
            let actions = actions(of: part)
            if actions <= most {
                dropPart(leaving: nil)
                return Passage(actions: actions, marks: [.backward(part.steps, injecting: part.steps)])
            }
        }
        guard part.slots == 1 else { return nil }
        // Restored, gone forward to, recorded, reversed, released.
        let count = Swift.min(most / 5, part.steps.count - 1)
        guard count >= Reversal.shortest else { return nil }
        let (start, middle, end) = (part.steps.lowerBound, part.steps.upperBound - count, part.steps.upperBound)
        dropPart(leaving: Part(steps: start..<middle, slots: 1, depth: part.depth, restoring: true))
        return Passage(
            actions: 5 * count - (part.restoring ? 0 : 1),
            marks: [
                .backward(middle..<end, injecting: middle..<end), .restore(start),
                .advance(start..<middle, recording: false),
            ])
    }
}

extension Online.Iterator: Passing {
    /// Places on the way forward are taken one by one.
    package mutating func pass(atMost most: Int) -> Passage? { reversal?.pass(atMost: most) }
}

extension Schedule {
    /// Goes through all actions, over as many at once as it can.
    ///
    /// - Parameters:
    ///   - most: how many may be passed over at once where it has come to.
    ///   - action: takes one that was not passed over.
    ///   - passage: takes those that were.
    package func walk(atMost most: () -> Int, action: (Action) -> Void, passage: (Passage) -> Void) {
        let iterator = makeIterator()
        if let able = iterator as? any Passing {
            Self.walk(able, atMost: most, action: action, passage: passage)
        } else {
            var iterator = iterator
            while let next = iterator.next() { action(next) }
        }
    }

    private static func walk(
        _ iterator: some Passing, atMost most: () -> Int, action: (Action) -> Void, passage: (Passage) -> Void
    ) {
        var iterator = iterator
        while true {
            if let passed = iterator.pass(atMost: most()) {
                passage(passed)
            } else if let next = iterator.next() {
                action(next)
            } else {
                return
            }
        }
    }
}
