import Experiments
import Foundation
import Testing
import Trials

/// A writer of results that is killed before any of the steps that change what a folder holds: the copy of the experiment is
/// what the rows are of, each row knows its environment, and none is lost.
@Suite("The copy is what the rows are of, at every moment") struct KilledWriterTests {
    /// Kills the process before the n-th name that it gives.
    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <signal.h>
        #include <stdlib.h>
        #include <unistd.h>

        static void step(void) {
            static int steps;
            const char *last = getenv("STEPS");
            if (last && ++steps > atoi(last)) kill(getpid(), SIGKILL);
        }
        int renameat(int from, const char *old, int to, const char *new) {
            step();
            return ((int (*)(int, const char *, int, const char *))dlsym(RTLD_NEXT, "renameat"))(from, old, to, new);
        }
        int link(const char *from, const char *to) {
            step();
            return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link"))(from, to);
        }

        """

    private static func experiment(_ length: String) -> String {
        """
        experiment: tiny
        model: {cell: elman, input: 3, hidden: 5}
        batch: 2
        length: \(length)
        strategies: [full]
        repetitions: 2

        """
    }

    /// A folder of lengths 6 and 9 by another commit of the same measuring program; what follows asks for 6 and 7.
    private func prepare(keys: Bool) throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(KilledWriterTests.source, to: ".harness-killed.c")
        let made = try scratch.run(
            "/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", ".harness-killed.so", ".harness-killed.c", "-ldl"])
        try #require(made == Ending(0), "\(made)")
        try scratch.write(KilledWriterTests.experiment("[6, 9]"), to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--results", "first", "--quiet") == Ending(0))
        let place = scratch.path + "/first/tiny"
        var other = try #require(try Measured.read(from: place))
        other.commit = "60d04ab51021ece856202b03d2a8a376df0ffd7c"
        try other.write(to: place)
        var text = Results.text(
            try Results.read(file: place + "/measurements.csv").rows.marked.map { row in
                var row = row
                row.origin = other.origin
                return row
            })
        if !keys {
            let column = try #require(Results.header.firstIndex(of: "environment"))
            text = cells(text).map { fields in
                (fields[..<column] + fields[(column + 1)...]).joined(separator: ",") + "\n"
            }.joined()
        }
        try scratch.write(text, to: "first/tiny/measurements.csv")
        try scratch.write(KilledWriterTests.experiment("[6, 7]"), to: "tiny.yaml")
        try #require(try scratch.unroll("run", "tiny.yaml", "--results", "parts", "--quiet") == Ending(0))
        return scratch
    }

    private func name(_ row: Row) -> String { "\(row.trial.identifier) \(row.repetition) \(row[.wallSeconds] ?? 0)" }

    private func rows(_ scratch: Scratch, isKept: Bool) throws -> [Row] {
        let folder = scratch.path + "/results/tiny"
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter {
            $0.hasPrefix("measurements.") && $0.hasSuffix(".csv") && $0.contains(".previous.") == isKept
        }.flatMap { try Results.read(file: "\(folder)/\($0)").rows }
    }

    @Test(
        "Killed before any step, rows and copy agree and nothing is lost; the same command then ends it",
        arguments: [["run", "tiny.yaml"], ["run", "tiny.yaml", "--fresh"], ["merge", "parts", "--into", "results"]],
        [true, false])
    func steps(command: [String], keys: Bool) throws {
        let scratch = try prepare(keys: keys)
        let old = try Results.read(file: scratch.path + "/first/tiny/measurements.csv").rows
        let measured = Dictionary(uniqueKeysWithValues: old.map { (name($0), $0.origin) })
        var steps = 0
        var ending = Ending(-1)
        while ending.code != 0 {
            try? FileManager.default.removeItem(atPath: scratch.path + "/results")
            try FileManager.default.copyItem(atPath: scratch.path + "/first", toPath: scratch.path + "/results")
            ending = try scratch.run(
                "/usr/bin/env",
                ["LD_PRELOAD=\(scratch.path)/.harness-killed.so", "STEPS=\(steps)", Program.unroll.path] + command
                    + ["--quiet"])
            try #require([0, 128 + SIGKILL].contains(ending.code), "\(ending)")
            let now = try rows(scratch, isKept: false)
            let kept = try rows(scratch, isKept: true)
            let experiment = try ExperimentFile(scratch.path + "/results/tiny/experiment.yaml").experiment
            let asked = Set(experiment.trials)
            #expect(now.allSatisfy { asked.contains($0.trial) && $0.repetition <= 2 }, "\(steps) steps")
            #expect(Set(measured.keys).isSubset(of: Set((now + kept).map(name))), "\(steps) steps")
            let environments = try Results.read(file: scratch.path + "/results/tiny/measurements.csv").environments
            for row in now {
                #expect(environments[row.origin.key] != nil, "\(steps) steps")
                if let origin = measured[name(row)] { #expect(row.origin == origin, "\(steps) steps") }
            }
            // What is kept apart knows where it is from, with keys or without.
            for row in kept { if let origin = measured[name(row)] { #expect(row.origin.key == origin.key) } }
            if ending.code != 0, steps % 3 == 1 {
                #expect(try scratch.run(Program.unroll.path, command + ["--quiet"]) == Ending(0))
                #expect(try rows(scratch, isKept: false).count == 4)
                #expect(
                    Set(measured.keys).isSubset(
                        of: Set(try (rows(scratch, isKept: false) + rows(scratch, isKept: true)).map(name))))
            }
            steps += 1
        }
        #expect(steps > 4)
    }
}
