import Foundation
import Quantities
import Schedules
import Testing

/// A strategy is one file and one place in a list: no other source knows one by its word.
@Suite struct StrategyWordsTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// Where a word is allowed: the families' own files, and published claims, which may name what they are about.
    private static let rooms = ["Schedules/Strategies/", "Reports/Claims/"]

    /// Words that mean something else where they stand.
    private static let homonyms = [
        // A gradient that is cut, by whatever strategy.
        #"Reports/SchedulePrintout.swift: guard isExact else { return strategy.sensitivities"#,
        // Going forward, by whatever strategy.
        #"Reports/SchedulePrintout.swift: case .forward: ">""#,
        #"Reports/Report/Answers/OneTrial.swift: let parts = [("forward", Figure.forwardSeconds)"#,
        #"Reports/Diagram/DiagramDrawing.swift: \(arrowhead("forward""#,
        #"Reports/Diagram/DiagramDrawing+Network.swift: let marker = isRunning ? "forward""#,
        #"Reports/Diagram/DiagramDrawing+Network.swift: isUndone ? "forward""#,
        #"Reports/Table/Table+Headline.swift: ("forward", .forwardSeconds)"#,
        // How a table of cells says what carries sensitivities through them, and what a benchmark has where nothing is asked for.
        #"unroll-manual/TablePages.swift: return cell.hasHiddenMatrix ? "forward""#,
        #"unroll/Commands/BenchmarkCommand.swift: @Option(help: "What is timed.".withDefault("full")"#,
        "Planning/CostModel+Fitting.swift: case .forward:",
        #"Planning/CostModel.swift: ("start", \.start), ("forward""#,
        // Rows of several builds.
        #"Trials/Origin.swift: fileprivate static let mixed = "mixed""#,
        // What an example shows is chosen, not found.
        #"Reports/Page/Player.swift: private static let opening = ["full""#,
        // Files that end too early.
        "Training/StateFiles.swift: case .truncated(let path, let expected):",
        "Trials/Safetensors/Safetensors+Reading.swift: case .truncated(let path, let bytes, let expected):",
    ]

    @Test func nothingElseKnowsAStrategyByName() throws {
        let words = Strategy.families.map { $0.word }.joined(separator: "|")
        let name = try Regex(#""(\#(words))[":]|case (let )?\.(\#(words))\b"#)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path())
            .filter { path in path.hasSuffix(".swift") && !Self.rooms.contains { path.hasPrefix($0) } }
        #expect(paths.count > 200)
        for path in paths {
            for line in try String(contentsOf: Self.sources.appending(path: path), encoding: .utf8).split(
                separator: "\n")
            where line.contains(name) && !line.drop(while: { $0 == " " }).hasPrefix("//") {
                let found = "\(path): \(line.trimmingCharacters(in: .whitespaces))"
                #expect(Self.homonyms.contains { found.hasPrefix($0) }, "\(found)")
            }
        }
    }

    /// Every family says what it is in a line, and what its parameters are.
    @Test func everyFamilySaysWhatItIs() {
        for signature in Strategy.vocabulary.signatures {
            #expect(!signature.about.isEmpty && !signature.about.hasSuffix("."), "\(signature.word)")
            #expect(Set(signature.parameters.map(\.name)).count == signature.parameters.count, "\(signature.word)")
        }
        #expect(Set(Strategy.vocabulary.words).count == Strategy.families.count)
    }
}
