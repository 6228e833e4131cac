import Quantities
import Testing
import Trials

/// Wrong words on the command line: what is said, code 64, and nothing written.
struct UsageTests {
    static let usages = [
        "schedule": "unroll schedule [<options>] --strategy <strategy> --length <length>",
        "diagram":
            "unroll diagram [<options>] --strategy <strategy> --length <length>",
        "measure": "unroll measure [<options>] --strategy <strategy> ...",
        "train": "unroll train [<options>] --strategy <strategy> ... --updates <updates>",
        "run":
            "unroll run [<options>] <experiments> ...",
        "merge":
            "unroll merge <results> ... [--into <results>] [--partial] [--mix-builds] [--quiet]",
        "gauge":
            "unroll gauge [--exact] [--sites] [--rate <rate>] [--format <format>] [--output <file>] [--progress] "
            + "[--vary <name=value,…>] [--budget <bytes>] [--check] -- [<command> ...]",
        "compare":
            "unroll compare <results> ... [--format <format>] [--columns <name,…>] [--wide] [--baseline <baseline>] "
            + "[--only <key=value> ...] [--except <key=value> ...] [--summary] [--engines] [--mix-builds]",
        "reproduce":
            "unroll reproduce [<claims> ...] [--results <results>] [--experiments <experiments>] "
            + "[--set <key=value> ...] [--format <format>] [--columns <name,…>] [--check] [--fresh] [--mix-builds] [--quiet] [--verbose]",
        "benchmark":
            "unroll benchmark [--strategy <strategy>] [--threads <threads>] [--rounds <rounds>] [--length <length>] [--hidden <hidden>] "
            + "[--batch <batch>] [--gauges] [--roofline] [--plot <file>] [--output <file>] [--format <format>] [--columns <name,…>]",
    ]

    static let bytes = "\(Bytes.allowed)"
    static let strategyHelp = "--strategy <strategy>  How far to unroll and what to keep."
    static let onlyHelp =
        "--only <key=value>  Only what has this factor, such as length=512 or strategy=full; a strategy's name stands "
        + "for all its parameters. Given again with the same key: either value."

    static let several =
        "an experiment file lists several values, and 'unroll run' measures them all"
    static let names =
        "full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"

    static func invalid(_ value: String, _ reason: String) -> String {
        "The value '\(value)' is invalid for '--strategy <strategy>': \(reason)"
    }

    static let tasks =
        "adding, noise, copy, reber, text, labelling, stream, file"
    static let taskHelp = "--task <task>  Where inputs and targets come from."

    static func invalidTask(_ value: String, _ reason: String) -> String {
        "The value '\(value)' is invalid for '--task <task>': \(reason)"
    }

    @Test("Wrong words", arguments: cases)
    func wrongWords(words: String, error: String, help: String?) throws {
        let scratch = try Scratch()
        let words = words.split(separator: " ").map(String.init)
        let usage = try #require(UsageTests.usages[words[0]])
        let text =
            "Error: \(error)\n" + (help.map { "Help:  \($0)\n" } ?? "")
            + "Usage: \(usage)\n  See 'unroll \(words[0]) --help' for more information.\n"
        try expect(scratch.run(Program.unroll.path, words), Ending(64, complaint: text))
        #expect(scratch.contents == [])
    }

    /// Every option of every command, as the parser declares them: none keeps the last of two values.
    @Test("No option with one value may be given twice")
    func twice() throws {
        let scratch = try Scratch()
        let declared = try object(scratch.unroll("--experimental-dump-help").output)
        let root = try #require(declared["command"] as? [String: Any])
        var checked = 0
        for command in try #require(root["subcommands"] as? [[String: Any]]) {
            let name = try #require(command["commandName"] as? String)
            for argument in command["arguments"] as? [[String: Any]] ?? []
            where argument["kind"] as? String == "option" && argument["isRepeating"] as? Bool == false {
                let names = try #require(argument["names"] as? [[String: String]])
                let option = "--" + (try #require(names.first { $0["kind"] == "long" }?["name"]))
                let ending = try scratch.unroll(name, option, "a", "\(option)=b")
                #expect(ending.code == 64, "\(name) \(option)")
                #expect(ending.complaint.hasPrefix("Error: '\(option)' is given twice, 'a' and 'b'; allowed: once"))
                checked += 1
            }
        }
        #expect(checked > 60)
    }

    @Test("What may be given again, flags, values like options and words after -- are no second value")
    func notTwice() throws {
        let scratch = try Scratch()
        let plan = [
            "plan", "--strategy", "full", "--strategy", "segmented", "--offline", "--offline", "--format", "csv",
        ]
        #expect(try scratch.run(Program.unroll.path, plan).code == 0)
        #expect(try scratch.unroll("measure", "--help", "--hidden", "1", "--hidden", "2").code == 0)
        let ending = try scratch.unroll("compare", "--format", "csv", "--", "--format", "csv")
        #expect(ending.code == 74 && !ending.complaint.contains("given twice"))
    }

    @Test("An unknown subcommand")
    func subcommand() throws {
        let text = "Usage: unroll <subcommand>\n  See 'unroll --help' for more information.\n"
        let ending = try Scratch().unroll("nonsense")
        #expect(ending.code == 64 && ending.output == "", "\(ending)")
        #expect(ending.complaint.hasPrefix("Error: unknown command 'nonsense'; allowed: measure, "), "\(ending)")
        #expect(ending.complaint.hasSuffix(", help\n" + text), "\(ending)")
    }

    @Test("The version") func version() throws {
        let ending = try Scratch().unroll("--version")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let commit = "0.1.0, commit ([0-9a-f]{40}( with changes that are in no commit)?|unknown)"
        let form = try Regex(commit + ", (debug|release) build\n")
        #expect(ending.output.wholeMatch(of: form) != nil, "\(ending.output)")
    }

    @Test("Every command has help that names it and its options", arguments: usages.keys.sorted() + ["doctor"])
    func help(_ command: String) throws {
        let ending = try Scratch().unroll(command, "--help")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(ending.output.contains("USAGE: unroll \(command)"))
        #expect(ending.output.contains("OPTIONS:"))
    }
}
