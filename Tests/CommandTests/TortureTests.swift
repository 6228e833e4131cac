import Experiments
import Foundation
import Mutations
import Testing
import Trials

/// Runner and trial processes are killed at random moments, over and over, and started again: no row is lost, none
/// doubled, and what is counted is the same as if nothing had happened.
///
/// UNROLL_KILLS says how often; `make torture` asks for 300.
@Suite("A kill loses no row that was written") struct TortureTests {
    private static let kills = ProcessInfo.processInfo.environment["UNROLL_KILLS"].flatMap { Int($0) } ?? 30
    private static let csv = "results/torture/measurements.csv"

    private func experiment(_ seed: Int) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            """
            experiment: torture
            model: {cell: [elman, gru], input: 3, hidden: 5}
            batch: 2
            length: [6, 60]
            strategies: [full, segmented, {truncated: {window: 3}}]
            repetitions: 3
            seed: \(seed)

            """, to: "torture.yaml")
        return scratch
    }

    /// The processes with the seed among their arguments.
    private func trials(_ seed: Int) -> [pid_t] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return numbers.filter { number in
            guard let words = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/cmdline")) else {
                return false
            }
            return String(decoding: words, as: UTF8.self).contains("seed=\(seed)")
        }
    }

    @Test("Killed and started again")
    func torture() throws {
        var generator = SeededGenerator(seed: 7)
        // A seed nobody else has finds this test's processes by their arguments.
        let seed = Int.random(in: 1 << 40..<1 << 50)
        let undisturbed = try experiment(seed)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try undisturbed.unroll("run", "torture.yaml", "--quiet").code == 0)
        let time = clock.now - start
        let expected = try deterministic(undisturbed, TortureTests.csv)
        #expect(expected.count == 12 * 3)
        let files = undisturbed.contents

        var kills = (runner: 0, trial: 0)
        while kills.runner + kills.trial < TortureTests.kills {
            let scratch = try experiment(seed)
            var complete: Set<Row> = []
            while true {
                let running = try scratch.start(["run", "torture.yaml", "--quiet"])
                usleep(UInt32.random(in: 0...UInt32(time / .microseconds(1)) / 2, using: &generator))
                if Bool.random(using: &generator) {
                    if running.isRunning {
                        running.signal(SIGKILL)
                        kills.runner += 1
                    }
                } else if let victim = trials(seed).randomElement(using: &generator), kill(victim, SIGKILL) == 0 {
                    kills.trial += 1
                }
                let ending = try running.wait()
                // Killed, or ended with a trial that was, or unharmed.
                #expect([128 + SIGKILL, 1, 0].contains(ending.code), "\(ending)")
                #expect(ending.complaint.isEmpty, "\(ending)")
                guard scratch.exists(TortureTests.csv) else { continue }
                let rows = try Results.read(file: "\(scratch.path)/\(TortureTests.csv)").rows
                // Reading has refused doubled rows. What was whole before is there to the letter.
                #expect(complete.isSubset(of: rows))
                complete = Set(
                    Dictionary(grouping: rows.filter { $0.status == .ok }, by: \.trial).values.filter { $0.count == 3 }
                        .joined())
                if ending.code == 0 { break }
            }
            #expect(try deterministic(scratch, TortureTests.csv) == expected)
            // Tables may wait for the next run, and nothing else may be there but rows of trials that were measured again.
            #expect(try scratch.unroll("run", "torture.yaml", "--quiet").code == 0)
            #expect(scratch.contents.filter { !$0.contains(".previous.") } == files)
        }
        #expect(kills.runner > 0 && kills.trial > 0)
        print("torture: \(kills.runner) runners and \(kills.trial) trial processes killed")
        #expect(wait { trials(seed).isEmpty })
    }
}
