import Experiments
import Foundation
import Reports
import Testing
import Trials

/// Trials and files that are not as they should be.
extension RunCommandTests {
    @Test("Results of another processor or library are not mixed in")
    func otherMachine() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml", "--only", "length=6")
        let before = try scratch.read(RunCommandTests.csv)
        var environment = try scratch.json("results/tiny/environment.json")
        let version = try #require(environment["jemalloc_version"] as? String)
        environment["jemalloc_version"] = "1.0"
        let data = try JSONSerialization.data(withJSONObject: environment)
        try scratch.write(String(decoding: data, as: UTF8.self), to: "results/tiny/environment.json")
        let complaint =
            "unroll: results/tiny: measured with another jemalloc (1.0, now \(version)); --fresh measures everything again and "
            + "keeps the old file under another name, --mix-builds puts the new rows next to the old\n"
        try expect(scratch.unroll("run", "tiny.yaml"), Ending(65, complaint: complaint))
        #expect(try scratch.read(RunCommandTests.csv) == before)

        // Who asks for it gets both, and both are named.
        #expect(try scratch.unroll("run", "tiny.yaml", "--mix-builds").code == 0)
        #expect(keys(try rows(scratch)) == RunCommandTests.allKeys)
        #expect(
            try scratch.json("results/tiny/environment.json")["mixed"] as? [String] == [
                "jemalloc (1.0, now \(version))"
            ])
    }

    @Test("A trial predicted to need too much memory is not started")
    func outOfMemory() throws {
        let scratch = try tiny("limits: {memory: 64KiB}\n")
        let complaint = """
            tiny: lstm T=6 H=5 B=2 full: out_of_memory: predicted peak 89.4 KiB exceeds limits.memory 64.0 KiB; not started
            tiny: lstm T=6 H=5 B=2 binomial:slots=2: out_of_memory: predicted peak 88.4 KiB exceeds limits.memory 64.0 KiB; not started
            tiny: 2 trials measured, 2 failed, in results/tiny; next: unroll compare results/tiny

            """
        try expect(
            scratch.unroll("run", "tiny.yaml", "--only", "length=6").withoutAnswers, Ending(1, complaint: complaint))
        let failures = try rows(scratch).filter { $0.status != .ok }
        #expect(failures.map(\.status) == [.outOfMemory, .outOfMemory])
        #expect(
            failures[0].message == "predicted peak 89.4 KiB exceeds limits.memory 64.0 KiB; not started")
        #expect(failures.allSatisfy { $0.repetition == 1 && $0[.peakBytes] == nil })
    }

    @Test("A trial that takes too long is ended")
    func timedOut() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: slow
            model: {cell: lstm, input: 64, hidden: 256}
            batch: 2
            length: 20000
            strategies: [full]
            repetitions: 2
            limits: {time: 0.05}

            """, to: "slow.yaml")
        let complaint = """
            slow: lstm T=20000 H=256 B=2 full: timed_out: not ready within 0.05 s; killed
            slow: None of 1 row ended well: timed_out.
            slow: 0 trials measured, 1 failed, in results/slow; next: unroll compare results/slow

            """
        try expect(scratch.unroll("run", "slow.yaml"), Ending(1, complaint: complaint))
        let rows = try Results.read(file: "\(scratch.path)/results/slow/measurements.csv").rows
        #expect(rows.map(\.status) == [.timedOut])
        #expect(rows.first?.message == "not ready within 0.05 s; killed")
    }

    @Test("--verbose is a log: an event a line, the time first")
    func verbose() throws {
        let scratch = try tiny()
        let ending = try scratch.unroll(
            "run", "tiny.yaml", "--verbose", "--only", "length=6", "--only", "strategy=full", "--only", "cell=lstm")
        // Times are what they are.
        let words = ending.complaint.replacing(/(time|_seconds|_share)=[0-9][0-9.e:TZ-]*/) { "\($0.1)=X" }
        let trial = try Trial(
            words: ["cell=lstm", "input=3", "hidden=5", "batch=2", "length=6", "strategy=full"]
        ).identifier
        let name = "experiment=tiny trial=\(trial) cell=lstm length=6 hidden=5 batch=2 strategy=full"
        let answer = try Answer.sentence(rows(scratch)).plain
        let parts = ["training", "preparation", "audit", "reference", "warmup", "repetition", "wall"]
        let efforts = parts.map { "\($0)_seconds=X " }.joined() + "training_share=X"
        #expect(
            words == """
                time=X event=sweep_started experiment=tiny trials=1 rows=2
                time=X event=trial_started \(name)
                time=X event=row \(name) repetition=1 wall_seconds=X
                time=X event=row \(name) repetition=2 wall_seconds=X
                time=X event=sweep_finished experiment=tiny complete=1 failed=0 \(efforts)
                time=X event=note message="tiny: \(answer)"
                time=X event=note message="tiny: 1 trial measured, in results/tiny; next: unroll compare results/tiny"

                """)
    }

    @Test("An experiment file that changed: what still fits stays, the rest is named and kept apart")
    func changedFile() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml")
        let before = try scratch.read("results/tiny/experiment.yaml")
        let all = try rows(scratch)
        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "[6, 9]", with: "[6, 7]")
                .replacingOccurrences(of: "repetitions: 2", with: "repetitions: 1"), to: "tiny.yaml")
        let complaint = """
            tiny: 8 rows not asked for by tiny.yaml as it is now, of elman T=9 H=5 B=2 full, elman T=9 H=5 B=2 \
            binomial:slots=2, lstm T=9 H=5 B=2 full and 1 more; kept in measurements.previous.csv
            tiny: 4 rows of repetitions beyond 1; kept in measurements.previous.csv
            tiny: 4 trials measured, in results/tiny; next: unroll compare results/tiny

            """
        let ending = try scratch.unroll("run", "tiny.yaml").withoutAnswers
        expect(Ending(ending.code, complaint: sorted(ending.complaint)), Ending(0, complaint: sorted(complaint)))
        // With the experiment that asked for them.
        let parted = all.filter { $0.trial.length == 9 || $0.repetition == 2 }
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == Results.text(parted))
        #expect(try scratch.read("results/tiny/experiment.previous.yaml") == before)
        #expect(try scratch.read("results/tiny/experiment.yaml") == scratch.read("tiny.yaml"))
        let now = try rows(scratch)
        #expect(Array(now.prefix(4)) == all.filter { $0.trial.length == 6 && $0.repetition == 1 })
        #expect(now.count == 8 && now.dropFirst(4).allSatisfy { $0.trial.length == 7 })

        // Other warm-up, other conditions: such rows do not mix.
        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "repetitions: 2", with: "repetitions: 1\nwarmup: 3"),
            to: "tiny.yaml")
        let refused = try scratch.unroll("run", "tiny.yaml")
        #expect(
            refused.code == 65
                && refused.complaint.hasPrefix("unroll: results/tiny: measured with another warm-up (10.0 ms, now 3); ")
        )
    }

    /// Which of the trials come first depends on their rounds.
    func sorted(_ text: String) -> String {
        text.replacing(#/of elman .* and /#) { _ in "of … and " }
    }

    @Test("A file of another version: rows are kept, columns named, the file set aside")
    func otherVersion() throws {
        let scratch = try tiny()
        _ = try scratch.unroll("run", "tiny.yaml", "--only", "length=6")
        let old = try rows(scratch)
        // A version that measured colours, and no resident peak.
        let place = try #require(Results.header.firstIndex(of: "peak_rss_bytes"))
        let lines = try cells(scratch.read(RunCommandTests.csv)).enumerated().map { number, fields in
            var fields = fields
            fields[place] = number == 0 ? "colour" : "red"
            return fields.joined(separator: ",")
        }
        let text = lines.joined(separator: "\n") + "\n"
        try scratch.write(text, to: RunCommandTests.csv)
        let complaint = """
            tiny: results of another version, which differ in the columns colour, peak_rss_bytes; the old file is kept as \
            measurements.previous.csv
            tiny: 4 trials measured, in results/tiny; next: unroll compare results/tiny

            """
        try expect(scratch.unroll("run", "tiny.yaml").withoutAnswers, Ending(0, complaint: complaint))
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == text)
        let now = try rows(scratch)
        #expect(keys(now) == RunCommandTests.allKeys)
        for (earlier, kept) in zip(old, now) {
            #expect(kept.measurement[.peakRSSBytes] == nil)
            var whole = kept
            whole.measurement[.peakRSSBytes] = earlier.measurement[.peakRSSBytes]
            #expect(whole == earlier)
        }
        #expect(now.last?.measurement[.peakRSSBytes] != nil)
    }

    @Test("A results directory that vanishes meanwhile: the rows are rescued")
    func vanished() throws {
        let scratch = try Scratch()
        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "[6, 9]", with: "2000")
                .replacingOccurrences(of: "repetitions: 2", with: "repetitions: 200"), to: "tiny.yaml")
        let running = try scratch.start(["run", "tiny.yaml"])
        #expect(wait { cells((try? scratch.read(RunCommandTests.csv)) ?? "").count >= 5 })
        #expect(running.isRunning)
        try FileManager.default.removeItem(atPath: scratch.path + "/results")
        try expect(
            running.wait(),
            Ending(
                74,
                complaint:
                    "unroll: results/tiny/measurements.csv: somebody removed it while it was written to; its rows are in "
                    + "tiny.rescued.csv\n"))
        let rescued = try Results.read(file: scratch.path + "/tiny.rescued.csv")
        #expect(!rescued.isTruncated && rescued.rows.count >= 5 && rescued.rows.allSatisfy { $0.status == .ok })
        #expect(scratch.contents == ["tiny.rescued.csv", "tiny.yaml"])
    }
}
