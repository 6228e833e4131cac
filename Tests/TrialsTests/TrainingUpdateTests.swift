import Testing
import Trials

@Suite struct TrainingUpdateTests {
    @Test(arguments: [
        TrainingUpdate(update: 0, loss: 0.1 + 0.2, wallSeconds: 1e-7, recentLoss: 1.0 / 3),
        TrainingUpdate(
            update: 99, loss: 2.5e-308, quality: 0.5, gradientNorm: 1e300, wallSeconds: 3, window: 12, recentLoss: 0,
            recentQuality: 1),
    ])
    func linesReadBackAsTheSameBits(update: TrainingUpdate) {
        #expect(TrainingUpdate(line: update.line) == update)
    }

    @Test(arguments: [
        "", "update=1", "update=1 loss=2 wall_seconds=3", "update=1 loss=2 wall_seconds=3 recent_loss=",
        "update=1 loss=2 wall_seconds=3 recent_loss=4 more=5", "update=1 loss=2  wall_seconds=3 recent_loss=4",
        "update=1 loss=2 loss=2 wall_seconds=3 recent_loss=4", "update=1.5 loss=2 wall_seconds=3 recent_loss=4",
        "loss=2 wall_seconds=3 recent_loss=4", "0.5",
    ])
    func otherLinesAreNone(line: String) {
        #expect(TrainingUpdate(line: line) == nil)
    }

    @Test(arguments: [
        ("loss<0.01", 0.009, 0.0, true), ("loss<0.01", 0.01, 0.0, false), ("quality>0.95", 9, 0.96, true),
        ("quality>0.95", 0, 0.95, false), ("quality<2", 0, 1.5, true), ("loss>1e3", 2000, 0, true),
    ])
    func goals(text: String, loss: Double, quality: Double, isReached: Bool) throws {
        let goal = try #require(Goal(text))
        #expect(Goal(goal.description) == goal)
        var update = TrainingUpdate(
            update: TrainingUpdate.recent - 1, loss: 0.5, wallSeconds: 1, recentLoss: loss, recentQuality: quality)
        #expect(goal.isReached(by: update) == isReached)
        // Means of fewer updates are no means yet.
        update.update -= 1
        #expect(!goal.isReached(by: update))
        update.update += 100
        update.recentQuality = nil
        #expect(goal.isReached(by: update) == (isReached && goal.subject == .loss))
    }

    @Test(arguments: [
        "", "loss", "loss<", "loss=0", "<0.1", "accuracy>0.5", "loss<small", "loss<0.1<1", "loss <0.1", "loss<inf",
        "loss<nan",
    ])
    func noGoals(text: String) {
        #expect(Goal(text) == nil)
    }
}
