/// Loss and quality of every update so far.
package struct Curve: Sendable {
    package private(set) var losses: [Double] = []
    /// Not a number where the task counts none.
    package private(set) var qualities: [Double] = []

    package init() {}

    /// As it was written; nil when there are not as many of each.
    init?(losses: [Double], qualities: [Double]) {
        guard losses.count == qualities.count else { return nil }
        self.losses = losses
        self.qualities = qualities
    }

    package var count: Int { losses.count }

    mutating func append(loss: Double, quality: Double?) {
        losses.append(loss)
        qualities.append(quality ?? .nan)
    }

    /// The update of the least loss, the first of equals; nil before any.
    package var best: (update: Int, loss: Double)? {
        losses.enumerated().min { ($0.element, $0.offset) < ($1.element, $1.offset) }.map { ($0.offset, $0.element) }
    }

    /// Means of at most the last `count` updates; nil where there are none, or no quality.
    package func mean(ofLast count: Int) -> (loss: Double?, quality: Double?) {
        func mean(_ values: ArraySlice<Double>) -> Double? {
            values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        return (mean(losses.suffix(count)), mean(qualities.suffix(count).filter { !$0.isNaN }[...]))
    }

    /// Means of the last tenth of the updates, of one at least: the figures of a training.
    package var end: (loss: Double?, quality: Double?) { mean(ofLast: max(1, count / 10)) }
}
