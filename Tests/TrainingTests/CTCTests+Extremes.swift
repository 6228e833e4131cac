import Foundation
import Kernels
import Memory
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing

/// Outputs at the ends of what numbers can be, and labels that need more frames than there are.
extension TrainingTests.CTCTests {
    /// 5000 frames whose probability is far below what a Float, and a Double, can hold: finite, and that of Double. A
    /// position that is unlikely now and likely later has a logarithm of −10⁴ and less, where Floats are 10⁻³ apart: so
    /// much may a posterior be off.
    @Test func probabilitiesThatUnderflow() throws {
        let (frames, classes) = (5000, 31)
        let labels = (0..<400).map { 1 + Int(noiseKey(3, UInt64($0)) % 30) }
        var outputs = Outputs(frames, 2, classes, scale: 20, key: 9)
        outputs.values = outputs.values.map { Double(Float($0)) }
        let sequences = [
            [Utterance(frames: 0..<frames, labels: labels)], [Utterance(frames: 0..<4100, labels: [])],
        ]
        let exact = try Self.run(Double.self, outputs, sequences)
        let single = try Self.run(Float.self, outputs, sequences)
        // The empty sequence alone: −ln p > 20000, where the least Double is e⁻⁷⁴⁵.
        #expect(exact.loss > 20_000 / 2)
        #expect(abs(single.loss - exact.loss) <= 1e-6 * exact.loss)
        // Compared as posteriors, without the weights of the rows.
        for (place, value) in exact.adjoint.enumerated() {
            let weight = place / classes % 2 == 0 ? 1.0 / 800 : 1.0 / 2
            #expect(abs(single.adjoint[place] - value) <= 1e-3 * weight)
        }
        #expect(single.adjoint.allSatisfy { $0.isFinite })
    }

    /// Outputs that leave a label no chance but one in e¹⁰⁰⁰⁰.
    @Test func outputsThatAreCertain() throws {
        var outputs = Outputs(6, 1, 3)
        for step in 0..<6 { outputs.values[outputs.place(step, 0, 0)] = 10_000 }
        let found = try Self.run(Float.self, outputs, [[Utterance(frames: 0..<6, labels: [1, 2])]])
        #expect(abs(found.loss - 10_000) < 10)
        let sums = (0..<6).map { step in (0..<3).reduce(0.0) { $0 + found.adjoint[outputs.place(step, 0, $1)] } }
        #expect(sums.allSatisfy { abs($0) < 1e-6 })
    }

    @Test(
        arguments: [
            ([], 0, 1), ([1], 1, 2), ([1, 1], 3, 4), ([2, 1, 2], 3, 4), ([2, 2, 2], 5, 6), ([1, 1, 2, 2], 6, 7),
        ] as [([Int], Int, Int)])
    func framesThatLabelsNeed(labels: [Int], frames: Int, inStreams: Int) {
        #expect(Utterance(frames: 0..<1, labels: labels).neededFrames == frames)
        #expect(Utterance(frames: 0..<1, labels: labels, opensWithBlank: true).neededFrames == inStreams)
    }

    @Test func tooManyLabelsAreNamed() throws {
        let good = Utterance(frames: 0..<4, labels: [1, 1])
        #expect {
            _ = try Self.run(
                Float.self, Outputs(4, 2, 3), [[good], [Utterance(frames: 0..<3, labels: [2, 2, 1])]])
        } throws: {
            "\($0)"
                == "sequence 1 has 3 frames, but its 3 labels need 4: one each, and a blank between two that are "
                + "the same"
        }
        #expect {
            _ = try Self.run(
                Float.self, Outputs(9, 1, 3),
                [[good, Utterance(frames: 4..<9, labels: [1, 2, 1, 2, 1], opensWithBlank: true)]])
        } throws: {
            "\($0)"
                == "stream 0, from step 4, has 5 frames, but its 5 labels need 6: one each, a blank first and a "
                + "blank between two that are the same"
        }
    }

    /// Rows do not see each other, nor how many threads go through them.
    @Test func rowsAreAlone() throws {
        let sequences = (0..<5).map { row in
            [Utterance(frames: 0..<9 - row, labels: (0..<row).map { 1 + $0 % 2 })]
        }
        let outputs = Outputs(9, 5, 4)
        let together = try Self.run(Float.self, outputs, sequences)
        for row in 0..<5 {
            var alone = Outputs(9, 1, 4)
            for step in 0..<9 {
                for label in 0..<4 {
                    alone.values[alone.place(step, 0, label)] = outputs.values[outputs.place(step, row, label)]
                }
            }
            let found = try Self.run(Float.self, alone, [sequences[row]])
            for step in 0..<9 {
                for label in 0..<4 {
                    let shared = together.adjoint[outputs.place(step, row, label)] * 5
                    #expect(abs(shared - found.adjoint[alone.place(step, 0, label)]) <= 1e-7)
                }
            }
        }
    }

    @Test func bestPaths() throws {
        // 0 1 1 0 1 2 2 3 decodes to 1 1 2 3.
        var outputs = Outputs(8, 1, 4, scale: 0.1)
        for (step, label) in [0, 1, 1, 0, 1, 2, 2, 3].enumerated() {
            outputs.values[outputs.place(step, 0, label)] = 5
        }
        for (labels, errors) in [([1, 1, 2, 3], 0), ([1, 2, 3], 1), ([1, 1, 2, 2], 1), ([3, 1], 3), ([2], 3)] {
            let found = try Self.run(Double.self, outputs, [[Utterance(frames: 0..<8, labels: labels)]])
            #expect(found.labelErrorRate == Double(errors) / Double(labels.count))
        }
        #expect(editDistance([], [1, 2]) == 2 && editDistance([1, 2], []) == 2 && editDistance([], []) == 0)
        #expect(editDistance([1, 2, 3, 4], [2, 3, 5, 4]) == 2)
    }
}
