extension CSV {
    /// Reads all records. The last one may lack its end of line; an empty line is a record with one empty field.
    ///
    /// - Complexity: O(bytes).
    package static func records(_ bytes: [UInt8]) throws(CSVError) -> [Record] {
        var reader = Reader(bytes)
        var records: [Record] = []
        while try reader.next() { records.append(reader.record) }
        return records
    }

    package static func records(_ text: String) throws(CSVError) -> [Record] { try records(Array(text.utf8)) }

    /// Reads a header and the records below it; nil where there is no line at all. What a spreadsheet adds does not count: the
    /// mark before the text, and lines at the end with nothing in any field.
    package static func table(_ bytes: [UInt8]) throws(CSVError) -> (header: Record, rows: [Record])? {
        var reader = try Reader(table: bytes)
        var records: [Record] = []
        while try reader.next() { records.append(reader.record) }
        while let last = records.last, last.fields.allSatisfy(\.isEmpty) { records.removeLast() }
        guard let header = records.first else { return nil }
        return (header, Array(records.dropFirst()))
    }

    /// Goes over a text record by record and makes no text of any field: each is a part of the bytes.
    package struct Reader {
        /// Quotes of fields that were read are gone from them: what they stand for takes their place.
        @usableFromInline var bytes: [UInt8]
        private var position = 0
        /// Where the next record begins, counted from 1.
        package private(set) var line = 1
        /// Where the record last read begins, counted from 1.
        package private(set) var start = 1
        /// The places of its fields.
        @usableFromInline package private(set) var fields: [Range<Int>] = []

        /// - Parameter line: the one in which the text begins, where it is a part of a longer one.
        package init(_ bytes: [UInt8], line: Int = 1) { (self.bytes, self.line) = (bytes, line) }

        /// Of a table: a mark before the text is passed over, separators that are no commas are refused.
        package init(table bytes: [UInt8]) throws(CSVError) {
            if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
                throw CSVError(line: 1, reason: .wideEncoding)
            }
            let text = FileBytes.withoutMark(bytes)
            let first = text.prefix { $0 != feed && $0 != carriageReturn }
            if !first.contains(comma) {
                if first.contains(UInt8(ascii: ";")) { throw CSVError(line: 1, reason: .semicolons) }
                if first.contains(UInt8(ascii: "\t")) { throw CSVError(line: 1, reason: .tabs) }
            }
            self.bytes = bytes
            position = text.startIndex
        }

        /// The bytes of a field of the record last read. Inlined: the rows of a large file have millions of them.
        @inlinable package subscript(field: Int) -> ArraySlice<UInt8> { bytes[fields[field]] }

        /// The record last read, with its own texts.
        package var record: Record {
            Record(line: start, fields: fields.map { String(decoding: bytes[$0], as: UTF8.self) })
        }

        /// Whether the record last read has nothing in any field.
        package var isBlank: Bool { fields.allSatisfy(\.isEmpty) }

        private var here: UInt8? { position < bytes.count ? bytes[position] : nil }

        /// Reads the next record; false when there is none.
        package mutating func next() throws(CSVError) -> Bool {
            guard position < bytes.count else { return false }
            start = line
            fields.removeAll(keepingCapacity: true)
            while true {
                fields.append(try here == CSV.quote ? quotedField() : plainField())
                switch here {
                case CSV.comma:
                    position += 1
                case nil:
                    return true
                default:
                    // A field stops at a comma, at an end of line or at the end.
                    position += here == CSV.carriageReturn ? 2 : 1
                    line += 1
                    return true
                }
            }
        }

        private mutating func plainField() throws(CSVError) -> Range<Int> {
            let start = position
            var all: UInt8 = 0
            while position < bytes.count {
                let byte = bytes[position]
                // Bytes that end a field or may not stand in it are no larger than a comma.
                if byte <= CSV.comma {
                    if byte == CSV.comma || byte == CSV.feed { break }
                    if byte == CSV.quote { throw CSVError(line: line, reason: .quoteInside) }
                    if byte == CSV.carriageReturn {
                        try expectFeed()
                        break
                    }
                }
                all |= byte
                position += 1
            }
            return try text(start..<position, isASCII: all < 0x80)
        }

        private mutating func quotedField() throws(CSVError) -> Range<Int> {
            let opened = line
            position += 1
            let start = position
            var end = start
            while let byte = here {
                position += 1
                if byte == CSV.quote {
                    guard here == CSV.quote else {
                        let field = try text(start..<end, isASCII: false)
                        if here == CSV.carriageReturn { try expectFeed() }
                        guard [CSV.comma, CSV.feed, CSV.carriageReturn, nil].contains(here) else {
                            throw CSVError(line: line, reason: .textAfterQuote)
                        }
                        return field
                    }
                    position += 1
                } else if byte == CSV.feed {
                    line += 1
                }
                if end < position - 1 { bytes[end] = byte }
                end += 1
            }
            throw CSVError(line: opened, reason: .openQuote)
        }

        private func expectFeed() throws(CSVError) {
            guard position + 1 < bytes.count, bytes[position + 1] == CSV.feed else {
                throw CSVError(line: line, reason: .carriageReturn)
            }
        }

        private func text(_ field: Range<Int>, isASCII: Bool) throws(CSVError) -> Range<Int> {
            guard isASCII || String(validating: bytes[field], as: UTF8.self) != nil else {
                throw CSVError(line: line, reason: .encoding)
            }
            return field
        }
    }
}
