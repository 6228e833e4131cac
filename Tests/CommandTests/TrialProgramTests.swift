import Glibc
import Testing
import Trials

/// `unroll-trial` as a person might run it.
struct TrialProgramTests {
    private static let small = ["measure", "length=4", "hidden=3", "input=2", "batch=1"]

    private func run(_ words: [String], input: String = "") throws -> Ending {
        try Scratch().run(Program.trial.path, words, input: input)
    }

    @Test("Wrong words")
    func wrongWords() throws {
        let commands =
            "; allowed: measure key=value…, survey key=value…, train key=value…, products threads=N, probe. It is run by unroll, which has --help.\n"
        let keys =
            "; allowed: cell, layers, input, hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, variant, "
            + "recurrent_weights, scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, weights, "
            + "validation, engine, records, rounding, states\n"
        for (words, complaint) in [
            ([], "unroll-trial: unknown command ''" + commands),
            (["--help"], "unroll-trial: unknown command '--help'" + commands),
            (["measure", "foo=1"], "unknown key 'foo'" + keys),
            (["measure", "slots=1"], "unknown key 'slots'" + keys),
            (["measure", "length=3", "length=3"], "'length' is given twice\n"),
            (["measure", "length=0"], "'length' is '0'; allowed: a whole number from 1 to 100000000\n"),
            (["measure", "length"], "'length' is ''; allowed: a whole number from 1 to 100000000\n"),
            (["measure", "warmup=-3"], "unroll-trial: 'warmup' is '-3'; allowed: a whole number from 0 to 1000000\n"),
            (["products", "threads=x"], "unroll-trial: 'threads' is 'x'; allowed: a whole number from 0 to 1000000\n"),
        ] as [([String], String)] {
            try expect(run(words), Ending(64, complaint: complaint))
        }
    }

    @Test("Without a line to read it prepares and ends")
    func noInput() throws {
        let ending = try run(TrialProgramTests.small)
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let line = try #require(ending.output.split(separator: "\n").first)
        #expect(ending.output == line + "\n" && line.hasPrefix("ready "))
        let preparation = try #require(Preparation(line: String(line.dropFirst(6))))
        #expect(preparation.audit > 0 && preparation.reference > 0 && preparation.warmup > 0)
    }

    @Test("A line of figures for every line read")
    func figures() throws {
        let ending = try run(TrialProgramTests.small, input: "go\n\nanything\n")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let lines = ending.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines[0].hasPrefix("ready "))
        for line in lines.dropFirst() {
            let measurement = try #require(Measurement(line: line))
            #expect(measurement[.predictionGapBytes] == .integer(0))
            #expect(measurement[.forwardSteps] == .integer(4))
        }
    }

    @Test("What it is linked with")
    func probe() throws {
        let ending = try run(["probe"])
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let keys = ending.output.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
        #expect(
            keys == [
                "kernels", "bfloat16", "jemalloc_version", "jemalloc_configuration", "blas_version",
                "blas_configuration", "resident_peak",
            ])
    }

    @Test("The limit of memory holds for all that it takes, and ends it with the reason")
    func memoryLimit() throws {
        // A limit of one byte leaves what every process may have, 256 MiB; the records of this trial are twice that.
        let words = ["measure", "length=4000", "hidden=256", "memory=1"]
        let ending = try Scratch().run("/usr/bin/env", ["SWIFT_BACKTRACE=enable=no", Program.trial.path] + words)
        #expect(ending.code == 1)
        #expect(ending.output.isEmpty)
        #expect(ending.complaint.hasPrefix("out of memory allocating "))
        #expect(ending.complaint.hasSuffix(" bytes of memory (RLIMIT_DATA, ulimit -d)\n"))
        // What fits its limit is not in the way of it.
        let fitting = ["measure", "length=400", "hidden=256", "batch=32", "memory=66MiB"]
        #expect(try run(fitting, input: "go\n").code == 0)
    }
}
