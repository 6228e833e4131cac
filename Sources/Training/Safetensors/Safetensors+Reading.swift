import Glibc

/// A file of tensors that cannot be used.
package enum SafetensorsError: Error, Hashable, CustomStringConvertible {
    case system(path: String, reason: String)
    /// Not a safetensors file, and what about it is wrong.
    case foreign(path: String, String)
    /// Fewer bytes than its header says.
    case truncated(path: String, bytes: Int, expected: Int)

    package var description: String {
        switch self {
        case .system(let path, let reason): "cannot read '\(path)': \(reason)"
        case .foreign(let path, let reason): "'\(path)' is no safetensors file: \(reason)"
        case .truncated(let path, let bytes, let expected):
            "'\(path)' is cut short: it has \(bytes) bytes of \(expected)"
        }
    }
}

// Reading.
extension Safetensors {
    /// The longest header the format allows.
    private static let longestHeader = 100_000_000

    /// Reads a whole file. Of types it knows those of parameters.
    ///
    /// - Throws: ``SafetensorsError``.
    init(path: String) throws(SafetensorsError) {
        let bytes = try Safetensors.bytes(of: path)
        func foreign(_ reason: String) -> SafetensorsError { .foreign(path: path, reason) }
        guard bytes.count >= 8 else {
            throw bytes.isEmpty ? foreign("it is empty") : .truncated(path: path, bytes: bytes.count, expected: 8)
        }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= Safetensors.longestHeader else { throw foreign("its header would have \(length) bytes") }
        let start = 8 + Int(length)
        guard start <= bytes.count else { throw .truncated(path: path, bytes: bytes.count, expected: start) }
        guard bytes[8..<start].first == UInt8(ascii: "{") else { throw foreign("its header is no JSON object") }

        var reader = HeaderReader(bytes[8..<start])
        let header: [(name: String, value: HeaderReader.Value)]
        do throws(HeaderReader.Fault) {
            header = try reader.object()
        } catch {
            throw foreign("its header is no JSON of tensors")
        }
        var end = 0
        for (name, value) in header {
            guard case .object(let members) = value else { throw foreign("'\(name)' is no object in its header") }
            if name == "__metadata__" {
                for (name, value) in members {
                    guard case .text(let text) = value else { throw foreign("the fact '\(name)' is no text") }
                    facts.append((name, text))
                }
                continue
            }
            func member(_ name: String) -> HeaderReader.Value? { members.first { $0.name == name }?.value }
            guard case .text(let word) = member("dtype"), case .numbers(let shape) = member("shape"),
                case .numbers(let place) = member("data_offsets"), place.count == 2, place[0] <= place[1]
            else { throw foreign("tensor '\(name)' lacks its type, shape or place") }
            guard let type = Element(rawValue: word), type != .integer else {
                throw foreign("tensor '\(name)' is of type \(word); allowed: F32, F64")
            }
            var size = type.size
            for dimension in shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
                guard !overflow else { throw foreign("tensor '\(name)' is beyond counting") }
                size = product
            }
            guard place[1] - place[0] == size else { throw foreign("tensor '\(name)' is not as large as its shape") }
            end = max(end, place[1])
            guard place[1] <= bytes.count - start else { continue }
            tensors.append(
                (
                    name,
                    Tensor(type: type, shape: shape, bytes: Array(bytes[start + place[0]..<start + place[1]]))
                ))
        }
        guard end <= bytes.count - start else {
            throw .truncated(path: path, bytes: bytes.count, expected: start + end)
        }
    }

    private static func bytes(of path: String) throws(SafetensorsError) -> [UInt8] {
        func failure() -> SafetensorsError { .system(path: path, reason: String(cString: strerror(errno))) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = Array(repeating: UInt8(0), count: 1 << 20)
        while true {
            let count = read(file, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }
}

/// Reads as much of JSON as a header has: objects of objects, texts and lists of whole numbers, two deep.
private struct HeaderReader {
    enum Value {
        case text(String)
        case numbers([Int])
        case object([(name: String, value: Value)])
    }

    struct Fault: Error {}

    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var depth = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// An object, and nothing behind it but spaces when it is the whole.
    mutating func object() throws(Fault) -> [(name: String, value: Value)] {
        try expect("{")
        depth += 1
        guard depth <= 2 else { throw Fault() }
        var members: [(name: String, value: Value)] = []
        if next() == UInt8(ascii: "}") {
            place += 1
        } else {
            while true {
                let name = try text()
                guard !members.contains(where: { $0.name == name }) else { throw Fault() }
                try expect(":")
                members.append((name, try value()))
                if next() == UInt8(ascii: ",") {
                    place += 1
                } else {
                    try expect("}")
                    break
                }
            }
        }
        depth -= 1
        guard depth > 0 || next() == nil else { throw Fault() }
        return members
    }

    private mutating func value() throws(Fault) -> Value {
        switch next() {
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "{"): return .object(try object())
        default: return .numbers(try numbers())
        }
    }

    private mutating func numbers() throws(Fault) -> [Int] {
        try expect("[")
        var numbers: [Int] = []
        if next() == UInt8(ascii: "]") {
            place += 1
            return numbers
        }
        while true {
            _ = next()
            let digits = bytes[place...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw Fault() }
            numbers.append(number)
            place += digits.count
            if next() == UInt8(ascii: ",") {
                place += 1
            } else {
                try expect("]")
                return numbers
            }
        }
    }

    private mutating func text() throws(Fault) -> String {
        try expect("\"")
        var units: [UInt8] = []
        while place < bytes.endIndex {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: units, as: UTF8.self) else { throw Fault() }
                return text
            }
            guard byte == UInt8(ascii: "\\") else {
                units.append(byte)
                continue
            }
            units += try Array(escaped().utf8)
        }
        throw Fault()
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(Fault) -> String {
        guard place < bytes.endIndex else { throw Fault() }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(Unicode.Scalar(byte))
        case UInt8(ascii: "u"):
            // Halves of a pair would be two of them; names have none.
            guard let code = UInt32(String(decoding: bytes[place...].prefix(4), as: UTF8.self), radix: 16),
                bytes[place...].count >= 4, let scalar = Unicode.Scalar(code)
            else { throw Fault() }
            place += 4
            return String(scalar)
        default: throw Fault()
        }
    }

    /// The next byte that is no space.
    private mutating func next() -> UInt8? {
        while place < bytes.endIndex, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
        return place < bytes.endIndex ? bytes[place] : nil
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
        guard next() == UInt8(ascii: character) else { throw Fault() }
        place += 1
    }
}
