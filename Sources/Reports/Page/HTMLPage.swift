import Schedules

/// A page in one file that asks no network for anything: styles, scripts and what these read stand in it.
struct HTMLPage {
    let title: String
    let body: String
    /// What scripts read, by name: `data-NAME` is the element's.
    let data: [(name: String, value: ScriptValue)]
    /// In the order in which they run, after all elements are there.
    let scripts: [Asset]

    var text: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>\(Escape.markup(title))</title>
        <style>
        \(Asset.style.text)\(HTMLPage.roles)\(HTMLPage.alignment)\(Palette.darkRule(for: body, within: ":root:not(.printing) figure "))</style>
        </head>
        <body>
        \(body.range(of: "#gpPt") == nil ? "" : RenderedPlot.symbols)\(body)\(data.map { "<script type=\"application/json\" id=\"data-\($0.name)\">\($0.value.json)</script>\n" }.joined())
        \(scripts.map { "<script>\($0.text)</script>\n" }.joined())</body>
        </html>

        """
    }

    /// Nothing is loaded and nothing sent; the scripts that run are this page's own, by the hashes of their texts. Styles are
    /// attributes of pictures too, which hashes do not cover.
    private var policy: String {
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
            + scripts.map { "'sha256-\($0.hash)'" }.joined(separator: " ") + "; base-uri 'none'; form-action 'none'"
    }

    /// Colours of roles in either theme, as in every picture.
    private static let roles: String = {
        func rule(_ colour: (String) -> String) -> String {
            Role.allCases.map { "--role-\($0): \(colour($0.colour));" }.joined(separator: " ")
        }
        return ":root { \(rule { $0 }) }\n@media (prefers-color-scheme: dark) { :root:not(.printing) { "
            + "\(rule { Palette.dark($0) ?? $0 }) } }\n"
    }()

    /// Columns of figures by their places, as far as any table has some.
    private static let alignment =
        (1...64).map { ".table .r\($0) tr > :nth-child(\($0))" }
        .joined(separator: ",\n") + " { text-align: right; white-space: nowrap; }\n"

    /// What scripts sort by: six digits, and no zeros that say nothing.
    static func figure(_ number: Double) -> String {
        var text = Table.significant(number, 6)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    // Each uses what stands before it.
    static let common: [Asset] = [.chart, .common]
    static let exploring: [Asset] = [.scales, .trials, .pins, .explorer]
    static let playing: [Asset] = [.lanes, .network, .player]

    /// What draws, and on which terms: at the end of every page.
    static let credits: [PageElement] = [
        .paragraph(
            "Drawn by Chart.js 3.9.1, © 2022 Chart.js Contributors, MIT licence, which stands in this file; nothing is "
                + "loaded from a network.")
    ]
}
