import Experiments
import Foundation
import Quantities
import Testing
import Trials

/// Values in the place of what a file says.
@Suite struct OverrideTests {
    /// The experiment of a file with these set, and the one that its text makes.
    private func experiment(_ text: String, _ settings: [String]) throws -> (
        set: Experiment, copied: Experiment, copy: String
    ) {
        let path = FileManager.default.temporaryDirectory.path + "/override-\(UUID().uuidString).yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try ExperimentFile(path, setting: settings.map { try Override($0) })
        return (file.experiment, try Experiment(text: file.text, file: "copy"), file.text)
    }

    @Test(
        "A file with values set is the file that has them",
        arguments: [
            (["hidden=8"], "hidden: [128, 256]", "hidden: 8"),
            (["model.hidden=[8, 9]"], "hidden: [128, 256]", "hidden: [8, 9]"),
            (["strategies=[full, segmented]"], goodStrategies, "strategies: [full, segmented]\n"),
            (
                ["strategies=[{truncated: {window: [3, 4]}}]"], goodStrategies,
                "strategies: [{truncated: {window: [3, 4]}}]\n"
            ),
            (["model={cell: gru, hidden: 3}"], goodModel, "model: {cell: gru, hidden: 3}\n"),
            (["limits.memory=2G"], "memory: 8GiB", "memory: 2GiB"),
            (
                ["experiment=other", "question='# no: \"comment\"'"], goodHead,
                "experiment: other\nquestion: '# no: \"comment\"'\n"
            ),
            (["clip=1", "updates=3"], "seed: 1\n", "seed: 1\nclip: 1\nupdates: 3\n"),
            (
                ["bidirectional=true", "strategies=[full]"], "hidden: [128, 256]}\n",
                "hidden: [128, 256], bidirectional: true}\n"
            ),
        ])
    func sameAsInTheFile(settings: [String], old: String, new: String) throws {
        var text = goodFile.replacing(old, with: new)
        #expect(text != goodFile)
        if settings.contains("strategies=[full]") {
            text = text.replacing(goodStrategies, with: "strategies: [full]\n")
        }
        let expected = try Experiment(text: text, file: "f.yaml")
        let (set, copied, copy) = try experiment(goodFile, settings)
        #expect(set == expected)
        #expect(copied == expected, "\(copy)")
        for setting in settings { #expect(try copy.hasPrefix("# ") && copy.contains("'\(Override(setting).key)'")) }
    }

    @Test("What is not there yet is there then")
    func absent() throws {
        let file = "experiment: e\nmodel: {cell: lstm, hidden: 4}\nlength: 8\nstrategies: [full]\n"
        let (set, copied, _) = try experiment(file, ["limits.time=5s", "limits.memory=64M", "batch=3"])
        let expected = try Experiment(text: file + "limits: {time: 5s, memory: 64MiB}\nbatch: 3\n", file: "f.yaml")
        #expect(set == expected && copied == expected)
    }

    @Test("Nothing set, the text is the file's to the byte")
    func none() throws { #expect(try experiment(goodFile + "# a comment\n", []).copy == goodFile + "# a comment\n") }

    @Test(
        "A value that is none is told at its option",
        arguments: [
            ("hidden=0", "'hidden' is '0'; allowed: a whole number from 1 to 65536"),
            ("hidden=", "'model.hidden' has no value; allowed: a value as in a file, such as '[full, segmented]'"),
            ("hidden=~", "'hidden' is empty; allowed: a whole number from 1 to 65536, or a list of them"),
            ("hidden=[4, 4]", "'hidden' lists '4' twice; allowed: each value once"),
            (
                "hidden=[4",
                "no YAML: while parsing a flow sequence: did not find expected ',' or ']'; allowed: YAML 1.1"
            ),
            ("hidden=&a 4", "an anchor or alias; allowed: plain values; put text that begins with '&' in quotes"),
            (
                "cell=[gru, lsmt]",
                "'cell' is 'lsmt' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, "
                    + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
            ),
            ("limits.memory=lots", "'memory' is 'lots'; allowed: \(Bytes.allowed), more than 0"),
            ("limits={memroy: 1G}", "unknown key 'memroy' (nearest: 'memory') in limits; allowed: memory, time"),
            ("seed=[1\n,x]", "'seed' is 'x'; allowed: a whole number from 0 to 9223372036854775807"),
        ])
    func errors(setting: String, message: String) throws {
        let error = try #require(throws: ExperimentError.self) {
            try experiment(goodFile, ["batch=[1, 2]", setting, "length=9"])
        }
        #expect(error.position?.isOption == true)
        #expect(error.description == "--set \(setting.replacing("\n", with: " ")): \(message)")
    }

    @Test("What the file has wrong stands in the file")
    func errorsOfTheFile() throws {
        let error = try #require(throws: ExperimentError.self) {
            try experiment(goodFile.replacing("threads: 1", with: "threads: 0"), ["batch=3"])
        }
        #expect(error.position?.line == 13 && error.position?.column == 10, "\(error)")
    }

    @Test("A key of 'together' is not set alone")
    func together() throws {
        let file = goodFile.replacing("batch: 32\nlength: [64, 128]", with: "together: [{batch: 1, length: 64}]")
        let error = try #require(throws: ExperimentError.self) { try experiment(file, ["batch=3"]) }
        #expect(error.description == "--set batch=3: 'batch' in 'together' and next to it; allowed: one of them")
        #expect(try experiment(file, ["together=[{batch: 3, length: 5}]"]).set.trials.allSatisfy { $0.batch == 3 })
    }

    @Test(
        "A key that is none is told with the nearest",
        arguments: [
            ("hiden=4", "unknown key 'hiden' (nearest: 'hidden'); allowed: experiment, question, model, batch, "),
            ("model.hiden=4", "unknown key 'model.hiden' (nearest: 'model.hidden'); allowed: experiment, "),
            ("limits.memroy=4", "unknown key 'limits.memroy' (nearest: 'limits.memory'); allowed: "),
            ("strategy=full", "unknown key 'strategy' (nearest: 'strategies'); allowed: "),
            ("window=4", "unknown key 'window'; allowed: "), ("", "unknown key ''; allowed: "),
        ])
    func keys(setting: String, message: String) {
        let error = #expect(throws: ParameterError.self) { try Override(setting) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func contradictions() throws {
        func contradict(_ one: String, _ other: String) throws -> Bool {
            try Override(one).contradicts(Override(other))
        }
        #expect(try contradict("hidden=1", "model.hidden=2"))
        #expect(try contradict("model={}", "hidden=2") && contradict("hidden=2", "model={}"))
        #expect(try !contradict("hidden=1", "input=2"))
    }
}

private let goodHead = "experiment: sequence-length\nquestion: How far?\n"
private let goodModel = "model: {cell: [elman, lstm], layers: 1, input: 64, hidden: [128, 256]}\n"
private let goodStrategies =
    "strategies:\n  - full\n  - truncated: {window: [16, 64], stride: 8}\n  - binomial:slots=4\n"
