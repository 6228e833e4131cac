import Files
import Quantities
import Trials

extension Results {
    /// Reads the bytes of a file.
    ///
    /// - Parameter file: its name, for messages.
    /// - Complexity: O(bytes); of many rows of one trial the factors are read once.
    package init(bytes: consuming [UInt8], file: String) throws(ResultsError) {
        self.init(file: file, rows: [])
        rows.reserveCapacity(bytes.count { $0 == CSV.feed })
        var stream = try RowStream(bytes: consume bytes, file: file)
        var earlier: [Repetition: Int] = [:]
        while let (read, trial) = try stream.next() {
            let key = Repetition(experiment: read.experiment, trial: trial, number: read.repetition)
            if let line = earlier.updateValue(stream.line, forKey: key) {
                throw .malformed(
                    file: file, line: stream.line,
                    "repetition \(read.repetition) of trial \(read.trial.identifier) stands in line \(line) already")
            }
            rows.append(read)
        }
        isTruncated = stream.isTruncated
        guard !stream.names.isEmpty else { return }
        unknownColumns =
            stream.names.filter { !Results.header.contains($0) }
            + Results.header.filter { !stream.names.contains($0) }
    }

    private struct Repetition: Hashable {
        let experiment: String
        /// The number that the reader of rows has for it.
        let trial: Int
        let number: Int
    }

    /// What a row cannot do without. What was measured may be more or less in another version.
    private static let required =
        [Column.experiment, .trial, .repetition, .status, .message]
        + Factor.allCases.filter { !$0.isDerived && !$0.isLater }.map(Column.factor)

    /// What is wrong with a header; nil for nothing.
    static func fault(inHeader names: [String]) -> String? {
        guard names != header else { return nil }
        if !header.contains(where: names.contains) {
            let start = shortened(names.joined(separator: ","))
            return "the file is no \(fileName): its first line is '\(start)'; allowed: \(header[0]),\(header[1]),…"
        }
        let missing = required.map(\.name).filter { !names.contains($0) }
        if !missing.isEmpty {
            let unknown = names.filter { !header.contains($0) }.map { "'\(shortened($0))'" }
            return "missing columns: \(missing.joined(separator: ", "))"
                + (unknown.isEmpty ? "" : "; unknown columns: \(unknown.joined(separator: ", "))")
        }
        let ours = names.filter { header.contains($0) }
        if ours != header.filter({ names.contains($0) }) {
            return "columns twice or in another order; allowed: \(header.joined(separator: ","))"
        }
        return nil
    }
}
