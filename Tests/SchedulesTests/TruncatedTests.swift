import Schedules
import Testing

@Suite struct TruncatedTests {
    /// Hwang & Sung's algorithm 1, with their steps from 1: iteration n goes forward to τ_n = min(n·h', T) and backward
    /// to τ'_n = max(1, n·h' − h + 1).
    private func iterations(length: Int, window: Int, stride: Int) -> [(last: Int, first: Int)] {
        var all: [(last: Int, first: Int)] = []
        var n = 1
        repeat {
            all.append((min(n * stride, length), max(1, n * stride - window + 1)))
            n += 1
        } while all.last!.last < length
        return all
    }

    @Test(arguments: Array(2...24) + [60]) func reachesAsFarAsPublished(length: Int) {
        for window in 1..<length {
            for stride in 1...window {
                let schedule = Truncated(length: length, window: window, stride: stride)
                let iterations = iterations(length: length, window: window, stride: stride)
                let comment = "window \(window), stride \(stride)" as Comment

                // Steps from 1, both ends included, become half-open from 0.
                var advances: [Range<Int>] = []
                var backwards: [Range<Int>] = []
                var injections: [Range<Int>] = []
                for action in schedule {
                    if case .advance(let steps, let recording) = action {
                        #expect(recording == .run, comment)
                        advances.append(steps)
                    }
                    if case .backward(let steps, let injecting) = action {
                        backwards.append(steps)
                        injections.append(injecting)
                    }
                }
                #expect(backwards == iterations.map { $0.first - 1..<$0.last }, comment)
                #expect(advances == zip([0] + iterations.map(\.last), iterations).map { $0..<$1.last }, comment)
                #expect(injections == advances, comment)

                for step in 0..<length {
                    let reversals = iterations.filter { ($0.first...$0.last).contains(step + 1) }.count
                    #expect(schedule.reversals(of: step) == reversals, comment)
                }

                let counts = Simulator(schedule, footprint: .counting).counts
                #expect(counts.forward == length && counts.recomputed == 0, comment)
                #expect(counts.backward == iterations.reduce(0) { $0 + $1.last - $1.first + 1 }, comment)
                #expect(counts.peakRecords == iterations.map { $0.last - $0.first + 1 }.max()!, comment)
                #expect(counts.peakRecords <= window, comment)
                // The window fills when whole strides reach as far as it does.
                if length / stride * stride >= window { #expect(counts.peakRecords == window, comment) }
            }
        }
    }

    /// Hwang & Sung's algorithm 2: losses that look ahead enter on τ'_n … τ'_{n+1} − 1, and all that are left on the last
    /// iteration; the rest is as before.
    @Test(arguments: Array(1...24) + [60]) func losesNoLossThatLooksAhead(length: Int) throws {
        for window in 1...length + 2 {
            for stride in 1...window {
                let schedule = Truncated(length: length, window: window, stride: stride, losses: .oldest)
                let usual = Truncated(length: length, window: window, stride: stride)
                let comment = "window \(window), stride \(stride)" as Comment
                let validator = try Validator(schedule)
                #expect(validator.isExact == (window >= length), comment)
                #expect(validator.hasBitsOfFull == (stride >= length), comment)
                var expected: [Action] = []
                let firsts = iterations(length: length, window: window, stride: stride).map {
                    window >= length ? 1 : $0.first
                }
                for action in usual {
                    guard case .backward(let steps, _) = action else {
                        expected.append(action)
                        continue
                    }
                    let index = expected.count { if case .backward = $0 { true } else { false } }
                    let end = index + 1 < firsts.count ? firsts[index + 1] - 1 : length
                    expected.append(.backward(steps, injecting: firsts[index] - 1..<end))
                }
                #expect(Array(schedule) == expected, comment)
            }
        }
    }

    /// Where the loss is of what came, a pass that has none on its last step is still a mistake.
    @Test func nothingFlowsWithoutALoss() {
        struct Idle: Schedule {
            let losses: LossPlacement
            let length = 4
            let slots = 0
            func makeIterator() -> IndexingIterator<[Action]> {
                [.advance(0..<4, recording: true), .backward(0..<4, injecting: 0..<3), .release(0..<4)].makeIterator()
            }
        }
        #expect(throws: Validator.Violation.injection(.backward(0..<4, injecting: 0..<3))) {
            try Validator(Idle(losses: .newest))
        }
        #expect(throws: Validator.Violation.injections(step: 3, found: 0)) { try Validator(Idle(losses: .oldest)) }
    }

    /// BPTT(2h'; h'): each step forward once and backward twice, but for the last stride's, which has no successor.
    @Test(arguments: [1, 4, 16]) func theDefaultRunsBackTwice(stride: Int) {
        let length = 16 * stride
        let schedule = Truncated(length: length, window: 2 * stride, stride: stride)
        let counts = Simulator(schedule, footprint: .counting).counts
        #expect(counts.forward == length)
        #expect(counts.backward == 2 * length - stride)
    }

    /// A window of at least T steps reaches the start from every stride and keeps every record.
    @Test(arguments: 1...12) func aWideWindowKeepsEverything(length: Int) {
        for window in length...length + 3 {
            for stride in 1...window {
                let schedule = Truncated(length: length, window: window, stride: stride)
                for case .backward(let steps, _) in schedule { #expect(steps.lowerBound == 0) }
                #expect(Simulator(schedule, footprint: .counting).counts.peakRecords == length)
            }
        }
    }

    @Test func actionsOfAShortOne() {
        #expect(
            text(Truncated(length: 5, window: 3, stride: 2)) == """
                advance 0..<2 recording
                backward 0..<2
                truncate
                release 0..<1
                advance 2..<4 recording
                backward 1..<4 injecting 2..<4
                truncate
                release 1..<3
                advance 4..<5 recording
                backward 3..<5 injecting 4..<5
                release 3..<5
                """)
    }

    @Test func needsAStrideWithinItsWindow() async {
        await #expect(processExitsWith: .failure) { _ = Truncated(length: 0, window: 1, stride: 1) }
        await #expect(processExitsWith: .failure) { _ = Truncated(length: 8, window: 4, stride: 5) }
        await #expect(processExitsWith: .failure) { _ = Truncated(length: 8, window: 4, stride: 0) }
    }
}
