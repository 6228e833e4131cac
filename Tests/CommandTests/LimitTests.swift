import Experiments
import Foundation
import Testing
import Trials

/// What the system refuses ends in a sentence that names the limit, and with the contract's exit code.
struct LimitTests {
    /// Runs a program under the shell's limits.
    private func limited(_ limits: String, _ program: String, _ words: String) throws -> Ending {
        try Scratch().run("/bin/sh", ["-c", "\(limits); exec '\(program)' \(words)"])
    }

    /// Stacks of 4 GB within 3 GB of addresses.
    private static let noThreads = "ulimit -s 4000000; ulimit -v 3000000"
    private static let reason = "Resource temporarily unavailable; allowed: "

    @Test("No thread for the command itself")
    func noThreadForTheCommand() throws {
        let ending = try limited(LimitTests.noThreads, Program.unroll.path, "measure --strategy full --length 4")
        #expect(ending.code == 69 && ending.output.isEmpty)
        #expect(ending.complaint.hasPrefix("unroll: cannot start a thread: \(LimitTests.reason)"))
        #expect(ending.complaint.hasSuffix("3072000000 bytes of memory (RLIMIT_AS, ulimit -v)\n"))
    }

    @Test("No second thread for the trial")
    func noThreadForTheTrial() throws {
        let ending = try limited(
            "export OPENBLAS_NUM_THREADS=1 UNROLL_OVERSUBSCRIBE=1; " + LimitTests.noThreads, Program.trial.path,
            "measure length=4 threads=2")
        #expect(ending.code == 69 && ending.output.isEmpty)
        #expect(ending.complaint.hasPrefix("cannot start thread 2 of 2: \(LimitTests.reason)"))
        #expect(ending.complaint.hasSuffix("3072000000 bytes of memory (RLIMIT_AS, ulimit -v)\n"))
    }

    @Test(
        "Few addresses: the doctor ends and names them; a trial that fits is measured, one that does not is refused before"
    )
    func addresses() throws {
        let limit = "ulimit -v 500000"
        let words = "measure --strategy full --hidden 16 --format csv --repetitions 1 --length"
        let good = try limited(limit, Program.unroll.path, words + " 8")
        #expect(good.code == 0 && good.complaint.isEmpty && good.table.count == 2)
        let refused = try limited(limit, Program.unroll.path, words + " 100000")
        #expect(refused.code == 1 && refused.output.isEmpty)
        #expect(
            refused.complaint.contains("exceeds this machine's memory, 488 MiB (RLIMIT_AS, ulimit -v); not started"))
        let doctor = try limited(limit, Program.unroll.path, "doctor --format csv")
        #expect(doctor.output.contains("\nmemory,\"488 MiB (RLIMIT_AS, ulimit -v)\",ok\n"))
    }

    @Test(
        "More threads than processors: as many run as there is room for, one line says so, and the trial keeps its name"
    )
    func threads() throws {
        let words = "measure --strategy full --hidden 16 --length 8 --repetitions 1 --threads 3 --format csv"
        for (variable, count) in [("0", "1"), ("1", "3")] {
            let ending = try limited(
                "export UNROLL_OVERSUBSCRIBE=\(variable)", "/usr/bin/taskset", "-c 0 '\(Program.unroll.path)' \(words)")
            #expect(ending.code == 0)
            let row = Dictionary(uniqueKeysWithValues: zip(ending.table[0], ending.table[1]))
            #expect(row["threads"] == "3" && row["workers"] == count)
            #expect(
                ending.complaint
                    == (variable == "1"
                        ? "unroll: 3 threads run on 1 processor (sched_getaffinity), as UNROLL_OVERSUBSCRIBE says\n"
                        : "unroll: of 3 threads 1 runs, for this process may use 1 processor (sched_getaffinity); "
                            + "UNROLL_OVERSUBSCRIBE=1 runs them all\n"))
        }
    }

    @Test("A gradient whose reference does not fit under the trial's limit is not compared, and the row says so")
    func reference() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: tight
            model: {cell: lstm, input: 8, hidden: 64}
            batch: 8
            length: 2000
            strategies: [{truncated: {window: 2}}]
            repetitions: 2
            limits: {memory: 900KiB}

            """, to: "tight.yaml")
        #expect(try scratch.unroll("run", "tight.yaml").code == 0)
        let rows = try Results.read(file: "\(scratch.path)/results/tight/measurements.csv").rows
        #expect(rows.count == 2)
        for row in rows {
            #expect(row.status == .ok && row[.gradientRelativeError] == nil && row[.gradientCosine] == nil)
            #expect(row.message.hasPrefix("no reference for the gradient: segmented, needs "))
            #expect(row.message.hasSuffix(", and the limit is 900 KiB"))
        }
    }

    private static let huge = ["--length", "100000000", "--batch", "65536", "--hidden", "65536"]
    private static let product =
        "strategy 'full': the records, 100000000 × layers 1 × 5 × batch 65536 × hidden 65536 × 4 bytes = 8.59e18 bytes; allowed: "
        + "less than 2^57 bytes (128 PiB)"

    @Test(
        "Sizes whose product is beyond counting are refused with it, by every command that takes them",
        arguments: [
            ["measure", "--strategy", "full"], ["train", "--strategy", "full", "--updates", "1"], ["plan"],
            ["plan", "--strategy", "full"], ["plan", "--budget", "4GiB"],
            ["plan", "--budget", "4GiB", "--max-length"],
        ])
    func beyondCounting(_ words: [String]) throws {
        let ending = try Scratch().run(Program.unroll.path, words + LimitTests.huge)
        #expect(ending.code == 64 && ending.output.isEmpty)
        #expect(ending.complaint.hasPrefix("Error: \(LimitTests.product)\n"))
    }

    @Test("The same in an experiment file, with its place", arguments: [[], ["--dry-run"]])
    func beyondCountingInAFile(_ words: [String]) throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: big
            model: {cell: lstm, hidden: 65536}
            batch: 65536
            length: 100000000
            strategies: [segmented, full]

            """, to: "big.yaml")
        try expect(
            scratch.run(Program.unroll.path, ["run", "big.yaml"] + words),
            Ending(65, complaint: "unroll: big.yaml:5:25: \(LimitTests.product)\n"))
    }

    @Test("A network that this machine cannot hold is planned for all the same, without times")
    func plannedForAnotherMachine() throws {
        let ending = try Scratch().run(
            Program.unroll.path,
            [
                "plan", "--hidden", "65536", "--input", "65536", "--batch", "65536", "--length", "64", "--strategy",
                "bisection", "--format", "csv",
            ])
        #expect(ending.code == 0)
        #expect(ending.complaint.hasPrefix("unroll: no times are predicted: timing this network takes "))
        #expect(ending.complaint.contains(", more than this machine's memory, "))
        #expect(ending.complaint.split(separator: "\n").count == 1)
        #expect(ending.output.split(separator: "\n").count == 2)
    }
}
