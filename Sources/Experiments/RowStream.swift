import Files
import Quantities
package import Trials

/// The rows of one measurements.csv as they are read, one after the other. Every row is checked by itself; what several say
/// together is a question to all of them.
package struct RowStream {
    /// The header's names, in the file's order; empty where there is no header yet.
    package private(set) var names: [String] = []
    /// Where the row last read begins, counted from 1; at the end where the next would.
    package var line: Int { isAtEnd ? reader.line : reader.start }
    /// The last line has no end, as when a process is killed while it writes, and is left out; known at the end.
    package private(set) var isTruncated = false

    private let file: String
    private var reader: CSV.Reader
    private var blocks: CSV.Blocks?
    private var rows = RowReader(columns: [])
    private var isAtEnd = false
    /// The first record with nothing in any field, while no other has followed it: such lines at the end are no rows.
    private var blank: CSV.Reader?

    /// Reads the bytes of a whole file.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: ``ResultsError`` where its first line is no header of results.
    package init(bytes: consuming [UInt8], file: String) throws(ResultsError) {
        self.file = file
        reader = CSV.Reader([])
        isTruncated = CSV.removeTruncatedLine(&bytes)
        try begin(consume bytes)
    }

    /// Reads a file block by block: of one of any size the rows of a block are in memory, and the factors of the trials last
    /// met.
    ///
    /// - Parameters:
    ///   - mostTrials: see ``RowReader``.
    package init(file: String, blockSize: Int = 1 << 18, mostTrials: Int = 1 << 12) throws(ResultsError) {
        self.file = file
        reader = CSV.Reader([])
        do throws(FileBytes.Failure) { blocks = try CSV.Blocks(file, size: blockSize) } catch {
            throw ResultsError(error, reading: file)
        }
        try begin(try nextBlock() ?? [], mostTrials: mostTrials)
    }

    private mutating func begin(_ bytes: consuming [UInt8], mostTrials: Int? = nil) throws(ResultsError) {
        do throws(CSVError) {
            reader = try CSV.Reader(table: consume bytes)
        } catch {
            throw self.error(LineFault(error))
        }
        guard try advance() else {
            // A process killed before or while it wrote the header leaves nothing to keep and nothing to blame.
            isTruncated = true
            return
        }
        names = reader.record.fields
        if let fault = Results.fault(inHeader: names) { throw error(LineFault(line: reader.start, text: fault)) }
        rows = RowReader(
            columns: names.map { name in Column.all.first { $0.name == name } }, mostTrials: mostTrials)
    }

    /// The next row and the number of its trial, see ``RowReader``; nil at the end.
    ///
    /// - Throws: ``ResultsError``, naming the line.
    package mutating func next() throws(ResultsError) -> (row: Row, trial: Int)? {
        guard !names.isEmpty, try advance() else { return nil }
        do throws(LineFault) { return try rows.row(reader) } catch { throw self.error(error) }
    }

    /// Goes to the next record with something in a field; false where there is none.
    private mutating func advance() throws(ResultsError) -> Bool {
        while !isAtEnd {
            do throws(CSVError) {
                while try reader.next() {
                    guard reader.isBlank else {
                        if let blank { (reader, self.blank) = (blank, nil) }
                        return true
                    }
                    if blank == nil { blank = reader }
                }
            } catch {
                throw self.error(LineFault(error))
            }
            let line = reader.line
            guard let block = try nextBlock() else {
                isAtEnd = true
                break
            }
            reader = CSV.Reader(block, line: line)
        }
        return false
    }

    private mutating func nextBlock() throws(ResultsError) -> [UInt8]? {
        guard let blocks else { return nil }
        do throws(FileBytes.Failure) {
            let block = try blocks.next()
            isTruncated = blocks.isTruncated
            return block
        } catch {
            throw ResultsError(error, reading: file)
        }
    }

    private func error(_ fault: LineFault) -> ResultsError { .malformed(file: file, line: fault.line, fault.text) }
}
