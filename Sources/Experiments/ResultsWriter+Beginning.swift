import Files
import Glibc
package import Trials

/// What of an old file is kept under another name because the new one leaves it out.
package struct Backup: Hashable, Sendable {
    /// The name within the directory: measurements.previous.csv, measurements.2.previous.csv, …
    package let name: String
    /// The rows that the new file has no more; nil where the old file cannot be read.
    package let rows: [Row]?
    /// Whether it is the old file to the byte, and not these rows alone.
    package let isWhole: Bool
}

extension ResultsWriter {
    /// Whether ``begin(keeping:of:describing:)`` would change anything that is there.
    package func changes(_ rows: [Row], of experiment: String?) -> Bool {
        let (staying, parted) = split(by: rows)
        return isFresh || !isExpressible || !parted.isEmpty || staying.count < rows.count
            || experiment.map { !isCopied($0) } ?? false
    }

    /// Starts the file with the header and these rows, and the copy of the experiment that they are of next to it.
    ///
    /// What of the old file is not among them is kept under another name first: those rows, or the whole file where it is not
    /// read, where its last line is cut short and where it has other columns. A reader, and a process that is killed, find at
    /// every moment rows that the experiment next to them asks for: first the rows of the old file that stay, which both
    /// experiments ask for, then the new copy, then all rows. No row is at any moment in neither file.
    ///
    /// - Parameters:
    ///   - experiment: the text of its file.
    ///   - describing: writes what else the new rows need next to them, before they are there.
    /// - Returns: what was kept; nil when the new file leaves nothing out.
    @discardableResult
    package func begin(
        keeping rows: [Row] = [], of experiment: String? = nil, describing: () throws(ResultsError) -> Void = {}
    ) throws(ResultsError) -> Backup? {
        precondition(outputs.isEmpty, "a file begins once")
        let (staying, parted) = split(by: rows)
        let isNew = experiment.map { !isCopied($0) } ?? false
        let backup = try WriteLock.hold { () throws(ResultsError) in
            try keep(parted, withExperiment: isNew)
        }
        if backup != nil, isNew || staying.count < rows.count { try replace(by: staying) }
        if let experiment, isNew {
            do throws(FileError) {
                try OutputFile.write(experiment, in: directory, as: sibling(ExperimentFile.copyName))
            } catch {
                throw ResultsError(error)
            }
        }
        try describing()
        guard outputs.isEmpty || Results.text(staying) != Results.text(rows) else { return backup }
        do throws(ResultsError) {
            try replace(by: rows)
        } catch {
            // There is nothing here that the copy would be of.
            if isNew, !hasOld { unlink("\(directory)/\(sibling(ExperimentFile.copyName))") }
            throw error
        }
        return backup
    }

    /// The old file's rows that stay and those that do not.
    private func split(by rows: [Row]) -> (staying: [Row], parted: [Row]) {
        guard let existing, !existing.rows.isEmpty else { return ([], []) }
        // By what stands in the file: what is known of an environment depends on where a row was read.
        let lines = Set(rows.map(Results.line))
        var (staying, parted): ([Row], [Row]) = ([], [])
        for row in existing.rows {
            if lines.contains(Results.line(row)) { staying.append(row) } else { parted.append(row) }
        }
        return (staying, parted)
    }

    private var hasOld: Bool { claim >= 0 ? lseek(claim, 0, SEEK_END) > 0 : access(file, F_OK) == 0 }

    /// The name that another of the files next to measurements.csv has for this one: a shard has its own.
    private func sibling(_ name: String) -> String {
        let own = Folder.split(file).name
        return Shard(fileName: own).map { $0.name(name) } ?? name
    }

    private func isCopied(_ experiment: String) -> Bool {
        let copy = "\(directory)/\(sibling(ExperimentFile.copyName))"
        guard !Folder.isLink(copy), let bytes = try? FileBytes.read(copy, limit: Document.largestFile) else {
            return false
        }
        return bytes == Array(experiment.utf8)
    }

    /// Puts a file with the header and these rows in the place of the one that is there, in one step.
    private func replace(by rows: [Row]) throws(ResultsError) {
        try WriteLock.hold { () throws(ResultsError) in
            let new: OutputFile
            do throws(FileError) { new = try OutputFile(file, links: .replaced) } catch { throw ResultsError(error) }
            do throws(FileLock.Failure) { try lock.lock(new.descriptor) } catch { throw ResultsError(error, of: file) }
            do throws(FileError) {
                try new.write(Results.text(rows))
                try new.commit()
            } catch {
                // What was there stays, and nothing half written next to it.
                throw ResultsError(error)
            }
            outputs.append(new)
        }
    }

    // MARK: Keeping what is left out

    /// Whether the old file's rows are all that it says.
    private var isExpressible: Bool {
        !isFresh && !(existing?.isTruncated ?? false) && (existing?.unknownColumns ?? []).isEmpty
    }

    /// - Returns: nil when nothing is left out.
    private func keep(_ parted: [Row], withExperiment: Bool) throws(ResultsError) -> Backup? {
        guard hasOld, !isExpressible || !parted.isEmpty else { return nil }
        let isWhole = !isExpressible
        let old = isFresh ? try? Results.read(file: file) : existing
        var names: [String] = []
        if withExperiment { names.append(sibling(ExperimentFile.copyName)) }
        // Rows without keys are of the environment.json next to them, whose place the next run's takes.
        if isWhole, old?.unknownColumns.contains(Column.environment.name) ?? true {
            names.append(sibling(Environment.fileName))
        }
        names = names.filter { isRegular("\(directory)/\($0)") }
        let own = Folder.split(file).name
        var generation = Generation(number: 1)
        func path(_ name: String) -> String { "\(directory)/\(generation.name(name))" }
        // The first that is free. A writer that was killed before it replaced the file has left the same.
        while true {
            let isFree =
                (isWhole ? canKeep(file, as: path(own)) : isFree(path(own), for: Array(Results.text(parted).utf8)))
                && names.allSatisfy { canKeep("\(directory)/\($0)", as: path($0)) }
            if isFree { break }
            generation.number += 1
        }
        do throws(FileError) {
            func keep(_ name: String) throws(FileError) {
                let old = "\(directory)/\(name)"
                guard try !OutputFile.keep(old, as: path(name)), !canKeep(old, as: path(name)) else { return }
                throw FileError(path(name), doing: "keep the old one", number: EEXIST)
            }
            for name in names { try keep(name) }
            if isWhole {
                try keep(own)
            } else if access(path(own), F_OK) != 0 {
                let output = try OutputFile(path(own), links: .replaced)
                try output.write(Results.text(parted))
                try output.commit()
            }
        } catch {
            throw ResultsError(error)
        }
        return Backup(name: generation.name(own), rows: isFresh ? old?.rows : parted, isWhole: isWhole)
    }

    private func isRegular(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func canKeep(_ path: String, as second: String) -> Bool {
        guard isRegular(second) else { return isFree(second, for: []) }
        guard let bytes = try? FileBytes.read(path, limit: Results.largestFile) else { return false }
        return isFree(second, for: bytes)
    }

    /// Whether nothing has this name, or a file that holds just these bytes.
    private func isFree(_ path: String, for bytes: [UInt8]) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFREG && status.st_size == bytes.count
            && (try? FileBytes.read(path, limit: Results.largestFile)) == bytes
    }
}

/// One of the older states of a folder of results.
struct Generation {
    var number: Int

    private static let word = ".previous"

    /// A file's name in it: measurements.previous.csv, environment.2.previous.json.
    func name(_ file: String) -> String {
        let dot = file.lastIndex(of: ".") ?? file.endIndex
        return "\(file[..<dot])\(number == 1 ? "" : ".\(number)")\(Generation.word)\(file[dot...])"
    }

    /// The environment next to a file of rows that were kept: measurements.2.previous.csv has environment.2.previous.json. Nil for
    /// other files.
    static func environmentName(nextTo file: String) -> String? {
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "measurements", parts.suffix(2) == ["previous", "csv"] else { return nil }
        return (["environment"] + parts.dropFirst().dropLast() + ["json"]).joined(separator: ".")
    }
}
