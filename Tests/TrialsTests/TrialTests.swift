import Schedules
import Shapes
import Testing
import Trials

@Suite struct TrialTests {
    private static let words = [
        "cell=gru", "layers=3", "input=2", "hidden=65", "batch=7", "length=1000",
        "strategy=truncated:window=64,stride=32",
        "task=adding", "inputs=resident", "input_projection=batched", "variant=plain",
        "recurrent_weights=uniform", "scalar=double", "threads=2", "seed=0",
    ]

    @Test func readsWords() throws {
        let trial = try Trial(words: TrialTests.words)
        #expect(
            try trial
                == Trial(
                    cell: .gru, layers: 3, input: 2, hidden: 65, batch: 7, length: 1000,
                    strategy: .truncated(window: 64, stride: 32), task: .adding, inputs: .resident, precision: .double,
                    threads: 2, seed: 0))
        #expect(trial.words == TrialTests.words)
        #expect(try Trial(words: TrialTests.words.reversed()) == trial)
    }

    @Test func absentFactorsHaveDefaults() throws {
        #expect(
            try Trial(words: []).words == [
                "cell=lstm", "layers=1", "input=64", "hidden=128", "batch=32", "length=256", "strategy=full",
                "task=noise",
                "inputs=streamed", "input_projection=batched", "variant=plain", "recurrent_weights=uniform",
                "scalar=float", "threads=1", "seed=1",
            ])
        #expect(try Trial(words: []) == Trial(cell: .lstm))
    }

    @Test(
        arguments: Cell.allCases, ["full", "truncated:window=8", "segmented", "segmented:length=5", "binomial:slots=3"])
    func roundTrip(cell: Cell, strategy: String) throws {
        for task in TrainingTask.allCases {
            for inputs in InputStorage.allCases {
                for precision in Precision.allCases {
                    let trial = try Trial(
                        cell: cell, strategy: Strategy(strategy), task: task, inputs: inputs, precision: precision,
                        seed: .max)
                    #expect(try Trial(words: trial.words) == trial)
                }
            }
        }
    }

    /// Results already on disk name trials by it: it must never change.
    @Test func identifierIsStable() throws {
        #expect(try Trial(words: []).identifier == "685dd7d84497941a")
        #expect(try Trial(words: TrialTests.words).identifier == "869ceb279942f4da")
        #expect(try Trial(words: TrialTests.words.shuffled()).identifier == "869ceb279942f4da")
    }

    @Test func everyFactorCounts() throws {
        let others = [
            "cell=elman", "layers=2", "input=65", "hidden=129", "batch=33", "length=257", "strategy=segmented",
            "task=adding",
            "inputs=resident", "input_projection=per_step", "variant=untied", "recurrent_weights=orthogonal:0.5",
            "scalar=double", "threads=2", "seed=2",
        ]
        let identifiers = try ([[]] + others.map { [$0] }).map { try Trial(words: $0).identifier }
        #expect(Set(identifiers).count == 1 + others.count)
    }

    @Test(arguments: [
        ("layers=0", "'layers' is '0'; allowed: a whole number from 1 to 64"),
        ("layers=65", "'layers' is '65'; allowed: a whole number from 1 to 64"),
        ("layers=two", "'layers' is 'two'; allowed: a whole number from 1 to 64"),
        ("layers=", "'layers' is ''; allowed: a whole number from 1 to 64"),
        ("layers", "'layers' is ''; allowed: a whole number from 1 to 64"),
        ("hidden=1.5", "'hidden' is '1.5'; allowed: a whole number from 1 to 65536"),
        ("input=-1", "'input' is '-1'; allowed: a whole number from 1 to 65536"),
        ("batch=65537", "'batch' is '65537'; allowed: a whole number from 1 to 65536"),
        ("length=100000001", "'length' is '100000001'; allowed: a whole number from 1 to 100000000"),
        (
            "length=99999999999999999999",
            "'length' is '99999999999999999999'; allowed: a whole number from 1 to 100000000"
        ),
        ("threads=257", "'threads' is '257'; allowed: a whole number from 1 to 256"),
        ("seed=-1", "'seed' is '-1'; allowed: a whole number from 0 to 9223372036854775807"),
        ("cell=LSTM", "'cell' is 'LSTM'; allowed: elman, lstm, gru, linear"),
        ("cell=lstm=1", "'cell' is 'lstm=1'; allowed: elman, lstm, gru, linear"),
        ("task=copy", "'task' is 'copy'; allowed: adding, noise"),
        (
            "variant=tied",
            "'variant' is 'tied'; allowed: plain, untied, input_adjoint, no_state_adjoint, fused_gates"
        ),
        (
            "recurrent_weights=orthogonal:0",
            "'recurrent_weights' is 'orthogonal:0'; allowed: uniform, orthogonal:SCALE with a scale above 0 and at most 2.0"
        ),
        ("inputs=disk", "'inputs' is 'disk'; allowed: streamed, resident"),
        ("scalar=half", "'scalar' is 'half'; allowed: float, double"),
        (
            "strategy=ful",
            "unknown strategy 'ful'; allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized"
        ),
        ("strategy=binomial", "strategy 'binomial' needs 'slots', as in binomial:slots=8"),
        (
            "width=3",
            """
            unknown key 'width'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, variant, recurrent_weights, scalar, \
            threads, seed
            """
        ),
        (
            "window=3",
            """
            unknown key 'window'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, variant, recurrent_weights, scalar, \
            threads, seed
            """
        ),
        (
            "",
            """
            unknown key ''; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, variant, recurrent_weights, scalar, \
            threads, seed
            """
        ),
    ])
    func badWord(word: String, message: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: [word]) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (["seed=1", "seed=1"], "'seed' is given twice"),
        (
            ["variant=fused_gates", "hidden=100"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (
            ["variant=fused_gates", "cell=gru"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (
            ["variant=fused_gates", "threads=2"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (["task=adding", "input=1"], "'input' is 1, but task 'adding' has at least 2 input channels"),
    ])
    func badWords(words: [String], message: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: words) }
        #expect(error?.description == message)
    }

    /// Columns that repeat the strategy are checked against it when a row is read back.
    @Test func derivedFactorsMustAgree() throws {
        var texts: [Factor: String] = [
            .strategy: "truncated:window=8,stride=4", .window: "8", .stride: "4", .slots: "",
        ]
        #expect(try Trial(texts).strategy == .truncated(window: 8, stride: 4))
        texts[.window] = "9"
        let error = #expect(throws: TrialError.self) { try Trial(texts) }
        #expect(error?.description == "'window' is '9', which the strategy does not say")
    }

    @Test func factorsAsText() throws {
        let trial = try Trial(words: TrialTests.words)
        #expect(
            Factor.allCases.map { trial[$0] } == [
                "gru", "3", "2", "65", "7", "1000", "truncated:window=64,stride=32", "64", "32", "", "", "adding",
                "resident", "batched", "plain", "uniform", "double", "2", "0",
            ])
        #expect(try Trial(words: ["strategy=binomial:slots=9"])[.slots] == "9")
        #expect(try Trial(words: ["strategy=segmented:length=9"])[.segment] == "9")
        // LSTM: a state of two parts, a record of five: near √(2 · 256 / 5).
        #expect(try Trial(words: ["strategy=segmented"])[.segment] == "10")
        #expect(Factor.allCases.filter(\.isDerived) == [.window, .stride, .slots, .segment])
    }

    @Test(arguments: ["uniform", "orthogonal:0.5", "orthogonal:1.0", "orthogonal:2.0"])
    func recurrentWeightsAsText(text: String) throws {
        let trial = try Trial(words: ["recurrent_weights=\(text)"])
        #expect(trial[.recurrentWeights] == text)
        #expect(try Trial(words: trial.words) == trial)
    }

    /// A weight for every step where they are untied, whatever the strategy.
    @Test func untiedWeightsAreCopies() throws {
        for strategy in ["full", "segmented"] {
            let trial = try Trial(words: ["variant=untied", "length=9", "strategy=\(strategy)"])
            #expect(trial.shape.copies == 9)
        }
        #expect(try Trial(words: ["length=9"]).shape.copies == 1)
    }

    @Test func scheduleAndFootprintFollow() throws {
        let trial = try Trial(words: TrialTests.words)
        #expect((trial.schedule as? Truncated)?.length == 1000)
        #expect(trial.shape.outputs == 1)
        #expect(trial.footprint == Footprint(trial.shape, residentSteps: 1000))
        #expect(try Trial(cell: .gru).footprint.constant[.inputs] == 0)
    }
}
