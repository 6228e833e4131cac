import Foundation
import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

private typealias Tensors = [String: Safetensors.Tensor]

/// Tensors of a file, what of the trial is given, and the sentence, in which FILE is the file.
private struct WrongWeights: Sendable {
    let tensors: Tensors
    let others: [Factor: String]
    let sentence: String

    init(_ tensors: Tensors, _ others: [Factor: String] = [:], _ sentence: String) {
        (self.tensors, self.others, self.sentence) = (tensors, others, sentence)
    }
}

private func tensor(_ shape: Int..., type: Safetensors.Element = .float) -> Safetensors.Tensor {
    let count = shape.reduce(1, *)
    return Safetensors.Tensor(type: type, shape: shape, bytes: Array(repeating: 0, count: count * type.size))
}

/// An LSTM of 2 layers, D 3 and H 5, with a head of 4 outputs, as PyTorch's module `rnn` and `fc` have it.
private let lstm: Tensors = [
    "rnn.weight_ih_l0": tensor(20, 3), "rnn.weight_hh_l0": tensor(20, 5), "rnn.bias_ih_l0": tensor(20),
    "rnn.bias_hh_l0": tensor(20), "rnn.weight_ih_l1": tensor(20, 5), "rnn.weight_hh_l1": tensor(20, 5),
    "rnn.bias_ih_l1": tensor(20), "rnn.bias_hh_l1": tensor(20), "fc.weight": tensor(4, 5), "fc.bias": tensor(4),
]

private func with(_ changes: [String: Safetensors.Tensor?]) -> Tensors {
    var tensors = lstm
    for (name, tensor) in changes { tensors[name] = tensor }
    return tensors
}

/// What is wrong, what of the trial is given, and the sentence, in which FILE is the file.
private let wrongWeights: [WrongWeights] = [
    WrongWeights(
        [:], [:], "has no recurrent layer: no tensor is named as PyTorch's 'weight_ih_l0' is; it has no tensor"),
    WrongWeights(
        ["kernel": tensor(3, 20), "recurrent_kernel": tensor(5, 20)], [:],
        "has no recurrent layer: no tensor is named as PyTorch's 'weight_ih_l0' is; it has 'kernel', 'recurrent_kernel'"
    ),
    WrongWeights(
        with(["other.weight_ih_l0": tensor(20, 3)]), [:],
        "has several networks, under 'other.', 'rnn.'; say which: 'FILE#other.'"
    ),
    WrongWeights(lstm, [.weights: "#encoder"], "has no recurrent layer under 'encoder.'; allowed: 'rnn.'"),
    WrongWeights(with(["rnn.bias_hh_l1": nil]), [:], "has no 'rnn.bias_hh_l1', [20]"),
    WrongWeights(with(["rnn.weight_ih_l0": nil]), [:], "has no 'rnn.weight_ih_l0'"),
    WrongWeights(
        with(["rnn.weight_ih_l1": nil, "rnn.weight_ih_l2": tensor(20, 5)]), [:],
        "has no 'rnn.weight_ih_l1', [20, 5]"
    ),
    WrongWeights(
        with(["rnn.weight_hh_l1": tensor(20, 6)]), [:],
        "has 'rnn.weight_hh_l1', F32 [20, 6], and [20, 5] is expected"
    ),
    WrongWeights(with(["rnn.bias_ih_l0": tensor(5)]), [:], "has 'rnn.bias_ih_l0', F32 [5], and [20] is expected"),
    WrongWeights(
        with(["rnn.weight_hh_l0": tensor(20, 8)]), [:],
        "has 'rnn.weight_hh_l0', F32 [20, 8]; allowed: [gates × H, H] with as many gates as 1 (torch.nn.RNN), 4 "
            + "(torch.nn.LSTM), 3 (torch.nn.GRU); the order of gates cannot be told"
    ),
    WrongWeights(
        with(["rnn.weight_hr_l0": tensor(2, 5)]), [:],
        "has 'rnn.weight_hr_l0', F32 [2, 5]: a projection, which cell 'lstm' does not have"
    ),
    WrongWeights(
        with(["rnn.weight_hh_l0": tensor(20, 5, type: .integer)]), [:],
        "has 'rnn.weight_hh_l0', I64 [20, 5]; allowed: F64, F32, F16, BF16"
    ),
    WrongWeights(
        with(["embedding.weight": tensor(9, 3)]), [:],
        "has 'embedding.weight', F32 [9, 3], which is no parameter of the network; without what is next to the "
            + "network: 'FILE#rnn.'"
    ),
    WrongWeights(
        with(["head.weight": tensor(4, 5)]), [:], "has several heads, 'fc.weight', 'head.weight'; allowed: one"
    ),
    WrongWeights(with(["fc.weight": tensor(4, 10)]), [:], "has 'fc.weight', F32 [4, 10]; allowed: [outputs, 5]"),
    WrongWeights(with(["fc.bias": tensor(5)]), [:], "has 'fc.bias', F32 [5], and [4] is expected"),
    WrongWeights(with(["fc.weight": nil]), [:], "has 'fc.bias', F32 [4], and no weight for it"),
    WrongWeights(lstm, [.cell: "gru"], "has 'rnn.weight_ih_l0', F32 [20, 3]; allowed: [3 × H, D], gru's gates"),
    WrongWeights(lstm, [.hidden: "6"], "has a network with 'hidden' 5, and 'hidden' is '6'"),
    WrongWeights(lstm, [.layers: "1"], "has a network with 'layers' 2, and 'layers' is '1'"),
    WrongWeights(
        lstm, [.task: "adding"], "has 'fc.weight' [4, 5], and task 'adding' takes [1, 5]"
    ),
    WrongWeights(
        with(["rnn.weight_ih_l0_reverse": tensor(20, 3)]), [:], "has no 'rnn.weight_hh_l0_reverse', [20, 5]"
    ),
]

extension TrainingTests {
    /// Networks from files: what is read is what was written, and what is wrong with a file is said in a sentence.
    @Suite struct WeightsTests {
        private static func file(_ tensors: Tensors) throws -> String {
            let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).safetensors"
            var file = Safetensors()
            file.tensors = tensors.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            try file.write(to: path)
            return path
        }

        private static func texts(_ path: String, _ others: [Factor: String] = [:]) -> [Factor: String] {
            others.merging([.weights: path, .batch: "2", .length: "6", .strategy: "full"]) { one, _ in one }
        }

        private static func trial(_ texts: [Factor: String]) throws -> Trial {
            var files = TrialFiles()
            return try files.trial(texts, given: Set(texts.keys))
        }

        @Test("A network's shape is the file's, and a head's outputs are the task's") func shapes() throws {
            let path = try WeightsTests.file(lstm)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try WeightsTests.trial(WeightsTests.texts(path))
            #expect("\(trial.cell)" == "lstm" && trial.layers == 2 && trial.input == 3 && trial.hidden == 5)
            #expect(!trial.bidirectional && trial.outputs == 4 && "\(trial.task)" == "noise:outputs=4")
            #expect(try Trial(words: trial.words) == trial)
        }

        @Test("What is wrong is said by name, with both shapes", arguments: wrongWeights.indices) func wrong(
            _ index: Int
        )
            throws
        {
            let wrong = wrongWeights[index]
            let path = try WeightsTests.file(wrong.tensors)
            defer { try? FileManager.default.removeItem(atPath: path) }
            var others = wrong.others
            if let prefix = others[.weights] { others[.weights] = path + prefix }
            let error = #expect(throws: TrialError.self) { try WeightsTests.trial(WeightsTests.texts(path, others)) }
            guard case .file(let error)? = error else { return }
            #expect(!error.isSystem)
            #expect(error.description.replacing(path, with: "FILE") == "'FILE' " + wrong.sentence)
        }

        @Test("Files that are none, or not there") func noFiles() throws {
            let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).safetensors"
            defer { try? FileManager.default.removeItem(atPath: path) }
            func sentence() throws -> (String, Bool) {
                let error = #expect(throws: TrialError.self) { try WeightsTests.trial(WeightsTests.texts(path)) }
                guard case .file(let error)? = error else { return ("", false) }
                return (error.description.replacing(path, with: "FILE"), error.isSystem)
            }
            #expect(try sentence() == ("cannot read 'FILE': No such file or directory", true))
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(try sentence() == ("'FILE' is no safetensors file: it is empty", false))
            try Data("PK\u{3}\u{4} a pickle of PyTorch's".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try sentence().0.hasPrefix("'FILE' is no safetensors file: its header would have "))
            let whole = try Data(contentsOf: URL(fileURLWithPath: WeightsTests.file(lstm)))
            try whole.dropLast(8).write(to: URL(fileURLWithPath: path))
            #expect(
                try sentence() == ("'FILE' is cut short: it has \(whole.count - 8) bytes of \(whole.count)", false))
        }

        @Test("Numbers that are none, or beyond the type's range") func numbers() throws {
            for (value, text) in [
                (Double.nan, "nan"), (.infinity, "inf"), (1e300, "1e+300, beyond the range of 'float'"),
            ] {
                var values = Array(repeating: 0.0, count: 60)
                values[11] = value
                let path = try WeightsTests.file(
                    with(["rnn.weight_ih_l0": Safetensors.Tensor(values, shape: [20, 3])]))
                defer { try? FileManager.default.removeItem(atPath: path) }
                let trial = try WeightsTests.trial(WeightsTests.texts(path))
                let error = #expect(throws: WeightsError.self) { try Session<Float>(trial, heaps: TrainingTests.heaps) }
                #expect(
                    error?.description
                        == "'\(path)' has \(text) in 'rnn.weight_ih_l0' at [3, 2]; allowed: finite numbers")
                let notes = try WeightsFile(#require(trial.weights)).notes(.float)
                #expect(notes == ["weights of '\(path)' are F64 and are rounded to F32, 'scalar: float'"])
            }
        }

        /// Through a file and back: the same bits and the same loss, whatever the seed.
        @Test(arguments: ["elman", "lstm", "gru", "linear", "peephole"], [false, true])
        func roundTrip(cell: String, isBidirectional: Bool) throws {
            let paths = (0..<2).map { _ in NSTemporaryDirectory() + "unroll-\(UUID().uuidString).safetensors" }
            defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
            func export(_ trial: Trial, to path: String) throws -> Trials.Measurement {
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                try session.prepare(warmup: 0)
                let row = try session.measure()
                #expect(row[.predictionGapBytes] == .integer(0))
                try session.export(to: path)
                return row
            }
            let first = try export(
                Trial([
                    .cell: cell, .layers: "2", .hidden: "5", .batch: "2", .length: "9", .scalar: "double",
                    .bidirectional: "\(isBidirectional)", .task: "reber", .input: "7",
                ]), to: paths[0])
            let trial = try WeightsTests.trial(
                WeightsTests.texts(paths[0], [.scalar: "double", .task: "reber", .batch: "2", .length: "9"]))
            #expect("\(trial.cell)" == cell && trial.bidirectional == isBidirectional)
            let second = try export(trial, to: paths[1])
            #expect(first[.loss] == second[.loss] && first[.loss] != nil)
            var other = trial
            other.weights = nil
            other.seed = 2
            let drawn = try Session<Double>(other, heaps: TrainingTests.heaps)
            try drawn.prepare(warmup: 0)
            #expect(try drawn.measure()[.loss] != first[.loss])
            let headers = try paths.map { try SafetensorsHeader(path: $0, as: "") }
            let names = headers[0].entries.map(\.name).filter { $0.contains("_l") || $0.hasPrefix("head.") }
            #expect(names.count > 8)
            for name in names {
                let bytes = try zip(headers, paths).map { header, path in
                    try DataFile(tensors: path, as: "").bytes(#require(header[name]).bytes)
                }
                #expect(bytes[0] == bytes[1], "\(name)")
            }
        }

        @Test("A file that changes after it was asked for is another trial") func changed() throws {
            let path = try WeightsTests.file(lstm)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try WeightsTests.trial(WeightsTests.texts(path)).readingContent()
            _ = try Session<Float>(trial, heaps: TrainingTests.heaps)
            var file = Safetensors()
            file.tensors = lstm.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
            try file.write(to: path)
            let error = #expect(throws: WeightsError.self) { try Session<Float>(trial, heaps: TrainingTests.heaps) }
            #expect(error?.description.hasSuffix("other bytes are another trial") == true)
        }

        @Test("F16 and BF16 are read to the last bit; no biases are 0") func halves() throws {
            var tensors = lstm.filter { !$0.key.contains("bias_") }
            tensors["rnn.weight_ih_l0"] = Safetensors.Tensor(
                type: .half, shape: [20, 3], bytes: Array(repeating: [0x01, 0x3c], count: 60).flatMap(\.self))
            tensors["rnn.weight_hh_l0"] = Safetensors.Tensor(
                type: .bfloat16, shape: [20, 5], bytes: Array(repeating: [0x81, 0x3f], count: 100).flatMap(\.self))
            let path = try WeightsTests.file(tensors)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try WeightsTests.trial(WeightsTests.texts(path))
            let parameters = try Session<Float>(trial, heaps: TrainingTests.heaps).network.parameters
            func values(_ name: String) throws -> Set<Float> {
                let parameter = try #require(parameters.first { $0.name == name })
                return Set(parameter.exported(parameter.values))
            }
            #expect(try values("weight_ih_l0") == [1 + 0x1p-10])
            #expect(try values("weight_hh_l0") == [1 + 0x1p-7])
            #expect(try values("bias_ih_l1") == [0])
            #expect(
                try WeightsFile(#require(trial.weights)).notes(.float)
                    == ["'\(path)' has no biases: they begin at 0, and a training changes them"])
        }
    }
}
