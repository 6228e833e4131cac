import Shapes
import Trials

/// All experiments on one page.
package struct Page: Sendable {
    let reports: [ExperimentReport]
    let judgements: [JudgedClaim]
    /// Of the network of the experiment that the page opens with.
    private(set) var player: Player?

    private let again: [String]

    /// - Parameter again: the commands that write it once more.
    package init(_ reports: [ExperimentReport], judgements: [JudgedClaim], again: [String] = []) {
        self.reports = reports
        self.judgements = judgements
        self.again = again
        let trials = Page.lead(reports)?.points.map(\.trial) ?? []
        player = (trials.first { $0.cell == .standard } ?? trials.first).map(Player.init(of:))
    }

    /// Shows measured bytes in the player, of those of its trials that have a timeline.
    ///
    /// - Parameter timelines: by the identifier of their trials.
    package mutating func add(_ timelines: [String: MeasuredTimeline]) throws(MeasuredTimeline.Failure) {
        try player?.add(timelines, of: reports.flatMap { $0.points.map(\.trial) })
    }

    private static let title: MarkedText = "Results"
    static let introduction: MarkedText =
        "What training a recurrent network takes, strategy by strategy: exact live bytes by jemalloc's count, times as "
        + "ratios paired by round. Bytes and step counts are the same on every machine; times are of the one named with each "
        + "experiment."

    /// The overview, for a directory with one folder an experiment.
    package var markdown: String {
        var blocks: [PageElement] = [.heading(1, Page.title, anchor: ""), .paragraph(Page.introduction)]
        blocks += claims
        for report in reports {
            blocks.append(.heading(2, "[\(report.name)](\(report.folder)/report.md)", anchor: ""))
            if !report.question.isEmpty { blocks.append(.paragraph("\(report.question)")) }
            blocks.append(.paragraph("**\(report.answer)**"))
            if let mixture = report.mixture { blocks.append(.paragraph(mixture)) }
        }
        if !again.isEmpty { blocks += [.paragraph("These pages again:"), .commands(again)] }
        return blocks.markdown()
    }

    private var claims: [PageElement] {
        guard !judgements.isEmpty else { return [] }
        return [.heading(2, "Published claims, re-measured", anchor: "claims"), .table(Table(overviewOf: judgements))]
    }
}

extension Table {
    /// The verdicts without conventions and tolerances, which the table of each experiment has.
    fileprivate init(overviewOf judgements: [JudgedClaim]) {
        self.init(
            judgements,
            columns: [
                ColumnDefinition("claim", .text) { $0.claim.id },
                ColumnDefinition("verdict", .text) { $0.verdict.outcome.rawValue },
                ColumnDefinition("statement", .text) { $0.claim.statement },
                ColumnDefinition("published", .text) { $0.claim.published },
                ColumnDefinition("measured", .text) { $0.verdict.measured },
            ])
    }
}
