import Experiments
import Files
import Foundation
import Glibc

/// `slurm.job` in a folder of results: the job array that measures into it, from before it is submitted until it has ended.
package struct SlurmRecord: Sendable {
    package static let fileName = "slurm.job"

    let directory: String
    let experiment: String

    private var path: String { "\(directory)/\(SlurmRecord.fileName)" }

    /// What the file says.
    struct Entry {
        /// Nil where it is not known whether it was submitted.
        let job: SlurmJob?
        let name: String
        /// Those that sbatch was asked for.
        let clusters: String?
        let shards: Int
        /// The folder that the job measures into.
        let directory: String
        /// Whether that is where the file is: a copy of a folder is not measured into by the job of the original.
        let isHere: Bool
    }

    /// A name that no other job has.
    static func newName(_ experiment: String) -> String {
        "unroll-\(experiment)-" + String(UInt64.random(in: 0..<(1 << 40)), radix: 36)
    }

    /// Nil where there is none, or none that can be read.
    func read() -> Entry? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(whereSeparator: \.isNewline)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 2, let shards = Int(words[1]) else { return nil }
        var facts: [Substring: String] = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: " ", maxSplits: 1)
            if sides.count == 2 { facts[sides[0]] = String(sides[1]) }
        }
        // Without facts it is of an earlier version, whose jobs had the name of their experiment.
        let name = facts["name"] ?? "unroll-\(experiment)"
        guard let submitted = facts["submitted"].flatMap({ Int($0) }) ?? lastChange.map({ $0 - 600 }) else {
            return nil
        }
        let job = SlurmJob.number(of: words[0]).map {
            SlurmJob(number: $0.number, cluster: $0.cluster, name: name, submitted: submitted)
        }
        guard job != nil || words[0] == SlurmRecord.unknown else { return nil }
        let place = facts["directory"] ?? resolved
        return Entry(
            job: job, name: name, clusters: facts["clusters"], shards: shards, directory: place,
            isHere: place == resolved)
    }

    /// In place of a number.
    private static let unknown = "-"

    /// Before a job is submitted.
    ///
    /// - Throws: ``FileError``.
    func write(name: String, clusters: String?, shards: Int) throws(FileError) {
        try write(
            "\(SlurmRecord.unknown) \(shards)\nname \(name)\nsubmitted 0\n"
                + (clusters.map { "clusters \($0)\n" } ?? ""))
    }

    /// When it is submitted.
    ///
    /// - Throws: ``FileError``.
    func write(_ job: SlurmJob, shards: Int) throws(FileError) {
        try write("\(job.text) \(shards)\nname \(job.name)\nsubmitted \(job.submitted)\n")
    }

    private func write(_ text: String) throws(FileError) {
        try OutputFile.write(text + "directory \(resolved)\n", in: directory, as: SlurmRecord.fileName)
    }

    func remove() { unlink(path) }

    /// The folder without links in its path.
    private var resolved: String {
        guard let name = realpath(directory, nil) else { return directory }
        defer { free(name) }
        return String(cString: name)
    }

    /// In seconds since 1970.
    private var lastChange: Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) : nil
    }
}
