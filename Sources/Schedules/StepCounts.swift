/// How often each step of a sequence was counted: a number for each stretch of steps with the same count, so that what
/// goes over a sequence in order takes a stretch or two, whatever its length.
struct StepCounts: Sendable {
    /// Where each stretch begins; the last one has no end.
    private var starts = [0]
    private var counts = [0]

    /// Counts these steps once more.
    mutating func add(_ steps: Range<Int>) {
        guard !steps.isEmpty else { return }
        let first = cut(at: steps.lowerBound)
        let end = cut(at: steps.upperBound)
        for index in first..<end { counts[index] += 1 }
        join(at: end)
        join(at: first)
    }

    /// The first step of this many whose count is not the expected one.
    func firstDifference(below length: Int, from expected: (Int) -> Int) -> (step: Int, found: Int)? {
        for (index, count) in counts.enumerated() {
            let end = index + 1 < starts.count ? Swift.min(starts[index + 1], length) : length
            for step in starts[index]..<Swift.max(starts[index], end) where expected(step) != count {
                return (step, count)
            }
        }
        return nil
    }

    /// Begins a stretch here; answers its index.
    private mutating func cut(at step: Int) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < step { low = middle + 1 } else { high = middle }
        }
        if low == starts.count || starts[low] != step {
            starts.insert(step, at: low)
            counts.insert(counts[low - 1], at: low)
        }
        return low
    }

    /// Makes one stretch of this and the one before when they have the same count.
    private mutating func join(at index: Int) {
        guard index > 0, counts[index] == counts[index - 1] else { return }
        starts.remove(at: index)
        counts.remove(at: index)
    }
}
