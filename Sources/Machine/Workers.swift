import Glibc

/// The threads that work for a trial: those it asks for, but no more than there are processors for them.
///
/// The trial keeps the number it asks for, by which its rows are found again and compared: no bit depends on how many run. The
/// column `workers` says how many did.
package struct Workers: Hashable, Sendable {
    package let asked: Int
    package let processors: SystemLimits.Limit
    private let oversubscribes: Bool

    /// Set to 1, as many threads run as are asked for.
    package static let variable = "UNROLL_OVERSUBSCRIBE"

    package init(asked: Int, limits: SystemLimits = SystemLimits()) {
        self.init(
            asked: asked, processors: limits.processors,
            oversubscribes: getenv(Workers.variable).map { String(cString: $0) == "1" } ?? false)
    }

    package init(asked: Int, processors: SystemLimits.Limit, oversubscribes: Bool) {
        self.asked = asked
        self.processors = processors
        self.oversubscribes = oversubscribes
    }

    /// How many run.
    package var count: Int { oversubscribes ? asked : min(asked, processors.value) }

    /// What is to be said about it; nil when as many run as are asked for, each on a processor.
    package var note: String? {
        guard asked > processors.value else { return nil }
        let there = "\(processors.value) processor\(processors.value == 1 ? "" : "s") (\(processors.source))"
        return oversubscribes
            ? "\(asked) threads run on \(there), as \(Workers.variable) says"
            : "of \(asked) threads \(count) run\(count == 1 ? "s" : ""), for this process may use \(there); "
                + "\(Workers.variable)=1 runs them all"
    }
}
