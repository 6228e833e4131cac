import Experiments
import Foundation
import Testing

/// The same experiment in two places: every command that tells something by results has one rule.
@Suite("A copy is not counted twice") struct OnePlaceTests {
    private func copied() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--quiet") == Ending(0))
        try FileManager.default.copyItem(
            atPath: scratch.path + "/results/tiny", toPath: scratch.path + "/results/tiny-copy")
        return scratch
    }

    private static let complaint =
        "unroll: experiment 'tiny' is in two places, results/tiny/measurements.csv and results/tiny-copy/measurements.csv: name "
        + "one of them, move the other away, or join them with 'unroll merge'\n"

    @Test("A copy of a folder beside it is refused by name, and either is taken when it is named")
    func twoPlaces() throws {
        let scratch = try copied()
        let before = scratch.contents
        for words in [["compare", "results"], ["report", "results"], ["plan", "--check", "results"]] {
            try expect(
                scratch.run(Program.unroll.path, words), Ending(65, complaint: OnePlaceTests.complaint))
        }
        #expect(scratch.contents == before)
        for place in ["results/tiny", "results/tiny-copy"] {
            #expect(try scratch.unroll("compare", place).code == 0)
            #expect(try scratch.unroll("report", place).code == 0)
        }
        // Two that are named are held against each other, three are not taken together.
        #expect(try scratch.unroll("compare", "results/tiny", "results/tiny-copy").code == 0)
        let three = try scratch.unroll("compare", "results/tiny", "results/tiny-copy", "results/tiny")
        #expect(three.code == 65 && three.complaint.contains(" in two places, results/tiny and results/tiny-copy: "))
        // Joined, it is one again.
        #expect(
            try scratch.unroll("merge", "results/tiny", "results/tiny-copy", "--into", "one", "--quiet") == Ending(0))
        #expect(try scratch.unroll("compare", "one").code == 0)
    }

    @Test("reproduce --check and report judge a claim by the same rows, or both refuse them")
    func claims() throws {
        let scratch = try Scratch()
        let committed = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "results/bisection").path
        try FileManager.default.createDirectory(atPath: scratch.path + "/r", withIntermediateDirectories: true)
        // Under another name it is the same experiment, and links lead to it.
        try FileManager.default.copyItem(atPath: committed, toPath: scratch.path + "/r/my halves")
        let check = ["reproduce", "--check", "C4", "--results", "r", "--format", "csv"]
        let alone = try scratch.run(Program.unroll.path, check)
        #expect(alone.code == 0 && alone.output.contains("reproduced"), "\(alone)")
        #expect(try scratch.unroll("report", "r").code == 0)
        #expect(try scratch.read("r/README.md").contains("[bisection](my%20halves/report.md)"))
        try FileManager.default.copyItem(atPath: committed, toPath: scratch.path + "/r/bisection")
        for words in [check, ["report", "r"]] {
            let ending = try scratch.run(Program.unroll.path, words)
            #expect(ending.code == 65, "\(ending)")
            #expect(
                ending.complaint.hasPrefix(
                    "unroll: experiment 'bisection' is in two places, r/bisection/measurements.csv and "
                        + "r/my halves/measurements.csv: "))
        }
        // Another experiment's trouble is no business of this claim.
        try FileManager.default.removeItem(atPath: scratch.path + "/r/bisection")
        #expect(try scratch.run(Program.unroll.path, check) == alone)
    }
}
