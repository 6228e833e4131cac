import CSystem

/// What instructions a program is built for, or a processor has: the levels of x86-64, each of which has all of those below it.
package enum InstructionSet: Int, CaseIterable, Comparable, Sendable {
    case other, v1, v2, v3, v4

    /// Those that this program was built for.
    package static var built: InstructionSet { InstructionSet(rawValue: Int(unroll_built_level()))! }
    /// Those of this machine's processor.
    package static var processor: InstructionSet { InstructionSet(rawValue: Int(unroll_processor_level()))! }

    /// As compilers call it.
    package var name: String { self == .other ? "of no level of x86-64" : "x86-64-\(self)" }

    /// The registers of its vectors.
    package var vectors: String {
        switch self {
        case .other, .v1, .v2: "128 bits"
        case .v3: "256 bits, AVX2"
        case .v4: "512 bits, AVX-512"
        }
    }

    package static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }
}
