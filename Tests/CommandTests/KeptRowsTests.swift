import Experiments
import Foundation
import Testing
import Trials

/// What a writer of a results folder leaves out of the new file is kept beside it first, and it says how many rows, why and where:
/// every writer, every reason.
@Suite("A writer deletes no row") struct KeptRowsTests {
    enum Writer: CaseIterable { case run, fresh, shard, merge, slurm, slurmShard }

    enum Reason: CaseIterable {
        case smallerGrid, fewerRepetitions, failed, unfinished, otherExperiment, otherContent, otherMachine, otherBuild
        case otherColumns, noKeys, cutShort, measuredTwice
    }

    private static func experiment(_ length: String = "[6, 9]", repetitions: Int = 2, task: String = "") -> String {
        """
        experiment: tiny
        model: {cell: elman, input: \(task.isEmpty ? 3 : 256), hidden: 5}
        batch: 2
        length: \(length)
        strategies: [full, {binomial: {slots: 2}}]
        repetitions: \(repetitions)
        \(task)
        """
    }

    private static let textTask = "task: text:file=book.txt\n"

    /// Measured once for all cases.
    private static let measured: Result<[String: String], any Error> = Result {
        let scratch = try Scratch()
        try scratch.write(experiment(), to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--quiet") == Ending(0))
        return try Dictionary(
            uniqueKeysWithValues: ["measurements.csv", "environment.json", "experiment.yaml"].map {
                ($0, try scratch.read("results/tiny/\($0)"))
            })
    }

    // MARK: A folder with rows that will be left out

    /// - Returns: the experiment as the writer gets it.
    private func prepare(_ reason: Reason, _ scratch: Scratch, shard: String) throws -> String {
        var files = try KeptRowsTests.measured.get()
        var next = KeptRowsTests.experiment()
        if reason == .otherContent {
            next = KeptRowsTests.experiment(task: KeptRowsTests.textTask)
            try scratch.write(next, to: "old.yaml")
            try scratch.write(String(repeating: "abc ", count: 20), to: "book.txt")
            try #require(try scratch.unroll("run", "old.yaml", "--results", "old", "--quiet") == Ending(0))
            for name in files.keys { files[name] = try scratch.read("old/tiny/\(name)") }
            try scratch.write(String(repeating: "abd ", count: 20), to: "book.txt")
        }
        for (name, text) in files {
            let dot = try #require(name.lastIndex(of: "."))
            try scratch.write(text, to: "results/tiny/\(name[..<dot])\(shard)\(name[dot...])")
        }
        let csv = "results/tiny/measurements\(shard).csv"
        let environment = "environment\(shard).json"
        var rows = try Results.read(file: "\(scratch.path)/\(csv)").rows.marked
        func disguise(_ change: (inout Measured) -> Void) throws {
            let place = "\(scratch.path)/results/tiny"
            var other = try #require(try Measured.read(from: place, name: environment))
            change(&other)
            try other.write(to: place, name: environment)
            for index in rows.indices { rows[index].origin = other.origin }
            // Something is missing of what is compared with these.
            rows.removeAll { $0.trial.length == 9 && $0.trial[.strategy] != "full" }
        }
        let last = try #require(rows.lastIndex { $0.trial.length == 9 && $0.trial[.strategy] == "full" })
        switch reason {
        case .smallerGrid: next = KeptRowsTests.experiment("6")
        case .fewerRepetitions: next = KeptRowsTests.experiment(repetitions: 1)
        case .failed:
            let trial = rows[last].trial
            rows.removeAll { $0.trial == trial }
            rows.append(Row(experiment: "tiny", trial: trial, repetition: 1, status: .timedOut, message: "slow"))
        case .unfinished: rows.remove(at: last)
        case .otherExperiment: rows[last].experiment = "other"
        case .otherMachine: try disguise { $0.hostName = "elsewhere" }
        case .otherBuild: try disguise { $0.programFingerprint = "0123" }
        case .otherContent, .otherColumns, .noKeys, .cutShort, .measuredTwice: break
        }
        var text = Results.text(rows)
        switch reason {
        case .otherColumns, .noKeys:
            let column = reason == .noKeys ? "environment" : "peak_rss_bytes"
            let place = try #require(Results.header.firstIndex(of: column))
            text = cells(text).enumerated().map { number, fields in
                var fields = fields
                if reason == .noKeys {
                    fields.remove(at: place)
                } else {
                    fields[place] = number == 0 ? "colour" : "red"
                }
                return fields.joined(separator: ",") + "\n"
            }.joined()
        case .cutShort: text.removeLast(10)
        default: break
        }
        try scratch.write(text, to: csv)
        return next
    }

    /// sbatch that runs its tasks before it answers, and what belongs to it.
    static func standIn(_ scratch: Scratch) throws -> String {
        let sbatch = """
            #!/bin/sh
            cat > '\(scratch.path)/job.sh'
            for word; do case $word in --array=*) tasks=${word#--array=};; esac; done
            for task in $(echo "$tasks" | tr ',' ' '); do
              SLURM_ARRAY_TASK_ID=$task sh '\(scratch.path)/job.sh' > /dev/null 2>> '\(scratch.path)/tasks.log'
            done
            echo 7

            """
        for (name, text) in [("sbatch", sbatch), ("squeue", "#!/bin/sh\n"), ("scancel", "#!/bin/sh\n")] {
            try scratch.write(text, to: "bin/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(scratch.path)/bin/\(name)")
        }
        return "PATH=\(scratch.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    }

    private func write(_ writer: Writer, _ scratch: Scratch) throws -> Ending {
        switch writer {
        case .run: return try scratch.unroll("run", "tiny.yaml")
        case .fresh: return try scratch.unroll("run", "tiny.yaml", "--fresh")
        case .shard: return try scratch.unroll("run", "tiny.yaml", "--shard", "1/1")
        case .merge:
            #expect(try scratch.unroll("run", "tiny.yaml", "--results", "parts", "--quiet") == Ending(0))
            return try scratch.unroll("merge", "parts", "--into", "results")
        case .slurm, .slurmShard:
            return try scratch.run(
                "/usr/bin/env",
                [
                    KeptRowsTests.standIn(scratch), Program.unroll.path, "run", "tiny.yaml", "--executor", "slurm",
                    "--shards", "1",
                ])
        }
    }

    // MARK: What is there afterwards

    /// Tells rows apart by their time too, in whatever version's file.
    private func keys(_ scratch: Scratch, isKept: Bool) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/results/tiny").filter {
            $0.hasPrefix("measurements.") && $0.hasSuffix(".csv") && $0.contains(".previous.") == isKept
        }
        return try names.flatMap { name in
            try Results.read(file: "\(scratch.path)/results/tiny/\(name)").rows.map { row in
                "\(row.experiment) \(row.trial.identifier) \(row.repetition) \(row.status) \(row[.wallSeconds] ?? 0)"
            }
        }
    }

    private func folder(_ scratch: Scratch) throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/results/tiny")
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try scratch.read("results/tiny/\($0)")) })
    }

    /// Writers that have no reason to leave a row out, or refuse to go on.
    private static func isRefused(_ writer: Writer, _ reason: Reason) -> Bool {
        switch (writer, reason) {
        case (.run, .otherMachine), (.run, .otherBuild), (.shard, .otherBuild): true
        case (.merge, .otherContent), (.merge, .otherBuild), (.slurm, .otherBuild), (.slurm, .otherContent): true
        default: false
        }
    }

    /// The words for a reason, of writers that leave out nothing but what it is about.
    private static func words(_ reason: Reason) -> String? {
        switch reason {
        case .smallerGrid: "4 rows not asked for by tiny.yaml as it is now, of elman T=9 "
        case .fewerRepetitions: "4 rows of repetitions beyond 1; kept in "
        case .failed: "1 row of failed trials, tried again; kept in "
        case .unfinished: "1 row of trials that lack repetitions, measured again; kept in "
        case .otherExperiment: "1 row not asked for by tiny.yaml as it is now, of elman T=9 "
        case .otherContent: "8 rows are of other bytes in 'book.txt' ("
        case .otherMachine: "2 rows measured with another host (elsewhere, now "
        case .otherColumns: "differ in the columns colour, peak_rss_bytes; the old file is kept as "
        case .noKeys: "differ in the columns environment; the old file is kept as "
        case .cutShort: "the last line is cut short; the old file is kept as "
        case .otherBuild, .measuredTwice: nil
        }
    }

    @Test(
        "Rows lost 0, doubled 0: what is left out is kept and said, or nothing is written", arguments: Writer.allCases,
        Reason.allCases)
    func account(writer: Writer, reason: Reason) throws {
        let scratch = try Scratch()
        let next = try prepare(reason, scratch, shard: [.shard, .slurmShard].contains(writer) ? ".1-of-1" : "")
        try scratch.write(next, to: "tiny.yaml")
        let (old, before) = try (keys(scratch, isKept: false), folder(scratch))
        let ending = try write(writer, scratch)
        let now = try keys(scratch, isKept: false)
        if KeptRowsTests.isRefused(writer, reason) {
            #expect(ending.code == 65, "\(ending)")
            #expect(now.filter(old.contains).sorted() == old.sorted())
            for (name, text) in before where name != "slurm.yaml" { #expect(try folder(scratch)[name] == text) }
            return
        }
        // A task that finds rows of another build ends, and so does the command.
        if writer == .slurmShard, reason == .otherBuild {
            #expect(ending.code == 1 && now.sorted() == old.sorted(), "\(ending)")
            return
        }
        #expect(ending.code == 0, "\(ending)")
        let kept = try keys(scratch, isKept: true)
        let files = try folder(scratch)
        let isWhole = writer == .fresh || [.otherColumns, .noKeys, .cutShort].contains(reason)
        #expect(Set(old).isSubset(of: now + kept), "lost: \(Set(old).subtracting(now + kept))")
        if !isWhole { #expect(Set(kept).isDisjoint(with: now) && Set(kept).count == kept.count) }
        for name in files.keys where name.hasSuffix(".previous.csv") {
            #expect(ending.complaint.contains(name), "\(ending)")
        }
        if kept.isEmpty {
            #expect(!ending.complaint.contains("previous"))
        } else if writer == .fresh {
            #expect(
                ending.complaint.hasPrefix(
                    "tiny: everything is measured again; the old file, \(counted(old.count)), is kept as "))
        } else if !isWhole {
            let said = ending.complaint.matches(of: #/(?m)^tiny: ([0-9]+) rows? .*; kept in /#).compactMap {
                Int($0.output.1)
            }
            #expect(said.reduce(0, +) == kept.count, "\(ending)")
        }
        if [.run, .shard].contains(writer), let words = KeptRowsTests.words(reason),
            writer == .shard || reason != .otherMachine
        {
            #expect(ending.complaint.contains("tiny: " + words) || ending.complaint.contains(words), "\(ending)")
        }
        // The copy is what the rows are of.
        let copies = files.filter { $0.key.hasPrefix("experiment") && !$0.key.contains("previous") }
        #expect(!copies.isEmpty && copies.values.allSatisfy { $0 == next })
        let experiment = try ExperimentFile("\(scratch.path)/tiny.yaml").experiment
        #expect(now.allSatisfy { $0.hasPrefix("tiny ") } && experiment.repetitions * 4 >= 4)
        // Once more, and nothing changes, nor is anything said to be kept.
        if [.run, .shard].contains(writer) {
            let again = try write(writer, scratch)
            #expect(again.code == 0 && !again.complaint.contains("kept"), "\(again)")
            #expect(try folder(scratch) == files)
        }
    }

    private func counted(_ count: Int) -> String { "\(count) \(count == 1 ? "row" : "rows")" }
}
