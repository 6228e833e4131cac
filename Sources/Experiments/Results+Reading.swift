import Files
import Quantities
import Trials

extension Results {
    /// Reads the bytes of a file.
    ///
    /// - Parameter file: its name, for messages.
    /// - Complexity: O(bytes); of many rows of one trial the factors are read once.
    package init(bytes: [UInt8], file: String) throws(ResultsError) {
        self.init(file: file, rows: [])
        do throws(LineFault) {
            try read(bytes)
        } catch {
            throw .malformed(file: file, line: error.line, error.text)
        }
    }

    private mutating func read(_ bytes: consuming [UInt8]) throws(LineFault) {
        let lines = bytes.count { $0 == CSV.feed }
        isTruncated = CSV.removeTruncatedLine(&bytes)
        var reader: CSV.Reader
        do throws(CSVError) { reader = try CSV.Reader(table: bytes) } catch { throw LineFault(error) }
        guard try Results.goToRow(&reader) else {
            // A process killed before or while it wrote the header leaves nothing to keep and nothing to blame.
            isTruncated = true
            return
        }
        let names = reader.record.fields
        if let fault = Results.fault(inHeader: names) { throw LineFault(line: reader.start, text: fault) }

        var rowReader = RowReader(columns: names.map { name in Column.all.first { $0.name == name } })
        var earlier: [Repetition: Int] = [:]
        rows.reserveCapacity(lines)
        while try Results.goToRow(&reader) {
            let (read, trial) = try rowReader.row(reader)
            let key = Repetition(experiment: read.experiment, trial: trial, number: read.repetition)
            if let line = earlier.updateValue(reader.start, forKey: key) {
                throw LineFault(
                    line: reader.start,
                    text:
                        "repetition \(read.repetition) of trial \(read.trial.identifier) stands in line \(line) already"
                )
            }
            rows.append(read)
        }
        unknownColumns =
            names.filter { !Results.header.contains($0) } + Results.header.filter { !names.contains($0) }
    }

    private struct Repetition: Hashable {
        let experiment: String
        /// The number that the reader of rows has for it.
        let trial: Int
        let number: Int
    }

    /// Goes to the next record; false when there is none, or none with something in a field: such lines at the end are no rows.
    private static func goToRow(_ reader: inout CSV.Reader) throws(LineFault) -> Bool {
        var blank: CSV.Reader?
        do throws(CSVError) {
            while try reader.next() {
                guard reader.isBlank else {
                    if let blank { reader = blank }
                    return true
                }
                if blank == nil { blank = reader }
            }
        } catch {
            throw LineFault(error)
        }
        return false
    }

    /// What a row cannot do without. What was measured may be more or less in another version.
    private static let required =
        [Column.experiment, .trial, .repetition, .status, .message]
        + Factor.allCases.filter { !$0.isDerived && !$0.isLater }.map(Column.factor)

    private static func fault(inHeader names: [String]) -> String? {
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
