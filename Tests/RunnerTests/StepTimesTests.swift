import Quantities
import Runner
import Schedules
import Shapes
import Testing
import Trials

@Suite struct StepTimesTests {
    /// Answers that a pass whose parameters change within it takes four times as long.
    private static let program = """
        case "$*" in *update_each=stride*) wall=2;; *) wall=0.5;; esac
        echo ready
        while read word; do echo "peak_bytes=1 wall_seconds=$wall backward_seconds=0.25"; done
        """

    @Test(
        "A step of a training whose parameters change within its passes is timed by itself, once for all its seeds and updates"
    )
    func changesWithinPasses() throws {
        let fake = try FakeTrial(Self.program)
        defer { withExtendedLifetime(fake) {} }
        var trial = try Trial(
            cell: .lstm, hidden: 8, batch: 1, length: 64, strategy: .truncated(window: 4, stride: 4), updates: 10,
            updateInterval: .stride)
        var other = trial
        (other.seed, other.updates) = (2, 20)
        let times = StepTimes(program: fake.program)
        var timed: [StepTimes.Subject] = []
        _ = times.prices(of: [trial, other], rows: [], memory: Bytes(1 << 30)) {
            if case .timing(let subject) = $0 { timed.append(subject) }
        }
        #expect(timed.filter { $0 == .changes(index: 1, of: 1) }.count == 1)
        // Of two updates, over all steps.
        #expect(times.step(of: trial) == 2.0 / 2 / 64 && times.step(of: other) == times.step(of: trial))
        trial.updateInterval = .sequence
        #expect(times.step(of: trial) == nil)
    }
}
