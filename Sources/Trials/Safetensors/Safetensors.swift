/// Tensors and facts as a safetensors file has them (https://github.com/huggingface/safetensors#format): the length of a
/// JSON header in 8 bytes, the header, the tensors.
package struct Safetensors: Sendable {
    /// One tensor: its bytes are little-endian, row by row.
    package struct Tensor: Sendable {
        package let type: Element
        package let shape: [Int]
        package let bytes: [UInt8]

        package init(type: Element, shape: [Int], bytes: [UInt8]) {
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }

        /// - Parameter values: row by row.
        package init<Value: BinaryFloatingPoint & BitwiseCopyable>(_ values: [Value], shape: [Int]) {
            self.init(type: Element(Value.self), shape: shape, bytes: values.withUnsafeBytes { Array($0) })
        }

        /// - Parameter integers: row by row.
        package init(integers: [Int], shape: [Int]) {
            self.init(type: .integer, shape: shape, bytes: integers.map(Int64.init).withUnsafeBytes { Array($0) })
        }

        /// The elements, row by row; the tensor has this type.
        package func values<Value: BinaryFloatingPoint & BitwiseCopyable>(as _: Value.Type) -> [Value] {
            precondition(type == Element(Value.self), "a tensor of another type")
            return bytes.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<Value>.size).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
                }
            }
        }
    }

    package init() {}

    /// In the order of their bytes.
    package var tensors: [(name: String, tensor: Tensor)] = []
    /// Texts by name.
    package var facts: [(name: String, text: String)] = []

    package subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

    package func fact(_ name: String) -> String? { facts.first { $0.name == name }?.text }
}
