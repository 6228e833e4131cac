import Experiments
import Foundation
import Schedules
import Testing
import Trials

/// Every factor is read and printed alike wherever it may stand, and what is known of it is in its table alone.
@Suite struct FactorTableTests {
    /// For each factor that a trial holds a value that is not its default, with what else it needs.
    static let others: [Factor: [Factor: String]] = [
        .cell: [.cell: "gru"], .layers: [.layers: "3"], .input: [.input: "65"], .hidden: [.hidden: "7"],
        .batch: [.batch: "5"], .length: [.length: "9"], .strategy: [.strategy: "truncated:window=8,stride=4"],
        .task: [.task: "copy:delay=3"], .inputs: [.inputs: "resident"],
        .inputProjection: [.inputProjection: "per_step"],
        .bidirectional: [.bidirectional: "true"], .variant: [.variant: "untied"],
        .recurrentWeights: [.recurrentWeights: "orthogonal:0.5"], .scalar: [.scalar: "double"],
        .threads: [.threads: "2"], .seed: [.seed: "0"], .updates: [.updates: "10"],
        .updateInterval: [.updateInterval: "stride", .strategy: "truncated:window=8,stride=4"],
        .optimizer: [.optimizer: "momentum"], .learningRate: [.learningRate: "0.25"], .clip: [.clip: "1.5"],
        .weights: [.weights: "\(weights)#rnn."],
        .weightsContent: [.weightsContent: "5-0123456789abcdef", .weights: "net.safetensors"],
        // With all that it says of a trial a file need not be there.
        .validation: [
            .validation: "0.25", .task: "file:path=a,loss=squared,outputs=3", .input: "3", .batch: "5", .length: "9",
        ],
        .content: [.content: "5-0123456789abcdef", .task: "text:file=a.txt", .input: "256"],
        .engine: [.engine: "./mine"],
        .records: [.records: "int8"], .rounding: [.rounding: "stochastic:draws=5", .records: "bfloat16"],
        .states: [.states: "bfloat16", .strategy: "bisection"],
    ]

    /// A file of an LSTM as the default is, D 64 and H 128.
    private static let weights: String = {
        var (tensors, end) = ([String](), 0)
        for (name, shape) in [
            ("weight_ih_l0", [512, 64]), ("weight_hh_l0", [512, 128]), ("bias_ih_l0", [512]), ("bias_hh_l0", [512]),
        ] {
            let start = end
            end += 4 * shape.reduce(1, *)
            tensors.append("\"rnn.\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}")
        }
        let header = Data("{\(tensors.joined(separator: ","))}".utf8)
        let file =
            Data(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }) + header + Data(count: end)
        let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).safetensors"
        do { try file.write(to: URL(filePath: path)) } catch { fatalError("\(error)") }
        return path
    }()

    private static let held = Factor.allCases.filter { !$0.isDerived }

    @Test("Words, CSV and experiment files say the same of every factor", arguments: held)
    func roundTrip(factor: Factor) throws {
        let texts = try #require(FactorTableTests.others[factor], "a factor without a line here")
        let trial = try Trial(texts)
        #expect(trial[factor] == texts[factor])
        #expect(trial[factor] != Trial.usual[factor])
        #expect(trial.differences(from: .usual) == Set(texts.keys))
        #expect(trial.ignoring(Set(texts.keys)) == .usual)

        #expect(try Trial(words: trial.words) == trial)
        #expect(trial.words.contains("\(factor.rawValue)=\(trial[factor])"))
        let row = Row(experiment: "e", trial: trial, repetition: 1, status: .ok)
        #expect(try Results(bytes: Array(Results.text([row]).utf8), file: "measurements.csv").rows == [row])
        if factor.key != nil {
            let experiment = try Experiment(text: FactorTableTests.file(texts), file: "f.yaml")
            #expect(experiment.trials == [trial])
            #expect(try factor.spelling(of: trial[factor]) == trial[factor])
        }
    }

    /// A file with these factors and what none may lack.
    private static func file(_ texts: [Factor: String]) -> String {
        let least = [Factor.cell: "lstm", .hidden: "128", .length: "256", .strategy: "full"]
        var (model, rest) = ("model:\n", "experiment: e\n")
        for (factor, text) in least.merging(texts, uniquingKeysWith: { $1 }) {
            guard let key = factor.key else { continue }
            if factor.definition.group == .model {
                model += "  \(key): \(text)\n"
            } else {
                rest += "\(key): ['\(text)']\n".replacing(/'([0-9.]+|true|false)'/) { $0.1 }
            }
        }
        return rest + model
    }

    @Test("A value out of range is refused alike", arguments: held.filter { $0.definition.kind.isNumber })
    func ranges(factor: Factor) {
        for text in ["-1", "1e400", "x", ""] {
            #expect(throws: TrialError.value(text, factor)) { try Trial([factor: text]) }
            #expect(throws: TrialError.value(text, factor)) { try factor.spelling(of: text) }
        }
    }

    @Test("Words are one: no two factors or figures share a column")
    func columns() {
        let names = Column.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(Role.allCases.map(Figure.init)).count == Role.allCases.count)
    }

    @Test("What is known of a factor or a figure is in its table: no switch over them stands elsewhere")
    func noSwitch() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var switches = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            if ["Factor+Table.swift", "Figure+Table.swift", "Figure+Meaning.swift"].contains(file.lastPathComponent) {
                continue
            }
            var type = ""
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                if let match = line.firstMatch(of: /^[a-z ]*(?:extension|enum|struct|class) (\w+)/) {
                    type = String(match.1)
                }
                guard let match = line.firstMatch(of: /\bswitch (.+) \{/) else { continue }
                switches += 1
                let subject = match.1.split(separator: ".").last ?? ""
                #expect(
                    !["factor", "figure"].contains(subject)
                        && !(subject == "self" && ["Factor", "Figure"].contains(type)),
                    "\(file.lastPathComponent): \(line)")
            }
        }
        #expect(switches > 50)
    }
}
