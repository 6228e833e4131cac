import Experiments
import Foundation
import Mutations
import Testing
import Trials

/// Runs, shards, merges, copies and kills by two builds on one folder, in seeded sequences, held to a model of what must be
/// there: rows lost 0, doubled 0, mixed 0.
///
/// UNROLL_SEQUENCES says how many; `make torture` asks for 200.
struct MixedTortureTests {
    private static let sequences =
        ProcessInfo.processInfo.environment["UNROLL_SEQUENCES"].flatMap { Int($0) } ?? 4
    private static let steps = 8

    private static let experiments = [("[6, 9]", 2), ("[6, 7]", 2), ("[6, 9]", 1), ("6", 3)].map {
        length, repetitions in
        """
        experiment: tiny
        model: {cell: elman, input: 3, hidden: 5}
        batch: 2
        length: \(length)
        strategies: [full, segmented]
        repetitions: \(repetitions)

        """
    }

    /// A row without its key: all that was measured, for times of some µs alone are now and then the same to the ns.
    private struct Seen: Hashable {
        let isMeasured: Bool
        let line: String

        init(_ row: Row) {
            var row = row
            row.origin = .unknown
            isMeasured = row.status == .ok
            line = Results.line(row)
        }
    }

    /// What must be there.
    private struct Model {
        /// Every row that was ever in the folder, with its key.
        var keys: [Seen: String] = [:]
        var lost = 0
        var doubled = 0
        var mixed = 0
    }

    private func folder(_ scratch: Scratch) -> String { scratch.path + "/results/tiny" }

    /// Two builds: the second measuring program differs in bytes that it never runs.
    private func builds(_ scratch: Scratch) throws -> [(program: String, fingerprint: String)] {
        try (0..<2).map { number in
            let place = "\(scratch.path)/build\(number)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Program.unroll.path, toPath: place + "/unroll")
            try FileManager.default.copyItem(atPath: Program.trial.path, toPath: place + "/unroll-trial")
            if number == 1 {
                let handle = try #require(FileHandle(forWritingAtPath: place + "/unroll-trial"))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data("another build".utf8))
                try handle.close()
            }
            return (place + "/unroll", try #require(Fingerprint.ofFile(place + "/unroll-trial")))
        }
    }

    /// Holds the folder to the model and adds what is new.
    ///
    /// - Parameter fingerprint: of the measuring program of the command that ran; nil for one that measures nothing.
    private func check(_ scratch: Scratch, _ model: inout Model, fingerprint: String?) throws {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder(scratch))) ?? []).sorted().filter {
            $0.hasPrefix("measurements.") && $0.hasSuffix(".csv")
        }
        var there: Set<Seen> = []
        for name in names {
            // Reading refuses rows that are doubled within a file.
            let results = try Results.read(file: "\(folder(scratch))/\(name)")
            let rows = results.rows.map(Seen.init)
            model.doubled +=
                rows.count - Set(results.rows.map { "\($0.trial.identifier) \($0.repetition)" }).count
            for (seen, row) in zip(rows, results.rows) {
                if let key = model.keys[seen] {
                    if key != row.origin.key { model.mixed += 1 }
                } else if seen.isMeasured {
                    let measured = results.environments[row.origin.key]?.programFingerprint
                    if measured == nil || measured != fingerprint { model.mixed += 1 }
                    model.keys[seen] = row.origin.key
                }
            }
            there.formUnion(rows)
            guard !name.contains(".previous."), !rows.isEmpty else { continue }
            // The copy is what the rows are of.
            let copy =
                Shard(fileName: name).map { $0.name(ExperimentFile.copyName) } ?? ExperimentFile.copyName
            let experiment = try ExperimentFile("\(folder(scratch))/\(copy)").experiment
            let asked = Set(experiment.trials)
            model.mixed += results.rows.count {
                !asked.contains($0.trial) || $0.repetition > experiment.repetitions
            }
        }
        model.lost += model.keys.keys.count { !there.contains($0) }
    }

    private func sequence(_ seed: UInt64, _ builds: [(program: String, fingerprint: String)]) throws -> Model {
        var generator = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        var model = Model()
        for (number, text) in MixedTortureTests.experiments.enumerated() {
            try scratch.write(text, to: "\(number).yaml")
        }
        for _ in 0..<MixedTortureTests.steps {
            let build = Int.random(in: 0..<2, using: &generator)
            let file = "\([0, 0, 0, 1, 2, 3].randomElement(using: &generator)!).yaml"
            var words: [String]
            var measures = true
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...2: words = ["run", file]
            case 3: words = ["run", file, "--fresh"]
            case 4: words = ["run", file, "--shard", "\(Int.random(in: 1...2, using: &generator))/2"]
            case 5:
                (words, measures) = (["merge", "results", "--partial"], false)
            case 6:
                // Back from a copy that somebody has kept meanwhile.
                guard scratch.exists("copy") else { continue }
                (words, measures) = (["merge", "copy", "--into", "results", "--partial"], false)
            default:
                try? FileManager.default.removeItem(atPath: scratch.path + "/copy")
                if scratch.exists("results") {
                    try FileManager.default.copyItem(
                        atPath: scratch.path + "/results", toPath: scratch.path + "/copy")
                }
                continue
            }
            if Bool.random(using: &generator) { words.append("--mix-builds") }
            let running = try scratch.start(builds[build].program, words + ["--quiet"])
            if Int.random(in: 0..<3, using: &generator) == 0 {
                usleep(UInt32.random(in: 0...250_000, using: &generator))
                running.signal(SIGKILL)
            }
            let ending = try running.wait()
            #expect([0, 1, 65, 74, 128 + SIGKILL].contains(ending.code), "seed \(seed): \(words): \(ending)")
            if ending.code == 74 { #expect(ending.complaint.contains("No such file"), "seed \(seed): \(ending)") }
            try check(scratch, &model, fingerprint: measures ? builds[build].fingerprint : nil)
        }
        // In the end one command makes it whole.
        let last = try scratch.run(builds[0].program, ["run", "0.yaml", "--mix-builds", "--quiet"])
        #expect(last == Ending(0), "seed \(seed): \(last)")
        try check(scratch, &model, fingerprint: builds[0].fingerprint)
        let rows = try Results.read(file: folder(scratch) + "/measurements.csv").rows
        #expect(rows.count == 4 * 2 && Set(rows.map(\.trial)).count == 4, "seed \(seed)")
        return model
    }

    @Test("Two builds on one folder: rows lost 0, doubled 0, mixed 0")
    func sequences() throws {
        let programs = try Scratch()
        let builds = try builds(programs)
        var (rows, lost, doubled, mixed) = (0, 0, 0, 0)
        for seed in 0..<MixedTortureTests.sequences {
            let model = try sequence(UInt64(seed), builds)
            #expect((model.lost, model.doubled, model.mixed) == (0, 0, 0), "seed \(seed): \(model)")
            rows += model.keys.count
            lost += model.lost
            doubled += model.doubled
            mixed += model.mixed
        }
        print(
            "torture: \(MixedTortureTests.sequences) sequences by two builds, \(rows) rows: lost \(lost), doubled \(doubled), "
                + "mixed \(mixed)")
        #expect(rows > 0)
    }
}
