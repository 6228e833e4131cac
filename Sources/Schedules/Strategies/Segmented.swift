/// Uniform checkpoints: the sequence is cut in segments, the state entering each is saved, and each is run again,
/// recording, when its turn to be reversed comes. √T segments need memory for about 2√T steps at the price of one
/// more forward pass (Chen, Xu, Zhang & Guestrin 2016, arXiv 1604.06174).
///
/// The last segment is recorded on the way and needs no saved state: C = 2T − (its length) forward steps.
///
/// - Complexity: O(T/S) actions; ⌈T/S⌉ − 1 saved states and S records.
package struct Segmented: Schedule {
    package let length: Int
    /// S, the steps of a segment; the last one may have fewer.
    package let segment: Int
    package var slots: Int { (length - 1) / segment }
    package var records: Int { segment }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - segment: S, at least 1; more than T is the same as T.
    package init(length: Int, segment: Int) {
        precondition(length >= 1 && segment >= 1, "a segment has at least one step")
        self.length = length
        self.segment = Swift.min(segment, length)
    }

    /// The segment length with the smallest peak, when a saved state and a record have these sizes (in any unit).
    /// Without rounding it is S* = √(state · T / record).
    ///
    /// Of segments that cut the sequence in the same number of parts, a longer one has fewer records in the last part and
    /// more in the others: the best stands where the two peaks cross. There are some 2√T numbers of parts.
    ///
    /// Of several lanes, all but one wait with what they have on the way while one is on its way back: see
    /// ``InterleavedSchedule``. A longer segment makes each of them wait with fewer records, so the longest that cuts
    /// the sequence in the same number of parts is tried too.
    ///
    /// - Complexity: O(√T).
    package static func bestSegment(length: Int, state: Int, record: Int, lanes: Int = 1) -> Int {
        // In Double, for the product of a length and a size may be beyond Int; bytes are exact up to 2⁵³.
        func peak(_ segment: Int) -> Double {
            let segments = (length + segment - 1) / segment
            let last = length - (segments - 1) * segment
            // On the way: every state but the last segment's, and its records. On the way back: one state less, which
            // is discarded when it is restored. Either way, one state enters the run of records.
            let onTheWay = Double(segments - 1) * Double(state) + Double(last) * Double(record)
            let onTheWayBack =
                segments > 1 ? Double(segments - 2) * Double(state) + Double(segment) * Double(record) : 0
            return Double(lanes - 1) * (Double(state) + onTheWay) + Double(state) + Swift.max(onTheWay, onTheWayBack)
        }
        var best = (segment: 1, peak: peak(1))
        var shortest = 1
        while shortest <= length {
            let parts = (length + shortest - 1) / shortest
            let longest = parts == 1 ? length : (length - 1) / (parts - 1)
            // Where parts · S − T, the records that other parts have more than the last, are worth a state.
            let crossing = (Double(length) + Double(state) / Double(Swift.max(record, 1))) / Double(parts)
            let near = Int(Swift.min(crossing, Double(longest)))
            let candidates = [shortest, near, near + 1] + (lanes > 1 ? [longest] : [])
            for segment in candidates where shortest...longest ~= segment {
                let peak = peak(segment)
                if (peak, segment) < (best.peak, best.segment) { best = (segment, peak) }
            }
            shortest = longest + 1
        }
        return best.segment
    }

    /// On the way forward all states but the last segment's, and its records; on the way back one state less, which is
    /// discarded when it is restored, and a whole segment. Either way one state enters the run of records.
    package var tally: Tally? {
        let segments = (length - 1) / segment + 1
        var work = Workload()
        (work.recorded, work.backward, work.injected) = (length, length, length)
        (work.saves, work.restores) = (segments - 1, segments - 1)
        work.plain = (segments - 1) * segment
        work.runs = 2 * segments - 1
        (work.reversals, work.entered) = (segments, segments)
        // A segment is recorded, reversed and released; all but the last are saved, gone over, restored and discarded too.
        work.actions = 3 * segments + 4 * (segments - 1)
        let last = length - (segments - 1) * segment
        let back = segments > 1 ? [Holding(states: segments - 2, records: segment, entering: 1)] : []
        return Tally(
            work, length: length, waiting: Holding(states: segments - 1, records: last, entering: 1), holding: back)
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private let schedule: Segmented
        private var phase: Phase
        private var current = 0
        private let last: Int

        private enum Phase { case save, advance, restore, discard, record, backward, release, done }

        fileprivate init(schedule: Segmented) {
            self.schedule = schedule
            last = (schedule.length - 1) / schedule.segment
            phase = last == 0 ? .record : .save
        }

        private var start: Int { current * schedule.segment }
        private var steps: Range<Int> { start..<Swift.min(start + schedule.segment, schedule.length) }

        package mutating func next() -> Action? {
            switch phase {
            case .save:
                phase = .advance
                return .save(start)
            case .advance:
                defer { current += 1 }
                phase = current + 1 == last ? .record : .save
                return .advance(steps, recording: false)
            case .restore:
                phase = .discard
                return .restore(start)
            case .discard:
                phase = .record
                return .discard(start)
            case .record:
                phase = .backward
                return .advance(steps, recording: true)
            case .backward:
                phase = .release
                return .backward(steps, injecting: steps)
            case .release:
                defer { current -= 1 }
                phase = current == 0 ? .done : .restore
                return .release(steps)
            case .done:
                return nil
            }
        }
    }
}
