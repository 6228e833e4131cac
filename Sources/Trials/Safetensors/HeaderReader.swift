/// Reads as much of JSON as a safetensors header has: objects, lists, texts and numbers, three deep.
///
/// The project's only JSON reader that is not Foundation's. The measured process links no Foundation, whose pages would be in the
/// resident set that it measures: with FoundationEssentials' `JSONDecoder` a process that does nothing else has 12.1 MB resident
/// where it has 7.2 MB.
///
/// - Complexity: O(bytes).
struct HeaderReader {
    enum Value {
        case text(String)
        /// As it is written: the caller says which numbers are allowed.
        case number(String)
        case list([Value])
        case object([(name: String, value: Value)])
    }

    /// Where the bytes are no such JSON, counted from the first.
    struct Fault: Error { let offset: Int }

    /// A header, the tensors in it, their lists.
    private static let deepest = 3

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The object that the bytes are, with nothing after it but spaces.
    mutating func header() throws(Fault) -> [(name: String, value: Value)] {
        guard case .object(let members) = try value(), next() == nil else { throw fault }
        return members
    }

    private var fault: Fault { Fault(offset: position) }

    private mutating func value() throws(Fault) -> Value {
        switch next() {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .list(try list())
        default: return .number(try number())
        }
    }

    private mutating func object() throws(Fault) -> [(name: String, value: Value)] {
        var members: [(name: String, value: Value)] = []
        var names: Set<String> = []
        try items(from: "{", to: "}") { reader throws(Fault) in
            let name = try reader.text()
            guard names.insert(name).inserted else { throw reader.fault }
            try reader.expect(":")
            members.append((name, try reader.value()))
        }
        return members
    }

    private mutating func list() throws(Fault) -> [Value] {
        var values: [Value] = []
        try items(from: "[", to: "]") { reader throws(Fault) in values.append(try reader.value()) }
        return values
    }

    private mutating func items(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ item: (inout Self) throws(Fault) -> Void
    ) throws(Fault) {
        try expect(opening)
        depth += 1
        guard depth <= HeaderReader.deepest else { throw fault }
        if next() == UInt8(ascii: closing) {
            position += 1
        } else {
            while true {
                try item(&self)
                guard next() == UInt8(ascii: ",") else { break }
                position += 1
            }
            try expect(closing)
        }
        depth -= 1
    }

    private mutating func number() throws(Fault) -> String {
        let start = position
        while position < bytes.count, HeaderReader.numerals.contains(bytes[position]) { position += 1 }
        guard position > start else { throw fault }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static let numerals = Set("0123456789+-.eE".utf8)

    private mutating func text() throws(Fault) -> String {
        try expect("\"")
        var units: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else { throw fault }
                return text
            case UInt8(ascii: "\\"): units += try Array(String(escaped()).utf8)
            case ..<0x20: throw fault
            default: units.append(byte)
            }
        }
        throw fault
    }

    /// What stands after a backslash.
    private mutating func escaped() throws(Fault) -> Unicode.Scalar {
        guard position < bytes.count else { throw fault }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"):
            let first = try unit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            // The first half of a pair, and the second.
            guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw fault }
            position += 2
            let second = try unit()
            guard (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { throw fault }
            return scalar
        default: throw fault
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit() throws(Fault) -> UInt32 {
        guard bytes.count - position >= 4 else { throw fault }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else { throw fault }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    /// The next byte that is no space.
    private mutating func next() -> UInt8? {
        while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
        guard next() == UInt8(ascii: character) else { throw fault }
        position += 1
    }
}
