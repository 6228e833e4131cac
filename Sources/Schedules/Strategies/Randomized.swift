/// Truncation at random places that makes up for what it cuts off (Tallec & Ollivier 2017, Unbiasing Truncated
/// Backpropagation Through Time, arXiv 1705.08209).
///
/// Before every step but the first the sequence is cut with probability c = 1/h, so that a loss is felt h steps back on
/// average. Where it is not cut, the adjoint that flows back is multiplied by 1/(1 − c): its expectation is what flows
/// without any cut. One draw's gradient is not exact; the mean over all draws is.
///
/// - Complexity: O(T) actions; as many records as the longest stretch without a cut.
package struct Randomized: DrawnSchedule {
    package let length: Int
    /// h: the expected distance between two cuts.
    package let window: Int
    /// Which draw of the cuts this is.
    package let draw: Int
    package var slots: Int { 0 }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - window: h, at least 2: with 1 there would be a cut before every step, and nothing to make up for it.
    package init(length: Int, window: Int, draw: Int) {
        precondition(length >= 1 && window >= 2, "a cut before every step leaves nothing to make up for it")
        self.length = length
        self.window = window
        self.draw = draw
    }

    /// The same schedule with other cuts.
    package func drawn(_ draw: Int) -> Randomized { Randomized(length: length, window: window, draw: draw) }

    /// 1/(1 − c).
    package var compensation: Double? { Double(window) / Double(window - 1) }

    /// Whether the sequence is cut before this step: SplitMix64's finaliser (Steele, Lea & Flood 2014, doi
    /// 10.1145/2660193.2660195) over the draw and the step, below 2⁶⁴/h.
    private func isCut(before step: Int) -> Bool {
        var hash: UInt64 = 0
        for word in [draw, step] {
            hash = (hash ^ UInt64(truncatingIfNeeded: word)) &+ 0x9e37_79b9_7f4a_7c15
            hash = (hash ^ (hash &>> 30)) &* 0xbf58_476d_1ce4_e5b9
            hash = (hash ^ (hash &>> 27)) &* 0x94d0_49bb_1331_11eb
            hash ^= hash &>> 31
        }
        return hash < UInt64.max / UInt64(window)
    }

    /// The cuts alone are looked for.
    ///
    /// - Complexity: O(T).
    package var tally: Tally? {
        var (stretches, first, longest, start) = (1, 0, 0, 0)
        for step in 1..<Swift.max(1, length) where isCut(before: step) {
            if stretches == 1 { first = step }
            longest = Swift.max(longest, step - start)
            stretches += 1
            start = step
        }
        longest = Swift.max(longest, length - start)
        if stretches == 1 { first = length }
        var work = Workload()
        (work.recorded, work.backward, work.injected, work.reversals) = (length, length, length, length)
        (work.runs, work.entered, work.truncations) = (stretches, stretches, stretches - 1)
        // A stretch is forward and released, all but the last are cut off, and every step but the first of a stretch is
        // compensated for.
        work.actions = 2 * stretches + (stretches - 1) + length + (length - stretches)
        return Tally(
            work, length: length, isExact: length == 1, isCut: stretches > 1,
            waiting: Holding(records: first, entering: 1),
            holding: [Holding(records: longest, entering: 1)])
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private let schedule: Randomized
        /// The current stretch.
        private var stretch = 0..<0
        /// Actions of the stretch that are left: the next step back, whether its adjoint has been made up for.
        private var phase = Phase.advance

        private enum Phase { case advance, backward(Int), rescale(Int), truncate, release, done }

        fileprivate init(schedule: Randomized) { self.schedule = schedule }

        package mutating func next() -> Action? {
            switch phase {
            case .advance:
                let start = stretch.upperBound
                var end = start + 1
                while end < schedule.length, !schedule.isCut(before: end) { end += 1 }
                stretch = start..<end
                phase = .backward(end - 1)
                return .advance(stretch, recording: true)
            case .backward(let step):
                let isLast = stretch.upperBound == schedule.length
                phase = step > stretch.lowerBound ? .rescale(step - 1) : isLast ? .release : .truncate
                return .backward(step..<step + 1, injecting: step..<step + 1)
            case .rescale(let step):
                phase = .backward(step)
                return .rescale(schedule.compensation!)
            case .truncate:
                phase = .release
                return .truncate
            case .release:
                phase = stretch.upperBound == schedule.length ? .done : .advance
                return .release(stretch)
            case .done:
                return nil
            }
        }
    }
}
