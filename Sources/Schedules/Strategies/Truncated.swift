/// Truncated backpropagation through time, BPTT(h; h') of Williams & Peng (1990).
///
/// The network goes forward in strides of h' steps. After the n-th stride the loss of its steps is sent back to step
/// n·h' − h and no further (Hwang & Sung 2015, arXiv 1511.06841, algorithm 1). With h' = h the sequence is cut in chunks
/// (k1 = k2 in Sutskever's thesis, 2013). A window of at least T steps reaches the start from everywhere: full unrolling.
///
/// Where losses look ahead, as CTC's does, they enter on the steps that backward comes to for the last time (algorithm 2):
/// see ``LossPlacement``.
///
/// - Complexity: O(T/h') actions; min(h, T) records.
package struct Truncated: Schedule {
    package let length: Int
    /// h: how far back a loss is felt.
    package let window: Int
    /// h': how many steps the network goes forward between two backward passes.
    package let stride: Int
    package let losses: LossPlacement
    package var slots: Int { 0 }
    package var records: Int { Swift.min(window, length) }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - window: h, at least 1; more than T is the same as T.
    ///   - stride: h', in 1...h.
    ///   - losses: where in a window the loss enters.
    package init(length: Int, window: Int, stride: Int, losses: LossPlacement = .newest) {
        precondition(length >= 1 && (1...window).contains(stride), "a stride is at least 1 and at most its window")
        self.length = length
        self.window = window
        self.stride = Swift.min(stride, length)
        self.losses = losses
    }

    private var strides: Int { (length + stride - 1) / stride }

    /// The steps the network goes forward in the n-th stride, counted from 0.
    private func advance(_ index: Int) -> Range<Int> {
        index * stride..<Swift.min((index + 1) * stride, length)
    }

    /// The steps that the loss of the n-th stride reaches.
    private func reach(_ index: Int) -> Range<Int> {
        let oldest = window >= length ? 0 : Swift.max(0, (index + 1) * stride - window)
        return oldest..<advance(index).upperBound
    }

    /// The steps on which the loss enters after the n-th stride.
    private func injected(_ index: Int) -> Range<Int> {
        switch losses {
        case .newest: return advance(index)
        case .oldest:
            let reach = reach(index)
            return reach.lowerBound..<(index == strides - 1 ? length : self.reach(index + 1).lowerBound)
        }
    }

    /// The strides whose losses reach this step.
    package func reversals(of step: Int) -> Int {
        (step / stride..<strides).prefix { reach($0).lowerBound <= step }.count
    }

    /// The n-th of N strides ends at n·h', the last one at T. As long as n·h' ≤ h, or when h ≥ T, its loss reaches the start;
    /// else n·h' − h, so that the sums over n are those of whole numbers.
    package var tally: Tally? {
        let strides = strides
        let reaching = window >= length ? strides : Swift.min(strides, window / stride)
        func sum(from first: Int, through last: Int) -> Int { (last - first + 1) * (first + last) / 2 }
        var work = Workload()
        (work.recorded, work.injected) = (length, length)
        (work.runs, work.reversals, work.truncations) = (strides, strides, strides - 1)
        // A stride that follows records that are still there continues their run.
        work.entered = window > stride ? 1 : strides
        work.backward =
            stride * sum(from: 1, through: strides - 1) + length
            - (stride * sum(from: reaching + 1, through: strides) - (strides - reaching) * window)
        // Each stride but the last is forward, backward, truncate, and a release where the next one reaches less far back.
        work.actions = 2 * strides + (strides - 1) + (strides - reaching) + 1
        let oldest = window >= length ? 0 : Swift.max(0, strides * stride - window)
        // Of the strides that end before T, the last one holds the most.
        let before = length / stride * stride
        let most = Swift.max(Swift.min(window, before), length - oldest)
        return Tally(
            work, length: length, isExact: oldest == 0, isCut: strides > 1,
            waiting: Holding(records: stride, entering: 1), holding: [Holding(records: most, entering: 1)])
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private let schedule: Truncated
        private var phase = Phase.advance
        private var index = 0

        private enum Phase { case advance, backward, truncate, release, done }

        fileprivate init(schedule: Truncated) { self.schedule = schedule }

        package mutating func next() -> Action? {
            let last = index == schedule.strides - 1
            switch phase {
            case .advance:
                phase = .backward
                return .advance(schedule.advance(index), recording: true)
            case .backward:
                phase = last ? .release : .truncate
                return .backward(schedule.reach(index), injecting: schedule.injected(index))
            case .truncate:
                phase = .release
                return .truncate
            case .release:
                let records = schedule.reach(index)
                guard !last else {
                    phase = .done
                    return .release(records)
                }
                phase = .advance
                index += 1
                let kept = Swift.min(records.upperBound, schedule.reach(index).lowerBound)
                return kept > records.lowerBound ? .release(records.lowerBound..<kept) : next()
            case .done:
                return nil
            }
        }
    }
}
