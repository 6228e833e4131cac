import Quantities
import Schedules
import Shapes
import Testing
import Trials

@Suite struct TrialTests {
    static let words = [
        "cell=gru", "layers=3", "input=2", "hidden=65", "batch=7", "length=1000",
        "strategy=truncated:window=64,stride=32",
        "task=adding", "inputs=resident", "scalar=double", "threads=2", "seed=0",
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
                "inputs=streamed", "scalar=float", "threads=1", "seed=1",
            ])
        #expect(try Trial(words: []) == Trial(cell: .lstm))
    }

    @Test(
        arguments: Cell.allCases, ["full", "truncated:window=8", "segmented", "segmented:length=5", "binomial:slots=3"])
    func roundTrip(cell: Cell, strategy: String) throws {
        // A file says its loss itself.
        let tasks = try TrainingTask.vocabulary.signatures.map {
            try TrainingTask($0.word == "file" ? "file:path=a b,c=d.safetensors,loss=squared,outputs=3" : $0.example)
        }
        for task in tasks + [.text(file: "a b,c=d:e.txt"), .stream(mean: 772, expectation: false)] {
            for inputs in InputStorage.allCases {
                for precision in Precision.allCases {
                    let trial = try Trial(
                        cell: cell, input: 256, strategy: Strategy(strategy), task: task, inputs: inputs,
                        precision: precision,
                        seed: .max)
                    #expect(try Trial(words: trial.words) == trial)
                }
            }
        }
    }

    /// What is written is what was read, and nothing else is: the path of a file is taken as it is.
    @Test(arguments: [
        ("adding", TrainingTask.adding), ("noise", .noise), ("copy:delay=10", .copy(delay: 10)), ("reber", .reber),
        ("labelling", .labelling), ("stream:mean=772", .stream(mean: 772, expectation: true)),
        ("stream:mean=1,em=false", .stream(mean: 1, expectation: false)),
        ("text:file=a/b.txt", .text(file: "a/b.txt")), ("text:file=a,b=c:d e", .text(file: "a,b=c:d e")),
        ("text:file=a/b.txt,encoding=utf8", .text(file: "a/b.txt", encoding: .utf8)),
        ("text:file=a,encoding=b,c,encoding=utf8", .text(file: "a,encoding=b,c", encoding: .utf8)),
        ("text:file=a,encoding=utf8,encoding=bytes", .text(file: "a,encoding=utf8")),
        ("text:file=a,encoding=,encoding=utf8", .text(file: "a,encoding=", encoding: .utf8)),
    ])
    func tasks(text: String, task: TrainingTask) throws {
        #expect(try TrainingTask(text) == task)
        #expect(task.description == text)
        #expect(TrainingTask.vocabulary.words.contains(task.name))
        let trial = try Trial(words: ["task=\(text)", "input=256"])
        #expect(trial.task == task && trial[.task] == text)
        #expect(trial.shape.criterion == task.criterion && trial.shape.outputs == task.outputs(input: 256))
    }

    /// Results already on disk name trials by it: it must never change.
    @Test func identifierIsStable() throws {
        #expect(try Trial(words: []).identifier == "685dd7d84497941a")
        #expect(try Trial(words: TrialTests.words).identifier == "869ceb279942f4da")
        #expect(try Trial(words: TrialTests.words.shuffled()).identifier == "869ceb279942f4da")
    }

    /// Of training nothing is said where it is the default, and a number has one spelling.
    @Test func wordsOfTraining() throws {
        let usual = ["updates=0", "update_each=sequence", "optimizer=sgd", "learning_rate=0.001", "clip=0"]
        #expect(try Trial(words: usual) == Trial(words: []))
        #expect(try Trial(words: usual).identifier == "685dd7d84497941a")
        let words = ["updates=500", "optimizer=adam", "learning_rate=0.01", "clip=1"]
        let trial = try Trial(words: ["updates=500", "optimizer=adam", "learning_rate=1e-2", "clip=1.0"])
        #expect(trial.words.suffix(4) == words[...])
        #expect(try Trial(words: trial.words) == trial)
        #expect(try Trial(words: words).identifier == trial.identifier)
        #expect(try Trial(words: ["learning_rate=1e-05"]).words.last == "learning_rate=1e-05")
    }

    @Test func everyFactorCounts() throws {
        let others = [
            "cell=elman", "layers=2", "input=65", "hidden=129", "batch=33", "length=257", "strategy=segmented",
            "task=adding",
            "inputs=resident", "input_projection=per_step", "bidirectional=true", "variant=untied",
            "recurrent_weights=orthogonal:0.5", "scalar=double", "threads=2", "seed=2", "updates=1",
            "update_each=stride", "optimizer=adam",
            "learning_rate=0.01", "clip=1", "weights=net.safetensors", "records=int8",
        ]
        let identifiers = try ([[]] + others.map { [$0] }).map { words in
            // Strides are a truncation's.
            let strategy = words == ["update_each=stride"] ? ["strategy=truncated:window=8"] : []
            return try Trial(words: words + strategy).identifier
        }
        #expect(Set(identifiers).count == 1 + others.count)
        let truncated = try Trial(words: ["strategy=truncated:window=8"])
        #expect(!identifiers.contains(truncated.identifier))
    }

    /// A budget is of all directions together: of two layers, four times what one needs.
    @Test func aBudgetOfAllDirections() throws {
        func trial(_ bytes: Int) throws -> Trial {
            try Trial(words: [
                "cell=elman", "layers=2", "hidden=16", "batch=4", "length=9", "bidirectional=true",
                "strategy=mixed:memory=\(bytes)",
            ])
        }
        // A state, a record, and one more of either: 256 bytes each.
        #expect(try (trial(4 * 768).schedule as? Mixed)?.slots == 2)
        #expect(try (trial(4 * 1024 + 3).schedule as? Mixed)?.slots == 3)
        let error = #expect(throws: TrialError.self) { try trial(4 * 768 - 1) }
        #expect(
            error?.description == """
                strategy 'mixed:memory=3071': 'memory' is 3071 bytes, 1 too few for states and records; \
                allowed: at least 3072 bytes
                """)
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
                "resident", "batched", "false", "plain", "uniform", "double", "2", "0", "0", "sequence", "sgd", "0.001",
                "0", "", "", "", "0", "unroll", "native", "nearest", "native",
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

    /// What cannot be is refused in a sentence that says what can.
    @Test(arguments: [
        (
            "rounding=stochastic",
            "'rounding' is 'stochastic', but native records are not rounded; allowed: nearest, or records in fewer bits"
        ),
        (
            "records=int8 strategy=mixed:memory=1MiB",
            "strategy 'mixed:memory=1MiB': it keeps no records for backward alone, which are those that may be in fewer bits; allowed: "
                + "records native, or full, truncated, segmented, bisection, binomial, online, multistage, randomized, adaptive"
        ),
        (
            "records=int8 rounding=independent",
            "'rounding' is 'independent', but two roundings do not make up for what cell 'lstm' does to its record; allowed: "
                + "nearest, stochastic, or cell elman, linear"
        ),
        (
            "records=int4 rounding=stochastic:draws=3 updates=2",
            "'rounding' is 'stochastic:draws=3', but an update is by one draw; allowed: stochastic, or updates 0"
        ),
        (
            "states=bfloat16",
            "strategy 'full': it saves no states that could be in fewer bits; allowed: states native, or segmented, bisection, "
                + "binomial, mixed, online, multistage"
        ),
        (
            "states=bfloat16 strategy=bisection engine=jax",
            "'states' is 'bfloat16', but engine 'jax' keeps its own; allowed: native, or engine unroll"
        ),
        (
            "records=int8 engine=jax",
            "'records' is 'int8', but engine 'jax' keeps its own; allowed: native, or engine unroll"
        ),
        ("records=int9", "'records' is 'int9' (nearest: 'int8'); allowed: native, bfloat16, float16, int8, int4, int2"),
    ])
    func recordsThatCannotBe(words: String, complaint: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: words.split(separator: " ").map(String.init)) }
        #expect(error?.description == complaint)
    }

    /// A weight for every step where they are untied, whatever the strategy.
    @Test func untiedWeightsAreCopies() throws {
        for strategy in ["full", "segmented"] {
            let trial = try Trial(words: ["variant=untied", "length=9", "strategy=\(strategy)"])
            #expect(trial.shape.weightReplicas == 9)
        }
        #expect(try Trial(words: ["length=9"]).shape.weightReplicas == 1)
    }

    @Test func scheduleAndFootprintFollow() throws {
        let trial = try Trial(words: TrialTests.words)
        #expect((trial.schedule as? Truncated)?.length == 1000)
        #expect(trial.shape.outputs == 1)
        #expect(trial.footprint == Footprint(trial.shape, residentSteps: 1000))
        #expect(try Trial(cell: .gru).footprint.constant[.inputs] == 0)
    }
}
