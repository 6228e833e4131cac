/// What a measuring process did before it was ready, in seconds. It says so behind that word,
/// `ready audit_seconds=0.01 reference_seconds=0 warmup_seconds=0.01`; other engines' programs say nothing of it.
package struct Preparation: Hashable, Sendable {
    /// The audited pass.
    package var audit = 0.0
    /// The gradient that the trial's is compared with, computed or read, and the comparison.
    package var reference = 0.0
    /// Passes before the first that is measured, but for the audited one.
    package var warmup = 0.0

    package init() {}

    /// As words.
    package var line: String {
        "audit_seconds=\(audit) reference_seconds=\(reference) warmup_seconds=\(warmup)"
    }

    /// Reads words; nil when one is none of these, or stands there twice.
    package init?(line: String) {
        var known: Set<Substring> = []
        for word in line.split(separator: " ") {
            let sides = word.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, known.insert(sides[0]).inserted, let seconds = Double(sides[1]), seconds >= 0,
                seconds.isFinite
            else { return nil }
            switch sides[0] {
            case "audit_seconds": audit = seconds
            case "reference_seconds": reference = seconds
            case "warmup_seconds": warmup = seconds
            default: return nil
            }
        }
    }
}
