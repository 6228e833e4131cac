import Foundation
import Testing

/// States on disk: asked for, measured, and never left behind.
struct DiskTests {
    private let strategy = "multistage:memory=2,disk=4"

    @Test("Without a directory, and with one that nobody needs")
    func directory() throws {
        let scratch = try Scratch()
        let help =
            "Usage: unroll measure [<options>] --strategy <strategy> ...\n  See 'unroll measure --help' for more information.\n"
        try expect(
            scratch.unroll("measure", "--strategy", strategy),
            Ending(
                64,
                complaint: "Error: strategy '\(strategy)' keeps states on disk: say where with '--disk DIR'\n" + help
            ))
        try expect(
            scratch.unroll("measure", "--strategy", "full", "--disk", "."),
            Ending(64, complaint: "Error: strategy 'full' keeps nothing on disk; leave '--disk' out\n" + help))
        try expect(
            scratch.unroll("measure", "--strategy", strategy, "--disk", "nowhere"),
            Ending(74, complaint: "unroll: cannot write 'nowhere/': No such file or directory\n"))
        try expect(
            scratch.run(Program.trial.path, ["measure", "strategy=\(strategy)"]),
            Ending(
                64, complaint: "unroll-trial: 'disk' is ''; allowed: a directory for strategy '\(strategy)'\n"))
    }

    private func experiment(_ disk: String) -> String {
        """
        experiment: tiers
        model: {cell: lstm, input: 3, hidden: 8}
        batch: 2
        length: 20
        strategies: [full, {multistage: {memory: 2, disk: [1, 4]}}, {mixed: {memory: 2KiB}}]
        repetitions: 1
        \(disk)
        """
    }

    @Test("An experiment file without 'disk'")
    func missing() throws {
        let scratch = try Scratch()
        try scratch.write(experiment(""), to: "tiers.yaml")
        let complaint =
            "unroll: tiers.yaml:5:1: strategy 'multistage:memory=2,disk=1' keeps states on disk, and 'disk' is missing; "
            + "allowed: 'disk: DIR' next to the strategies, a directory for them\n"
        try expect(scratch.unroll("run", "tiers.yaml"), Ending(65, complaint: complaint))
    }

    @Test("A budget that is too small says by how much, in a file at its place")
    func budget() throws {
        let scratch = try Scratch()
        try scratch.write(
            experiment("disk: .").replacingOccurrences(of: "2KiB", with: "500"), to: "tiers.yaml")
        // A state: h and c, 2 × 8 floats each, 128 bytes; a record: 5 parts, 320. 128 + 320 + 128 = 576.
        try expect(
            scratch.unroll("run", "tiers.yaml"),
            Ending(
                65,
                complaint:
                    "unroll: tiers.yaml:5:61: strategy 'mixed:memory=500': 'memory' is 500 bytes, 76 too few for "
                    + "states and records; allowed: at least 576 bytes\n"))
    }

    @Test("Bytes on disk are predicted and measured; nothing is left there")
    func measured() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path + "/states", withIntermediateDirectories: false)
        try scratch.write(experiment("disk: states"), to: "tiers.yaml")
        try expect(
            scratch.unroll("run", "tiers.yaml").withoutAnswers,
            Ending(0, complaint: "tiers: 4 trials measured, in results/tiers; next: unroll compare results/tiers\n"))
        let table = cells(try scratch.read("results/tiers/measurements.csv"))
        let places = ["strategy", "predicted_disk_bytes", "disk_bytes", "prediction_gap_bytes"]
            .map { table[0].firstIndex(of: $0)! }
        // 32 bytes of header and the state's 128.
        let rows = table.dropFirst().map { row in places.map { row[$0] }.joined(separator: " ") }
        let strategies = ["full  ", "\"multistage:memory=2", "mixed:memory=2KiB  "]
        #expect(rows.count == 4 && strategies.allSatisfy { word in rows.contains { $0.hasPrefix(word) } })
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/states") == [])
        let text = try scratch.read("results/tiers/measurements.csv")
        #expect(text.contains(",160,160,") && text.contains(",640,640,"))
    }

    /// Signals to the command and to the measured process itself, and a file that goes missing meanwhile.
    @Test(
        "Nothing is left on any way out",
        arguments: ["INT", "TERM", "KILL", "trial KILL", "trial TERM", "missing file"])
    func waysOut(_ way: String) throws {
        let scratch = try Scratch()
        let states = scratch.path + "/states"
        try FileManager.default.createDirectory(atPath: states, withIntermediateDirectories: false)
        let running = try scratch.start([
            "measure", "--strategy", strategy, "--length", "4000", "--repetitions", "10000", "--disk", "states",
        ])
        func files() -> [String] {
            (FileManager.default.enumerator(atPath: states)?.compactMap { $0 as? String } ?? [])
        }
        // The directory and some files in it.
        #expect(wait { files().count >= 3 })
        let own = try #require(files().first { !$0.contains("/") })
        let trial = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.first { number in
                guard let words = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/cmdline")) else {
                    return false
                }
                let text = String(decoding: words, as: UTF8.self)
                return text.contains("unroll-trial") && text.contains(own)
            })
        switch way {
        case "INT": running.signal(SIGINT)
        case "TERM": running.signal(SIGTERM)
        case "KILL": running.signal(SIGKILL)
        case "trial KILL": kill(trial, SIGKILL)
        case "trial TERM": kill(trial, SIGTERM)
        default:
            while running.isRunning { for file in files() where file.contains("/") { unlink("\(states)/\(file)") } }
        }
        let ending = try running.wait()
        let codes = ["INT": 130, "TERM": 130, "KILL": 137, "missing file": 74]
        #expect(Int(ending.code) == codes[way] ?? 1, "\(ending)")
        // When the command itself is killed, the measured process ends after it.
        #expect(wait { files().isEmpty }, "\(files())")
    }
}
