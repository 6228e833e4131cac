import Files
import Foundation
import Quantities
import Reports
import Runner

/// The program that draws, as a separate process.
///
/// It reads no settings but ours: neither `~/.gnuplot` nor the system's, and none of its variables. What it leaves out it does
/// not tell, so every drawing is held against its plot.
struct Gnuplot {
    /// Nil where it is not installed.
    static func find() -> Gnuplot? {
        let variables = ["GNUPLOT*", "GNUTERM", "GNUFITLOG", "GNUHELP", "GDFONTPATH", "FIT_LOG", "FIT_SCRIPT"]
        // Texts of pictures are UTF-8.
        return (try? OtherProgram("gnuplot", dropping: variables, setting: ["LC_ALL": "C.UTF-8"])).map(Gnuplot.init)
    }

    /// For a picture that the command line asks for; nil where it asks for none.
    ///
    /// - Throws: where one is asked for and there is no gnuplot.
    static func find(for path: String?) throws -> Gnuplot? {
        guard path != nil else { return nil }
        guard let gnuplot = find() else {
            throw fail("no gnuplot here; install it with: apt-get install -y gnuplot-nox", code: Exit.lacking)
        }
        return gnuplot
    }

    private let program: OtherProgram

    /// Draws one and writes it to a file.
    func draw(_ plot: Plot, to path: String) throws {
        let drawings = try draw([plot])
        for case .rendered(let picture) in drawings {
            try writing(path) { try OutputFile.write(picture.svg, to: path) }
        }
        try drawings.expectAll()
    }

    /// Draws all of these, in their order.
    ///
    /// Those after one at which gnuplot ends are drawn by another process. One that does not end would not the next time.
    func draw(_ plots: [Plot]) throws -> [Rendering] {
        guard !plots.isEmpty else { return [] }
        try expectDescriptors()
        var drawings: [Rendering] = []
        while drawings.count < plots.count {
            let rest = Array(plots[drawings.count...])
            let (texts, failure) = try drawOnce(rest)
            for (plot, text) in zip(rest, texts) {
                let lack = plot.lack(in: text)
                if let text, lack == nil {
                    drawings.append(.rendered(RenderedPlot(plot, drawing: text)))
                    continue
                }
                let isWhole = text.map(Plot.isWhole) ?? false
                drawings.append(.failed(plot, reason: isWhole ? lack ?? "" : failure.map { "\($0)" } ?? lack ?? ""))
                guard !isWhole, let failure, failure.isEnd else { continue }
                break
            }
        }
        return drawings
    }

    /// What one process draws, nil where it writes no file, and how it failed.
    private func drawOnce(_ plots: [Plot]) throws -> ([String?], OtherProgramFailure?) {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-\(UUID().uuidString)").path
        do {
            try Folder.make(scratch)
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let files = plots.indices.map { "\(scratch)/\($0).svg" }
            let script = "\(scratch)/plots.gp"
            let text = zip(plots, files).map { $0.script(to: $1) }.joined()
            try OutputFile.write(text, in: scratch, as: "plots.gp")
            var failure: OtherProgramFailure?
            do throws(OtherProgramFailure) { try program.call(["-d", script]) } catch { failure = error }
            // What is no UTF-8 gnuplot has not written.
            return (files.map { try? String(contentsOfFile: $0, encoding: .utf8) }, failure)
        } catch {
            throw fail("cannot draw in \(scratch): \(error.reason)", code: Exit.system)
        }
    }
}

extension OtherProgramFailure {
    /// Whether the program ended by itself, and another process of it may do what is left.
    fileprivate var isEnd: Bool {
        switch self {
        case .exit, .signal: true
        case .missing, .notStarted, .timedOut, .tooMuchOutput, .unexpected, .lost, .limit: false
        }
    }
}

extension [Rendering] {
    /// Ends the command where pictures are missing, after all else is done; they are named one by one.
    func expectAll() throws {
        let failed = compactMap { drawing -> (Plot, String)? in
            if case .failed(let plot, let reason) = drawing { (plot, reason) } else { nil }
        }
        guard let (plot, reason) = failed.first else { return }
        let start = failed.count == 1 ? "" : "the first, "
        throw fail(
            "\(failed.count) of \(counted(count, "picture")) not drawn; \(start)\(plot.name): \(reason)",
            code: Exit.lacking)
    }
}
