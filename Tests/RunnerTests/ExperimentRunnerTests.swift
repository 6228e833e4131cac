import Experiments
import Foundation
import Machine
import Runner
import Schedules
import Shapes
import Testing
import Trials

/// Experiments run without a terminal: what their runners tell, in order, by a program that stands in for the measuring one.
struct ExperimentRunnerTests {
    /// Also says what the program's probe says.
    private static let working = """
        [ "$1" = probe ] && { echo jemalloc_version=5.3.0; exit 0; }
        \(FakeTrial.working)
        """

    /// Two strategies over one length, in a folder that is removed with this.
    private final class Scratch {
        let results = FileManager.default.temporaryDirectory.path + "/unroll-" + UUID().uuidString
        let file: ExperimentFile

        init(lengths: [Int] = [8]) throws {
            try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)
            let path = "\(results)/tiny.yaml"
            let text = """
                experiment: tiny
                question: Does it run?
                model: {cell: lstm, input: 4, hidden: 8}
                batch: 2
                length: [\(lengths.map(String.init).joined(separator: ", "))]
                strategies: [full, segmented]
                repetitions: 2

                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            file = try ExperimentFile(path)
        }

        deinit { try? FileManager.default.removeItem(atPath: results) }

        var trials: [Trial] { file.experiment.trials }
        var rows: [Row] { (try? Results.read(file: "\(results)/tiny/measurements.csv").rows) ?? [] }

        /// Runs it, and gives what was told.
        func run(
            _ fake: FakeTrial, isFresh: Bool = false, shard: Shard? = nil, compared: () -> Void = {}
        ) throws -> (isGood: Bool, events: [Event]) {
            var events: [Event] = []
            let isGood = try withoutActuallyEscaping(compared) { compared in
                try ExperimentRunner(
                    file, trials: shard?.trials(of: trials) ?? trials, results: results,
                    build: Build(version: "0", commit: "unknown", hasChanges: nil), isFresh: isFresh, shard: shard,
                    compare: { _ in compared() }
                ).run(fake.program, children: Children(), report: { events.append($0) })
            }
            return (isGood, events)
        }

        func merge(isPartial: Bool = false) throws -> (isGood: Bool, events: [Event]) {
            var events: [Event] = []
            let isGood = try ResultsMerge(
                ResultsMerge.Part.find(at: "\(results)/tiny"), into: "\(results)/tiny", isPartial: isPartial,
                compare: { _ in }
            ).run(report: { events.append($0) })
            return (isGood, events)
        }
    }

    /// The kinds of events, a word each.
    private func kinds(_ events: [Event]) -> [String] {
        events.map { String("\($0)".prefix { $0 != "(" }) }
    }

    @Test("A run tells of its trials round by round, and of its end when every file is written")
    func wholeRun() throws {
        let scratch = try Scratch()
        let fake = try FakeTrial(Self.working)
        var compared = 0
        let (isGood, events) = try scratch.run(fake, compared: { compared += 1 })
        withExtendedLifetime(fake) {}
        let rows = scratch.rows
        #expect(isGood && compared == 1)
        #expect(rows.map(\.repetition) == [1, 1, 2, 2])
        guard case .finished(let summary) = try #require(events.dropLast().last) else {
            Issue.record("it told \(events)")
            return
        }
        // What a file adds to a row, no event has yet.
        func finished(_ index: Int) -> Event {
            var row = rows[index]
            row.origin = .unknown
            return .rowFinished(row)
        }
        #expect(summary.complete == 2 && summary.failed == 0)
        #expect(
            events == [
                .workers(Workers(asked: 1)), .started(scratch.trials, repetitions: 2), .trialStarted(scratch.trials[0]),
                .trialStarted(scratch.trials[1]), finished(0), finished(1), finished(2), finished(3),
                .finished(summary), .experimentFinished(summary),
            ])
    }

    @Test("Run again, it measures what is missing, and tells which rows it leaves out")
    func secondRun() throws {
        let scratch = try Scratch()
        let failing = try FakeTrial("case \"$*\" in *strategy=full*) echo no >&2; exit 1;; esac\n\(Self.working)")
        let first = try scratch.run(failing)
        #expect(!first.isGood)
        #expect(
            kinds(first.events) == [
                "workers", "started", "trialStarted", "trialFailed", "trialStarted", "rowFinished", "rowFinished",
                "finished", "experimentFinished",
            ])
        let second = try scratch.run(failing)
        #expect(
            second.events.first
                == .rowsLeftOut("1 row of failed trials, tried again; kept in measurements.previous.csv"))
        let good = try Scratch()
        let fake = try FakeTrial(Self.working)
        _ = try good.run(fake)
        var compared = 0
        #expect(try good.run(fake).events == [.nothingMissing(trials: 2)])
        let fresh = try good.run(fake, isFresh: true, compared: { compared += 1 })
        #expect(
            fresh.events.first
                == .rowsLeftOut(
                    "everything is measured again; the old file, 4 rows, is kept as measurements.previous.csv"))
        #expect(compared == 1)
        withExtendedLifetime((failing, fake)) {}
    }

    @Test("A measuring program whose probe fails ends the run before anything is written")
    func brokenProgram() throws {
        let scratch = try Scratch()
        let fake = try FakeTrial("echo no gauge >&2; exit 69")
        #expect(throws: RunError.probeFailed("no gauge (exit status 69)")) { try scratch.run(fake) }
        #expect(!FileManager.default.fileExists(atPath: "\(scratch.results)/tiny"))
        withExtendedLifetime(fake) {}
    }

    @Test("Shards are joined when all are there")
    func joining() throws {
        let scratch = try Scratch(lengths: [8, 16])
        let fake = try FakeTrial(Self.working)
        let shards = [1, 2].map { Shard(index: $0, of: 2)! }
        _ = try scratch.run(fake, shard: shards[0])
        #expect(throws: RunError.incomplete(directory: "\(scratch.results)/tiny", "shard 2/2 is missing")) {
            try scratch.merge()
        }
        _ = try scratch.run(fake, shard: shards[1])
        let (isGood, events) = try scratch.merge()
        withExtendedLifetime(fake) {}
        #expect(isGood && scratch.rows.count == 8)
        #expect(kinds(events) == ["joined", "rowsTogether"])
        #expect(events.first == .joined(ResultsMerge.Summary(trials: 4, files: 2, failed: 0)))
    }

    @Test("A dry run that times nothing tells what it counts, and knows what is there")
    func dryRun() throws {
        let scratch = try Scratch()
        let fake = try FakeTrial(Self.working)
        func dryRun(_ trials: [Trial], processors: Int = 1) throws -> (DryRun, [Event]) {
            var events: [Event] = []
            let run = try DryRun(
                scratch.file.experiment, trials, results: scratch.results, shard: nil, program: nil,
                times: StepTimes(program: nil), processors: processors, report: { events.append($0) })
            return (run, events)
        }
        let (before, events) = try dryRun(scratch.trials)
        #expect(
            events == [
                .counting(scratch.trials[0], index: 1, of: 2), .counting(scratch.trials[1], index: 2, of: 2),
            ])
        #expect(before.lines.map(\.state) == [.missing, .missing] && before.missing == 2)
        #expect(before.lines.map(\.peak) == scratch.trials.map(\.predictedPeak))
        #expect(before.sources == [.assumed] && before.seconds ?? 0 > 0)
        // Of two that share a reference one waits for the other; others prepare at once, and take that much less.
        #expect(try dryRun(scratch.trials, processors: 2).0.seconds == before.seconds)
        let segmented = [scratch.trials[1]]
        let (alone, beside) = try (dryRun(segmented).0, dryRun(segmented, processors: 2).0)
        #expect(beside.lines == alone.lines)
        // Half of the 50 ms that are assumed of a process, and of its warm-up.
        #expect(try #require(alone.seconds) - #require(beside.seconds) >= 0.05 / 2 + Trial.warmupTime / .seconds(2))
        _ = try scratch.run(fake)
        withExtendedLifetime(fake) {}
        let (after, _) = try dryRun(scratch.trials)
        #expect(after.lines.map(\.state) == [.measured, .measured] && after.missing == 0 && after.seconds == nil)
    }
}
