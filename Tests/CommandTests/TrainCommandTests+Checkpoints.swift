import Experiments
import Foundation
import Testing
import Trials

/// Trainings that are stopped, resumed, refused or diverge.
extension TrainCommandTests {
    @Test("Stopped at half and gone on: the same curve, the same parameters")
    func resume() throws {
        let scratch = try Scratch()
        #expect(
            try train(
                scratch, "--strategy", "full", "--updates", "8", "--output", "whole.csv", "--checkpoint", "whole.st",
                "--quiet"
            ).code == 0)
        #expect(
            try train(
                scratch, "--strategy", "full", "--updates", "5", "--output", "c.csv", "--checkpoint", "c.st", "--every",
                "2"
            ).code == 0)
        let half = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/c.st"))
        let ending = try train(
            scratch, "--strategy", "full", "--updates", "8", "--output", "c.csv", "--checkpoint", "c.st", "--resume",
            "c.st", "--format", "json")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(try objects(ending.output)[0]["updates"] as? Int == 8)
        #expect(try curve(scratch.read("c.csv")) == curve(scratch.read("whole.csv")))
        #expect(try bytes(scratch, "c.st") == bytes(scratch, "whole.st"))
        #expect(scratch.contents == ["c.csv", "c.st", "whole.csv", "whole.st"])
        // From the first checkpoint again: rows after it are replaced.
        try half.write(to: URL(fileURLWithPath: scratch.path + "/half.st"))
        _ = try train(
            scratch, "--strategy", "segmented", "--updates", "8", "--output", "c.csv", "--resume", "half.st")
        let rows = try curve(scratch.read("c.csv"))
        #expect(rows.count == 1 + 8 + 3)
        #expect(rows.suffix(3).map { $0[4...7] } == rows[6...8].map { $0[4...7] })
        // Nothing is left to do, and it says so of all of it.
        let done = try train(scratch, "--strategy", "full", "--updates", "8", "--resume", "c.st", "--format", "json")
        #expect(try objects(done.output)[0]["loss"] as? Double == objects(ending.output)[0]["loss"] as? Double)
    }

    func bytes(_ scratch: Scratch, _ file: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\(file)"))
    }

    @Test("Until a goal is reached")
    func goal() throws {
        let scratch = try Scratch()
        let ending = try train(
            scratch, "--strategy", "full", "--strategy", "segmented", "--updates", "500", "--until", "loss<1000",
            "--format", "json", "--verbose")
        #expect(ending.code == 0)
        // Means are of ten updates at least.
        #expect(try objects(ending.output).map { $0["updates"] as? Int } == [10, 10])
        let events = ending.complaint.split(separator: "\n").map { $0.split(separator: " ")[1] }
        #expect(events.count { $0 == "event=update" } == 20 && events.count { $0 == "event=training_started" } == 2)
    }

    @Test("A checkpoint that does not fit is refused, and nothing is written")
    func refused() throws {
        let scratch = try Scratch()
        #expect(try train(scratch, "--strategy", "full", "--updates", "2", "--checkpoint", "c.st").code == 0)
        try scratch.write("a text", to: "text")
        try Data(bytes(scratch, "c.st").prefix(300)).write(to: URL(fileURLWithPath: scratch.path + "/short.st"))
        let before = scratch.contents
        for (words, code, complaint) in [
            (
                ["--seed", "2", "--resume", "c.st"], 65,
                "'c.st' is of another training: 'seed' is '1' there and '2' here"
            ),
            (
                ["--cell", "gru", "--layers", "2", "--resume", "c.st"], 65,
                "'c.st' is of another training: 'cell' is 'lstm' there and 'gru' here; 'layers' is '1' there and '2' here"
            ),
            (["--updates", "1", "--resume", "c.st"], 65, "'c.st' has made 2 updates already, more than 'updates', 1"),
            (["--resume", "text"], 65, "'text' is cut short: it has 6 bytes of 8"),
            (["--resume", "none"], 74, "cannot read 'none': No such file or directory"),
        ] as [([String], Int32, String)] {
            let updates = words.contains("--updates") ? [] : ["--updates", "3"]
            try expect(
                scratch.run(
                    Program.unroll.path,
                    ["train"] + TrainCommandTests.model + ["--strategy", "full", "--output", "x.csv"] + updates + words),
                Ending(code, complaint: "unroll: \(complaint)\n"))
        }
        let short = try train(scratch, "--strategy", "full", "--updates", "3", "--resume", "short.st")
        #expect(short.code == 65 && short.complaint.hasPrefix("unroll: 'short.st' is cut short: it has 300 bytes of "))
        #expect(scratch.contents == before)
        try expect(
            train(scratch, "--strategy", "full", "--updates", "3", "--checkpoint", "none/c.st"),
            Ending(74, complaint: "unroll: cannot write 'none/c.st': No such file or directory\n"))
    }

    @Test("A training that diverges says so; the other goes on")
    func divergence() throws {
        let scratch = try Scratch()
        let ending = try train(
            scratch, "--strategy", "full", "--updates", "300", "--optimizer", "sgd", "--learning-rate", "1000",
            "--clip",
            "0", "--format", "csv", "--output", "c.csv", "--checkpoint", "c.st", "--every", "1")
        #expect(ending.code == 1)
        let pattern =
            /unroll: full: failed: training diverged at update (\d+): [^;]*not finite[^;]*; the update is (?:not )?made\. Try a smaller learning rate or a limit of the gradient's norm \(exit status 1\)\n/
        let update = try #require(try pattern.wholeMatch(in: ending.complaint)).1
        #expect(ending.table[1].prefix(3) == ["full", "failed", "\(update)"])
        // What was trained before is kept.
        #expect(cells(try scratch.read("c.csv")).count == 1 + Int(update)!)
        // So is the checkpoint of the last update that ended well: there is nothing left to do to come there.
        let resumed = try train(
            scratch, "--strategy", "full", "--updates", "\(update)", "--optimizer", "sgd", "--learning-rate", "1000",
            "--clip", "0", "--resume", "c.st", "--format", "csv")
        #expect(resumed.code == 0 && resumed.complaint.isEmpty)
    }

    @Test("Interrupted: the update is ended, the checkpoint written, the rows kept; it goes on to the same end")
    func interruption() throws {
        let scratch = try Scratch()
        let words = ["train"] + TrainCommandTests.model + ["--strategy", "full", "--output", "c.csv"]
        let running = try scratch.start(words + ["--updates", "100000000", "--checkpoint", "c.st"])
        #expect(wait { ((try? scratch.read("c.csv")) ?? "").utf8.count >= 2000 })
        running.signal(SIGINT)
        let ending = try running.wait()
        let pattern =
            /\nunroll: ends after this update; once more ends at once\nunroll: interrupted after update (\d+) of 'full'; what was trained is in c.csv. '--resume c.st' continues\n/
        let made = Int(try #require(try pattern.wholeMatch(in: ending.complaint)).1)!
        #expect(ending.code == 130 && ending.output.isEmpty && scratch.contents == ["c.csv", "c.st"])
        #expect(cells(try scratch.read("c.csv")).count == 1 + made)
        let all = String(made + 3)
        #expect(try scratch.run(Program.unroll.path, words + ["--updates", all, "--resume", "c.st"]).code == 0)
        let gone = try curve(scratch.read("c.csv"))
        #expect(try scratch.run(Program.unroll.path, words + ["--updates", all]).code == 0)
        #expect(try curve(scratch.read("c.csv")) == gone)
    }

    @Test("An experiment of trainings: a repetition is a training")
    func sweep() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: learn
            model: {cell: lstm, input: 2, hidden: 5}
            batch: 4
            length: 12
            strategies: [full, segmented]
            task: adding
            updates: [5, 20]
            optimizer: [sgd, adam]
            learning_rate: 0.01
            clip: 1
            repetitions: 2

            """, to: "learn.yaml")
        #expect(try scratch.unroll("run", "learn.yaml").code == 0)
        let rows = try Results.read(file: scratch.path + "/results/learn/measurements.csv").rows
        #expect(rows.count == 2 * 2 * 2 * 2)
        for row in rows {
            #expect(row[.loss] != nil && row[.quality] != nil && row[.predictionGapBytes] == 0)
            #expect(row[.forwardSteps] == row[.predictedForwardSteps])
            #expect(row[.backwardSteps] == Double(12 * row.trial.updates))
            #expect(row[.optimizerBytes] == (row.trial[.optimizer] == "adam" ? 2 * row[.weightsBytes]! : 0))
            // Both repetitions, and both strategies, learn the same.
            let same = rows.filter { other in
                [Factor.updates, .optimizer].allSatisfy { other.trial[$0] == row.trial[$0] }
            }
            #expect(Set(same.map { $0[.loss] }).count == 1)
        }
        #expect(Set(rows.map { $0[.loss] }).count == 4)
        #expect(try scratch.unroll("run", "learn.yaml").code == 0)
        let only = try scratch.unroll(
            "run", "learn.yaml", "--dry-run", "--only", "updates=20", "--only", "optimizer=sgd")
        #expect(only.output.contains("2 trials, 2 repetitions, 0 to measure"))
    }
}
