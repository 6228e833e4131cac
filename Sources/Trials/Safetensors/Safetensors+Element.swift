extension Safetensors {
    /// The types of elements that the format has. We write F32, F64 and I64.
    package enum Element: String, CaseIterable, Sendable {
        case double = "F64"
        case float = "F32"
        case half = "F16"
        case bfloat16 = "BF16"
        /// Classes and labels, in the type that PyTorch wants them in.
        case integer = "I64"
        case integer32 = "I32"
        case integer16 = "I16"
        case integer8 = "I8"
        case unsigned64 = "U64"
        case unsigned32 = "U32"
        case unsigned16 = "U16"
        case unsigned8 = "U8"
        case flag = "BOOL"
        case float8E4M3 = "F8_E4M3"
        case float8E5M2 = "F8_E5M2"

        package init<Value: BinaryFloatingPoint>(_: Value.Type) {
            self = MemoryLayout<Value>.size == 4 ? .float : .double
        }

        /// Bytes of an element.
        package var size: Int {
            switch self {
            case .double, .integer, .unsigned64: 8
            case .float, .integer32, .unsigned32: 4
            case .half, .bfloat16, .integer16, .unsigned16: 2
            case .integer8, .unsigned8, .flag, .float8E4M3, .float8E5M2: 1
            }
        }

        /// The types of parameters and inputs.
        package static let reals: [Element] = [.double, .float, .half, .bfloat16]

        /// The types of classes, labels and lengths.
        package static let wholes: [Element] = [.integer, .integer32, .integer16, .integer8, .unsigned8]

        /// Bits of a real number's significand, the first one included.
        package var precision: Int {
            switch self {
            case .double: 53
            case .float: 24
            case .half: 11
            case .bfloat16: 8
            default: preconditionFailure("\(rawValue) is no type of real numbers")
            }
        }
    }
}

extension Safetensors.Element {
    /// A whole number that begins at an address.
    @inline(__always)
    package func whole(at address: UnsafeRawPointer) -> Int {
        switch self {
        case .integer: Int(address.loadUnaligned(as: Int64.self))
        case .integer32: Int(address.loadUnaligned(as: Int32.self))
        case .integer16: Int(address.loadUnaligned(as: Int16.self))
        case .integer8: Int(address.load(as: Int8.self))
        case .unsigned8: Int(address.load(as: UInt8.self))
        default: preconditionFailure("\(rawValue) is no type of whole numbers")
        }
    }

    /// A real number that begins at an address, exactly.
    @inline(__always)
    package func real(at address: UnsafeRawPointer) -> Double {
        switch self {
        case .double: address.loadUnaligned(as: Double.self)
        case .float: Double(address.loadUnaligned(as: Float.self))
        case .half: Double(address.loadUnaligned(as: Float16.self))
        case .bfloat16: Double(Float(bitPattern: UInt32(address.loadUnaligned(as: UInt16.self)) << 16))
        default: preconditionFailure("\(rawValue) is no type of real numbers")
        }
    }
}
