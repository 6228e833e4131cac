import ArgumentParser
import Experiments
import Files
import Quantities
import Reports
import Trials

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Joins the files of an experiment's shards.",
        discussion: """
            Writes measurements.csv, environment.json and the comparison, as one run would have left them. Rows of the same \
            trial and repetition must agree in all that is counted and not timed. Shards that are missing are named, and \
            nothing is written. The shards' own files stay.

              unroll merge results/sequence-length
              unroll merge node1/results node2/results --into results
            """)

    @Argument(help: "Files of shards, or directories that hold them.", transform: pathArgument) var results: [String]
    @Option(
        help: ArgumentHelp(
            "Where the result goes, a directory for each experiment; beside the first file when not given.",
            valueName: "results"), transform: pathArgument)
    var into: String?
    @Flag(name: .customLong("partial"), help: "Join what is there; what is missing is named all the same.")
    var isPartial = false
    @Flag(
        name: .customLong("mix-builds"),
        help: "Join rows of several builds, and of several machines among trials that are compared.")
    var mixesBuilds = false
    @Flag(help: "Say nothing but errors.") var quiet = false

    func run() throws {
        let parts = try reporting { try results.flatMap { try Part.find(at: $0) } }
        var names: [String] = []
        for part in parts where !names.contains(part.experiment.name) { names.append(part.experiment.name) }
        var isWhole = true
        for name in names {
            let own = parts.filter { $0.experiment.name == name }
            // A directory that the command line names may be a link; one that is found below it may not.
            let isNamed = into == nil && results.contains { $0 == own[0].directory || $0 == own[0].directory + "/" }
            if !isNamed { try reporting { try Folder.expectOwn(into.map { "\($0)/\(name)" } ?? own[0].directory) } }
            let joining = Joining(
                parts: own, directory: into.map { "\($0)/\(name)" } ?? own[0].directory, isPartial: isPartial,
                mixesBuilds: mixesBuilds, isQuiet: quiet)
            isWhole = try joining.run() && isWhole
        }
        if !isWhole { throw ExitCode(Exit.failed) }
    }
}

/// One file of results, with the experiment it answers.
struct Part {
    let directory: String
    let results: Results
    let file: ExperimentFile
    /// Nil for the file of a whole run.
    let shard: Shard?

    var experiment: Experiment { file.experiment }

    /// - Throws: ``ResultsError``, ``ExperimentError``.
    init(directory: String, name: String) throws {
        self.directory = directory
        let shard = Shard(fileName: name)
        self.shard = shard
        results = try Results.read(file: "\(directory)/\(name)")
        file = try ExperimentFile("\(directory)/\(shard?.name(ExperimentFile.copyName) ?? ExperimentFile.copyName)")
    }

    func environment() throws(ResultsError) -> Environment? {
        try Environment.read(from: directory, name: shard?.name(Environment.fileName) ?? Environment.fileName)
    }

    /// The shards a path stands for: of a directory those in it or one below, and the whole run's file beside them.
    static func find(at path: String) throws -> [Part] {
        let files = try Results.partFiles(at: path)
        return try files.map { file in
            let cut = file.lastIndex(of: "/")
            return try Part(
                directory: cut.map { String(file[..<$0]) } ?? ".",
                name: cut.map { String(file[file.index(after: $0)...]) } ?? file)
        }
    }
}

/// Joins the parts of one experiment into a directory.
struct Joining {
    let parts: [Part]
    let directory: String
    let isPartial: Bool
    let mixesBuilds: Bool
    let isQuiet: Bool
    /// The trials that may not be missing; nil for all.
    var asked: Set<Trial>?

    /// - Returns: whether nothing is missing and every trial ended well.
    func run() throws -> Bool {
        let first = parts[0].file
        for part in parts where part.experiment != first.experiment {
            throw fail(
                "\(part.file.path): another experiment than \(first.path); measure it again with the same file, or name the "
                    + "files to be joined",
                code: Exit.badFile)
        }
        return try reporting {
            let writer = try ResultsWriter(directory: directory)
            defer { if let warning = writer.warning, !isQuiet { complain("unroll: \(warning)\n") } }
            var sources = parts.map(\.results)
            // What a merge or a run left here before counts too, and is not lost.
            var own: Environment?
            if let existing = writer.existing, !sources.contains(where: { $0.file == existing.file }) {
                sources.append(existing)
                own = try Environment.read(from: directory)
            }
            let merge: Merge
            do {
                merge = try Merge(first.experiment, sources)
            } catch {
                throw fail("\(error)", code: Exit.badFile)
            }
            let origins = try JoinedOrigins(
                first.experiment, merge.rows,
                sources: zip(sources, parts.map { try $0.environment() } + [own]).map { ($0, $1) })
            if let obstacle = origins.obstacle, !mixesBuilds {
                throw fail("\(obstacle); --mix-builds joins them all the same", code: Exit.badFile)
            }
            let askedOfAnyContent = asked.map { Set($0.map(\.ofAnyContent)) }
            let absent = absence(merge.missing.filter { askedOfAnyContent?.contains($0) ?? true })
            if let absent, !isPartial {
                throw fail("\(directory): \(absent); nothing is joined without --partial", code: Exit.badFile)
            }
            let backup = try writer.begin(keeping: merge.rows, of: first.text) { () throws(ResultsError) in
                for environment in origins.others { try environment.keep(in: directory) }
                try origins.joined?.takeOver(in: directory)
            }
            try writeComparison(directory)
            let failed = Set(merge.rows.filter { $0.status != .ok }.map(\.trial)).count
            if !isQuiet {
                let trials = Set(merge.rows.map(\.trial)).count
                let faults = failed > 0 ? ", \(failed) failed" : ""
                complain(
                    "\(first.experiment.name): \(counted(trials, "trial")) of \(counted(parts.count, "file")) joined\(faults), "
                        + "in \(directory)\n")
                let omitted = OmittedRows(experiment: first.experiment, path: first.path, isMerge: true)
                for sentence in omitted.sentences(backup, of: writer) {
                    complain("\(first.experiment.name): \(sentence)\n")
                }
                for sentence in omitted.sentences(merge.left(of: parts.map(\.results), except: writer.file)) {
                    complain("\(first.experiment.name): not joined: \(sentence)\n")
                }
                if let mixture = Mixture(merge.rows) { complain("\(first.experiment.name): \(mixture)\n") }
                if let absent { complain("\(first.experiment.name): \(absent)\n") }
            }
            return failed == 0 && absent == nil
        }
    }

    /// What is missing, in words; nil when nothing is.
    private func absence(_ missing: [Trial]) -> String? {
        guard !missing.isEmpty else { return nil }
        let lost = Set(missing)
        let trials = parts[0].experiment.trials
        let shards = Set(parts.compactMap(\.shard))
        var words: [String] = []
        for count in Set(shards.map(\.count)).sorted() {
            for shard in (1...count).compactMap({ Shard(index: $0, of: count) }) {
                let own = shard.trials(of: trials)
                let lacking = own.count(where: lost.contains)
                guard lacking > 0 else { continue }
                words.append(
                    shards.contains(shard)
                        ? "shard \(shard) lacks \(lacking) of \(counted(own.count, "trial"))"
                        : "shard \(shard) is missing")
            }
        }
        return words.isEmpty
            ? "\(missing.count) of \(counted(trials.count, "trial")) missing" : words.joined(separator: ", ")
    }
}
