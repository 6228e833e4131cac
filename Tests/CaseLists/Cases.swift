import Glibc

/// Which cases of a long list run: a representative part in the suite, all of them in `make exhaustive`.
///
/// A list is shortened where its cases differ in size alone, or where all of them go one way through the program.
package enum Cases {
    /// Whether all cases run. Nothing else reads the variable.
    package static let areExhaustive = getenv("UNROLL_EXHAUSTIVE").map { String(cString: $0) } == "1"

    /// The first, and every `step`th after it, of a list.
    package static func every<All: Collection>(_ step: Int, of all: All) -> [All.Element] {
        all.enumerated().filter { areExhaustive || $0.offset.isMultiple(of: step) }.map(\.element)
    }
}
