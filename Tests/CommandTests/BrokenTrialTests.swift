import Experiments
import Foundation
import TestThreads
import Testing
import Trials

/// `unroll run` beside a measuring program that does not keep its promise. Some of it waits for a limit of ten seconds.
@Suite(.onAThreadOfItsOwn) struct BrokenTrialTests {
    /// A copy of unroll beside a script in the measuring program's place. `$real` is the real one.
    private func scratch(_ script: String, limit: String = "2min") throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny + "limits: {time: \(limit)}\n", to: "tiny.yaml")
        try scratch.write("#!/bin/sh\nreal='\(Program.trial.path)'\n\(script)\n", to: "bin/script")
        // Copied by a separate process: were they open for writing here, a child of a test beside would hold them too.
        for (source, name) in [(Program.unroll.path, "unroll"), ("bin/script", "unroll-trial")] {
            #expect(try scratch.run("/usr/bin/install", ["-m", "755", source, "bin/\(name)"]).code == 0)
        }
        return scratch
    }

    @Test(
        "A program that does not start: nothing is measured, and the reason said",
        arguments: [
            ("echo libjemalloc.so.2: no such file >&2; exit 127", "libjemalloc.so.2: no such file (exit status 127)"),
            ("kill -SEGV $$", "killed by signal 11, Segmentation fault"),
            ("echo hello", "unexpected output 'hello'"),
        ])
    func crash(_ script: String, _ reason: String) throws {
        let scratch = try scratch(script)
        try expect(
            scratch.run(scratch.path + "/bin/unroll", ["run", "tiny.yaml"]),
            Ending(69, complaint: "unroll: the measuring process does not work here: \(reason)\n"))
        #expect(!scratch.exists("results"))
    }

    @Test(
        "A program that fails on some trials: each is a row, the others are measured",
        arguments: [
            ("exit 3", "failed", "exit status 3"),
            ("kill -SEGV $$", "failed", "killed by signal 11, Segmentation fault"),
            ("echo garbage; sleep 60", "failed", "unexpected output 'garbage'"),
            ("echo ready; read word; echo 'peak_bytes=1 1'; sleep 60", "failed", "unexpected output 'peak_bytes=1 1'"),
            ("sleep 60", "timed_out", "not ready within 10.0 s; killed"),
            ("echo ready; sleep 60", "timed_out", "no repetition within 10.0 s; killed"),
            (
                "echo 'x.swift:1: Fatal error: out of memory allocating 3 GiB' >&2; kill -ILL $$", "out_of_memory",
                "x.swift:1: Fatal error: out of memory allocating 3 GiB (killed by signal 4, Illegal instruction)"
            ),
        ])
    func failure(_ script: String, _ status: String, _ message: String) throws {
        let scratch = try scratch(
            """
            case "$*" in
                measure*cell=lstm*length=9*strategy=full*) \(script);;
                *) exec "$real" "$@";;
            esac
            """, limit: status == "timed_out" ? "10s" : "2min")
        let complaint = """
            tiny: lstm T=9 H=5 B=2 full: \(status): \(message)
            tiny: 7 trials measured, 1 failed, in results/tiny; next: unroll compare results/tiny

            """
        try expect(
            scratch.run(scratch.path + "/bin/unroll", ["run", "tiny.yaml"]).withoutAnswers,
            Ending(1, complaint: complaint))
        let rows = try Results.read(file: "\(scratch.path)/results/tiny/measurements.csv").rows
        #expect(rows.count == 15)
        #expect(
            rows.filter { $0.status != .ok }.map { "\($0.status.rawValue) \($0.message)" } == ["\(status) \(message)"])
    }
}
