import Schedules
import Testing

/// What is wrong with a schedule, in a line for people.
@Suite struct ViolationTests {
    @Test(
        arguments: [
            (
                .steps(.advance(2..<2, recording: false)),
                "'advance 2..<2': there are no steps, or steps outside the sequence"
            ),
            (.position(.save(3), at: 2), "'save 3': the network stands before step 2"),
            (.state(.save(3)), "'save 3': the state is saved already"),
            (.state(.restore(3, from: .disk)), "'restore 3 from disk': no such state is saved"),
            (.slots(.save(3), limit: 1), "'save 3': more saved states than the schedule says, 1"),
            (
                .slots(.advance(0..<3, recording: true), limit: 2),
                "'advance 0..<3 recording': more records than the schedule says, 2"
            ),
            (
                .entering(.backward(1..<2, injecting: 1..<2)),
                "'backward 1..<2': the state entering its first step is neither recorded nor saved"
            ),
            (.record(.advance(0..<3, recording: true)), "'advance 0..<3 recording': steps are recorded already"),
            (.record(.release(1..<2)), "'release 1..<2': the steps are no end of a run of records"),
            (.record(.backward(1..<2, injecting: 1..<2)), "'backward 1..<2': the steps are not recorded in one run"),
            (
                .adjoint(.backward(1..<2, injecting: 1..<1), at: 1),
                "'backward 1..<2 injecting 1..<1': the adjoint held is the one entering step 1"
            ),
            (.adjoint(.truncate, at: nil), "'truncate': no adjoint is held"),
            (
                .compensation(.rescale(1.5)),
                "'compensate by 1.5': the adjoint is not multiplied as the schedule says"
            ),
            (
                .injection(.backward(0..<2, injecting: 2..<2)),
                "'backward 0..<2 injecting 2..<2': the loss enters outside the steps, or no loss enters where a chain begins"
            ),
            (.reversals(step: 4, found: 0, expected: 1), "step 4 is reversed 0 times, not 1 time"),
            (.injections(step: 4, found: 2), "the loss of step 4 enters 2 times"),
            (.unfinished(at: 7), "the network never goes over step 7"),
            (
                .sensitivities(.accumulate(2..<4, .influence), at: 1),
                "'accumulate 2..<4 by influence': the schedule carries other sensitivities, or they have come to step 1"
            ),
            (.uncarried(at: 7), "sensitivities are never carried over step 7"),
            (.leak(states: 1, records: 0), "at the end 1 saved state and 0 records are alive"),
        ] as [(Validator.Violation, String)])
    func isToldInALine(violation: Validator.Violation, text: String) {
        #expect(violation.description == text)
    }
}
