import Experiments
import Foundation
import Glibc
import Testing
import Trials

/// Ctrl-C and `kill`: what was measured is kept, nothing is left running, and the same command goes on.
struct InterruptionTests {
    private static let csv = "results/long/measurements.csv"
    private static let repetitions = 40

    /// A seed nobody else has finds this test's processes by their arguments.
    private let seed = Int.random(in: 1 << 40..<1 << 50)

    private func experiment() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: long
            model: {cell: [elman, lstm], input: 16, hidden: 64}
            batch: 8
            length: 600
            strategies: [full, segmented]
            repetitions: \(InterruptionTests.repetitions)
            seed: \(seed)

            """, to: "long.yaml")
        return scratch
    }

    /// How many processes have the seed among their arguments.
    private func trials() -> Int { identifiers().count }

    private func identifiers() -> [pid_t] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return numbers.filter { number in
            guard let words = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/cmdline")) else {
                return false
            }
            return String(decoding: words, as: UTF8.self).contains("seed=\(seed)")
        }
    }

    /// Starts the experiment and waits for its first row.
    private func start(_ scratch: Scratch) throws -> Running {
        let running = try scratch.start(["run", "long.yaml"])
        let hasRow = wait { ((try? scratch.read(InterruptionTests.csv)) ?? "").split(separator: "\n").count > 1 }
        #expect(hasRow && running.isRunning)
        return running
    }

    /// Runs the command again and expects all rows, those that were there among them.
    private func goOn(_ scratch: Scratch, after kept: [Row]) throws {
        let complete = Dictionary(grouping: kept, by: \.trial).values.filter {
            $0.count == InterruptionTests.repetitions
        }
        let parted = kept.count - complete.count * InterruptionTests.repetitions
        let said =
            "long: \(parted) \(parted == 1 ? "row" : "rows") of trials that lack repetitions, measured again; kept in "
            + "measurements.previous.csv\n"
        try expect(
            scratch.unroll("run", "long.yaml").withoutAnswers,
            Ending(
                0,
                complaint: (parted > 0 ? said : "")
                    + "long: \(4 - complete.count) trial\(complete.count == 3 ? "" : "s") measured, in results/long; next: unroll compare results/long\n"
            ))
        let rows = try Results.read(file: "\(scratch.path)/\(InterruptionTests.csv)").rows
        #expect(rows.count == 4 * InterruptionTests.repetitions)
        #expect(Set(complete.joined()).isSubset(of: Set(rows)))
    }

    @Test("An interrupted run", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interruption(_ signal: Int32) throws {
        let scratch = try experiment()
        let running = try start(scratch)
        running.signal(signal)
        let complaint = "\nunroll: interrupted; what was measured is in results/long. The same command continues.\n"
        try expect(running.wait(), Ending(130, complaint: complaint))
        #expect(wait { trials() == 0 })

        let kept = try Results.read(file: "\(scratch.path)/\(InterruptionTests.csv)")
        #expect(!kept.isTruncated && kept.rows.allSatisfy { $0.status == .ok })
        #expect((1..<4 * InterruptionTests.repetitions).contains(kept.rows.count))
        try goOn(scratch, after: kept.rows)
    }

    @Test("A run that is killed leaves no process behind either")
    func killed() throws {
        let scratch = try experiment()
        let running = try start(scratch)
        running.signal(SIGKILL)
        try expect(running.wait(), Ending(137))
        #expect(wait { trials() == 0 })
        try goOn(scratch, after: try Results.read(file: "\(scratch.path)/\(InterruptionTests.csv)").rows)
    }

    @Test("Two runs into one directory: the second is refused, --fresh or not, and the first goes on")
    func together() throws {
        let scratch = try experiment()
        let running = try start(scratch)
        let complaint =
            "unroll: results/long/measurements.csv: another run is writing here; wait for it or give another --results\n"
        try expect(scratch.unroll("run", "long.yaml"), Ending(74, complaint: complaint))
        try expect(scratch.unroll("run", "long.yaml", "--fresh"), Ending(74, complaint: complaint))
        #expect(try running.wait().code == 0)
        #expect(
            try Results.read(file: "\(scratch.path)/\(InterruptionTests.csv)").rows.count
                == 4 * InterruptionTests.repetitions)
    }

    @Test("An interrupted measurement", arguments: [SIGINT, SIGTERM])
    func measurement(_ signal: Int32) throws {
        let running = try Scratch().start([
            "measure", "--strategy", "full", "--repetitions", "10000", "--seed", "\(seed)",
        ])
        #expect(wait { trials() == 1 })
        running.signal(signal)
        try expect(running.wait(), Ending(130))
        #expect(wait { trials() == 0 })
    }

    /// A training step of minutes.
    private var long: [String] {
        ["measure", "--strategy", "segmented", "--length", "2000000", "--hidden", "256", "--seed", "\(seed)"]
    }

    /// Hundredths of a second of processor time that a process has used.
    private func ticks(_ process: pid_t) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: " ").dropFirst(13).first.flatMap { Int($0) } ?? 0
    }

    @Test("A command that is killed takes its measuring process along, in the midst of a long step or stopped")
    func orphans() throws {
        for isStopped in [false, true] {
            let running = try Scratch().start(long)
            #expect(wait { trials() == 1 })
            // At work, and no longer being loaded, when nothing can be known of its parent yet.
            #expect(wait { identifiers().contains { ticks($0) >= 20 } })
            if isStopped { for child in identifiers() { kill(child, SIGSTOP) } }
            running.signal(SIGKILL)
            try expect(running.wait(), Ending(137))
            #expect(wait { trials() == 0 })
            for child in identifiers() { kill(child, SIGKILL) }
        }
    }

    /// What is gone through action by action, and would take minutes.
    @Test("A schedule that is drawn ends at an interrupt at once", arguments: [("ascii", SIGINT), ("csv", SIGTERM)])
    func schedule(_ format: String, _ signal: Int32) throws {
        let running = try Scratch().start([
            "schedule", "--strategy", "internal:slots=3", "--length", "100000000", "--format", format,
        ])
        #expect(wait { ticks(running.identifier) >= 20 })
        running.signal(signal)
        #expect(try running.wait(upTo: .seconds(20))?.code == 128 + signal)
    }

    @Test("A signal that was ignored at the start stays ignored", arguments: [("INT", SIGINT), ("HUP", SIGHUP)])
    func ignored(_ name: String, _ number: Int32) throws {
        let scratch = try Scratch()
        let command =
            "trap '' \(name); exec '\(Program.unroll.path)' measure --strategy full --repetitions 60 --seed \(seed) --format csv"
        let running = try scratch.start("/bin/sh", ["-c", command])
        #expect(wait { trials() == 1 })
        running.signal(number)
        let ending = try running.wait()
        #expect(ending.code == 0 && ending.complaint.isEmpty && ending.table.count == 61)
    }
}
