/// The pass that reads a ``LagProfile``: forward to a window of W steps, which are recorded, then back from one step, whose loss alone
/// enters, a step at a time, so that what holds the adjoint can be read after each.
///
/// No gradient of a sequence: the losses of the other steps do not enter. It keeps as many records as ``Truncated`` of a window W.
///
/// - Complexity: O(W) actions; min(W, T) records.
package struct LagEstimate: Schedule {
    package let length: Int
    /// W.
    package let window: Int
    /// s: the step whose loss enters.
    package let source: Int
    package var slots: Int { 0 }
    package var records: Int { recorded.count }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - window: W, at least 1; more than T is the same as T.
    ///   - source: s, in 0..<T. Where fewer than W steps end with it, the window goes beyond it.
    package init(length: Int, window: Int, source: Int) {
        precondition(length >= 1 && window >= 1 && (0..<length).contains(source), "a step of the sequence has a loss")
        self.length = length
        self.window = Swift.min(window, length)
        self.source = source
    }

    private var recorded: Range<Int> {
        let first = Swift.max(0, source + 1 - window)
        return first..<first + window
    }

    /// Lags that are read: those of the states after s, s − 1, … and of the state that enters the window.
    package var lags: Int { source - recorded.lowerBound + 2 }

    package func makeIterator() -> AnyIterator<Action> {
        let steps = recorded
        var actions: [Action] = steps.lowerBound > 0 ? [.advance(0..<steps.lowerBound, recording: false)] : []
        actions.append(.advance(steps, recording: true))
        let ends: [Action] = [.truncate, .release(steps)]
        var next = 0
        let source = source
        return AnyIterator {
            defer { next += 1 }
            if next < actions.count { return actions[next] }
            let step = source - (next - actions.count)
            if step >= steps.lowerBound {
                return .backward(step..<step + 1, injecting: step == source ? step..<step + 1 : step..<step)
            }
            let index = steps.lowerBound - 1 - step
            return index < ends.count ? ends[index] : nil
        }
    }

    /// The passes of an estimate: `count` steps with a loss, spread evenly over those that have one and a whole window before them, or
    /// all of them where there are fewer.
    ///
    /// - Parameter counted: the steps on which a loss enters, at least one.
    package static func spread(_ count: Int, over counted: Range<Int>, length: Int, window: Int) -> [LagEstimate] {
        let first = Swift.min(Swift.max(counted.lowerBound, Swift.min(window, length) - 1), counted.upperBound - 1)
        let sources = first..<counted.upperBound
        let count = Swift.min(count, sources.count)
        return (1...count).map { index in
            LagEstimate(length: length, window: window, source: sources.lowerBound + index * sources.count / count - 1)
        }
    }
}
