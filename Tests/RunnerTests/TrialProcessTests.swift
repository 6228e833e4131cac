import Files
import Foundation
import Glibc
import Quantities
import Runner
import Schedules
import Shapes
import Testing
import Trials

@Test func aProcessThatKeepsItsPromise() throws {
    #expect(try outcome(of: FakeTrial.working) == "peak_bytes=1 wall_seconds=0.5; peak_bytes=2 wall_seconds=0.5")
}

@Test(arguments: [
    ("exit 3", "failed: exit status 3"),
    ("echo starting >&2; echo no BLAS here >&2; echo >&2; exit 69", "failed: no BLAS here (exit status 69)"),
    ("kill -TERM $$", "failed: killed by signal 15, Terminated"),
    ("kill -KILL $$", "failed: killed by signal 9, Killed"),
    (
        "echo 'Fatal error: out of memory allocating 3 GiB' >&2; kill -ILL $$",
        "out_of_memory: Fatal error: out of memory allocating 3 GiB (killed by signal 4, Illegal instruction)"
    ),
    ("echo hello; sleep 60", "failed: unexpected output 'hello'"),
    ("echo ready; read word; echo peak_bytes=many; sleep 60", "failed: unexpected output 'peak_bytes=many'"),
    ("echo ready; read word; echo; sleep 60", "failed: unexpected output ''"),
    ("echo ready; read word; echo oh >&2; exit 1", "failed: oh (exit status 1)"),
    ("echo ready; read word; printf peak_bytes=1; exit 0", "failed: exit status 0"),
    ("echo ready; exit 70", "failed: exit status 70"),
    ("echo ready; read word; echo peak_bytes=1; kill -SEGV $$", "failed: killed by signal 11, Segmentation fault"),
    ("echo ready; exec 0<&-; sleep 0.2; echo gone >&2; exit 5", "failed: gone (exit status 5)"),
    (
        "head -c 70000 /dev/zero | tr '\\0' x; sleep 60",
        "failed: unexpected output '\(String(repeating: "x", count: 200))'"
    ),
    ("exec >&-; sleep 60", "failed: its output ended, but it did not; killed"),
])
func aProcessThatFails(_ script: String, _ expected: String) throws {
    #expect(try outcome(of: script) == expected)
}

@Test(arguments: [
    "sleep 600", "trap '' TERM INT HUP; sleep 600", "while :; do echo noise >&2; done", "printf rea; sleep 600",
])
func aProcessThatIsNeverReady(_ script: String) throws {
    #expect(try outcome(of: script, start: .seconds(1)) == "timed_out: not ready within 1.0 s; killed")
}

@Test func aProcessThatNeverAnswers() throws {
    let found = try outcome(of: "echo ready; read word; sleep 600", limit: .seconds(1))
    #expect(found == "timed_out: no repetition within 1.0 s; killed")
}

@Test func aTalkativeProcessDoesNotBlock() throws {
    let script = """
        head -c 1000000 /dev/zero | tr '\\0' x >&2
        echo ready
        while read word; do
            head -c 1000000 /dev/zero | tr '\\0' y >&2
            echo peak_bytes=1
        done
        head -c 1000000 /dev/zero | tr '\\0' z >&2
        echo >&2; echo done >&2
        exit 4
        """
    #expect(try outcome(of: script) == "failed: done (exit status 4)")
}

@Test func aProgramThatIsNotThere() throws {
    let error = #expect(throws: SpawnError.self) {
        try TrialProcess(executable: "/nowhere/unroll-trial", arguments: [], children: Children())
    }
    #expect(error?.description == "cannot start /nowhere/unroll-trial: No such file or directory")
}

@Test func killingReachesGrandchildren() throws {
    let fake = try FakeTrial("sleep 60 & echo $! > $0.log; echo ready; wait")
    let children = Children()
    let process = try fake.program.measure(try Trial(cell: .lstm), warmup: 1, children: children)
    try process.waitUntilReady(within: .seconds(60))
    let sleeper = try #require(fake.log.first.flatMap(pid_t.init))
    #expect(children.count == 1)
    process.kill()
    #expect(children.count == 0)
    // Its parent is gone, so init reaps it; a zombie may remain where there is none.
    for _ in 0..<100 where isRunning(sleeper) { usleep(20_000) }
    #expect(!isRunning(sleeper))
}

private func isRunning(_ process: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return !status.contains(") Z ")
}

@Test func afterKillAllNothingStarts() throws {
    let children = Children()
    let fake = try FakeTrial("echo ready; sleep 60")
    let process = try fake.program.measure(try Trial(cell: .lstm), warmup: 1, children: children)
    try process.waitUntilReady(within: .seconds(60))
    children.killAll()
    defer { withExtendedLifetime(fake) {} }
    let failure = #expect(throws: TrialFailure.self) { try process.repeatOnce(within: .seconds(10)) }
    #expect(failure?.message == "killed by signal 9, Killed")
    let refused = #expect(throws: SpawnError.self) {
        try fake.program.measure(try Trial(cell: .lstm), warmup: 1, children: children)
    }
    #expect(refused?.reason == "the run was interrupted")
}

@Test func argumentsAreTheTrialsWords() throws {
    let fake = try FakeTrial("echo \"$@\" > $0.log; \(FakeTrial.working)")
    let trial = try Trial(cell: .gru, strategy: .truncated(window: 8, stride: 4))
    let process = try fake.program.measure(
        trial, warmup: 3, within: Bytes(4096), export: HandedOutput("/tmp/a b"), children: Children())
    try process.waitUntilReady(within: .seconds(60))
    try process.finish()
    let words = ["measure"] + trial.words + ["warmup=3", "within=4096", "export=/tmp/a b"]
    #expect(fake.log == [words.joined(separator: " ")])
    // Without a number of steps nothing is said of them.
    let other = try fake.program.measure(trial, within: Bytes(4096), children: Children())
    try other.finish()
    #expect(fake.log.last == (["measure"] + trial.words + ["within=4096"]).joined(separator: " "))
}

@Test func theProbeAnswers() throws {
    let fake = try FakeTrial("echo jemalloc_version=5.3.0; echo 'blas_configuration=OpenBLAS a=b c'; echo empty=")
    #expect(
        try fake.program.probe()
            == ["jemalloc_version": "5.3.0", "blas_configuration": "OpenBLAS a=b c", "empty": ""])
    withExtendedLifetime(fake) {}
}

@Test(arguments: [
    ("echo a=b; echo libopenblas is missing >&2; exit 69", "libopenblas is missing (exit status 69)"),
    ("echo hello", "unexpected output 'hello'"),
    ("echo a=b; echo a=c", "unexpected output 'a=c'"),
    ("sleep 600", "no end of output within 10.0 s; killed"),
])
func aProbeThatFails(_ script: String, _ message: String) throws {
    let fake = try FakeTrial(script)
    let failure = #expect(throws: TrialFailure.self) { try fake.program.probe(within: .seconds(10)) }
    #expect(failure?.message == message)
    withExtendedLifetime(fake) {}
}

/// A process that is stopped for longer than its limit, and then continues, has not used it up.
@Test func timeSpentStoppedDoesNotCount() throws {
    let fake = try FakeTrial("echo $$ > $0.log; echo ready; read word; kill -STOP $$; echo peak_bytes=7")
    let process = try fake.program.measure(try Trial(cell: .lstm), warmup: 1, children: Children())
    try process.waitUntilReady(within: .seconds(60))
    let child = try #require(fake.log.first.flatMap(pid_t.init))
    Thread.detachNewThread {
        sleep(8)
        kill(child, SIGCONT)
    }
    #expect(try process.repeatOnce(within: .seconds(6)).line == "peak_bytes=7")
    try process.finish()
}
