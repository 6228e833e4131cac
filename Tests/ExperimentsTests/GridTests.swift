import Experiments
import Quantities
import Schedules
import Shapes
import Testing
import Trials

/// The example of the documentation.
let example = """
    experiment: sequence-length
    question: How does peak memory grow with the number of unrolled steps?
    model: {cell: [elman, lstm], layers: 1, input: 64, hidden: [128, 256]}
    batch: 32
    length: [64, 128, 256, 512, 1024, 2048]
    strategies:
      - full
      - truncated: {window: [16, 64, 256]}
      - segmented
      - binomial: {slots: [8, 32]}
    task: adding
    threads: 1
    repetitions: 5
    seed: 1
    limits: {memory: 8GiB, time: 10min}
    """

@Test func theExample() throws {
    let experiment = try Experiment(text: example, file: "f.yaml")
    #expect(experiment.name == "sequence-length")
    #expect(experiment.question == "How does peak memory grow with the number of unrolled steps?")
    #expect(experiment.trials.count == 2 * 2 * 6 * 7)
    #expect(Set(experiment.trials).count == experiment.trials.count)
    #expect(experiment.repetitions == 5)
    #expect(experiment.warmup == nil)
    #expect(experiment.limits == Limits(memory: Bytes(8 << 30), time: .seconds(600)))
    let groups = experiment.trials.groups()
    #expect(groups.count == 24)
    #expect(groups.allSatisfy { $0.count == 7 })
    #expect(groups.flatMap(\.self) == experiment.trials)
}

@Test func theStrategyVariesFastest() throws {
    let experiment = try Experiment(text: goodFile, file: "f.yaml")
    let strategies = ["full", "truncated:window=16,stride=8", "truncated:window=64,stride=8", "binomial:slots=4"]
    #expect(experiment.trials.prefix(4).map(\.strategy.description) == strategies)
    let points = experiment.trials.map { "\($0.cell.rawValue) \($0.hidden) \($0.length)" }
    #expect(
        stride(from: 0, to: points.count, by: 4).map { points[$0] } == [
            "elman 128 64", "elman 128 128", "elman 256 64", "elman 256 128",
            "lstm 128 64", "lstm 128 128", "lstm 256 64", "lstm 256 128",
        ])
    #expect(try Experiment(text: goodFile, file: "g.yaml") == experiment)
}

@Test func directionsAreAFactorOfTheModel() throws {
    let text =
        "experiment: a\nmodel: {cell: gru, hidden: 8, bidirectional: [true, false]}\nlength: 4\nstrategies: [full]\n"
    let experiment = try Experiment(text: text, file: "f.yaml")
    #expect(experiment.trials.map(\.bidirectional) == [true, false])
    #expect(experiment.trials[1] == (try Trial(cell: .gru, hidden: 8, length: 4)))
}

/// A line ties a width to a cell, as the model's own keys are read.
@Test func cellsWithTheirWidths() throws {
    let rest = "length: 4\nstrategies: [full, segmented]\ntogether: [{cell: lstm, hidden: 3}, {cell: gru, hidden: 5}]\n"
    let experiment = try Experiment(text: "experiment: a\nmodel: {input: 2}\n" + rest, file: "f.yaml")
    #expect(
        experiment.trials.map { "\($0.cell) \($0.hidden) \($0.input)" } == [
            "lstm 3 2", "lstm 3 2", "gru 5 2", "gru 5 2",
        ])
    #expect(throws: ExperimentError.self) {
        try Experiment(text: "experiment: a\nmodel: {hidden: 2}\n" + rest, file: "f.yaml")
    }
}

/// Of other people's programs nothing is known but that they may hang.
@Test(arguments: [nil, Duration.seconds(5)]) func timeOfOtherPeoplesPrograms(limit: Duration?) {
    let limits = Limits(time: limit)
    #expect(limits.time(of: .unroll) == limit)
    for engine in [Engine.shipped(.jax), .program("./other")] {
        #expect(limits.time(of: engine) == limit ?? .seconds(600))
    }
}

@Test func defaultsOfAShortFile() throws {
    let text = "experiment: a\nmodel: {cell: gru, hidden: 8}\nlength: 4\nstrategies: [full]\n"
    let experiment = try Experiment(text: text, file: "f.yaml")
    #expect(experiment == Experiment(name: "a", trials: [try Trial(cell: .gru, hidden: 8, length: 4)]))
    #expect(try Experiment(text: "\u{FEFF}" + text.replacing("\n", with: "\r\n"), file: "f.yaml") == experiment)
}

@Test(arguments: [
    ("- truncated: {window: [16, 64], stride: [4, 8]}", ["16,4", "16,8", "64,4", "64,8"]),
    ("- truncated: {stride: [4, 8], window: [16, 64]}", ["16,4", "64,4", "16,8", "64,8"]),
    ("- truncated:\n    window: 16\n    stride: 2", ["16,2"]),
    ("- truncated:window=16,stride=2", ["16,2"]),
    ("- \"truncated:window=16,stride=2\"", ["16,2"]),
])
func parametersAreMultipliedOut(_ list: String, _ expected: [String]) throws {
    let text = "experiment: a\nmodel: {cell: gru, hidden: 8}\nlength: 4\nstrategies:\n" + list + "\n"
    let trials = try Experiment(text: text, file: "f.yaml").trials
    #expect(trials.map { "\($0[.window]),\($0[.stride])" } == expected)
}

@Test func strategiesWithoutParameters() throws {
    let text =
        "experiment: a\nmodel: {cell: gru, hidden: 8}\nlength: 4\n"
        + "strategies: [{full: }, segmented: {}, segmented: {length: 2}]\n"
    let trials = try Experiment(text: text, file: "f.yaml").trials
    #expect(trials.map(\.strategy) == [.full, .segmented(length: nil), .segmented(length: 2)])
}

@Test func everyFactorMayBeAList() throws {
    let text = """
        experiment: a
        model: {cell: [gru, lstm], layers: [1, 2], input: [4, 8], hidden: [8, 16]}
        batch: [1, 2]
        length: [4, 8]
        strategies: [full, segmented]
        task: [noise, adding]
        inputs: [streamed, resident]
        scalar: [float, double]
        threads: [1, 2]
        seed: [0, 1]
        """
    let trials = try Experiment(text: text, file: "f.yaml").trials
    #expect(trials.count == 1 << 12)
    #expect(Set(trials).count == 1 << 12)
}

/// Lines of values that go together, each with all that stands beside them.
@Test func valuesThatGoTogether() throws {
    let text = """
        experiment: a
        model: {cell: gru, hidden: [8, 16]}
        length: 64
        seed: [1, 2]
        together:  # streams × window
          - {batch: 1, strategies: [truncated: {window: 64}]}
          - {batch: 4, strategies: [truncated: {window: [16, 8]}]}
        """
    let trials = try Experiment(text: text, file: "f.yaml").trials
    let points = trials.map { "\($0.hidden) \($0.batch) \($0.seed) \($0[.window])" }
    #expect(
        points == [
            "8 1 1 64", "8 1 2 64", "16 1 1 64", "16 1 2 64",
            "8 4 1 16", "8 4 1 8", "8 4 2 16", "8 4 2 8", "16 4 1 16", "16 4 1 8", "16 4 2 16", "16 4 2 8",
        ])
    // One line is what it says, beside the rest or not.
    let plain = "experiment: a\nmodel: {cell: gru, hidden: 8}\n"
    let tied = try Experiment(
        text: plain + "together: [{length: [4, 8], batch: 2, strategies: [full, segmented]}]\n", file: "f.yaml")
    #expect(
        try tied
            == Experiment(text: plain + "length: [4, 8]\nbatch: 2\nstrategies: [full, segmented]\n", file: "f.yaml"))
}

/// What people write in a question is theirs, as long as it is YAML.
@Test(arguments: ["speed & memory", "2 * 3!", "\"& quoted *\"", "|\n  & text\n  * more\n", "'it''s & so'"])
func questionsMayHoldMarks(_ question: String) throws {
    _ = try Experiment(text: goodFile.replacing("How far?", with: question), file: "f.yaml")
}

@Test(arguments: [
    ("30s", 30.0), ("10min", 600), ("2h", 7200), ("45", 45), ("1.5h", 5400), ("0.25", 0.25), ("8760h", 31_536_000),
])
func durations(_ text: String, _ seconds: Double) {
    #expect(Duration(text: text)?.inSeconds == seconds)
}

@Test(arguments: ["", "s", "-1s", "0", "1d", "1 h", "8761h", "1e3", "1.2.3s", "٣s", "nan", "inf"])
func noDurations(_ text: String) {
    #expect(Duration(text: text) == nil)
}

@Test(.timeLimit(.minutes(30)))
func aHundredThousandTrialsAreRead() throws {
    let lengths = (1...1000).map(String.init).joined(separator: ",")
    let seeds = (1...100).map(String.init).joined(separator: ",")
    let text =
        "experiment: a\nmodel: {cell: gru, hidden: 8}\nlength: [\(lengths)]\nseed: [\(seeds)]\nstrategies: [full]\n"
    #expect(try Experiment(text: text, file: "f.yaml").trials.count == 100_000)
}
