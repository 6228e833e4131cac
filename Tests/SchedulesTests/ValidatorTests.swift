import Schedules
import Testing

@Suite struct ValidatorTests {
    /// What the strategies promise, apart from how the Validator finds it out.
    private func isExact(_ schedule: any Schedule) -> Bool {
        (schedule as? Truncated).map { $0.window >= $0.length } ?? true
    }

    private func check(_ schedules: [any Schedule]) {
        let wrong = schedules.filter { verdict($0) != .success(isExact($0)) }
        #expect(wrong.isEmpty, "\(wrong.first.map { "\($0): \(verdict($0))" } ?? "")")
    }

    @Test(arguments: 1...24) func acceptsEverySmallSchedule(length: Int) {
        check(everySchedule(length: length))
    }

    @Test(arguments: [100, 250]) func acceptsLongSchedules(length: Int) {
        check(manySchedules(length: length, parameters: 1...length + 2))
    }

    @Test func acceptsSchedulesOfAThousandSteps() {
        check(manySchedules(length: 1000, parameters: Array(2...40) + [64, 99, 100, 333, 500, 999, 1000, 1001]))
    }

    /// With one slot, C = T(T + 1)/2.
    @Test func acceptsOneSlotOnAThousandSteps() { check([Binomial(length: 1000, slots: 1)]) }

    // A hand-made schedule for every violation.
    @Test(
        arguments: [
            ([.advance(0..<3, recording: true)], .steps(.advance(0..<3, recording: true))),
            ([.advance(0..<0, recording: true)], .steps(.advance(0..<0, recording: true))),
            ([.save(2)], .steps(.save(2))),
            ([.advance(1..<2, recording: true)], .position(.advance(1..<2, recording: true), at: 0)),
            ([.save(1)], .position(.save(1), at: 0)),
            ([.save(0), .save(0)], .state(.save(0))),
            ([.restore(0)], .state(.restore(0))),
            ([.discard(0)], .state(.discard(0))),
            ([.save(0), .advance(0..<1, recording: false), .save(1)], .slots(.save(1), limit: 1)),
            (
                [.save(0), .advance(0..<1, recording: true), .restore(0), .advance(0..<1, recording: true)],
                .record(.advance(0..<1, recording: true))
            ),
            ([.backward(0..<2, injecting: 0..<2)], .record(.backward(0..<2, injecting: 0..<2))),
            ([.release(0..<1)], .record(.release(0..<1))),
            (
                // The second step before the first: the adjoint that is held is of step 1, not of step 2.
                [
                    .advance(0..<2, recording: true), .backward(1..<2, injecting: 1..<2),
                    .backward(1..<2, injecting: 1..<1),
                ], .adjoint(.backward(1..<2, injecting: 1..<1), at: 1)
            ),
            ([.advance(0..<2, recording: true), .truncate], .adjoint(.truncate, at: nil)),
            (
                [.advance(0..<2, recording: true), .backward(1..<2, injecting: 0..<2)],
                .injection(.backward(1..<2, injecting: 0..<2))
            ),
            (
                // Without a held adjoint and without a loss on the last step, nothing would flow.
                [.advance(0..<2, recording: true), .backward(0..<2, injecting: 0..<1)],
                .injection(.backward(0..<2, injecting: 0..<1))
            ),
            (
                [.advance(0..<2, recording: true), .backward(0..<2, injecting: 2..<2)],
                .injection(.backward(0..<2, injecting: 2..<2))
            ),
            (
                [.advance(0..<2, recording: true), .backward(1..<2, injecting: 1..<2), .release(0..<2)],
                .reversals(step: 0, found: 0, expected: 1)
            ),
            (
                [
                    .advance(0..<2, recording: true), .backward(1..<2, injecting: 1..<2),
                    .backward(0..<1, injecting: 0..<0),
                    .release(0..<2),
                ], .injections(step: 0, found: 0)
            ),
            ([.advance(0..<2, recording: true), .backward(0..<2, injecting: 0..<2)], .leak(states: 0, records: 2)),
            (
                [.save(0), .advance(0..<2, recording: true), .backward(0..<2, injecting: 0..<2), .release(0..<2)],
                .leak(states: 1, records: 0)
            ),
        ] as [([Action], Validator.Violation)])
    func names(actions: [Action], violation: Validator.Violation) {
        #expect(verdict(Script(length: 2, slots: 1, actions)) == .failure(violation))
    }

    @Test func refusesAReleaseFromTheMiddle() {
        let actions: [Action] = [
            .advance(0..<3, recording: true), .backward(0..<3, injecting: 0..<3), .release(1..<2), .release(0..<1),
            .release(2..<3),
        ]
        #expect(verdict(Script(length: 3, actions)) == .failure(.record(.release(1..<2))))
    }

    /// Records may go from either end and backward may come in pieces: the gradient is the same.
    @Test func acceptsPieces() {
        let actions: [Action] = [
            .advance(0..<2, recording: true), .advance(2..<4, recording: true), .backward(2..<4, injecting: 2..<4),
            .release(2..<4), .backward(1..<2, injecting: 1..<2), .backward(0..<1, injecting: 0..<1), .release(0..<1),
            .release(1..<2),
        ]
        #expect(verdict(Script(length: 4, actions)) == .success(true))
    }

    /// Forgetting an adjoint that has reached the start forgets nothing.
    @Test func truncationAtTheStartIsExact() {
        let full = Array(Full(length: 3))
        #expect(verdict(Script(length: 3, full + [.truncate])) == .success(true))
        let cut: [Action] = [
            .advance(0..<3, recording: true), .backward(1..<3, injecting: 1..<3), .truncate,
            .backward(0..<1, injecting: 0..<1), .release(0..<3),
        ]
        #expect(verdict(Script(length: 3, cut)) == .success(false))
    }
}
