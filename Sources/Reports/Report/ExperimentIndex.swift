/// What a folder of experiment files asks, how long it takes to measure, and what was found: a page to choose from.
package struct ExperimentIndex: Sendable {
    package struct Entry: Sendable {
        let name: String
        /// Of the experiment file, seen from the page.
        let path: String
        let question: String
        /// What measuring it took; nil where it was not measured.
        let seconds: Double?
        let answer: MarkedText?

        package init(name: String, path: String, question: String, seconds: Double?, answer: MarkedText?) {
            self.name = name
            self.path = path
            self.question = question
            self.seconds = seconds
            self.answer = answer
        }
    }

    private let entries: [Entry]
    private let again: String

    /// - Parameter again: the command that writes the page again.
    package init(_ entries: [Entry], again: String) { (self.entries, self.again) = (entries, again) }

    package var markdown: String {
        let measured = entries.filter { $0.answer != nil }
        let others = entries.filter { $0.answer == nil }
        var blocks: [PageElement] = [
            .heading(1, "Experiments", anchor: ""),
            .paragraph(
                "What each file asks, how long it takes to measure on the machine of the committed results, and what it answered "
                    + "there. `unroll run experiments/NAME.yaml` measures one of them again."),
            .list(measured.map(ExperimentIndex.item)),
        ]
        if !others.isEmpty {
            blocks += [.heading(2, "Without results here", anchor: ""), .list(others.map(ExperimentIndex.item))]
        }
        blocks += [.paragraph("This page again:"), .commands([again])]
        return blocks.markdown()
    }

    private static func item(_ entry: Entry) -> MarkedText {
        var text: MarkedText = "[\(entry.name)](\(entry.path))"
        if let seconds = entry.seconds { text += ", \(time(seconds))" }
        if !entry.question.isEmpty { text += ": \(entry.question)" }
        if let answer = entry.answer { text += " **\(answer)**" }
        return text
    }

    /// `41 s`, `6 min`
    private static func time(_ seconds: Double) -> String {
        seconds < 60 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded())) min"
    }
}
