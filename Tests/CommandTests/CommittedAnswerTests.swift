import Experiments
import Foundation
import Reports
import Testing
import Trials

/// The answers of the committed experiments.
struct CommittedAnswerTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// What tells two figures apart or holds one against another.
    private static let comparing = [
        " to ", " times", " off ", "below 1 %", " of the ", " against ", " more ", "full unrolling's", "fewest",
        " of them ", "` and ",
        "smallest",
    ]

    /// - Returns: what is wrong with an answer; nil for nothing.
    static func fault(_ answer: String) -> String? {
        let figures = answer.matches(of: /[0-9]+(\.[0-9]+)?/).count
        if figures < 2 { return "it has \(figures) figures" }
        if !comparing.contains(where: answer.contains) { return "it compares nothing" }
        if answer.contains("nothing to compare") || answer.contains("without a figure") { return "it is none" }
        if answer.contains("nan") || answer.contains("inf ") { return "it has what is no number" }
        if !answer.hasSuffix(".") || answer.contains("  ") || answer.contains(" .") { return "it is no sentence" }
        if answer.count > 600 { return "it takes \(answer.count) characters" }
        return nil
    }

    @Test("Every committed experiment has an answer that has figures and compares something")
    func committed() throws {
        let all = try Results.read(at: "\(CommittedAnswerTests.root)/results").filter { !$0.rows.isEmpty }
        #expect(all.count >= 35)
        for results in all {
            let answer = Answer.sentence(results.rows).markdown
            #expect(CommittedAnswerTests.fault(answer) == nil, "\(results.rows[0].experiment): \(answer)")
        }
    }

    @Test("The test above can fail", arguments: ["9 rows, and nothing to compare in them.", "It is 1.", "1 and 2."])
    func faults(_ answer: String) { #expect(CommittedAnswerTests.fault(answer) != nil) }
}
