import Files

/// Tensors and facts as a safetensors file has them (https://github.com/huggingface/safetensors#format): the length of a
/// JSON header in 8 bytes, the header, the tensors.
struct Safetensors {
    /// One tensor: its bytes are little-endian, row by row.
    struct Tensor {
        let type: Element
        let shape: [Int]
        let bytes: [UInt8]

        init(type: Element, shape: [Int], bytes: [UInt8]) {
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }

        /// - Parameter values: row by row.
        init<Value: BinaryFloatingPoint & BitwiseCopyable>(_ values: [Value], shape: [Int]) {
            self.init(type: Element(Value.self), shape: shape, bytes: values.withUnsafeBytes { Array($0) })
        }

        /// - Parameter integers: row by row.
        init(integers: [Int], shape: [Int]) {
            self.init(type: .integer, shape: shape, bytes: integers.map(Int64.init).withUnsafeBytes { Array($0) })
        }

        /// The elements, row by row; the tensor has this type.
        func values<Value: BinaryFloatingPoint & BitwiseCopyable>(as _: Value.Type) -> [Value] {
            precondition(type == Element(Value.self), "a tensor of another type")
            return bytes.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<Value>.size).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
                }
            }
        }
    }

    /// The types of elements that we write; those of numbers that train are read as well.
    enum Element: String {
        case float = "F32"
        case double = "F64"
        /// Classes and labels, in the type that PyTorch wants them in.
        case integer = "I64"

        init<Value: BinaryFloatingPoint>(_: Value.Type) { self = MemoryLayout<Value>.size == 4 ? .float : .double }

        var size: Int { self == .float ? 4 : 8 }
    }

    /// In the order of their bytes.
    var tensors: [(name: String, tensor: Tensor)] = []
    /// Texts by name.
    var facts: [(name: String, text: String)] = []

    subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

    func fact(_ name: String) -> String? { facts.first { $0.name == name }?.text }
}

// Writing.
extension Safetensors {
    /// Writes a file next to the destination and moves it there when it is whole.
    ///
    /// - Throws: ``ExportError``.
    func write(to path: String) throws(ExportError) {
        let metadata = facts.map { "\($0.name.quotedForJSON()):\($0.text.quotedForJSON())" }.joined(separator: ",")
        var members = ["\"__metadata__\":{\(metadata)}"]
        var offset = 0
        for (name, tensor) in tensors {
            let dimensions = tensor.shape.map(String.init).joined(separator: ",")
            let end = offset + tensor.bytes.count
            members.append(
                "\(name.quotedForJSON()):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(dimensions)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = "{\(members.joined(separator: ","))}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        try writeFile(path) { output throws(FileError) in
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
            for bytes in [length, Array(header.utf8)] + tensors.map(\.tensor.bytes) {
                try output.write(bytes)
            }
        }
    }
}
