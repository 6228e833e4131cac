package import Experiments
import Files
import Quantities
package import Trials

/// Joins the files of one experiment's shards into a directory, as one run would have left it.
package struct ResultsMerge {
    private let parts: [Part]
    private let directory: String
    private let isPartial: Bool
    private let mixesBuilds: Bool
    private let asked: Set<Trial>?
    private let compare: (String) throws -> Void

    /// One file of results, with the experiment it answers.
    package struct Part {
        package let directory: String
        let results: Results
        let file: ExperimentFile
        /// Nil for the file of a whole run.
        let shard: Shard?

        package var experiment: Experiment { file.experiment }

        /// - Throws: ``ResultsError``, ``ExperimentError``.
        init(directory: String, name: String) throws {
            self.directory = directory
            let shard = Shard(fileName: name)
            self.shard = shard
            results = try Results.read(file: "\(directory)/\(name)")
            file = try ExperimentFile(
                "\(directory)/\(shard?.name(ExperimentFile.copyName) ?? ExperimentFile.copyName)")
        }

        func environment() throws(ResultsError) -> Environment? {
            try Environment.read(from: directory, name: shard?.name(Environment.fileName) ?? Environment.fileName)
        }

        /// The shards a path stands for: of a directory those in it or one below, and the whole run's file next to them.
        ///
        /// - Throws: ``ResultsError``, ``ExperimentError``.
        package static func find(at path: String) throws -> [Part] {
            try Results.partFiles(at: path).map { file in
                let cut = file.lastIndex(of: "/")
                return try Part(
                    directory: cut.map { String(file[..<$0]) } ?? ".",
                    name: cut.map { String(file[file.index(after: $0)...]) } ?? file)
            }
        }
    }

    /// What was joined.
    package struct Summary: Hashable, Sendable {
        package let trials: Int
        package let files: Int
        /// Trials.
        package let failed: Int

        package init(trials: Int, files: Int, failed: Int) {
            self.trials = trials
            self.files = files
            self.failed = failed
        }
    }

    /// - Parameters:
    ///   - parts: at least one, all of one experiment.
    ///   - isPartial: what no file has may be missing.
    ///   - mixesBuilds: rows of several builds, and of several machines where they are compared, may stand together.
    ///   - asked: the trials that may not be missing; nil for all.
    ///   - compare: writes the tables that compare the rows in a directory.
    package init(
        _ parts: [Part], into directory: String, isPartial: Bool = false, mixesBuilds: Bool = false,
        asked: Set<Trial>? = nil, compare: @escaping (_ directory: String) throws -> Void
    ) {
        self.parts = parts
        self.directory = directory
        self.isPartial = isPartial
        self.mixesBuilds = mixesBuilds
        self.asked = asked
        self.compare = compare
    }

    /// - Returns: whether nothing is missing and every trial ended well.
    /// - Throws: ``RunError``, ``ResultsError``, ``FileError`` and what `compare` throws.
    package func run(report: (Event) -> Void) throws -> Bool {
        let first = parts[0].file
        for part in parts where part.experiment != first.experiment {
            throw RunError.otherExperiment(file: part.file.path, first: first.path)
        }
        let writer = try ResultsWriter(directory: directory)
        defer { if let warning = writer.warning { report(.warning(warning)) } }
        var sources = parts.map(\.results)
        // What a merge or a run left here before counts too, and is not lost.
        var own: Environment?
        if let existing = writer.existing, !sources.contains(where: { $0.file == existing.file }) {
            sources.append(existing)
            own = try Environment.read(from: directory)
        }
        let merge: Merge
        do throws(Merge.Conflict) {
            merge = try Merge(first.experiment, sources)
        } catch {
            throw RunError.conflict(error)
        }
        let lasts = try parts.map { try $0.environment() } + [own]
        let origins = JoinedOrigins(
            first.experiment, merge.rows, sources: zip(sources, lasts).map { ($0, $1) })
        if let obstacle = origins.obstacle, !mixesBuilds { throw RunError.mixedOrigins(obstacle) }
        let askedOfAnyContent = asked.map { Set($0.map(\.ofAnyContent)) }
        let absent = absence(merge.missing.filter { askedOfAnyContent?.contains($0) ?? true })
        if let absent, !isPartial { throw RunError.incomplete(directory: directory, absent) }
        let backup = try writer.begin(keeping: merge.rows, of: first.text) { () throws(ResultsError) in
            for environment in origins.others { try environment.keep(in: directory) }
            try origins.joined?.takeOver(in: directory)
        }
        try compare(directory)
        let failed = Set(merge.rows.filter { $0.status != .ok }.map(\.trial)).count
        let trials = Set(merge.rows.map(\.trial)).count
        report(.joined(Summary(trials: trials, files: parts.count, failed: failed)))
        let omitted = OmittedRows(experiment: first.experiment, path: first.path, isMerge: true)
        for sentence in omitted.sentences(backup, of: writer) { report(.rowsLeftOut(sentence)) }
        for sentence in omitted.sentences(merge.left(of: parts.map(\.results), except: writer.file)) {
            report(.rowsNotJoined(sentence))
        }
        report(.rowsTogether(merge.rows))
        if let absent { report(.joinedInPart(absent)) }
        return failed == 0 && absent == nil
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
