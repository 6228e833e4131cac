import Files
package import Trials

// Writing.
extension Safetensors {
    /// Writes a file next to the destination and moves it there when it is whole.
    ///
    /// - Throws: ``ExportError``.
    package func write(to path: String) throws(ExportError) {
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
