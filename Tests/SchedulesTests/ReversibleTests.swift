import Schedules
import Testing

/// The schedule that undoes its steps, and what the Validator has to say of others that do.
@Suite struct ReversibleTests {
    @Test func actions() {
        #expect(
            text(Reversible(length: 2)) == """
                advance 0..<2 keeping what is forgotten
                undo 1..<2
                backward 1..<2
                release 1..<2
                undo 0..<1
                backward 0..<1
                release 0..<1
                """)
    }

    @Test(arguments: [1, 2, 3, 21, 22, 500]) func hasBitsOfFull(length: Int) throws {
        #expect(try Validator(Reversible(length: length)).hasBitsOfFull)
    }

    /// A word of 5 bytes for each three steps, begun ones too; one record, and the state that enters it.
    @Test(arguments: zip([1, 3, 4, 30], [1, 1, 2, 10])) func bytes(length: Int, words: Int) {
        let footprint = Footprint(
            constant: Usage(), state: 7, record: 17, buffer: BufferSize(word: 5, stepsOfWord: 3))
        let simulator = Simulator(Reversible(length: length), footprint: footprint)
        #expect(simulator.peaks[.buffer] == 5 * words && simulator.peakBytes == 5 * words + 7 + 17)
        #expect(ReversibleStrategy.leastBytes(length: length, footprint: footprint) == simulator.peakBytes)
        #expect(simulator.counts.forward == length && simulator.counts.recomputed == 0)
        #expect(simulator.work.undone == length && simulator.counts.backward == length)
    }

    @Test func violations() {
        let all: Action = .advance(0..<3, recording: .forgotten)
        func found(_ actions: Action...) -> Validator.Violation? {
            if case .failure(let violation) = verdict(Script(length: 3, actions)) { violation } else { nil }
        }
        let undo = Action.undo(2..<3)
        #expect(found(.advance(0..<3, recording: false), undo) == .buffer(undo, at: 0))
        #expect(found(all, .undo(1..<2)) == .position(.undo(1..<2), at: 3))
        #expect(found(.advance(0..<3, recording: true), undo) == .buffer(undo, at: 0))
        // Undone, and gone over again without writing down what is forgotten.
        #expect(found(all, undo, .release(2..<3), .advance(2..<3, recording: false), undo) == .buffer(undo, at: 2))
        let late = Action.advance(1..<3, recording: .forgotten)
        #expect(found(.advance(0..<1, recording: false), late) == .buffer(late, at: 0))
        #expect("\(Validator.Violation.buffer(undo, at: 2))" == "'undo 2..<3': the buffer has come to step 2")
    }
}
