import Foundation
import Kernels
import Shapes
import Testing
import Training
import Trials

private typealias Tensor = Safetensors.Tensor

/// What of the file is other, parameters of the task, factors, and the sentence, in which FILE is the file.
private struct WrongData: Sendable {
    let changes: [String: Safetensors.Tensor?]
    let parameters: String
    let others: [Factor: String]
    let sentence: String

    init(
        _ changes: [String: Safetensors.Tensor?], _ parameters: String, _ others: [Factor: String], _ sentence: String
    ) {
        (self.changes, self.parameters, self.others, self.sentence) = (changes, parameters, others, sentence)
    }
}

/// 3 sequences of 5 steps with 2 channels: 100 × sequence + 10 × step + channel.
private let inputs = Tensor(
    (0..<30).map { (index: Int) -> Float in
        let (step, row, channel) = (index / 6, index / 2 % 3, index % 2)
        return Float(100 * row + 10 * step + channel)
    }, shape: [5, 3, 2])
private let lengths = Tensor(integers: [5, 2, 4], shape: [3])
/// Class (step + sequence) mod 4, of every step; not of the first one of the first sequence.
private let classes = Tensor(
    integers: (0..<15).map { (index: Int) -> Int in index == 0 ? -100 : (index / 3 + index % 3) % 4 }, shape: [5, 3])
private let good = ["inputs": inputs, "targets": classes, "lengths": lengths]

/// What of the file, parameters of the task, factors, and the sentence.
private let wrongData: [WrongData] = [
    WrongData(["inputs": nil], "", [:], "has no 'inputs'"), WrongData(["targets": nil], "", [:], "has no 'targets'"),
    WrongData(
        ["length": lengths], "", [:], "has 'length', I64 [3], which is none of inputs, targets, lengths"
    ),
    WrongData(
        ["inputs": Tensor(integers: [1, 2], shape: [2, 1, 1])], "", [:],
        "has 'inputs', I64 [2, 1, 1]; allowed: [T, B, D] of F64, F32, F16, BF16"
    ),
    WrongData(
        ["inputs": Tensor([Float](repeating: 0, count: 6), shape: [2, 3])], ",batch_first=true", [:],
        "has 'inputs', F32 [2, 3]; allowed: [B, T, D] of F64, F32, F16, BF16"
    ),
    WrongData(
        ["targets": Tensor(integers: [0, 1, 2, 3], shape: [4])], "", [:],
        "has 'targets', I64 [4], and 'inputs' of 5 steps of 3 sequences; allowed with loss cross-entropy: [5, 3] or "
            + "[3] of I64, I32, I16, I8, U8"
    ),
    WrongData(
        ["targets": Tensor(integers: Array(repeating: 0, count: 15), shape: [3, 5])], "", [:],
        "has 'targets', I64 [3, 5], and 'inputs' of 5 steps of 3 sequences; allowed with loss cross-entropy: [5, 3] or "
            + "[3] of I64, I32, I16, I8, U8; sequences come first with 'batch_first=true'"
    ),
    WrongData(
        [:], ",loss=squared", [:],
        "has 'targets', I64 [5, 3], and 'inputs' of 5 steps of 3 sequences; allowed with loss squared: [5, 3, 3] or "
            + "[3, 3] of F64, F32, F16, BF16"
    ),
    WrongData(
        ["lengths": Tensor(integers: [5, 2], shape: [2])], "", [:],
        "has 'lengths', I64 [2]; allowed: [3], one for each sequence, of I64, I32, I16, I8, U8"
    ),
    WrongData(
        ["lengths": Tensor(integers: [5, 6, 4], shape: [3])], "", [:],
        "has 6 in 'lengths' at [1]; allowed: 1 to 5, the steps of 'inputs'"
    ),
    WrongData(
        ["lengths": Tensor(integers: [5, 1, 0], shape: [3])], "", [:],
        "has 0 in 'lengths' at [2]; allowed: 1 to 5, the steps of 'inputs'"
    ),
    WrongData(
        ["inputs": Tensor((0..<30).map { $0 == 8 ? Float.nan : 0 }, shape: [5, 3, 2])], "", [:],
        "has nan in 'inputs' at [1, 1, 0]; allowed: finite numbers"
    ),
    WrongData(
        [
            "targets": Tensor((0..<15).map { $0 == 14 ? Double.infinity : 0 }, shape: [5, 3, 1]),
            "lengths": nil,
        ], "",
        [:], "has inf in 'targets' at [4, 2, 0]; allowed: finite numbers"
    ),
    WrongData(
        ["targets": Tensor(integers: [0, -2, 1], shape: [3])], "", [:],
        "has -2 in 'targets' at [1]; allowed: 0 to 65535, or -1 or -100, which do not count"
    ),
    WrongData(
        ["targets": Tensor(integers: [0, 5, 1], shape: [3])], ",outputs=4", [:],
        "has 5 in 'targets' at [1]; allowed: 0 to 3, or -1 or -100, which do not count"
    ),
    WrongData(
        ["targets": Tensor(integers: [1, 2, 3, 1, 1, 0], shape: [3, 2])], ",loss=ctc", [.length: "4"],
        "has 5 steps in sequence 0, and 'length' is 4; with loss ctc no sequence continues in the next update; "
            + "allowed: at least 5"
    ),
    WrongData(
        ["targets": Tensor(integers: [1, 2, 3, 3, 1, 0], shape: [3, 2])], ",loss=ctc", [:],
        "has 2 labels in 'targets' at [1], which need 3 frames, one each and a blank between two that are the same, and "
            + "the sequence has 2; with 'zero_infinity=true' such sequences are skipped"
    ),
    WrongData(
        ["targets": Tensor(integers: [1, 2, 0, 3, 1, 0], shape: [3, 2])], ",loss=ctc", [:],
        "has a label in 'targets' at [1, 1], after the blank, 0, at [1, 0]; allowed: labels, then blanks"
    ),
    WrongData(
        [:], "", [.bidirectional: "true", .length: "4"],
        "has 5 steps in sequence 0, and 'length' is 4; in two directions no "
            + "sequence continues in the next update; allowed: at least 5"
    ),
    WrongData([:], "", [.input: "3"], "has inputs of 2 channels, and 'input' is '3'"),
    WrongData([:], "", [.batch: "4"], "has 3 sequences, and 'batch' is '4'; allowed: at most 3"),
    WrongData([:], "", [.length: "6"], "has 5 steps, and 'length' is '6'; allowed: at most 5"),
    WrongData(
        [:], "", [.validation: "0.9", .updates: "1"],
        "has 3 sequences, and 'validation' is 0.9, which leaves none to train on"
    ),
]

extension TrainingTests {
    /// The user's own sequences: which T steps of which of them an update has, what counts, and what is wrong with a file.
    @Suite struct FileTaskTests {
        private static func file(_ tensors: [String: Tensor]) throws -> String {
            let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).safetensors"
            var file = Safetensors()
            file.tensors = tensors.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            try file.write(to: path)
            return path
        }

        private func trial(_ path: String, _ others: [Factor: String] = [:], parameters: String = "") throws -> Trial {
            var files = TrialFiles()
            let texts = others.merging([.task: "file:path=\(path)\(parameters)", .hidden: "3", .scalar: "double"]) {
                one, _ in one
            }
            return try files.trial(texts, given: Set(texts.keys))
        }

        @Test("The file says what a trial may be") func dimensions() throws {
            let path = try FileTaskTests.file(good)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try trial(path)
            #expect(trial.input == 2 && trial.batch == 3 && trial.length == 5 && trial.outputs == 4)
            #expect("\(trial.task)" == "file:path=\(path),loss=cross-entropy,outputs=4")
            #expect(try Trial(words: trial.words) == trial)
            #expect(throws: TrialError.incomplete(try TrainingTask("file:path=a"), lacking: "loss")) {
                try Trial([.task: "file:path=a", .input: "2"])
            }
        }

        /// Two at a time and two steps at a time: sequences of 5 and 2 steps in three updates, then that of 4 in two, then again.
        @Test func sequencesContinue() throws {
            let path = try FileTaskTests.file(good)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let first = try Source<Double>(trial(path, [.batch: "2", .length: "2", .updates: "1"]))
            // Of each update, row by row: inputs of the first channel and classes; and what has no steps.
            let expected: [(inputs: [[Double]], classes: [[Double]], continues: Bool, elements: Int)] = [
                ([[0, 10], [100, 110]], [[-1, 1], [1, 2]], false, 3),
                ([[20, 30], [0, 0]], [[2, 3], [-1, -1]], true, 2),
                ([[40, 0], [0, 0]], [[0], [-1]], true, 1), ([[200, 210], [0, 0]], [[2, 3], [-1, -1]], false, 2),
                ([[220, 230], [0, 0]], [[0, 1], [-1, -1]], true, 2),
                ([[0, 10], [100, 110]], [[-1, 1], [1, 2]], false, 3),
            ]
            for (update, wanted) in expected.enumerated() {
                let source = first.at(update: update)
                #expect(source.continuesStream == wanted.continues && source.elements == wanted.elements)
                for step in 0..<2 {
                    var values = [Double](repeating: 7, count: 4)
                    values.withUnsafeMutableBufferPointer {
                        source.input(at: step, into: Matrix($0.baseAddress!, rows: 2, columns: 2))
                    }
                    #expect([values[0], values[2]] == wanted.inputs.map { $0[step] }, "update \(update)")
                    guard source.counted(of: 0..<2).contains(step) else { continue }
                    source.target(at: step, into: &values)
                    #expect(Array(values[..<2]) == wanted.classes.map { $0[step] }, "update \(update)")
                }
            }
        }

        /// With the state carried and gradients of all steps, two halves have the loss of the whole.
        @Test func halvesHaveTheLossOfTheWhole() throws {
            let path = try FileTaskTests.file(good)
            defer { try? FileManager.default.removeItem(atPath: path) }
            // Gone before the other is there: both are measured in the same heaps.
            func lossOfTheWhole() throws -> Double {
                let whole = try Session<Double>(trial(path, [.length: "5"]), heaps: TrainingTests.heaps)
                try whole.prepare(warmup: 0)
                return try #require(whole.measure()[.loss]?.number)
            }
            let loss = try lossOfTheWhole()
            // So small a step that the parameters stay.
            let halves = try trial(path, [.length: "3", .updates: "2", .learningRate: "1e-15"])
            let session = try Session<Double>(halves, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let trainer = try Trainer(session)
            let first: Double = try trainer.update().loss
            let second: Double = try trainer.update().loss
            let mean = (first * 7 + second * 3) / 10
            // Elements of the halves: steps 0 to 2 and 3 to 4.
            #expect(abs(mean - loss) < 1e-12)
            let gap = try session.measure()[.predictionGapBytes]
            #expect(gap == .integer(0))
        }

        @Test(
            "A part is held back, the same whatever batch and strategy, and judged at the end",
            arguments: ["1", "2", "4"])
        func validation(batch: String) throws {
            let count = 9
            let inputs = Tensor((0..<count * 4).map { Float($0) / 40 }, shape: [4, count, 1])
            let path = try FileTaskTests.file([
                "inputs": inputs, "targets": Tensor(integers: (0..<count).map { $0 % 2 }, shape: [count]),
            ])
            defer { try? FileManager.default.removeItem(atPath: path) }
            func heldOut(_ others: [Factor: String]) throws -> (Double?, Double?) {
                let all = others.merging([
                    .batch: batch, .validation: "0.4", .updates: "1", .learningRate: "1e-15", .length: "4",
                ]) { one, _ in one }
                let session = try Session<Double>(trial(path, all), heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                return (row[.heldOutLoss]?.number, row[.heldOutQuality]?.number)
            }
            let (loss, quality) = try heldOut([:])
            #expect(try #require(loss) > 0 && (0...1).contains(#require(quality)))
            let others = [
                try heldOut([.strategy: "segmented"]), try heldOut([.length: "3"]), try heldOut([.batch: "3"]),
            ]
            for other in others { #expect(abs(try #require(other.0) - loss!) < 1e-12 && other.1 == quality) }
            #expect(try heldOut([.seed: "2"]).0 != loss)
        }

        @Test("What is wrong is said by name and index", arguments: wrongData.indices) func wrong(_ index: Int) throws {
            let wrong = wrongData[index]
            var tensors = good
            for (name, tensor) in wrong.changes { tensors[name] = tensor }
            let path = try FileTaskTests.file(tensors)
            defer { try? FileManager.default.removeItem(atPath: path) }
            var found = ""
            do {
                _ = try Source<Float>(trial(path, wrong.others, parameters: wrong.parameters))
            } catch TrialError.file(let error) {
                found = error.description
            } catch let error as TaskDataError {
                found = error.description
            }
            #expect(found.replacing(path, with: "FILE") == "'FILE' " + wrong.sentence)
        }

        /// Labels that do not fit count with a loss of 0, as PyTorch's do with zero_infinity.
        @Test func skippedSequences() throws {
            func loss(_ labels: [Int], rows: Int, parameters: String) throws -> Double {
                var tensors = good
                tensors["targets"] = Tensor(integers: labels, shape: [3, 2])
                let path = try FileTaskTests.file(tensors)
                defer { try? FileManager.default.removeItem(atPath: path) }
                let session = try Session<Double>(
                    trial(path, [:], parameters: ",loss=ctc,outputs=4" + parameters), heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                #expect(row[.endedSequences] == .integer(rows) && row[.predictionGapBytes] == .integer(0))
                return try #require(row[.loss]?.number)
            }
            // The second has 2 frames: 3, 3 takes 3, and 3, 1 has one path.
            let all = try loss([1, 2, 3, 1, 1, 0], rows: 3, parameters: "")
            let two = try loss([1, 2, 3, 3, 1, 0], rows: 2, parameters: ",zero_infinity=true")
            #expect(two > 0 && two < all)
        }
    }
}
