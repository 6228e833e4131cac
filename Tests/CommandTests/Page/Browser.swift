import Foundation
import Testing

/// Chromium without a window: what a page is once its scripts have run, and how it looks.
struct Browser {
    static let isHere = ["chromium", "gnuplot"].allSatisfy { program in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    let scratch: Scratch

    /// The page's elements after its scripts, and what went to the console: errors of scripts and all that could not be loaded.
    ///
    /// - Parameter script: run at the end of the page, which has no policy then.
    func elements(of page: String, running script: String? = nil) throws -> (elements: String, console: [String]) {
        var page = page
        if let script {
            var lines = try scratch.read(page).split(separator: "\n", omittingEmptySubsequences: false)
            lines.removeAll { $0.hasPrefix("<meta http-equiv=\"Content-Security-Policy\"") }
            page = "with-script.html"
            let text = lines.joined(separator: "\n").replacing("</body>", with: "<script>\(script)</script></body>")
            try scratch.write(text, to: page)
        }
        // A script's waiting takes no time: the clock runs as fast as nothing is left to do. Loading is timed by a real one.
        let clock = script == nil ? [] : ["--virtual-time-budget=20000"]
        let shown = try run(["--dump-dom", "--window-size=1280,900"] + clock, page)
        #expect(shown.code == 0)
        return (shown.output, shown.complaint.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") })
    }

    /// Whether a page has to be ready in a second: in `make page-time` alone, for a test has other tests beside it.
    static var isTimed: Bool { ProcessInfo.processInfo.environment["UNROLL_PAGE_TIME"] != nil }

    /// Milliseconds until the page is drawn and answers: the least of some loads, for other tests run beside.
    func readyTime(of page: String) throws -> Int {
        var least = Int.max
        for _ in 0..<5 where least >= 1000 {
            let parts = try elements(of: page).elements.components(separatedBy: "data-ready=\"")
            let text = try #require(parts.count == 2 ? parts[1].prefix { $0 != "\"" } : nil, "the page was never ready")
            least = min(least, try #require(Int(text)))
        }
        return least
    }

    /// A picture of the page as PNG.
    func picture(of page: String, width: Int, height: Int, isDark: Bool = false) throws -> Data {
        let options =
            [
                "--virtual-time-budget=2000", "--hide-scrollbars", "--window-size=\(width),\(height)",
                "--screenshot=\(scratch.path)/picture.png",
            ]
            + (isDark ? ["--blink-settings=preferredColorScheme=0"] : [])
        #expect(try run(options, page).code == 0)
        return try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/picture.png"))
    }

    private func run(_ options: [String], _ page: String) throws -> Ending {
        try scratch.run(
            "/usr/bin/env",
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                "--user-data-dir=\(scratch.path)/.harness-chromium",
            ] + options + ["file://\(scratch.path)/\(page)"])
    }
}

/// What a script in the page found, question by question: see ``PageScript``.
func answers(in elements: String) throws -> [String: Bool] {
    let parts = elements.components(separatedBy: "data-answers=\"")
    let text = try #require(parts.count > 1 ? parts[1].prefix { $0 != "\"" } : nil, "the script gave no answers")
    let json = text.replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    return try JSONDecoder().decode([String: Bool].self, from: Data(json.utf8))
}
