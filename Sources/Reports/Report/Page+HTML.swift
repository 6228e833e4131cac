import Quantities
import Schedules
import Trials

extension Page {
    /// Everything in one file: what was asked and found, all trials to explore, the network in motion, claims, experiments.
    package var html: String {
        let lead = Page.lead(reports)
        let questions = Dictionary(reports.map { ($0.name, $0.question) }) { first, _ in first }
        let explorer = Explorer(reports.flatMap(\.points), questions: questions, lead: lead?.name)
        var body = "\(navigation(hasExplorer: !explorer.isEmpty, hasPlayer: player != nil))<main>\n\(opening(lead))"
        if !explorer.isEmpty { body += Page.explorer }
        if player != nil {
            body += Page.section("play", "What is in memory, step by step", Player.section)
        }
        let findings = Findings(reports, judgements: judgements)
        if !findings.isEmpty { body += Page.section("claims", "Claims and own findings", findings.html) }
        body += Page.section("experiments", "Experiments", reports.map(Page.experiment).joined())
        body +=
            "<footer>\(([.paragraph(Page.introduction)] + HTMLPage.credits).html(prefix: "page"))</footer>\n</main>\n"
        return HTMLPage(
            title: "unroll: \(lead.map(\.name) ?? "results")", body: body,
            data: (explorer.isEmpty ? [] : [("explorer", explorer.data)])
                + (player.map { [("player", $0.data)] } ?? []),
            scripts: HTMLPage.common + HTMLPage.exploring + HTMLPage.playing + [.findings]
        ).text
    }

    /// The experiment that the page opens with: it compares the most kinds of strategy; among those it has a
    /// question, and the most rows.
    static func lead(_ reports: [ExperimentReport]) -> ExperimentReport? {
        func rank(_ report: ExperimentReport) -> (Int, Int, Int) {
            let timed = report.points.filter { $0.line.timeRatios.count > 0 }
            let kinds = Set(timed.map(\.trial.strategy.name)).count
            return (kinds, report.question.isEmpty ? 0 : 1, report.rowCount)
        }
        return reports.max { rank($0) < rank($1) }
    }

    private func opening(_ lead: ExperimentReport?) -> String {
        let rows = reports.reduce(0) { $0 + $1.rowCount }
        var sums = [counted(reports.count, "experiment"), counted(rows, "row")]
        if !judgements.isEmpty { sums.append("\(counted(judgements.count, "published claim")): \(judgements.sums)") }
        let question: MarkedText = lead.map { $0.question.isEmpty ? "\($0.name)" : "\($0.question)" } ?? "Results"
        return
            "<header id=\"finding\">\n<p class=\"sums\">\(Escape.markup(sums.joined(separator: " · ")))</p>\n"
            + [.heading(1, question, anchor: "")].html(prefix: "page")
            + "<p class=\"finding\">\(lead?.answer.html ?? "")</p>\n</header>\n"
    }

    private func navigation(hasExplorer: Bool, hasPlayer: Bool) -> String {
        let links =
            [("finding", "Finding")] + (hasExplorer ? [("explorer", "Explore")] : [])
            + (hasPlayer ? [("play", "Play")] : []) + [("claims", "Claims"), ("experiments", "Experiments")]
        return "<nav aria-label=\"Page\"><strong>unroll</strong>"
            + links.map { "<a href=\"#\($0.0)\">\($0.1)</a>" }.joined() + "</nav>\n"
    }

    private static let explorer = """
        <section id="explorer" class="panel" aria-label="Trade-off explorer">
        <noscript><p>The explorer is drawn by a script; tables and pictures of every experiment are below.</p></noscript>
        </section>

        """

    private static func section(_ anchor: String, _ title: MarkedText, _ content: String) -> String {
        "<section id=\"\(anchor)\">\n\([.heading(2, title, anchor: "")].html(prefix: anchor))\(content)</section>\n"
    }

    /// Folded to its question and its answer.
    private static func experiment(_ report: ExperimentReport) -> String {
        let name = Escape.markup(report.name)
        let question: [PageElement] = report.question.isEmpty ? [] : [.paragraph("\(report.question)")]
        return
            "<details class=\"experiment\" id=\"experiment-\(name)\">\n<summary><h3>\(name)</h3><span>\(report.answer.html)</span></summary>\n"
            + "\((question + report.blocks).html(prefix: report.name))</details>\n"
    }
}
