import Experiments
import Foundation
import TestThreads
import Testing
import Trials

/// Other people's programs as engines: what is measured of them, and what becomes of those that do not keep the protocol.
/// Some of it waits for a limit of ten seconds.
@Suite(.onAThreadOfItsOwn) struct EngineTests {
    private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    /// Trials of a network under engines, which are files of the scratch folder.
    private static func sweep(_ engines: String, strategies: String = "[full]", batch: Int = 3) -> String {
        """
        experiment: engines
        model: {cell: elman, input: 5, hidden: 64}
        length: 4
        batch: \(batch)
        inputs: resident
        scalar: double
        engine: \(engines)
        strategies: \(strategies)
        repetitions: 2
        limits: {time: 2min}

        """
    }

    private func rows(_ scratch: Scratch) throws -> [Row] {
        try Results.read(file: "\(scratch.path)/results/engines/measurements.csv").rows
    }

    /// Processes whose working directory is the scratch folder: all that a run there has started and left.
    private func left(in scratch: Scratch) -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { process in
            let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
            return folder == scratch.path
        }
    }

    /// unroll's loss of the network of ``sweep(_:strategies:batch:)``.
    private static let loss: Result<String, any Error> = Result {
        let words = [
            "measure", "--strategy", "full", "--cell", "elman", "--input", "5", "--hidden", "64", "--length", "4",
            "--batch", "3", "--inputs", "resident", "--scalar", "double", "--repetitions", "1", "--format", "csv",
            "--columns", "loss",
        ]
        let ending = try Scratch().run(Program.unroll.path, words)
        return try #require(ending.table.last?.first, "\(ending)")
    }

    // MARK: One that works

    @Test(
        "A program of 65 lines in C, beside unroll: its loss is unroll's, its bytes are those that it asks for",
        .enabled(if: hasCompiler, "there is no /usr/bin/cc"))
    func ownProgram() throws {
        let scratch = try Scratch()
        let compiled = try scratch.run(
            "/usr/bin/cc", ["-O2", "-o", "elman", "\(Document.root)/Sources/engines/c/trial.c", "-lm"])
        try #require(compiled.code == 0, "\(compiled)")
        try scratch.write(
            EngineTests.sweep("[unroll, ./elman]", strategies: "[inference, full]", batch: 512), to: "e.yaml")
        let ending = try scratch.unroll("run", "e.yaml")
        let refusal =
            "'strategy=full' is not of this engine, which has cell=elman layers=1 strategy=inference task=noise "
            + "inputs=resident scalar=double threads=1 (exit status 64)"
        #expect(ending.code == 1 && ending.complaint.contains(refusal), "\(ending)")
        let rows = try rows(scratch)
        #expect(rows.count == 7)
        #expect(rows.filter { $0.status != .ok }.map(\.message) == [refusal])
        let own = rows.filter { $0.trial.engine == .program("./elman") && $0.status == .ok }
        #expect(own.count == 2)
        let expected = try #require(rows.compactMap { $0.trial.engine == .unroll ? $0[.loss] : nil }.first)
        for row in own {
            #expect(row.trial.isSameWork(try #require(row[.loss]), as: expected))
            // Two states of 512 × 64 doubles. A thread may be off by 16 KiB whenever it is looked at.
            let step = try #require(row[.stepBytes])
            #expect(abs(step - Double(2 * 512 * 64 * 8)) <= Double(2 * 16 << 10), "\(step)")
            #expect(row[.wallSeconds] ?? 0 > 0 && row[.peakBytes] == nil)
        }
        for row in rows where row.trial.engine == .unroll {
            let parts = [Figure.weightsBytes, .gradientsBytes, .inputsBytes].compactMap { row[$0] }
            #expect(row[.stepBytes] == row[.peakBytes].map { $0 - parts.reduce(0, +) })
        }
        #expect(left(in: scratch) == [])

        // The engine is a factor as any other.
        let table = try scratch.unroll("compare", "results/engines", "--format", "csv").table
        #expect(
            table.first?.first == "engine"
                && table.dropFirst().map { $0[0] } == ["unroll", "unroll", "./elman", "./elman"])
        let again = try scratch.unroll("run", "e.yaml", "--only", "engine=./elman", "--only", "strategy=inference")
        #expect(again.code == 0 && again.complaint.contains("nothing is missing of 1 trial"), "\(again)")
        let report = try scratch.unroll("report", "results")
        #expect(report.code == 0, "\(report)")

        // Another program under the same name is another one.
        try scratch.write(program: "#!/bin/sh\nexec sleep 60\n", to: "other")
        try FileManager.default.removeItem(atPath: scratch.path + "/elman")
        try FileManager.default.moveItem(atPath: scratch.path + "/other", toPath: scratch.path + "/elman")
        let other = try scratch.unroll("run", "e.yaml")
        #expect(other.code == 65 && other.complaint.contains("measured with another program of engine './elman'"))

        try expect(
            scratch.unroll("measure", "--engine", "./nowhere", "--strategy", "full"),
            Ending(69, complaint: "unroll: engine './nowhere': there is no program './nowhere'\n"))
    }

    @Test("unroll-trial is an engine as any other, by its path too")
    func trialProgram() throws {
        let scratch = try Scratch()
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/own", withDestinationPath: Program.trial.path)
        try scratch.write(EngineTests.sweep("[./own, unroll]", strategies: "[full, bisection]"), to: "e.yaml")
        let ending = try scratch.unroll("run", "e.yaml")
        #expect(ending.code == 0, "\(ending)")
        let rows = try rows(scratch)
        #expect(rows.count == 8 && rows.allSatisfy { $0.status == .ok })
        #expect(Set(rows.compactMap { $0[.loss] }).count == 1)
        try expect(
            scratch.run(Program.trial.path, ["measure", "engine=./own"]),
            Ending(64, complaint: "unroll-trial: 'engine' is './own'; allowed: unroll\n"))
    }

    @Test("It is given the factors, the user's environment and the gauge; the others stand still while it is asked")
    func surroundings() throws {
        let scratch = try Scratch()
        let loss = try EngineTests.loss.get()
        try scratch.write(
            program: """
                #!/bin/sh
                echo "$@" >> words
                env | grep -E 'MALLOC|LD_|BLAS|TUNABLES|UNROLL_P' >> environment
                name=$(basename $0)
                echo $$ > $name.pid
                echo ready
                while read word; do
                    for other in one two; do
                        [ $other = $name ] || sed 's/.*) //' /proc/$(cat $other.pid)/stat | cut -c1 >> states
                    done
                    echo loss=\(loss)
                done
                """, to: "one")
        try FileManager.default.copyItem(atPath: scratch.path + "/one", toPath: scratch.path + "/two")
        try scratch.write(EngineTests.sweep("[./one, ./two]"), to: "e.yaml")
        let ending = try scratch.unroll("run", "e.yaml")
        #expect(ending.code == 0, "\(ending)")
        #expect(try scratch.read("states") == "T\nT\nT\nT\n")
        let words =
            "measure cell=elman layers=1 input=5 hidden=64 batch=3 length=4 strategy=full task=noise inputs=resident "
            + "scalar=double threads=1 seed=1\n"
        #expect(try scratch.read("words") == words + words)
        // What the user has set is no matter of ours.
        let own = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        let environment = try Set(scratch.read("environment").split(separator: "\n").map(String.init)).subtracting(own)
        #expect(environment.count == 1 && environment.first?.hasSuffix("/libunroll-gauge.so") == true, "\(environment)")
    }

    // MARK: Those that fail

    private static let badEngines: [(script: String, status: String, message: String)] = [
        ("exit 3", "failed", "exit status 3"),
        ("echo it cannot do that >&2; exit 64", "failed", "it cannot do that (exit status 64)"),
        ("echo ready; read word; kill -SEGV $$", "failed", "killed by signal 11, Segmentation fault"),
        ("exec sleep 60", "timed_out", "not ready within 10.0 s; killed"),
        ("echo ready; read word; exec sleep 60", "timed_out", "no repetition within 10.0 s; killed"),
        ("echo ready; read word; echo hello; sleep 60", "failed", "unexpected output 'hello'"),
        ("echo loading; echo ready; read word; echo loss=LOSS; sleep 60", "failed", "unexpected output 'loading'"),
        ("printf 'ready\\nhello\\n'; read word; echo loss=LOSS; sleep 60", "failed", "unexpected output 'hello'"),
        ("echo ready; read word; printf 'loss=LOSS\\nmore\\n'; sleep 60", "failed", "unexpected output 'more'"),
        ("echo ready; read word; echo loss=LOSS step=1; sleep 60", "failed", "unexpected output 'loss=LOSS step=1'"),
        ("echo ready; read word; echo loss=nan; sleep 60", "failed", "unexpected output 'loss=nan'"),
        (
            "echo ready; read word; echo wall_seconds=1; sleep 60", "failed",
            "no loss, which alone says that it was the same work"
        ),
        (
            "echo ready; read word; echo loss=0.5; sleep 60", "failed",
            "not the same work: loss 0.5 against LOSS of engine unroll"
        ),
        // What it leaves has its output open.
        ("sleep 60 & echo ready; read word; exit 3", "failed", "exit status 3"),
    ]

    @Test(
        "A program that does not keep the protocol: one row says so, the others are measured, nothing is left",
        arguments: badEngines)
    func bad(_ script: String, _ status: String, _ message: String) throws {
        let scratch = try Scratch()
        let loss = try EngineTests.loss.get()
        try scratch.write(program: "#!/bin/sh\n\(script.replacing("LOSS", with: loss))\n", to: "bad")
        let isSlow = status == "timed_out"
        let text = EngineTests.sweep("[./bad, unroll]")
        try scratch.write(isSlow ? text.replacing("2min", with: "10s") : text, to: "e.yaml")
        let expected = message.replacing("LOSS", with: loss)
        let ending = try scratch.unroll("run", "e.yaml")
        #expect(ending.code == 1, "\(ending)")
        #expect(left(in: scratch) == [])
        let rows = try rows(scratch)
        #expect(
            rows.filter { $0.status != .ok }.map { "\($0.trial.engine.rawValue) \($0.status.rawValue) \($0.message)" }
                == ["./bad \(status) \(expected)"])
        #expect(rows.filter { $0.status == .ok }.map(\.trial.engine) == [.unroll, .unroll])
    }

    @Test("A run that is killed leaves no engine, stopped or not")
    func killed() throws {
        let scratch = try Scratch()
        try scratch.write(program: "#!/bin/sh\necho ready\nread word\n", to: "waiting")
        try scratch.write(program: "#!/bin/sh\ntouch busy.here\nexec sleep 300\n", to: "busy")
        try scratch.write(EngineTests.sweep("[./waiting, ./busy]"), to: "e.yaml")
        let run = try scratch.start(["run", "e.yaml"])
        #expect(wait { scratch.exists("busy.here") })
        #expect(left(in: scratch).count == 3)
        run.signal(SIGKILL)
        _ = try run.wait()
        #expect(wait { left(in: scratch) == [] })
    }

    // MARK: Where it may not stand

    @Test("An engine that is not there ends a sweep before anything runs, with the command that makes it")
    func missing() throws {
        let scratch = try Scratch()
        try scratch.write(EngineTests.sweep("[unroll, pytorch]"), to: "e.yaml")
        let ending = try scratch.run(
            "/usr/bin/env", ["UNROLL_ENGINES=\(scratch.path)/none", Program.unroll.path, "run", "e.yaml"])
        expect(
            ending,
            Ending(
                69,
                complaint:
                    "unroll: engine 'pytorch': there is no program '\(scratch.path)/none/bin/python'; make it with: make engines\n"
            ))
        #expect(!scratch.exists("results"))
    }

    @Test(
        "Where no other engine can stand, one sentence says so",
        arguments: [
            (
                "train --strategy full --engine pytorch --updates 3",
                "'--engine' is an option of measure, and a factor of experiment files; train is about unroll's own networks"
            ),
            (
                "plan --engine=pytorch",
                "'--engine' is an option of measure, and a factor of experiment files; plan is about unroll's own networks"
            ),
            (
                "measure --strategy full --engine jax --timeline x.csv",
                "'--timeline' is of engine unroll, and this is engine 'jax'"
            ),
            ("measure --strategy full --variant loop", "variant 'loop' needs an engine other than unroll"),
            (
                "measure --strategy full --engine pytorhc",
                "The value 'pytorhc' is invalid for '--engine <engine>': 'engine' is 'pytorhc' (nearest: 'pytorch'); allowed: "
                    + "unroll, pytorch, jax, or the path of a trial program, with a '/' in it"
            ),
        ])
    func refused(_ words: String, _ sentence: String) throws {
        let scratch = try Scratch()
        let ending = try scratch.start(words.split(separator: " ").map(String.init)).wait()
        #expect(ending.code == 64 && ending.complaint.hasPrefix("Error: \(sentence)\n"), "\(ending)")
    }

    @Test("No engine but unroll trains")
    func updates() throws {
        let scratch = try Scratch()
        try scratch.write(EngineTests.sweep("[unroll, ./mine]") + "updates: 5\n", to: "e.yaml")
        let ending = try scratch.unroll("run", "e.yaml")
        #expect(ending.code == 65)
        #expect(
            ending.complaint.contains(
                "engine './mine' makes single training steps and no updates; allowed: engine unroll, or updates 0"))
    }
}
