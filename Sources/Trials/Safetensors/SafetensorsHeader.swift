import Quantities

/// What a safetensors file says of its tensors; their bytes are read when they are asked for.
///
/// Every number is one from outside: it is read in a range in which nothing overflows, and held against the file's size.
package struct SafetensorsHeader: Sendable {
    /// A tensor as the header has it.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let type: Safetensors.Element
        package let shape: [Int]
        /// Offsets of its bytes in the file.
        package fileprivate(set) var bytes: Range<Int>

        /// Its type and shape as sentences have them: `F32 [512, 128]`.
        package var description: String { "\(type.rawValue) \(shape)" }
    }

    /// In the order of their bytes.
    package private(set) var entries: [Entry] = []
    /// Texts by name.
    package private(set) var facts: [(name: String, text: String)] = []

    package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    package func fact(_ name: String) -> String? { facts.first { $0.name == name }?.text }

    /// The longest header read. The format allows 100 MB; a checkpoint of the largest network has some 200 KB.
    private static let longest = 16 << 20
    /// The largest offset or dimension read, which no file system's file exceeds; sums of two are integers.
    private static let largest = 1 << 60

    /// - Parameter types: of elements that are read; a tensor of another is refused.
    /// - Throws: ``SafetensorsError``.
    package init(
        _ file: borrowing DataFile, types: [Safetensors.Element] = Safetensors.Element.allCases
    ) throws(SafetensorsError) {
        let path = file.path
        func foreign(_ reason: String) -> SafetensorsError { .foreign(path: path, reason) }
        guard file.count >= 8 else {
            throw file.count == 0 ? foreign("it is empty") : .truncated(path: path, bytes: file.count, expected: 8)
        }
        let length = try file.bytes(0..<8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= SafetensorsHeader.longest else {
            throw foreign(
                "its header would have \(length) bytes; allowed: at most \(SafetensorsHeader.longest)")
        }
        let start = 8 + Int(length)
        guard start <= file.count else { throw .truncated(path: path, bytes: file.count, expected: start) }
        let text = try file.bytes(8..<start)
        guard text.first == UInt8(ascii: "{") else { throw foreign("its header is no JSON object") }

        var reader = HeaderReader(text)
        let header: [(name: String, value: HeaderReader.Value)]
        do throws(HeaderReader.Fault) {
            header = try reader.header()
        } catch {
            throw foreign(
                "its header is no JSON of tensors: byte \(error.offset) of it, counted from 0, is not as it should be")
        }
        for (name, value) in header {
            guard case .object(let members) = value else { throw foreign("'\(name)' is no object in its header") }
            guard name == "__metadata__" else {
                do throws(Fault) {
                    entries.append(try SafetensorsHeader.entry(name, members, types))
                } catch {
                    throw foreign("tensor '\(name)': \(error.text)")
                }
                continue
            }
            for (name, value) in members {
                guard case .text(let text) = value else { throw foreign("the fact '\(name)' is no text") }
                facts.append((name, text))
            }
        }
        // As the format has it: no byte is of two tensors, or of none.
        entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        var end = 0
        for entry in entries {
            guard entry.bytes.lowerBound == end else {
                let what = entry.bytes.lowerBound < end ? "bytes that another has too" : "a gap before it"
                throw foreign(
                    "tensor '\(entry.name)' begins at \(entry.bytes.lowerBound) and the one before ends at \(end): \(what)"
                )
            }
            end = entry.bytes.upperBound
        }
        guard end <= file.count - start else {
            throw .truncated(path: path, bytes: file.count, expected: start + end)
        }
        guard end == file.count - start else {
            throw foreign("its tensors end at \(end), and \(file.count - start - end) bytes follow, which are of none")
        }
        for index in entries.indices {
            let bytes = entries[index].bytes
            entries[index].bytes = start + bytes.lowerBound..<start + bytes.upperBound
        }
    }

    /// What is wrong with a tensor.
    struct Fault: Error { let text: String }

    private static func entry(
        _ name: String, _ members: [(name: String, value: HeaderReader.Value)], _ types: [Safetensors.Element]
    ) throws(Fault) -> Entry {
        func member(_ name: String) throws(Fault) -> HeaderReader.Value {
            guard let member = members.first(where: { $0.name == name }) else {
                throw Fault(text: "it has no '\(name)'")
            }
            return member.value
        }
        func numbers(_ name: String) throws(Fault) -> [Int] {
            guard case .list(let values) = try member(name) else { throw Fault(text: "its '\(name)' is no list") }
            var numbers: [Int] = []
            for value in values {
                guard case .number(let text) = value, let number = Int(decimal: text), (0...largest).contains(number)
                else {
                    let found = if case .number(let text) = value { "'\(text.prefix(60))'" } else { "no number" }
                    throw Fault(text: "'\(name)' has \(found); allowed: whole numbers from 0 to \(largest)")
                }
                numbers.append(number)
            }
            return numbers
        }
        guard case .text(let word) = try member("dtype") else { throw Fault(text: "its 'dtype' is no text") }
        guard let type = Safetensors.Element(rawValue: word), types.contains(type) else {
            let allowed = types.map(\.rawValue).joined(separator: ", ")
            throw Fault(text: "it is of type '\(word.prefix(60))'; allowed: \(allowed)")
        }
        let (shape, offsets) = (try numbers("shape"), try numbers("data_offsets"))
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw Fault(
                text: "'data_offsets' is \(offsets.prefix(4)); allowed: two numbers, the first not above the second")
        }
        var size = type.size
        for dimension in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw Fault(text: "'shape' is \(shape.prefix(8)), beyond counting") }
            size = product
        }
        guard offsets[1] - offsets[0] == size else {
            throw Fault(
                text:
                    "'data_offsets' is \(offsets), \(offsets[1] - offsets[0]) bytes, and 'shape' is \(shape.prefix(8)) of \(word), "
                    + "\(size) bytes")
        }
        return Entry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
    }
}
