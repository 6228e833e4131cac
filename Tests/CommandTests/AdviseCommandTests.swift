import Foundation
import Glibc
import Testing

/// `unroll advise` on small networks, without prices.
struct AdviseCommandTests {
    private static let small = [
        "--cell", "gru", "--input", "4", "--hidden", "8", "--batch", "2", "--length", "30", "--task", "copy:delay=3",
        "--batches", "6", "--windows", "4,2,8", "--offline",
    ]

    private struct Answer: Decodable {
        struct Recommendation: Decodable { let strategy, sentence: String, window: Int }
        struct Window: Decodable {
            let window: Int, strategy: String, bound, bias, noise: Double?
            let gradientError, gradientErrorLow, gradientErrorHigh: Double
            let predictedPeakBytes: Int
        }
        struct Exact: Decodable { let strategy: String, predictedPeakBytes: Int }
        struct Lag: Decodable { let lag: Int, norm, cumulativeNorm: Double }
        let maxGradientError: Double
        let budgetBytes: Int?
        let batches: Int
        let recommendation: Recommendation?
        let windows: [Window]
        let exact: [Exact]
        let lags: [Lag]?
    }

    private func answer(_ words: [String], code: Int32 = 0) throws -> Answer {
        let ending = try Scratch().run(
            Program.unroll.path, ["advise"] + AdviseCommandTests.small + ["--format", "json"] + words)
        #expect(ending.code == code && ending.complaint.isEmpty, "\(ending)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(ending.output.utf8))
    }

    /// Of a network that rounds, windows are held against what it rounds itself: exact strategies are there, and one of them is taken
    /// where no window is good enough.
    @Test(arguments: [["--scalar", "bfloat16"], ["--records", "int8"]]) func ofFewerBits(words: [String]) throws {
        let answer = try answer(words + ["--max-gradient-error", "1e-6"])
        #expect(answer.exact.contains { $0.strategy == "full" })
        let recommendation = try #require(answer.recommendation)
        #expect(answer.exact.contains { $0.strategy == recommendation.strategy } && recommendation.window == 30)
    }

    @Test func figures() throws {
        let answer = try answer([])
        #expect(answer.maxGradientError == 0.05 && answer.budgetBytes == nil && answer.batches == 6)
        #expect(answer.windows.map(\.window) == [2, 4, 8, 2, 4, 8])
        #expect(
            answer.windows[0].strategy == "truncated:window=4,stride=2"
                && answer.windows[3].strategy == "truncated:window=2")
        for window in answer.windows {
            #expect(
                window.gradientErrorLow <= window.gradientError
                    && window.gradientError <= window.gradientErrorHigh)
            #expect(window.bias != nil && window.noise != nil)
        }
        // A longer window leaves less out, and one that every loss is felt over less than chunks.
        for index in [0, 1, 3, 4] {
            #expect(answer.windows[index].gradientError > answer.windows[index + 1].gradientError)
        }
        for index in 0..<3 { #expect(answer.windows[index].gradientError < answer.windows[index + 3].gradientError) }
        #expect(answer.lags?.map(\.lag) == Array(0...16) && answer.lags![0].norm > answer.lags![16].norm)
        let recommendation = try #require(answer.recommendation)
        #expect([2, 4, 8].contains(recommendation.window) && recommendation.sentence.contains(recommendation.strategy))
        #expect(answer.exact.contains { $0.strategy == "full" })
    }

    @Test func table() throws {
        let ending = try Scratch().run(Program.unroll.path, ["advise"] + AdviseCommandTests.small)
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let starts = [
            "cell=gru layers=1 input=4 hidden=8 batch=2 length=30 task=copy:delay=3",
            "How strongly the loss of a step is felt",
            "lag, steps", "Truncated gradients against the exact one, 6 of 6 batches:", "window, steps",
            "noise of the exact",
            "The exact gradient:", "strategy", "Look back ",
        ]
        var lines = ending.output.split(separator: "\n")[...]
        for start in starts {
            let index = lines.firstIndex { $0.drop { $0 == " " }.hasPrefix(start) }
            #expect(index != nil, "'\(start)' is missing in \(ending.output)")
            if let index { lines = lines[(index + 1)...] }
        }
    }

    /// Within a budget that all fit into nothing is faster than full unrolling; where nothing fits the command fails and says so.
    @Test func budgets() throws {
        #expect(try answer(["--budget", "1GiB"]).recommendation?.strategy == "full")
        let none = try answer(["--budget", "10KiB"], code: 1)
        #expect(none.recommendation == nil && none.windows.count == 6)
        let ending = try Scratch().run(
            Program.unroll.path, ["advise"] + AdviseCommandTests.small + ["--budget", "10KiB"])
        #expect(
            ending.code == 1 && ending.output.contains("\nnothing fits in 10.0 KiB: the smallest that is good enough, ")
        )
    }

    /// A network learns to carry symbols over four steps: at least four are needed then, and more than before it has. Network and data are files; the last one of several is shown in full.
    @Test func neededWindowMoves() throws {
        let scratch = try Scratch()
        func unroll(_ words: [String]) throws -> Ending {
            let ending = try scratch.run(Program.unroll.path, words)
            #expect(ending.code == 0 && ending.complaint.isEmpty, "\(words): \(ending)")
            return ending
        }
        _ = try unroll([
            "measure", "--task", "copy:delay=4", "--cell", "elman", "--input", "4", "--hidden", "24", "--batch", "32",
            "--length", "40", "--strategy", "full", "--repetitions", "1", "--export", "data.st",
        ])
        for (updates, file) in [(1, "early.st"), (200, "late.st")] {
            _ = try unroll([
                "train", "--data", "data.st", "--cell", "elman", "--hidden", "24", "--batch", "8", "--strategy", "full",
                "--learning-rate", "0.01", "--updates", "\(updates)", "--checkpoint", file, "--quiet",
            ])
        }
        let words = ["advise", "--data", "data.st", "--batch", "8", "--batches", "4", "--windows", "2,3,4,6,8,12,16"]
        func needed(_ files: String...) throws -> [Int?] {
            let ending = try unroll(
                words + files.flatMap { ["--weights", $0] } + ["--offline", "--format", "json"])
            let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
            let last = (object?["recommendation"] as? [String: Any])?["window"] as? Int
            guard files.count > 1 else { return [last] }
            let rows = try #require(object?["weights"] as? [[String: Any]])
            #expect(rows.map { $0["weights"] as? String } == files && rows.last?["needed_window"] as? Int == last)
            return rows.map { $0["needed_window"] as? Int }
        }
        let moved = try needed("early.st", "late.st")
        #expect(try moved == [needed("early.st")[0], needed("late.st")[0]])
        let (early, late) = (try #require(moved[0]), try #require(moved[1]))
        #expect(early < late && (4...12).contains(late), "\(moved)")
        let table = try unroll(words + ["--weights", "early.st", "--weights", "late.st", "--offline"]).output
        #expect(table.contains("weights=late.st") && table.contains("window needed, steps"), "\(table)")
    }

    /// Intervals are over batches, and a batch that came twice would make them narrower than they are.
    @Test("A file's sequences are gone over once, and a sentence says how many there are") func fewerBatches() throws {
        let scratch = try Scratch()
        let made = try scratch.unroll(
            "measure", "--cell", "gru", "--input", "4", "--hidden", "8", "--batch", "7", "--length", "9", "--task",
            "copy:delay=3", "--strategy", "full", "--repetitions", "1", "--export", "net.st")
        #expect(made.code == 0, "\(made)")
        func advise(_ words: String...) throws -> Ending {
            try scratch.run(
                Program.unroll.path,
                ["advise", "--weights", "net.st", "--data", "net.st", "--batch", "2", "--windows", "2,4", "--offline"]
                    + words)
        }
        // The last batch has one sequence.
        let fewer = try advise()
        #expect(fewer.code == 0 && fewer.output.contains(", 4 of 4 batches:"), "\(fewer)")
        #expect(
            fewer.complaint
                == "unroll: 'net.st' has 4 batches of 2 sequences and 9 steps, and 'batches' is 10: each is gone over once\n"
        )
        let twoEach = try advise("--length", "5", "--batches", "100", "--quiet")
        #expect(twoEach.complaint.isEmpty && twoEach.output.contains(", 8 of 8 batches:"), "\(twoEach)")
        let some = try advise("--batches", "3")
        #expect(some.complaint.isEmpty && some.output.contains(", 3 of 3 batches:"), "\(some)")
    }

    @Test("Weights of several networks, and data twice, are refused in a sentence") func differentFiles() throws {
        let scratch = try Scratch()
        for hidden in ["5", "6"] {
            let ending = try scratch.unroll(
                "measure", "--cell", "gru", "--input", "4", "--hidden", hidden, "--batch", "2", "--length", "9",
                "--task",
                "copy:delay=3", "--strategy", "full", "--repetitions", "1", "--export", "net-\(hidden).st")
            #expect(ending.code == 0, "\(ending)")
        }
        try expect(
            scratch.unroll(
                "advise", "--weights", "net-5.st", "--weights", "net-6.st", "--data", "net-5.st", "--offline"),
            Ending(
                65,
                complaint:
                    "unroll: 'hidden' is '5' with 'net-5.st' and '6' with 'net-6.st'; allowed: weights of one network\n"
            ))
        let twice = try scratch.unroll("advise", "--data", "net-5.st", "--task", "noise", "--offline")
        #expect(
            twice.code == 64
                && twice.complaint.contains(
                    "'--data' is short for '--task file:path=net-5.st', and '--task' is given too"),
            "\(twice)")
    }

    /// A loss of whole sequences is of no step, but windows have their errors all the same.
    @Test func labels() throws {
        let ending = try Scratch().unroll(
            "advise", "--task", "labelling", "--length", "40", "--hidden", "8", "--batch", "2", "--batches", "2",
            "--windows",
            "10", "--offline")
        #expect(
            ending.code == 0 && ending.output.contains("The loss of task 'labelling' is of whole sequences: no lags"))
        #expect(ending.output.contains("truncated:window=20,stride=10"))
    }

    @Test(arguments: [
        (["--windows", "0"], "allowed: whole numbers from 1, each once, such as 5,10,20"),
        (["--windows", "2,2"], "allowed: whole numbers from 1, each once"),
        (["--windows", "30"], "'windows' has 30, and the length is 30; allowed: whole numbers from 1 to 29"),
        (["--max-gradient-error", "0"], "'max-gradient-error' is '0.0'; allowed: a number above 0"),
        (["--batches", "0"], "'batches' is '0'; allowed: a whole number from 1"),
        (["--bidirectional"], "is not defined for bidirectional layers"),
    ])
    func wrongUsage(words: [String], complaint: String) throws {
        let ending = try Scratch().run(
            Program.unroll.path, ["advise", "--length", "30", "--task", "copy:delay=3", "--input", "4"] + words)
        #expect(ending.code == 64 && ending.output.isEmpty && ending.complaint.contains(complaint), "\(ending)")
    }

    /// What is known by then is printed.
    @Test func interruption() throws {
        let scratch = try Scratch()
        let words = AdviseCommandTests.small.map { $0 == "6" ? "10000" : $0 }
        let running = try scratch.start(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" 2> log", Program.unroll.path, "advise", "--verbose"] + words)
        #expect(wait { ((try? scratch.read("log")) ?? "").contains("event=batch") })
        running.signal(SIGINT)
        let ending = try running.wait()
        #expect(ending.code == 130, "\(ending)")
        #expect(ending.output.contains("of 10000 batches:\n") && ending.output.contains("\nLook back "))
        let log = try scratch.read("log")
        #expect(log.contains("\nunroll: ends after this batch; once more ends at once\n"))
        #expect(log.contains("unroll: interrupted after ") && log.hasSuffix(" of 10000 batches\n"))
    }
}
