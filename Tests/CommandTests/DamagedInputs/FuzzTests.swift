import CaseLists
import Foundation
import Mutations
import Testing

/// Damaged inputs of every kind a person can hand over, given to the built programs: each ends by itself, within a time and a
/// memory limit, with an exit code of the contract. A crash, a hang or another code fails, keeps the input, and prints the
/// command that does it again.
///
/// UNROLL_FUZZ says how many inputs (`make fuzz`: 20,000; 500 in `make exhaustive`, 150 in the suite), UNROLL_FUZZ_FROM the
/// number of the first. Input n is the same in every run, but for times in results and checkpoints that a run makes first.
struct FuzzTests {
    private static func setting(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
    private static let count = setting("UNROLL_FUZZ") ?? (Cases.areExhaustive ? 500 : 150)
    private static let first = setting("UNROLL_FUZZ_FROM") ?? 0
    private static let contract: Set<Int32> = [0, 1, 64, 65, 69, 74, 130]
    /// What one input may take, of time and of private memory.
    private static let limit = Duration.seconds(10)
    private static let memory = 4 << 20  // KiB
    private static let mostOutput = 16 << 20

    @Test("Damaged inputs end in a sentence")
    func inputs() async throws {
        let corpus = try FuzzCorpus()
        let numbers = Array(FuzzTests.first..<FuzzTests.first + FuzzTests.count)
        let workers = 2
        let codes = try await withThrowingTaskGroup(of: [Int32: Int].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var codes: [Int32: Int] = [:]
                    for number in numbers where number % workers == worker {
                        codes[try FuzzTests.run(number, corpus), default: 0] += 1
                    }
                    return codes
                }
            }
            return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        // An input that always fails at the first word tests nothing after it.
        if FuzzTests.count >= 500 { for code in [0, 64, 65] as [Int32] { #expect(codes[code, default: 0] > 0) } }
        print(
            "fuzz: \(numbers.count) inputs, exit codes \(codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
        )
    }

    /// Gives one input to the programs and looks at how they end.
    private static func run(_ number: Int, _ corpus: FuzzCorpus) throws -> Int32 {
        var generator = SeededGenerator(seed: UInt64(number) &+ 0x5eed)
        let input = corpus.input(&generator)
        let scratch = try Scratch()
        try input.lay(in: scratch.path)
        let running = try scratch.start(
            "/bin/sh",
            ["-c", "ulimit -d \(memory); exec \"$0\" \"$@\"", Program.unroll.path] + input.words)
        let ending = try running.wait(upTo: limit)
        var faults: [String] = []
        if let ending {
            if !contract.contains(ending.code) { faults.append("exit \(ending.code)") }
            if ending.code != 0, ending.complaint.isEmpty, ending.output.isEmpty { faults.append("nothing is said") }
            if ending.output.utf8.count + ending.complaint.utf8.count > mostOutput { faults.append("too much is said") }
            for raw in ["Fatal error", "Error Domain=", "NSCocoa", "Crash"]
            where ending.complaint.contains(raw) { faults.append("says '\(raw)'") }
        } else {
            faults.append("no end within \(limit)")
        }
        if !faults.isEmpty {
            let kept = FileManager.default.temporaryDirectory.path + "/unroll-fuzz-\(number)"
            try? FileManager.default.removeItem(atPath: kept)
            // Moved, not copied: a copy of a FIFO never ends.
            try FileManager.default.moveItem(atPath: scratch.path, toPath: kept)
            let words = ([Program.unroll.path] + input.words).map(quoted).joined(separator: " ")
            Issue.record(
                """
                input \(number): \(faults.joined(separator: ", "))
                again: cd \(kept) && \(words)
                or: UNROLL_FUZZ=1 UNROLL_FUZZ_FROM=\(number) make fuzz
                \(ending?.complaint.prefix(2000) ?? "")
                """)
        }
        return ending?.code ?? -1
    }

    /// A word as a shell reads it.
    private static func quoted(_ word: String) -> String {
        "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
