extension Internal {
    /// Parts level by level, as ``Splits`` does: those that may keep the same number of records, and how often each
    /// length occurs.
    ///
    /// A part waits when the record of the step after it does: that is reversed with the part's last steps. What is alive at
    /// once are the records kept before a part, the one that waits, and its own.
    package var tally: Tally? {
        var counter = Counter()
        var level = Level()
        level.add(Part(steps: length, isWaiting: false), 1)
        var slots = kept
        var depth = 0
        while !level.isEmpty {
            var next = Level()
            var deeper = 1
            while let (part, times) = level.takeLongest() {
                let before = depth + (part.isWaiting ? 1 : 0)
                if part.steps <= slots {
                    counter.recordAll(part, times, besides: before)
                } else if slots == 1 {
                    counter.reverseChain(part, times, besides: before)
                } else if level.isEmpty, next.isEmpty,
                    case let run = Splits.splitsAfterOne(part.steps + 1, slots: slots), run > 1
                {
                    // n levels on end have one part, of which the first step is kept.
                    deeper = run
                    counter.keep(after: 0, times * run, besides: before)
                    counter.recordAll(Part(steps: 0, isWaiting: true), times * run, besides: before)
                    next.add(Part(steps: part.steps - run, isWaiting: part.isWaiting), times)
                } else {
                    let place = Binomial.split(length: part.steps + 1, slots: slots)
                    counter.keep(after: place - 1, times, besides: before)
                    level.add(Part(steps: place - 1, isWaiting: true), times)
                    next.add(Part(steps: part.steps - place, isWaiting: part.isWaiting), times)
                }
            }
            level = next
            slots -= deeper
            depth += deeper
        }
        var work = counter.work
        // The initial state is saved and discarded.
        work.saves = 1
        work.actions += 2
        work.injected = length
        // The first part to be reversed is that with the most records kept before it.
        return Tally(work, length: length, waiting: Holding(states: 1, records: counter.mostRecords))
    }

    private struct Part: Hashable {
        var steps: Int
        var isWaiting: Bool
    }

    /// What parts add up to.
    private struct Counter {
        var work = Workload()
        var mostRecords = 0

        /// Forward to a step whose record is kept; the part before it begins with going back.
        mutating func keep(after steps: Int, _ times: Int, besides records: Int) {
            mostRecords = Swift.max(mostRecords, records + 1)
            advance(1, times, recording: true)
            if steps > 0 {
                advance(steps, times, recording: false)
                restore(times)
            }
        }

        /// All steps of a part, and the one that waits.
        mutating func recordAll(_ part: Part, _ times: Int, besides records: Int) {
            let due = part.steps + (part.isWaiting ? 1 : 0)
            guard due > 0 else { return }
            mostRecords = Swift.max(mostRecords, records + part.steps)
            if part.steps > 0 { advance(part.steps, times, recording: true) }
            reverse(due, times)
        }

        /// With one record to keep: step by step from the last one, each from the start of the part.
        mutating func reverseChain(_ part: Part, _ times: Int, besides records: Int) {
            let again = part.steps - 1
            // The one that waits, from the second step on, and that of the step before it.
            mostRecords = Swift.max(mostRecords, records - (part.isWaiting ? 1 : 0) + 2)
            work.plain += part.steps * again / 2 * times
            work.recorded += again * times
            work.runs += 2 * again * times
            work.actions += 2 * again * times
            restore(again * times)
            // The step that waits is reversed when the next one before it is recorded; of the last two both at once.
            reverse(1, (again - 1 + (part.isWaiting ? 1 : 0)) * times)
            advance(1, times, recording: true)
            reverse(2, times)
        }

        private mutating func advance(_ steps: Int, _ times: Int, recording: Bool) {
            if recording { work.recorded += steps * times } else { work.plain += steps * times }
            work.runs += times
            work.actions += times
        }

        private mutating func restore(_ times: Int) {
            work.restores += times
            work.actions += times
        }

        /// Backward, and the records released.
        private mutating func reverse(_ steps: Int, _ times: Int) {
            work.backward += steps * times
            work.reversals += times
            work.actions += 2 * times
        }
    }

    /// Parts with as many records to keep, the longest last.
    private struct Level {
        private var parts: [(part: Part, times: Int)] = []
        var isEmpty: Bool { parts.isEmpty }

        mutating func add(_ part: Part, _ times: Int) {
            if let index = parts.lastIndex(where: { $0.part == part }) {
                parts[index].times += times
                return
            }
            let index = (parts.lastIndex { $0.part.steps <= part.steps } ?? -1) + 1
            parts.insert((part, times), at: index)
        }

        mutating func takeLongest() -> (part: Part, times: Int)? { parts.popLast() }
    }
}
