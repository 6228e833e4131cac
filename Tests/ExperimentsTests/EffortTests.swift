import Experiments
import Foundation
import Testing

@Suite struct EffortTests {
    private static let whole = Effort(
        training: 20, preparation: 10, wall: 40, audit: 8.04, reference: 0.96, warmup: 1.5, repetitions: 25)

    @Test func sentence() {
        #expect(
            EffortTests.whole.sentence
                == "50 % of 40.0 s were timed steps, 13 % steps before them and their gauges, 25 % preparing (audited steps 8.0 s, "
                + "references 1.0 s, warm-up 1.5 s)")
        #expect(Effort(training: 20, preparation: 10, wall: 40).sentence == nil)
        var idle = EffortTests.whole
        idle.training = 0
        #expect(idle.share == nil && idle.sentence == nil)
        #expect(EffortTests.whole.share == 0.5)
    }

    @Test("Parts that one of two runs did not note are not known of both")
    func sums() {
        let twice = EffortTests.whole + EffortTests.whole
        #expect(Effort.CodingKeys.allCases.allSatisfy { twice[$0] == 2 * EffortTests.whole[$0]! })
        let older = EffortTests.whole + Effort(training: 1, preparation: 1, wall: 1)
        #expect(older == Effort(training: 21, preparation: 11, wall: 41))
    }

    @Test("What older versions wrote is read")
    func older() throws {
        let text = #"{"training_seconds": 1, "preparation_seconds": 2, "wall_seconds": 4}"#
        #expect(
            try JSONDecoder().decode(Effort.self, from: Data(text.utf8)) == Effort(training: 1, preparation: 2, wall: 4)
        )
        let encoded = try JSONEncoder().encode(EffortTests.whole)
        #expect(try JSONDecoder().decode(Effort.self, from: encoded) == EffortTests.whole)
    }
}
