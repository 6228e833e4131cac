import Foundation
import Mutations

/// Good inputs to damage: experiment files, committed results, a small sweep's folder, checkpoints, exports, command lines.
struct FuzzCorpus: Sendable {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let tiny = """
        experiment: tiny
        question: What does a small sweep leave?
        model: {cell: [elman, gru], input: 2, hidden: 3}
        batch: 2
        length: [1, 4]
        strategies: [full, {truncated: {window: 2}}]
        repetitions: 2

        """
    private static let model = ["--cell", "elman", "--input", "3", "--hidden", "3", "--batch", "2", "--length", "4"]
    private static let training =
        model + ["--task", "adding", "--strategy", "full", "--updates", "2", "--optimizer", "adam"]

    private let experiments: [[UInt8]]
    /// By name, the folder's files.
    private let results: [String: [String: [UInt8]]]
    private let sweep: [String: [UInt8]]
    private let checkpoints: [[UInt8]]

    /// Reads what is committed, and runs a sweep, a training and an export of fractions of a second.
    init() throws {
        func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }
        func folder(_ path: String) throws -> [String: [UInt8]] {
            var files: [String: [UInt8]] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            where [".csv", ".json", ".yaml"].contains(where: name.hasSuffix) {
                files[name] = try bytes("\(path)/\(name)")
            }
            return files
        }
        let folders = ["experiments", "experiments/presets"].map { "\(FuzzCorpus.root)/\($0)" }
        experiments = try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".yaml") }
                .map { try bytes("\(folder)/\($0)") }
        }
        var results: [String: [String: [UInt8]]] = [:]
        for name in ["stacked-layers", "learning", "copy-delay"] {
            results[name] = try folder("\(FuzzCorpus.root)/results/\(name)")
        }
        self.results = results

        let scratch = try Scratch()
        try scratch.write(FuzzCorpus.tiny, to: "tiny.yaml")
        let commands = [
            ["run", "tiny.yaml", "--quiet"],
            ["train"] + FuzzCorpus.training + ["--checkpoint", "a", "--quiet"],
            ["train"] + FuzzCorpus.training + ["--scalar", "double", "--checkpoint", "b", "--quiet"],
            ["measure"] + FuzzCorpus.model + ["--strategy", "full", "--repetitions", "1", "--export", "c"],
        ]
        for words in commands {
            let ending = try scratch.run(Program.unroll.path, words)
            guard ending.code == 0 else { throw Failure(words: words, ending: ending) }
        }
        sweep = try folder("\(scratch.path)/results/tiny")
        checkpoints = try ["a", "b", "c"].map { try bytes("\(scratch.path)/\($0)") }
    }

    struct Failure: Error, CustomStringConvertible {
        let words: [String]
        let ending: Ending
        var description: String { "\(words.joined(separator: " ")): \(ending)" }
    }

    /// One damaged input.
    func input(_ generator: inout SeededGenerator) -> FuzzInput {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<5: experiment(&generator)
        case 5..<9: csv(&generator)
        case 9..<11: besideResults(&generator)
        case 11..<14: checkpoint(&generator)
        case 14..<18: words(&generator)
        default: folder(&generator)
        }
    }

    private func experiment(_ generator: inout SeededGenerator) -> FuzzInput {
        let bytes = mutated(experiments.randomElement(using: &generator)!, with: &generator)
        return FuzzInput(entries: ["e.yaml": .file(bytes)], words: ["run", "e.yaml", "--dry-run", "--offline"])
    }

    /// Commands that read results.
    private static func readers(_ name: String) -> [[String]] {
        [
            ["compare", "results/\(name)"], ["compare", "results/\(name)", "--format", "json"],
            ["compare", "results/\(name)", "other/\(name)"], ["report", "results"], ["report", "results/\(name)"],
            ["plan", "--check", "results/\(name)", "--hidden", "3", "--offline"], ["merge", "results/\(name)"],
            ["reproduce", "--check", "A7", "E3", "B4"],
        ]
    }

    private func laid(_ files: [String: [UInt8]], as folder: String) -> [String: FuzzInput.Entry] {
        Dictionary(uniqueKeysWithValues: files.map { ("\(folder)/\($0)", FuzzInput.Entry.file($1)) })
    }

    private func committed(_ generator: inout SeededGenerator) -> (name: String, input: FuzzInput) {
        let name = results.keys.sorted().randomElement(using: &generator)!
        let files = results[name]!
        let entries = laid(files, as: "results/\(name)").merging(laid(files, as: "other/\(name)")) { $1 }
        return (name, FuzzInput(entries: entries, words: FuzzCorpus.readers(name).randomElement(using: &generator)!))
    }

    private func csv(_ generator: inout SeededGenerator) -> FuzzInput {
        var (name, input) = committed(&generator)
        let bytes = mutatedFields(results[name]!["measurements.csv"]!, with: &generator)
        let part = Bool.random(using: &generator) ? "measurements.csv" : "measurements.1-of-2.csv"
        input.entries["results/\(name)/\(part)"] = .file(bytes)
        return input
    }

    /// Damages environment.json, the kept experiment or another small file.
    private func besideResults(_ generator: inout SeededGenerator) -> FuzzInput {
        var (name, input) = committed(&generator)
        let file = results[name]!.keys.filter { $0 != "measurements.csv" }.sorted().randomElement(using: &generator)!
        input.entries["results/\(name)/\(file)"] = .file(mutatedFields(results[name]![file]!, with: &generator))
        return input
    }

    private func checkpoint(_ generator: inout SeededGenerator) -> FuzzInput {
        let bytes = checkpoints.randomElement(using: &generator)!
        // The header is what a reader computes with; the rest is numbers.
        let cut = min(bytes.count, 4096)
        let head = mutatedFields(Array(bytes[..<cut]), with: &generator)
        return FuzzInput(
            entries: ["c": .file(head + bytes[cut...])],
            words: ["train"] + FuzzCorpus.training + ["--resume", "c", "--quiet"])
    }

    private func folder(_ generator: inout SeededGenerator) -> FuzzInput {
        var input = FuzzInput(entries: laid(sweep, as: "results/tiny"))
        input.entries["tiny.yaml"] = .file(Array(FuzzCorpus.tiny.utf8))
        input.words =
            (FuzzCorpus.readers("tiny").filter { !$0.contains("other/tiny") }
            + [
                ["run", "tiny.yaml", "--quiet"], ["run", "tiny.yaml", "--fresh"],
                ["run", "tiny.yaml", "--dry-run", "--offline"],
            ])
            .randomElement(using: &generator)!
        let names =
            sweep.keys.sorted() + [
                "measurements.1-of-2.csv", "measurements.csv.new", "measurements.previous.csv", "environment.json.new",
                "slurm.job", "report.md", "report.html", "comparison.md.new", "",
            ]
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
            let name = names.randomElement(using: &generator)!
            let path = name.isEmpty ? "results/tiny" : "results/tiny/\(name)"
            if name.isEmpty { input.entries = input.entries.filter { !$0.key.hasPrefix(path) } }
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: input.entries[path] = nil
            case 1: input.entries[path] = .folder
            case 2: input.entries[path] = .fifo
            case 3: input.entries[path] = .link(name)
            case 4: input.entries[path] = .link("/dev/null")
            case 5: input.entries[path] = .link("nowhere/\(name)")
            case 6: input.entries[path] = .file([])
            default:
                let bytes = sweep[name] ?? sweep["measurements.csv"]!
                input.entries[path] = .file(mutatedFields(bytes, with: &generator))
            }
            if name.isEmpty { break }
        }
        return input
    }

    // MARK: Words

    private static let commands: [[String]] = [
        ["schedule", "--strategy", "binomial:slots=3", "--length", "20", "--format", "csv"],
        ["schedule", "--strategy", "truncated:window=4,stride=2", "--length", "9", "--format", "json"],
        [
            "plan", "--cell", "lstm", "--hidden", "16", "--batch", "2", "--length", "20", "--offline", "--budget",
            "64KiB",
        ],
        ["plan", "--hidden", "7", "--strategy", "segmented:length=3", "--max-length", "--offline", "--budget", "1MB"],
        ["diagram", "--strategy", "mixed:memory=64KiB", "--length", "12", "--at", "peak"],
        ["diagram", "--strategy", "online:slots=2", "--length", "6", "--layers", "2", "--output", "d.svg"],
        ["run", "tiny.yaml", "--dry-run", "--only", "cell=gru", "--shard", "1/2", "--memory", "1GiB"],
        ["compare", "results/tiny", "--baseline", "full", "--only", "length=4", "--format", "csv"],
        ["reproduce", "--check", "A7", "--results", "results", "--experiments", ".", "--format", "json"],
        ["report", "results/tiny", "--experiments", "."],
        ["merge", "results/tiny", "--into", "merged", "--partial"],
        ["measure"] + model + ["--strategy", "segmented:length=2", "--repetitions", "1", "--timeline", "t.csv"],
        ["measure"] + model + ["--strategy", "multistage:memory=1,disk=2", "--repetitions", "1", "--disk", "d"],
        ["measure"] + model + ["--strategy", "full", "--repetitions", "1", "--task", "copy:delay=2", "--export", "e"],
        ["train"] + training + ["--output", "curve.csv", "--clip", "1", "--learning-rate", "0.1"],
        ["train"] + training + ["--recurrent-weights", "orthogonal:0.9", "--until", "loss<0.1", "--format", "csv"],
        ["help", "measure"], ["report", "--format"], ["--version"],
    ]
    private static let numbers = [
        "0", "-1", "1", "00", "+2", "0x10", "1e3", "1.5", "nan", "inf", "", " 3", "٣", "9223372036854775807",
        "9223372036854775808", "99999999999999999999", "-9223372036854775808", "1e308", "1/0", "0/1", "3/2", "64GiB",
        "16EiB", "-1B", "1KiBB",
    ]
    private static let names = [
        "full", "segmentd", "Full", "truncated", "truncated:", "truncated:window=", "binomial:slots=0",
        "mixed:memory=1B",
        "text:file=/dev/zero", "text:file=", "stream:mean=0", "copy:delay=-1", "randomized:window=1,draws=2",
        "inference",
        "bisection", "/dev/full", "/", "", ".", "-", "--", "é", "\u{1B}[31m", "a=b=c", "key=", "=value", "linear",
        "double",
    ]

    private func words(_ generator: inout SeededGenerator) -> FuzzInput {
        var input = FuzzInput(entries: laid(sweep, as: "results/tiny"))
        input.entries["tiny.yaml"] = .file(Array(FuzzCorpus.tiny.utf8))
        var words = FuzzCorpus.commands.randomElement(using: &generator)!
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: 0..<words.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: words.remove(at: index)
            case 1: words.insert(words.randomElement(using: &generator)!, at: index)
            case 2: words[index] = FuzzCorpus.numbers.randomElement(using: &generator)!
            case 3, 4: words[index] = FuzzCorpus.names.randomElement(using: &generator)!
            case 5: words.swapAt(index, Int.random(in: 0..<words.count, using: &generator))
            default:
                let bytes = mutated(Array(words[index].utf8), with: &generator).filter { $0 != 0 }
                let text = String(decoding: bytes.prefix(2000), as: UTF8.self)
                // Numbers that are only large are work, not damage.
                if text.count(where: \.isNumber) <= 3 { words[index] = text }
            }
            if words.isEmpty { break }
        }
        input.words = words
        return input
    }
}
