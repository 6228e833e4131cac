import Quantities

/// When a training has learned enough: `loss<0.01`, `quality>0.95`.
package struct Goal: Hashable, Sendable, CustomStringConvertible {
    package enum Subject: String, CaseIterable, Hashable, Sendable { case loss, quality }

    package let subject: Subject
    /// Whether the figure is to be below the bound, or above.
    package let isBelow: Bool
    package let bound: Double

    /// What texts are goals, for messages.
    package static let allowed = "loss or quality, < or >, and a number, such as loss<0.01"

    /// What is wrong with the word of a text that is no goal, for messages; empty where that is one, or there is none.
    package static func found(_ text: String) -> String {
        let words = Subject.allCases.map(\.rawValue)
        let word = String(text.prefix { $0 != "<" && $0 != ">" })
        guard word != text, !words.contains(word) else { return "" }
        return ParameterError(unknown: word, kind: "figure", of: words).found + "; "
    }

    /// Nil where the text is no goal.
    package init?(_ text: String) {
        guard let index = text.firstIndex(where: { $0 == "<" || $0 == ">" }),
            let subject = Subject(rawValue: String(text[..<index])),
            let bound = Double(decimal: text[text.index(after: index)...])
        else { return nil }
        self.subject = subject
        self.bound = bound
        isBelow = text[index] == "<"
    }

    package var description: String { "\(subject.rawValue)\(isBelow ? "<" : ">")\(Trial.text(bound))" }

    /// Whether the mean over the last ``TrainingUpdate/recent`` updates is there. One update alone is luck.
    package func isReached(by update: TrainingUpdate) -> Bool {
        guard update.update + 1 >= TrainingUpdate.recent,
            let value = subject == .loss ? update.recentLoss : update.recentQuality
        else { return false }
        return isBelow ? value < bound : value > bound
    }
}
