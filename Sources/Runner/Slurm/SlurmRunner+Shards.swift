import Experiments
import Foundation
import Glibc
import Quantities
import Trials

// What the shards' files say of the work that is left.
extension SlurmRunner {
    func path(_ shard: Shard) -> String { "\(directory)/\(shard.name(Results.fileName))" }

    /// Rows as they are counted while a task writes them.
    func lines(_ shard: Shard) -> Int {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path(shard)))) ?? Data()
        return max(0, bytes.count { $0 == UInt8(ascii: "\n") } - 1)
    }

    /// The shard's rows; none when it has no file yet.
    private func rows(_ shard: Shard) throws(ResultsError) -> [Row] {
        access(path(shard), F_OK) == 0 ? try Results.read(file: path(shard)).rows : []
    }

    /// Whether the shard has trials that are to be measured: those without all their rows, or, unless it is the first time,
    /// without a row that says why.
    func isUnfinished(_ shard: Shard, isFirst: Bool, memory: Bytes?) throws(ResultsError) -> Bool {
        let rows = try rows(shard)
        let failed = Set(rows.filter { $0.status != .ok }.map(\.trial))
        let starved = Set(rows.filter { $0.status == .outOfMemory }.map(\.trial))
        let missing = Resumption(experiment, trials: trials(of: shard), existing: rows).missing
        return missing.contains { trial in
            isFirst ? memory == nil || starved.contains(trial) : !failed.contains(trial)
        }
    }

    /// Those of the shard's trials that were asked for.
    func trials(of shard: Shard) -> [Trial] {
        let own = Set(shard.trials(of: experiment.trials))
        return trials.filter(own.contains)
    }

    func isStarved(_ shard: Shard) throws(ResultsError) -> Bool {
        try rows(shard).contains { $0.status == .outOfMemory }
    }

    /// Makes a shard's file one of the experiment as it is now.
    ///
    /// - Parameter kept: which of its rows stay.
    func update(_ shard: Shard, _ report: (Event) -> Void, keeping kept: ([Row]) -> [Row]) throws(ResultsError) {
        guard access(path(shard), F_OK) == 0 else { return }
        let writer = try ResultsWriter(directory: directory, name: shard.name(Results.fileName))
        let rows = kept(writer.existing?.rows ?? [])
        guard writer.changes(rows, of: file.text) else { return }
        tell(try writer.begin(keeping: rows, of: file.text), of: writer, report)
    }

    /// Which rows a file has no more, and where they are.
    func tell(_ backup: Backup?, of writer: ResultsWriter, _ report: (Event) -> Void) {
        for sentence in OmittedRows(experiment: experiment, path: file.path).sentences(backup, of: writer) {
            report(.rowsLeftOut(sentence))
        }
    }

    /// The files of earlier rows that are there.
    var backups: Set<String> {
        Set(
            ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter {
                $0.hasSuffix(".previous.csv")
            })
    }
}
