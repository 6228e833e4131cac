import Foundation
import Runner
import Schedules
import Shapes
import Testing
import Trials

/// Trainings without a terminal, by a program that stands in for the training one.
struct TrainingRunnerTests {
    /// Answers as a training does; its loss is the update's number.
    private static let working = """
        echo ready
        n=0
        while read word; do
            case $word in
                position) echo 0;;
                figures) echo "peak_bytes=7 wall_seconds=1.0";;
                update) echo "update=$n loss=$n.0 wall_seconds=0.5 recent_loss=$n.0"; n=$((n + 1));;
                save) echo saved;;
            esac
        done
        """

    private func trials(updates: Int) throws -> [Trial] {
        try ["full", "segmented"].map {
            try Trial(words: ["cell=lstm", "length=8", "strategy=\($0)", "task=adding", "updates=\(updates)"])
        }
    }

    private func update(_ number: Int) -> TrainingUpdate {
        TrainingUpdate(
            update: number, loss: Double(number), wallSeconds: 0.5, recentLoss: Double(number))
    }

    @Test("Trainings make an update each in turn, and tell of each")
    func inTurn() throws {
        let fake = try FakeTrial(Self.working)
        let trials = try trials(updates: 2)
        var runner = TrainingRunner(fake.program, children: Children(), stop: Stop())
        var events: [Event] = []
        try runner.run(trials, report: { events.append($0) })
        withExtendedLifetime(fake) {}
        #expect(
            events == [
                .trainingStarted(trials[0]), .trainingReady(trials[0], updates: 0),
                .trainingStarted(trials[1]), .trainingReady(trials[1], updates: 0),
                .updated(trials[0], update(0), isLast: false), .updated(trials[1], update(0), isLast: false),
                .updated(trials[0], update(1), isLast: false), .updated(trials[1], update(1), isLast: false),
                .trainingsEnded,
            ])
        #expect(runner.outcomes.map(\.updates) == [2, 2] && runner.outcomes.map(\.timed) == [2, 2])
        #expect(runner.outcomes.allSatisfy { $0.row.status == .ok && $0.row[.peakBytes] == 7 })
        #expect(runner.outcomes[0].losses.map(\.loss) == [0, 1])
    }

    @Test("One that dies is a row that says so; the other trains on")
    func oneDies() throws {
        let fake = try FakeTrial(
            "case \"$*\" in *strategy=full*) limit=1;; *) limit=9;; esac\n"
                + Self.working.replacing("update) echo", with: "update) [ $n -lt $limit ] || exit 3; echo"))
        let trials = try trials(updates: 3)
        var runner = TrainingRunner(fake.program, children: Children(), stop: Stop())
        var failures: [Event] = []
        try runner.run(trials) { if case .trainingFailed = $0 { failures.append($0) } }
        withExtendedLifetime(fake) {}
        #expect(runner.outcomes.map(\.row.status) == [.failed, .ok])
        #expect(runner.outcomes.map(\.row.message) == ["exit status 3", ""])
        #expect(runner.outcomes.map(\.updates) == [1, 3])
        #expect(failures.count == 1)
    }

    @Test("Asked to end, they end after the update that is being made")
    func asked() throws {
        let fake = try FakeTrial(Self.working)
        let stop = Stop()
        var runner = TrainingRunner(fake.program, children: Children(), stop: stop)
        try runner.run(try trials(updates: 100)) { if case .updated = $0 { stop.ask() } }
        withExtendedLifetime(fake) {}
        #expect(runner.outcomes.map(\.updates) == [1, 0])
    }
}
