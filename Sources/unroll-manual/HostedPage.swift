import Foundation
import Reports

/// A page of the site: its text, and docc's application, which takes the text's place where a server hands it its data.
struct HostedPage {
    let html: String
    /// Where the links and pictures of its text lead.
    let links: [String]

    /// - Parameters:
    ///   - template: a page of docc's: it names the application's scripts and styles.
    ///   - path: of the page, from the site's root.
    init(_ plain: PlainPage, template: String, path: String) throws {
        let root = String(repeating: "../", count: path.count { $0 == "/" })
        let scripts = HostedPage.values(after: "<script defer=\"defer\" src=\"/", in: template)
        let styles = HostedPage.values(after: "<link href=\"/", in: template).filter { $0.hasSuffix(".css") }
        guard !scripts.isEmpty, !styles.isEmpty else {
            throw ManualError("docc's index.html names no script or no style")
        }
        let text = try plain.html()
        links = HostedPage.values(after: "href=\"", in: text) + HostedPage.values(after: "src=\"", in: text)
        html = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
            <title>\(Escape.markup(plain.title))</title>
            <link rel="icon" href="\(root)favicon.ico">
            <link id="plain-style" rel="stylesheet" href="\(root)plain.css">
            </head><body data-color-scheme="auto"><main id="plain">\(text)</main><div id="app"></div>
            <script>
            const root = new URL("\(root)", location.href)
            var baseUrl = root.pathname
            // From the disk a browser lets no script read data: the text stays.
            if (location.protocol !== "file:") {
              document.getElementById("plain").remove()
              document.getElementById("plain-style").remove()
              // The application knows pages by their folders.
              history.replaceState(null, "", location.href.replace(/index\\.html(?=$|[?#])/, ""))
              for (const name of \(HostedPage.list(styles))) {
                const style = document.createElement("link")
                Object.assign(style, { rel: "stylesheet", href: new URL(name, root) })
                document.head.append(style)
              }
              for (const name of \(HostedPage.list(scripts))) {
                const script = document.createElement("script")
                Object.assign(script, { src: new URL(name, root), async: false })
                document.body.append(script)
              }
            }
            </script></body></html>

            """
    }

    /// What stands in quotes after a text, each time.
    private static func values(after start: String, in text: String) -> [String] {
        text.components(separatedBy: start).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    private static func list(_ names: [String]) -> String {
        "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    /// The site's first page.
    static let start = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>unroll</title>
        <meta http-equiv="refresh" content="0; url=documentation/unroll/index.html"></head>
        <body><a href="documentation/unroll/index.html">The manual</a></body></html>

        """

    static let style = """
        :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
        body { margin: 0 auto; max-width: 46rem; padding: 1rem 1.5rem 4rem; font: 1rem/1.55 system-ui, sans-serif; }
        h1, h2, h3 { line-height: 1.2; }
        .abstract { font-size: 1.15em; }
        pre, code { font: 0.9em/1.45 ui-monospace, monospace; }
        pre { overflow-x: auto; padding: 0.75rem 1rem; border: 1px solid var(--line); }
        table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 0.9em; }
        th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); }
        th p, td p { margin: 0; }
        li > p { margin: 0.25rem 0; }
        .right { text-align: right; white-space: nowrap; }
        img { max-width: 100%; height: auto; background: white; }

        """
}
