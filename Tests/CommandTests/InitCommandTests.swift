import Experiments
import Foundation
import Testing
import Trials

/// `unroll init`: files to begin with.
struct InitCommandTests {
    private static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/experiments/presets"

    private static let presets =
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted() ?? []

    @Test("Writes a file that runs as it is, under the name that it is given")
    func firstSweep() throws {
        let scratch = try Scratch()
        try expect(
            scratch.unroll("init"),
            Ending(
                0, output: "wrote first-sweep.yaml; what it would measure: unroll run first-sweep.yaml --dry-run\n"))
        #expect(try scratch.unroll("init", "my-network.yaml").code == 0)
        #expect(scratch.contents == ["first-sweep.yaml", "my-network.yaml"])
        let text = try scratch.read("first-sweep.yaml")
        #expect(try text == String(contentsOfFile: "\(InitCommandTests.folder)/first-sweep.yaml", encoding: .utf8))
        #expect(
            try scratch.read("my-network.yaml")
                == text.replacing("\nexperiment: first-sweep\n", with: "\nexperiment: my-network\n"))
        let small = ["--set", "hidden=3", "--set", "input=2", "--set", "length=[40]", "--set", "repetitions=1"]
        try expect(
            scratch.run(Program.unroll.path, ["run", "my-network.yaml"] + small).withoutAnswers,
            Ending(
                0,
                complaint:
                    "my-network: 5 trials measured, in results/my-network; next: unroll compare results/my-network\n"))
    }

    @Test("Every preset is listed with its question, parses, and is predicted", arguments: presets)
    func preset(name: String) throws {
        let scratch = try Scratch()
        let list = try scratch.unroll("init", "--list").output.split(separator: "\n")
        #expect(list.count == InitCommandTests.presets.count)
        let text = try String(contentsOfFile: "\(InitCommandTests.folder)/\(name).yaml", encoding: .utf8)
        let experiment = try Experiment(text: text, file: name)
        #expect(experiment.name == name)
        let line = try #require(list.first { $0.hasPrefix(name + " ") })
        #expect(line.hasSuffix("  " + experiment.question))
        let written = try scratch.unroll("init", "--preset", name, "-")
        expect(written, Ending(0, output: text))
        let ending = try scratch.run(
            Program.unroll.path, ["run", "-", "--dry-run", "--offline"], input: written.output)
        #expect(ending.code == 0 && ending.complaint == "", "\(ending)")
    }

    /// The lines that begin to begin with explain every key, and what they say holds where nothing is said does.
    @Test func everyKeyIsExplained() throws {
        let text = try Scratch().unroll("init", "-").output
        let all = text.replacing(/\n#([a-z_]+: )/) { "\n\($0.1)" }
        let experiment = try Experiment(text: all, file: "all")
        #expect(experiment == (try Experiment(text: text, file: "text")))
        for factor in Factor.allCases {
            guard let key = factor.key, factor.definition.group != .model else { continue }
            #expect(all.contains("\n\(key):"), "\(key)")
        }
    }

    @Test("A file that is there stays, but with --force")
    func force() throws {
        let scratch = try Scratch()
        try scratch.write("mine\n", to: "first-sweep.yaml")
        try expect(
            scratch.unroll("init"),
            Ending(64, complaint: "unroll: 'first-sweep.yaml' is there already; '--force' replaces it\n"))
        #expect(try scratch.read("first-sweep.yaml") == "mine\n")
        #expect(try scratch.unroll("init", "--force").code == 0)
        #expect(try scratch.read("first-sweep.yaml") != "mine\n")
    }

    @Test("A file whose name can be no experiment's has the preset's name in it")
    func name() throws {
        let scratch = try Scratch()
        #expect(try scratch.unroll("init", "My Network.yml", "--preset", "chen").code == 0)
        #expect(try scratch.read("My Network.yml").hasPrefix("experiment: chen\n"))
    }
}
