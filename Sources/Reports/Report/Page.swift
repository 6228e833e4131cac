/// All experiments on one page.
package struct Page: Sendable {
    private let reports: [ExperimentReport]
    private let judgements: [JudgedClaim]

    package init(_ reports: [ExperimentReport], judgements: [JudgedClaim]) {
        self.reports = reports
        self.judgements = judgements
    }

    private static let title: MarkedText = "Results"
    private static let introduction: MarkedText =
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
        blocks += [.paragraph("Again, all of it, and this page:"), .commands(["make reproduce", "make report"])]
        return blocks.markdown()
    }

    private var claims: [PageElement] {
        guard !judgements.isEmpty else { return [] }
        return [.heading(2, "Published claims, re-measured", anchor: "claims"), .table(Table(overviewOf: judgements))]
    }

    /// Everything in one file that asks no network for anything.
    package var html: String {
        var body = [PageElement.heading(1, Page.title, anchor: ""), .paragraph(Page.introduction)].html(prefix: "page")
        body += "<nav><ul>\n"
        if !judgements.isEmpty { body += "<li><a href=\"#claims\">Claims</a></li>\n" }
        body +=
            reports.map { "<li>\(("[\($0.name)](#\($0.name))" as MarkedText).html)</li>\n" }.joined() + "</ul></nav>\n"
        body += claims.html(prefix: "claims")
        for report in reports {
            let opening: [PageElement] =
                [.heading(2, "\(report.name)", anchor: report.name)]
                + (report.question.isEmpty ? [] : [.paragraph("\(report.question)")])
            body += "<section>\n\((opening + report.blocks).html(prefix: report.name))</section>\n"
        }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Page.policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>unroll: results</title>
            <style>
            \(Page.style)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            <script>
            \(Page.script)
            </script>
            </body>
            </html>

            """
    }

    /// Nothing is loaded and nothing sent; the one script that runs is this page's, by the hash of its text. Styles are
    /// attributes of pictures too, which hashes do not cover.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-\(Page.scriptHash)'; "
        + "base-uri 'none'; form-action 'none'"
    private static let scriptHash = "P41voLWvXN+sm1MG1l1XHkVqv+DG9VRvd8TumFiqPUY="

    private static let style = """
        :root { color-scheme: light dark; --ink: #1a1a1a; --soft: #5f5f5f; --line: #d8d8d8; --paper: #ffffff; --link: #0b5394; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e4e4; --soft: #a0a0a0; --line: #3c3c3c; --paper: #16181a; --link: #7db7ef; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 5rem; }
        h1 { font-size: 1.7rem; font-weight: 600; margin: 0 0 .75rem; }
        h2 { font-size: 1.25rem; font-weight: 600; margin: 3.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
        p { margin: .6rem 0; max-width: 46rem; overflow-wrap: anywhere; }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1.25rem 0; list-style: none; }
        code, pre { font: .875em ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
        pre { overflow-x: auto; margin: .5rem 0; padding: .6rem .9rem; border-left: 2px solid var(--line); }
        figure { margin: 1.75rem 0; overflow-x: auto; }
        figure svg { display: block; width: 100%; min-width: 40rem; height: auto; background: #ffffff; border-radius: 4px; }
        figcaption { margin-top: .4rem; color: var(--soft); font-size: .85rem; max-width: 46rem; }
        .table { overflow-x: auto; margin: .75rem 0 1.25rem; }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        th { font-weight: 600; white-space: nowrap; cursor: pointer; border-bottom: 1.5px solid var(--soft); }
        th:first-child, td:first-child { padding-left: 0; }
        td { min-width: 4.5rem; }
        .figure { text-align: right; white-space: nowrap; }
        th[aria-sort=ascending]::after { content: " \\2191"; }
        th[aria-sort=descending]::after { content: " \\2193"; }
        details { margin: .6rem 0; }
        summary { cursor: pointer; color: var(--link); }
        ul { padding-left: 1.1rem; }
        li { overflow-wrap: anywhere; }
        @media print {
          main { max-width: none; padding: 0; }
          body { font-size: 10pt; }
          figure, tr { break-inside: avoid; }
          figure svg { min-width: 0; }
          h2 { break-after: avoid; }
          .table { overflow: visible; }
          table { font-size: 7pt; }
        }
        """

    /// A click on a column's title sorts by it, figures by their raw values; what was not measured stays behind.
    private static let script = """
        for (const table of document.querySelectorAll("table")) {
          const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
          const value = (row, i) => row.cells[i].dataset.value ?? row.cells[i].textContent;
          heads.forEach((head, i) => {
            head.tabIndex = 0;
            const sort = () => {
              const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
              heads.forEach(h => h.removeAttribute("aria-sort"));
              head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
              const rows = [...body.rows].sort((a, b) => {
                const [x, y] = [value(a, i), value(b, i)];
                if (x === "\\u2013" || y === "\\u2013") return (x === "\\u2013") - (y === "\\u2013");
                return down * (isNaN(x) || isNaN(y) ? x.localeCompare(y, "en", {numeric: true}) : x - y);
              });
              body.append(...rows);
            };
            head.addEventListener("click", sort);
            head.addEventListener("keydown", e => { if (e.key === "Enter") sort(); });
          });
        }
        // What is folded is printed too.
        addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(d => d.open = true));
        document.documentElement.dataset.sortable = document.querySelectorAll("th[tabindex]").length;
        """
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
