import Schedules
import Testing

@Suite struct ValidatorTests {
    /// What the strategies promise, apart from how the Validator finds it out.
    private func isExact(_ schedule: any Schedule) -> Bool {
        switch schedule {
        case let truncated as Truncated: truncated.window >= truncated.length
        // A draw of several steps is cut or multiplied somewhere.
        case is Randomized: schedule.length == 1
        case let forward as Forward: forward.sensitivities?.isExact != false
        default: schedule.hasGradient
        }
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

    /// Without a gradient a schedule need not do anything but come to the end; nothing may enter or be reversed.
    @Test func acceptsWhatOnlyGoesForward() {
        func check(_ actions: [Action]) -> Result<Bool, Validator.Violation> {
            var script = Script(of: Inference(length: 3), actions)
            script.records = 3
            return verdict(script)
        }
        #expect(check([.advance(0..<3, recording: false)]) == .success(false))
        #expect(check([.advance(0..<1, recording: false), .advance(1..<3, recording: false)]) == .success(false))
        #expect(check([]) == .failure(.unfinished(at: 0)))
        #expect(check([.advance(0..<2, recording: false)]) == .failure(.unfinished(at: 2)))
        #expect(check(Array(Full(length: 3))) == .failure(.reversals(step: 0, found: 1, expected: 0)))
    }

    /// Where the adjoint is to be made up for, it is: once between any two steps, by what the strategy says.
    @Test func refusesOtherCompensations() {
        let back: [Action] = [.backward(1..<2, injecting: 1..<2), .rescale(1.5), .backward(0..<1, injecting: 0..<1)]
        func check(_ back: [Action], by compensation: Double? = 1.5) -> Result<Bool, Validator.Violation> {
            var script = Script(length: 2, [.advance(0..<2, recording: true)] + back + [.release(0..<2)])
            script.compensation = compensation
            return verdict(script)
        }
        #expect(check(back) == .success(false))
        #expect(check(back, by: nil) == .failure(.compensation(.rescale(1.5))))
        #expect(check(back, by: 2) == .failure(.compensation(.rescale(1.5))))
        #expect(check([back[0], back[2]]) == .failure(.compensation(back[2])))
        #expect(check([back[0], back[1], back[1], back[2]]) == .failure(.compensation(back[1])))
        #expect(check([back[1], back[0], back[2]]) == .failure(.adjoint(back[1], at: nil)))
        let both = Action.backward(0..<2, injecting: 0..<2)
        #expect(check([both]) == .failure(.compensation(both)))
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
