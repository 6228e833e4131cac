import Experiments
import Testing
import Trials

/// Factors as options, which are made from their table.
@Suite struct FactorOptionTests {
    /// Values that are no defaults, together in as few networks as they go into.
    private static let networks: [[Factor: String]] = [
        [
            .cell: "gru", .layers: "2", .input: "5", .hidden: "7", .batch: "2", .length: "6", .task: "copy:delay=3",
            .inputs: "resident", .inputProjection: "per_step", .bidirectional: "true",
            .recurrentWeights: "orthogonal:0.5", .scalar: "double", .threads: "2", .seed: "0",
        ],
        [
            .variant: "untied", .hidden: "7", .batch: "2", .length: "6", .records: "int8",
            .rounding: "stochastic:draws=3",
        ],
        [.strategy: "bisection", .hidden: "7", .batch: "2", .length: "6", .states: "bfloat16"],
    ]

    @Test("What a network's options say is what is measured", arguments: networks)
    func options(texts: [Factor: String]) throws {
        var words = ["measure", "--repetitions", "1", "--warmup", "0", "--format", "csv"]
        words += ["--strategy", texts[.strategy] ?? "full"]
        for (factor, text) in texts where factor != .strategy {
            words.append(FactorOptionTests.name(factor))
            if !factor.definition.kind.isFlag { words.append(text) }
        }
        let ending = try Scratch().run(Program.unroll.path, words)
        #expect(ending.code == 0, "\(ending)")
        let row = try #require(try Results(bytes: Array(ending.output.utf8), file: "output").rows.first)
        #expect(try row.trial == Trial(texts))
    }

    @Test("Every factor that a user chooses is an option")
    func all() throws {
        let entries = try HelpEntry.all()
        for factor in Factor.allCases {
            let commands = Set(entries.filter { $0.name == FactorOptionTests.name(factor) }.compactMap(\.command.first))
            switch factor.definition.group {
            case .model, .run:
                #expect(commands.isSuperset(of: ["measure", "train", "plan"]), "\(factor)")
                // A file is no value that could be made up: see WeightsCommandTests.
                #expect(factor == .weights || FactorOptionTests.networks.contains { $0[factor] != nil }, "\(factor)")
            case .training, .strategy: #expect(commands.contains("train"), "\(factor)")
            case .engine: #expect(commands == ["measure"], "\(factor)")
            case .derived, .content: #expect(commands.isEmpty, "\(factor)")
            }
        }
    }

    private static func name(_ factor: Factor) -> String { "--" + factor.rawValue.replacing("_", with: "-") }
}
