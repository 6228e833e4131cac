import Glibc
package import Shapes

/// Which cases of a long list run: a representative part in the suite, all of them in `make exhaustive`.
///
/// A list is shortened where its cases differ in size alone, or where all of them go one way through the program.
package enum Cases {
    /// Whether all cases run. Nothing else reads the variable.
    package static let areExhaustive = getenv("UNROLL_EXHAUSTIVE").map { String(cString: $0) } == "1"

    /// Every `step`th of a list, from the first on or from another.
    package static func every<All: Collection>(_ step: Int, of all: All, from first: Int = 0) -> [All.Element] {
        all.enumerated().filter { areExhaustive || $0.offset % step == first % step }.map(\.element)
    }

    /// Cells for tests of schedules and heaps: in the suite those that differ in what a step keeps and passes on.
    package static let cells: [Cell] =
        areExhaustive
        ? Cell.allCases : Cell.allCases.filter { ["lstm", "gru", "slstm"].contains($0.rawValue) || $0.kind.projects }
}
