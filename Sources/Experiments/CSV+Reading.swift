extension CSV {
    /// Reads all records. The last one may lack its end of line; an empty line is a record with one empty field.
    ///
    /// - Complexity: O(bytes).
    package static func records(_ bytes: [UInt8]) throws(CSVError) -> [Record] {
        var reader = Reader(bytes: bytes)
        var records: [Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    package static func records(_ text: String) throws(CSVError) -> [Record] { try records(Array(text.utf8)) }

    /// Reads a header and the records below it; nil where there is no line at all. What a spreadsheet adds does not count: the
    /// mark before the text, and lines at the end with nothing in any field.
    package static func table(_ bytes: [UInt8]) throws(CSVError) -> (header: Record, rows: [Record])? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw CSVError(line: 1, reason: .wideEncoding)
        }
        let bytes = Array(FileBytes.withoutMark(bytes))
        let first = bytes.prefix { $0 != feed && $0 != carriageReturn }
        if !first.contains(comma) {
            if first.contains(UInt8(ascii: ";")) { throw CSVError(line: 1, reason: .semicolons) }
            if first.contains(UInt8(ascii: "\t")) { throw CSVError(line: 1, reason: .tabs) }
        }
        var records = try records(bytes)
        while let last = records.last, last.fields.allSatisfy(\.isEmpty) { records.removeLast() }
        guard let header = records.first else { return nil }
        return (header, Array(records.dropFirst()))
    }

    private struct Reader {
        let bytes: [UInt8]
        private var position = 0
        private var line = 1

        init(bytes: [UInt8]) { self.bytes = bytes }

        private var here: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func next() throws(CSVError) -> Record? {
            guard position < bytes.count else { return nil }
            let start = line
            var fields: [String] = []
            while true {
                fields.append(try here == CSV.quote ? quotedField() : plainField())
                switch here {
                case CSV.comma:
                    position += 1
                case nil:
                    return Record(line: start, fields: fields)
                default:
                    // A field stops at a comma, at an end of line or at the end.
                    position += here == CSV.carriageReturn ? 2 : 1
                    line += 1
                    return Record(line: start, fields: fields)
                }
            }
        }

        private mutating func plainField() throws(CSVError) -> String {
            let start = position
            while let byte = here, byte != CSV.comma, byte != CSV.feed {
                if byte == CSV.quote { throw CSVError(line: line, reason: .quoteInside) }
                if byte == CSV.carriageReturn {
                    try expectFeed()
                    break
                }
                position += 1
            }
            return try text(bytes[start..<position])
        }

        private mutating func quotedField() throws(CSVError) -> String {
            let opened = line
            var field: [UInt8] = []
            position += 1
            while let byte = here {
                position += 1
                if byte == CSV.quote {
                    guard here == CSV.quote else {
                        let text = try text(field[...])
                        if here == CSV.carriageReturn { try expectFeed() }
                        guard [CSV.comma, CSV.feed, CSV.carriageReturn, nil].contains(here) else {
                            throw CSVError(line: line, reason: .textBehindQuote)
                        }
                        return text
                    }
                    position += 1
                } else if byte == CSV.feed {
                    line += 1
                }
                field.append(byte)
            }
            throw CSVError(line: opened, reason: .openQuote)
        }

        private func expectFeed() throws(CSVError) {
            guard position + 1 < bytes.count, bytes[position + 1] == CSV.feed else {
                throw CSVError(line: line, reason: .carriageReturn)
            }
        }

        private func text(_ bytes: ArraySlice<UInt8>) throws(CSVError) -> String {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw CSVError(line: line, reason: .encoding)
            }
            return text
        }
    }
}
