import Experiments
import Runner
import Schedules
import Shapes
import Testing
import Trials

/// How far a run is, by its events and without a clock.
struct ProgressTests {
    @Test("The time left is estimated by the work left, and preparing a trial takes two passes")
    func sweep() throws {
        let trials = try [64, 128].map { try Trial(cell: .lstm, length: $0) }
        let work = trials.map { Double($0.work) }
        var progress = SweepProgress()
        progress.update(.started(trials, repetitions: 2))
        #expect(progress.allRows == 4 && progress.secondsLeft(after: 1) == nil)
        progress.update(.trialStarted(trials[0]))
        let all = 4 * (work[0] + work[1])
        #expect(progress.secondsLeft(after: 3) == 3 * (all / (2 * work[0]) - 1))
        progress.update(.rowFinished(Row(experiment: "a", trial: trials[0], repetition: 1, status: .ok)))
        #expect(progress.rows == 1 && progress.secondsLeft(after: 4) == 4 * (all / (3 * work[0]) - 1))
        progress.update(.trialFailed(Row(experiment: "a", trial: trials[1], repetition: 1, status: .failed)))
        #expect(progress.failures == 1 && progress.rows == 1)
    }

    @Test("Of trainings, by the updates that are left; one that reaches its goal has none")
    func trainings() throws {
        let trial = try Trial(words: ["cell=lstm", "length=8", "strategy=full", "task=adding", "updates=10"])
        func update(_ number: Int) -> TrainingUpdate {
            TrainingUpdate(update: number, loss: 1, wallSeconds: 2, recentLoss: 1)
        }
        var progress = TrainingProgress(updates: 10, trainings: 2)
        let start = ContinuousClock.now
        progress.update(.trainingReady(trial, updates: 4))
        #expect(progress.secondsLeft(at: start) == nil)
        // Sixteen are to be made; the first took two seconds.
        progress.update(.updated(trial, update(4), isLast: false), at: start)
        #expect(progress.secondsLeft(at: start) == 30)
        progress.update(.updated(trial, update(5), isLast: true), at: start)
        #expect(progress.secondsLeft(at: start) == 10)
    }
}
