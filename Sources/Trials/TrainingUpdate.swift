import Quantities

/// What one update of a training reported: a line of the measured process, a row of a learning curve.
package struct TrainingUpdate: Hashable, Sendable {
    /// Counted from 0. Its data are its own: no update sees a sequence that another saw.
    package var update: Int
    /// Before the parameters changed: of data they have not been trained on.
    package var loss: Double
    /// As the task counts it; nil where it does not.
    package var quality: Double?
    /// ‖g‖ before it was clipped, the last stride's where there are several; nil where it is not limited.
    package var gradientNorm: Double?
    package var wallSeconds: Double
    /// Steps over which every loss was felt at least, where an estimate chose them: see ``Schedules/Adaptation``.
    package var window: Int?
    /// Means over the last ``recent`` updates, or as many as there are.
    package var recentLoss: Double
    package var recentQuality: Double?

    package static let recent = 10

    package init(
        update: Int, loss: Double, quality: Double? = nil, gradientNorm: Double? = nil, wallSeconds: Double,
        window: Int? = nil, recentLoss: Double, recentQuality: Double? = nil
    ) {
        self.update = update
        self.loss = loss
        self.quality = quality
        self.gradientNorm = gradientNorm
        self.wallSeconds = wallSeconds
        self.window = window
        self.recentLoss = recentLoss
        self.recentQuality = recentQuality
    }

    /// `key=value` words; what is absent has none. Numbers read back as the same bits.
    package var line: String {
        var words = ["update=\(update)", "loss=\(loss)"]
        if let quality { words.append("quality=\(quality)") }
        if let gradientNorm { words.append("gradient_norm=\(gradientNorm)") }
        words.append("wall_seconds=\(wallSeconds)")
        if let window { words.append("window=\(window)") }
        words.append("recent_loss=\(recentLoss)")
        if let recentQuality { words.append("recent_quality=\(recentQuality)") }
        return words.joined(separator: " ")
    }

    /// Reads a line of words; nil when it is not one of ours.
    package init?(line: String) {
        var texts: [Substring: Substring] = [:]
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            let sides = word.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, texts.updateValue(sides[1], forKey: sides[0]) == nil else { return nil }
        }
        func take(_ key: Substring) -> Double? { texts.removeValue(forKey: key).flatMap { Double($0) } }
        guard let update = texts.removeValue(forKey: "update").flatMap({ Int(decimal: $0) }),
            (0..<Trial.largestUpdates).contains(update), let loss = take("loss"), let seconds = take("wall_seconds"),
            seconds.magnitude <= Value.mostSeconds, let recent = take("recent_loss")
        else { return nil }
        let window = texts.removeValue(forKey: "window").map { Int(decimal: $0) ?? 0 }
        guard window ?? 1 > 0 else { return nil }
        self.init(
            update: update, loss: loss, quality: take("quality"), gradientNorm: take("gradient_norm"),
            wallSeconds: seconds, window: window, recentLoss: recent, recentQuality: take("recent_quality"))
        guard texts.isEmpty else { return nil }
    }
}
