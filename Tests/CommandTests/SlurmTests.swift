import Experiments
import Foundation
import Glibc
import Testing
import Trials

/// Why there is no Slurm to test with; nil when there is one.
private let lack: String? = {
    let settings = ProcessInfo.processInfo.environment
    guard settings["SLURM_CONF"] != nil else {
        return "no Slurm: \(settings["UNROLL_NO_SLURM"] ?? "SLURM_CONF names none; .ci/slurm start DIR starts one")"
    }
    let answer = try? Scratch().run("/usr/bin/env", ["sinfo", "--noheader", "--format=%t"])
    return answer?.code == 0 ? nil : "no Slurm: sinfo does not answer: \(answer?.complaint ?? "")"
}()

/// `--executor slurm` on a real Slurm of one node, which `.ci/slurm start DIR` starts and SLURM_CONF names.
@Suite(.serialized, .enabled(if: lack == nil, "\(lack ?? "Slurm is there")"))
struct SlurmTests {
    private static let csv = "results/tiny/measurements.csv"

    private func tiny(_ more: String = "", repetitions: Int = 2, length: String = "[6, 9]") throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "repetitions: 2", with: "repetitions: \(repetitions)")
                .replacingOccurrences(of: "[6, 9]", with: length) + more, to: "tiny.yaml")
        return scratch
    }

    private func expectWhole(_ scratch: Scratch) throws {
        #expect(try scratch.unroll("run", "tiny.yaml", "--results", "whole", "--quiet").code == 0)
        #expect(try deterministic(scratch, SlurmTests.csv) == deterministic(scratch, "whole/tiny/measurements.csv"))
    }

    /// Job numbers are Slurm's, and how many rows a lost task had is chance.
    private func numberless(_ ending: Ending) -> Ending {
        Ending(
            ending.code, output: ending.output,
            complaint: ending.complaint.replacing(/job array [0-9]+/) { _ in "job array N" }
                .replacing(/tiny: [0-9]+ rows? .*measured again.*; kept in .*previous\.csv\n/) { _ in "" })
    }

    private func jobs() throws -> String {
        try Scratch().run("/usr/bin/env", ["squeue", "--noheader", "--format=%j"]).output
    }

    @Test("One job array, merged when it is done: the same as one run")
    func array() throws {
        let scratch = try tiny("limits: {memory: 64MiB, time: 20s}\n")
        let complaint = """
            tiny: job array N, 4 shards of 4
            tiny: 8 trials of 4 files joined, in results/tiny

            """
        try expect(
            numberless(
                scratch.unroll(
                    "run", "tiny.yaml", "--executor", "slurm", "--partition", "test", "--at-most", "2",
                    "--sbatch=--comment=ours")), Ending(0, complaint: complaint))
        try expectWhole(scratch)
        // Some trials alone are all that was asked for.
        #expect(
            try scratch.unroll(
                "run", "tiny.yaml", "--executor", "slurm", "--results", "some", "--only", "cell=lstm", "--quiet")
                == Ending(0))
        #expect(try Results.read(file: "\(scratch.path)/some/tiny/measurements.csv").rows.count == 8)
        // Again, nothing is submitted.
        try expect(
            scratch.unroll("run", "tiny.yaml", "--executor", "slurm"),
            Ending(0, complaint: "tiny: 8 trials of 4 files joined, in results/tiny\n"))
    }

    @Test("A task that is lost is submitted again")
    func lost() throws {
        let scratch = try tiny(repetitions: 20, length: "[400, 401]")
        let running = try scratch.start(["run", "tiny.yaml", "--executor", "slurm", "--shards", "2"])
        // The runner of the first task, once it has a row.
        let first = "results/tiny/measurements.1-of-2.csv"
        #expect(wait { cells((try? scratch.read(first)) ?? "").count > 1 })
        let victims = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter {
            let words = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\($0)/cmdline"))
            let text = String(decoding: words ?? Data(), as: UTF8.self)
            return text.hasPrefix(Program.unroll.path) && text.contains(scratch.path) && text.contains("\u{0}1/2\u{0}")
        }
        #expect(victims.count == 1)
        for victim in victims { kill(victim, SIGKILL) }
        let complaint = """
            tiny: job array N, 2 shards of 2
            tiny: job array N, 1 shard of 2
            tiny: 8 trials of 2 files joined, in results/tiny

            """
        try expect(numberless(running.wait()), Ending(0, complaint: complaint))
        try expectWhole(scratch)
    }

    @Test(
        "A task that is preempted goes on: when Slurm starts it again, or, where it was cancelled, when it is submitted again",
        arguments: ["requeued", "cancelled"])
    func preempted(_ partition: String) throws {
        let scratch = try tiny(repetitions: 30, length: "[4000, 4001]")
        let running = try scratch.start([
            "run", "tiny.yaml", "--executor", "slurm", "--shards", "1", "--partition", partition,
        ])
        #expect(wait { cells((try? scratch.read("results/tiny/measurements.1-of-1.csv")) ?? "").count > 1 })
        let urgent = try scratch.run(
            "/usr/bin/env",
            ["sbatch", "--wait", "--partition=urgent", "--exclusive", "--output=/dev/null", "--wrap=true"])
        #expect(urgent.code == 0, "\(urgent)")
        let submission = "tiny: job array N, 1 shard of 1\n"
        let complaint =
            submission + (partition == "cancelled" ? submission : "")
            + "tiny: 8 trials of 1 file joined, in results/tiny\n"
        try expect(numberless(running.wait()), Ending(0, complaint: complaint))
        // The first runner was ended, and said so.
        #expect(try scratch.read("results/tiny/slurm.1-of-1.log").contains("interrupted"))
        try expectWhole(scratch)
    }

    @Test("Interrupted, it cancels the array; the same command goes on")
    func interruption() throws {
        let scratch = try tiny(repetitions: 20, length: "[400, 401]")
        let running = try scratch.start(["run", "tiny.yaml", "--executor", "slurm", "--shards", "2"])
        #expect(wait { cells((try? scratch.read("results/tiny/measurements.1-of-2.csv")) ?? "").count > 1 })
        running.signal(SIGINT)
        let complaint = """
            tiny: job array N, 2 shards of 2

            unroll: interrupted; job array N is cancelled.
            unroll: what was measured is in results/tiny. The same command continues.

            """
        try expect(numberless(running.wait()), Ending(130, complaint: complaint))
        #expect(try wait { try !jobs().contains("unroll-tiny") })
        #expect(try scratch.unroll("run", "tiny.yaml", "--executor", "slurm", "--shards", "2", "--quiet") == Ending(0))
        try expectWhole(scratch)
    }

    @Test("A number that another job has now is neither waited for nor cancelled; two signals at once are one")
    func stale() throws {
        let scratch = try tiny(repetitions: 20, length: "[400, 401]")
        let theirs = try scratch.run(
            "/usr/bin/env", ["sbatch", "--parsable", "--job-name=theirs", "--output=/dev/null", "--wrap=sleep 60"])
        let number = theirs.output.trimmingCharacters(in: .newlines)
        defer { _ = try? scratch.run("/usr/bin/env", ["scancel", number]) }
        try scratch.write("\(number) 2\nname unroll-tiny-ours\nsubmitted 0\n", to: "results/tiny/slurm.job")
        let running = try scratch.start(["run", "tiny.yaml", "--executor", "slurm", "--shards", "2"])
        #expect(try wait { try jobs().contains("unroll-tiny-") })
        #expect(try wait { try !scratch.read("results/tiny/slurm.job").hasPrefix(number) })
        #expect(try wait { try !scratch.read("results/tiny/slurm.job").hasPrefix("-") })
        running.signal(SIGINT)
        running.signal(SIGINT)
        let ending = try running.wait()
        #expect(ending.code == 130 && numberless(ending).complaint.contains("job array N is cancelled."), "\(ending)")
        #expect(try wait { try !jobs().contains("unroll-tiny-") })
        #expect(try jobs().contains("theirs"))
    }

    @Test("--no-wait submits and ends; the same command finds the array, merge joins it")
    func noWait() throws {
        let scratch = try tiny(repetitions: 20, length: "[400, 401]")
        let words = ["run", "tiny.yaml", "--executor", "slurm", "--shards", "2"]
        let complaint = """
            tiny: job array N, 2 shards of 2
            tiny: when it has ended: unroll merge results/tiny

            """
        try expect(
            numberless(scratch.run(Program.unroll.path, words + ["--no-wait"])), Ending(0, complaint: complaint))
        try expect(
            numberless(scratch.run(Program.unroll.path, words + ["--no-wait"])),
            Ending(0, complaint: "tiny: job array N is still there\n"))
        let other = try scratch.unroll("run", "tiny.yaml", "--executor", "slurm", "--shards", "3")
        #expect(
            other.code == 74 && other.complaint.contains(" still measures it in 2 shards; wait for it, or: scancel "))
        #expect(try wait { try !jobs().contains("unroll-tiny") })
        try expect(
            scratch.unroll("merge", "results/tiny"),
            Ending(0, complaint: "tiny: 8 trials of 2 files joined, in results/tiny\n"))
        try expectWhole(scratch)
    }

    @Test("What was out of memory runs once more with what is asked for")
    func retry() throws {
        // Between what the elman trials need and what the lstm trials need; the command's limit is not given a second time.
        let scratch = try tiny("limits: {memory: 1KiB}\n")
        let words = ["run", "tiny.yaml", "--executor", "slurm", "--shards", "2", "--quiet", "--memory", "64KiB"]
        try expect(scratch.run(Program.unroll.path, words), Ending(1))
        let rows = try Results.read(file: "\(scratch.path)/\(SlurmTests.csv)").rows
        #expect(rows.filter { $0.status == .outOfMemory }.map { $0.trial[.cell] } == Array(repeating: "lstm", count: 4))
        #expect(rows.filter { $0.status == .ok }.map { $0.trial[.cell] } == Array(repeating: "elman", count: 8))
        try expect(scratch.run(Program.unroll.path, words + ["--retry-memory", "64MiB"]), Ending(0))
        #expect(try Results.read(file: "\(scratch.path)/\(SlurmTests.csv)").rows.count == 16)
    }

    @Test("A partition that is not there")
    func refused() throws {
        let ending = try tiny().unroll("run", "tiny.yaml", "--executor", "slurm", "--partition", "nowhere")
        #expect(ending.code == 69 && ending.complaint.hasPrefix("unroll: sbatch refused: "))
        #expect(ending.complaint.contains("invalid partition"))
    }
}
