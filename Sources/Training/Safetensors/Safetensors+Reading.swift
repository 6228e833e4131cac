import Glibc
import Quantities
package import Trials

/// A file of tensors that cannot be used.
package enum SafetensorsError: Error, Hashable, CustomStringConvertible {
    case file(DataFileError)
    /// Not a safetensors file, and what about it is wrong.
    case foreign(path: String, String)
    /// Fewer bytes than its header says.
    case truncated(path: String, bytes: Int, expected: Int)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .foreign(let path, let reason): "'\(path)' is no safetensors file: \(reason)"
        case .truncated(let path, let bytes, let expected):
            "'\(path)' is cut short: it has \(bytes) bytes of \(expected)"
        }
    }
}

// Reading. Every number is one from outside: it is read in a range in which nothing overflows, and held against the file's size.
extension Safetensors {
    /// The longest header read. The format allows 100 MB; a checkpoint of the largest network has some 200 KB.
    private static let longestHeader = 16 << 20
    /// The largest offset or dimension read, which no file system's file exceeds; sums of two are integers.
    private static let largest = 1 << 60

    /// A tensor as the header has it.
    private struct Entry {
        let name: String
        let type: Element
        let shape: [Int]
        /// Offsets of its bytes, from the end of the header.
        let offsets: Range<Int>
    }

    /// Reads a whole file. Of types it knows those of parameters.
    ///
    /// - Throws: ``SafetensorsError``.
    init(path: String) throws(SafetensorsError) {
        let file: DataFile
        do { file = try DataFile(path, as: "a checkpoint") } catch { throw .file(error) }
        func foreign(_ reason: String) -> SafetensorsError { .foreign(path: path, reason) }
        guard file.count >= 8 else {
            throw file.count == 0 ? foreign("it is empty") : .truncated(path: path, bytes: file.count, expected: 8)
        }
        let length = try file.bytes(0..<8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= Safetensors.longestHeader else {
            throw foreign(
                "its header would have \(length) bytes; allowed: at most \(Safetensors.longestHeader)")
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
        var entries: [Entry] = []
        for (name, value) in header {
            guard case .object(let members) = value else { throw foreign("'\(name)' is no object in its header") }
            guard name == "__metadata__" else {
                do throws(Fault) {
                    entries.append(try Safetensors.entry(name, members))
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
        entries.sort { ($0.offsets.lowerBound, $0.offsets.upperBound) < ($1.offsets.lowerBound, $1.offsets.upperBound) }
        var end = 0
        for entry in entries {
            guard entry.offsets.lowerBound == end else {
                let what = entry.offsets.lowerBound < end ? "bytes that another has too" : "a gap before it"
                throw foreign(
                    "tensor '\(entry.name)' begins at \(entry.offsets.lowerBound) and the one before ends at \(end): \(what)"
                )
            }
            end = entry.offsets.upperBound
        }
        guard end <= file.count - start else {
            throw .truncated(path: path, bytes: file.count, expected: start + end)
        }
        guard end == file.count - start else {
            throw foreign("its tensors end at \(end), and \(file.count - start - end) bytes follow, which are of none")
        }
        for entry in entries {
            let bytes = try file.bytes(start + entry.offsets.lowerBound..<start + entry.offsets.upperBound)
            tensors.append((entry.name, Tensor(type: entry.type, shape: entry.shape, bytes: bytes)))
        }
    }

    /// What is wrong with a tensor.
    private struct Fault: Error { let text: String }

    private static func entry(
        _ name: String, _ members: [(name: String, value: HeaderReader.Value)]
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
        guard let type = Element(rawValue: word), type != .integer else {
            throw Fault(text: "it is of type '\(word.prefix(60))'; allowed: F32, F64")
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
        return Entry(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1])
    }
}

extension DataFile {
    /// Bytes of the file.
    fileprivate borrowing func bytes(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
        var bytes = Array(repeating: UInt8(0), count: range.count)
        var done = 0
        while done < range.count {
            let (offset, left) = (range.lowerBound + done, range.count - done)
            let descriptor = descriptor
            let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, left, offset) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(.system(path: path, reason: String(cString: strerror(errno)))) }
            guard count > 0 else { throw .truncated(path: path, bytes: offset, expected: range.upperBound) }
            done += count
        }
        return bytes
    }
}
