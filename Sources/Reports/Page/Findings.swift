/// What was published beside what was measured, and what own experiments found: one table, to filter.
struct Findings {
    private struct Line {
        let name: String
        let says: String
        let statement: String
        let published: String
        let measured: MarkedText
        let verdict: String
        /// Of the experiments it rests on, and how the names' pictures are called in the page.
        let experiments: [String]
        let pictures: [String]
    }

    private let lines: [Line]

    init(_ reports: [ExperimentReport], judgements: [JudgedClaim]) {
        let pictures = Dictionary(
            reports.map { report in (report.name, report.pictures.map { "\(report.name)-\($0)" }) }
        ) { first, _ in first }
        // An experiment that no claim is judged by is a separate finding.
        let judged = Set(judgements.flatMap(\.claim.experiments))
        let own = reports.filter { !judged.contains($0.name) }.map { report in
            Line(
                name: report.name, says: report.question, statement: "", published: Table.absent,
                measured: report.answer, verdict: "own finding", experiments: [report.name],
                pictures: pictures[report.name] ?? [])
        }
        lines =
            own
            + judgements.map { judgement in
                Line(
                    name: judgement.claim.id, says: judgement.claim.short, statement: judgement.claim.statement,
                    published: "\(judgement.claim.published) (\(judgement.claim.cited))",
                    measured: "\(judgement.verdict.measuredWithInterval)",
                    verdict: judgement.verdict.outcome.rawValue, experiments: judgement.claim.experiments,
                    pictures: judgement.claim.experiments.flatMap { pictures[$0] ?? [] })
            }
    }

    var isEmpty: Bool { lines.isEmpty }

    var html: String {
        let titles = ["finding", "what it says", "published", "measured", "verdict", "picture"]
        return
            "<div id=\"findings\"><div class=\"table\"><table>\n<thead><tr>"
            + titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
            + "</tr></thead>\n<tbody>\n\(lines.map(Findings.row).joined())</tbody>\n</table></div></div>\n"
    }

    private static func row(_ line: Line) -> String {
        let links = line.experiments.map { "<a href=\"#experiment-\(Escape.markup($0))\">\(Escape.markup($0))</a>" }
        let picture =
            line.pictures.first.map { "<button type=\"button\" data-figure=\"\(Escape.markup($0))\">show</button> " }
            ?? ""
        let statement = line.statement.isEmpty ? "" : "<p>\(Escape.markup(line.statement))</p>"
        let cells = [
            "<th scope=\"row\">\(Escape.markup(line.name))</th>",
            "<td><strong>\(Escape.markup(line.says))</strong>\(statement)</td>",
            "<td>\(Escape.markup(line.published))</td>", "<td>\(line.measured.html)</td>",
            "<td class=\"verdict\">\(line.verdict)</td>", "<td>\(picture)\(links.joined(separator: " "))</td>",
        ]
        return "<tr data-verdict=\"\(line.verdict)\">\(cells.joined())</tr>\n"
    }
}
