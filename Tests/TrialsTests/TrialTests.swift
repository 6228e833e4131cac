import Quantities
import Schedules
import Shapes
import Testing
import Trials

@Suite struct TrialTests {
    private static let words = [
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
            "learning_rate=0.01", "clip=1", "weights=net.safetensors",
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
        ("updates=-1", "'updates' is '-1'; allowed: a whole number from 0 to 100000000"),
        ("updates=1.5", "'updates' is '1.5'; allowed: a whole number from 0 to 100000000"),
        ("update_each=window", "'update_each' is 'window'; allowed: sequence, stride"),
        (
            "update_each=stride",
            "'update_each' is 'stride', but strategy 'full' has no strides; allowed: truncated, forward, snap, rflo, eprop, uoro, kf, adaptive, or 'sequence'"
        ),
        ("optimizer=rmsprop", "'optimizer' is 'rmsprop'; allowed: sgd, momentum, adam"),
        ("learning_rate=0", "'learning_rate' is '0'; allowed: a number above 0, at most 1000"),
        ("learning_rate=nan", "'learning_rate' is 'nan'; allowed: a number above 0, at most 1000"),
        ("learning_rate=small", "'learning_rate' is 'small'; allowed: a number above 0, at most 1000"),
        ("learning_rate=1001", "'learning_rate' is '1001'; allowed: a number above 0, at most 1000"),
        ("clip=-1", "'clip' is '-1'; allowed: a number above 0, at most 1000000, or 0 for no limit"),
        ("clip=inf", "'clip' is 'inf'; allowed: a number above 0, at most 1000000, or 0 for no limit"),
        ("seed=-1", "'seed' is '-1'; allowed: a whole number from 0 to 9223372036854775807"),
        (
            "cell=LSTN",
            "'cell' is 'LSTN' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, "
                + "elstm, mingru, minlstm, slstm, projected:width=N, leapgru:bits=N"
        ),
        (
            "cell=lstm=1",
            "'cell' is 'lstm=1'; allowed: elman, lstm, gru, linear, peephole, "
                + "elstm, mingru, minlstm, slstm, projected:width=N, leapgru:bits=N"
        ),
        (
            "cell=projected",
            "cell 'projected' has no 'width'; allowed: projected:width=…, such as projected:width=64"
        ),
        ("cell=projected:width=0", "cell 'projected': 'width' is '0'; allowed: a whole number from 1 to 65536"),
        ("cell=gru:width=3", "cell 'gru' has 'width'; allowed: no parameters"),
        (
            "task=copying",
            "unknown task 'copying'; allowed: adding, noise, copy, reber, text, labelling, stream, file"
        ),
        (
            "task=",
            "unknown task ''; allowed: adding, noise, copy, reber, text, labelling, stream, file"
        ),
        ("task=copy", "task 'copy' has no 'delay'; allowed: copy:delay=…, such as copy:delay=10"),
        ("task=stream", "task 'stream' has no 'mean'; allowed: stream:mean=…, such as stream:mean=772"),
        ("task=stream:mean=0", "task 'stream': 'mean' is '0'; allowed: a whole number from 1 to 1000000"),
        ("task=stream:mean=9,em=no", "task 'stream': 'em' is 'no'; allowed: true, false"),
        ("task=stream:mean=9,tr=no", "task 'stream' has 'tr'; allowed: mean, em"),
        ("task=copy:", "task 'copy' has an empty parameter; allowed: delay"),
        ("task=copy:delay", "task 'copy': 'delay' is ''; allowed: a whole number from 1 to 99999999"),
        ("task=copy:delay=0", "task 'copy': 'delay' is '0'; allowed: a whole number from 1 to 99999999"),
        (
            "task=copy:delay=100000000",
            "task 'copy': 'delay' is '100000000'; allowed: a whole number from 1 to 99999999"
        ),
        ("task=copy:delay=3=4", "task 'copy': 'delay' is '3=4'; allowed: a whole number from 1 to 99999999"),
        ("task=copy:delay=3,delay=4", "task 'copy' has 'delay' twice; allowed: each parameter once"),
        ("task=copy:delay=3,size=4", "task 'copy' has 'size'; allowed: delay"),
        ("task=reber:length=4", "task 'reber' has 'length'; allowed: no parameters"),
        ("task=noise:", "task 'noise' has an empty parameter; allowed: outputs"),
        ("task=text", "task 'text' has no 'file'; allowed: text:file=…, such as text:file=input.txt"),
        (
            "task=text:file=",
            "task 'text': 'file' is ''; allowed: the path of a file, without control characters"
        ),
        (
            "task=text:file=a,encoding=utf-8",
            "task 'text': 'encoding' is 'utf-8' (nearest: 'utf8'); allowed: bytes, utf8"
        ),
        ("task=text:encoding=utf8", "task 'text' has no 'file'; allowed: text:file=…, such as text:file=input.txt"),
        (
            "task=text:file=,encoding=utf8",
            "task 'text': 'file' is ''; allowed: the path of a file, without control characters"
        ),
        (
            "task=text:file=a\nb",
            "task 'text': 'file' is 'a\nb'; allowed: the path of a file, without control characters"
        ),
        (
            "variant=tied",
            "'variant' is 'tied' (nearest: 'untied'); allowed: plain, untied, input_adjoint, no_state_adjoint, fused_gates, "
                + "recompute_gates, loop, compiled, schedules, hoisted"
        ),
        (
            "recurrent_weights=orthogonal:0",
            "'recurrent_weights' is 'orthogonal:0'; allowed: uniform, orthogonal:SCALE with a scale above 0 and at most 2.0"
        ),
        ("inputs=disk", "'inputs' is 'disk'; allowed: streamed, resident"),
        ("bidirectional=yes", "'bidirectional' is 'yes'; allowed: false, true"),
        ("scalar=half", "'scalar' is 'half'; allowed: float, double"),
        (
            "strategy=ful",
            "unknown strategy 'ful' (nearest: 'full'); allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            "strategy=binomial",
            "strategy 'binomial' has no 'slots'; allowed: binomial:slots=…, such as binomial:slots=8"
        ),
        (
            "width=3",
            """
            unknown key 'width'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine
            """
        ),
        (
            "window=3",
            """
            unknown key 'window'; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine
            """
        ),
        (
            "",
            """
            unknown key ''; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, \
            variant, recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, \
            weights, validation, engine
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
            ["strategy=inference", "updates=1"],
            """
            strategy 'inference' does not train: it gives no gradient, or one to be averaged over draws; allowed: full, truncated, \
            segmented, bisection, binomial, internal, mixed, online, multistage, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible
            """
        ),
        (["variant=untied", "bidirectional=true"], "variant 'untied' needs one direction and no updates"),
        (["variant=untied", "updates=1"], "variant 'untied' needs one direction and no updates"),
        (
            ["variant=fused_gates", "hidden=100"],
            "variant 'fused_gates' needs cell lstm, hidden a multiple of 64, threads 1"
        ),
        (["variant=recompute_gates"], "variant 'recompute_gates' needs cell elstm or mingru or minlstm"),
        (
            ["cell=mingru", "recurrent_weights=orthogonal:1"],
            "'recurrent_weights' is 'orthogonal:1.0', but the gates of cell 'mingru' do not see h through a square matrix; "
                + "allowed: uniform"
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
        (
            ["bidirectional=true", "strategy=truncated:window=500"],
            """
            strategy 'truncated:window=500' is not defined for bidirectional layers: one direction begins at the end of the \
            sequence, and what it brings to a cut comes from all the steps after it; allowed: full, segmented, bisection, \
            binomial, internal, mixed, online, multistage, inference
            """
        ),
        (["task=copy:delay=3", "input=3"], "'input' is 3, but task 'copy:delay=3' has at least 4 input channels"),
        (["task=reber", "input=6"], "'input' is 6, but task 'reber' has at least 7 input channels"),
        (
            ["task=text:file=a.txt"],
            "'input' is 64, but task 'text:file=a.txt' has at least 256 input channels"
        ),
        (
            ["task=copy:delay=10", "length=10"],
            "'length' is 10, but task 'copy:delay=10' has at least 11 steps"
        ),
        (["task=reber", "length=7"], "'length' is 7, but task 'reber' has at least 8 steps"),
    ])
    func badWords(words: [String], message: String) {
        let error = #expect(throws: TrialError.self) { try Trial(words: words) }
        #expect(error?.description == message)
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
                "0", "", "", "", "0", "unroll",
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
