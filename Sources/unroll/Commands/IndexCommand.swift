import ArgumentParser
import Experiments
import Files
import Foundation
import Reports
import Trials

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Lists experiment files: what each asks, how long it takes, and what it answered.",
        discussion: """
            Prints Markdown: of every experiment file in the directory and in those below, its question and, where there are \
            results of that name, the time that measuring them took and the answer that 'unroll report' gives. Of files of one \
            name the first is listed, the directory's own before those below.

              unroll index experiments > experiments/README.md
            """)

    @Argument(help: "The directory of experiment files.", transform: pathArgument) var experiments = "experiments"
    @Option(help: "Where results are.", transform: pathArgument) var results = "results"

    func run() throws {
        let files = try reporting { try paths().map { path in (path, try Experiment(file: "\(experiments)/\(path)")) } }
        guard !files.isEmpty else { throw fail("'\(experiments)' has no experiment file", code: Exit.badFile) }
        let hasAny = (try? Results.files(at: results)) != nil
        let measured = hasAny ? try readResults(at: results).filter { !$0.rows.isEmpty } : []
        var names: Set<String> = []
        let entries = try files.filter { names.insert($0.1.name).inserted }.map { path, experiment in
            let own = measured.first { $0.rows[0].experiment == experiment.name }
            return ExperimentIndex.Entry(
                name: experiment.name, path: path,
                question: experiment.question.split(whereSeparator: \.isNewline).joined(separator: " "),
                seconds: try own.flatMap { try seconds($0) }, answer: own.map { Answer.sentence($0.rows) })
        }
        let again = "unroll index \(experiments.quotedForShell) > \(experiments.quotedForShell)/README.md"
        print(ExperimentIndex(entries, again: again).markdown, terminator: "")
    }

    /// Files of the directory, then of those below; both by name.
    private func paths() throws -> [String] {
        // A link to the folder is not followed by itself.
        let folder = URL(fileURLWithPath: experiments).resolvingSymlinksInPath().path
        guard let all = FileManager.default.enumerator(atPath: folder) else {
            throw fail("cannot read directory '\(experiments)'", code: Exit.system)
        }
        let files = all.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }
        return files.sorted { ($0.contains("/") ? 1 : 0, $0) < ($1.contains("/") ? 1 : 0, $1) }
    }

    /// What measuring took by the environment beside the rows, or by the sum of their times where that does not say.
    private func seconds(_ results: Results) throws -> Double? {
        let folder = URL(fileURLWithPath: results.file).deletingLastPathComponent().relativePath
        if let effort = try reporting({ try Environment.read(from: folder) })?.effort { return effort.wall }
        return results.rows.compactMap { $0[.wallSeconds] }.reduce(0, +)
    }
}
