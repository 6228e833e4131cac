import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about what is learned.
@Suite struct LearningClaimTests {
    // E3

    /// - Parameter losses: by window, what the first seed ends with; every further seed a hundredth more.
    private func copies(
        _ losses: [Int: Double] = [5: 1.4, 15: 0.7, 30: 0.35], seeds: Int = 3, delay: Int = 10, updates: Int = 100
    ) throws -> [Row] {
        var rows: [Row] = []
        for seed in 1...seeds {
            for (window, loss) in losses.sorted(by: { $0.key < $1.key }) {
                let trial = try Trial(
                    cell: .lstm, input: 4, hidden: 32, batch: 16, length: 120,
                    strategy: .truncated(window: window, stride: window), task: .copy(delay: delay), seed: seed,
                    updates: updates)
                rows.append(
                    simulated(trial, experiment: "copy-delay").with(.loss, .real(loss + 0.01 * Double(seed - 1))))
            }
        }
        return rows
    }

    @Test func lagsBeyondTheWindow() throws {
        let verdict = try judge("E3", copies())
        #expect(verdict.outcome == .reproduced)
        // Of the third seed: 1.42/0.72.
        #expect(
            verdict.measured
                == "×1.97 at least, of 3 seeds; mean loss 1.410 at k 5, 0.710 at k 15, 0.360 at k 30")
        #expect(abs(verdict.value! - 1.42 / 0.72) < 1e-12)
        #expect(try judge("E3", copies([5: 1.4, 15: 0.7])).outcome == .reproduced)
        #expect(try judge("E3", copies([5: 1.3, 15: 1.0])).outcome == .reproduced)
    }

    @Test func oneSeedThatLearnsRefutes() throws {
        var rows = try copies()
        rows[3] = rows[3].with(.loss, .real(0.8))
        #expect(judge("E3", rows).outcome == .notReproduced)
        #expect(try judge("E3", copies([5: 1.1, 15: 1.0])).outcome == .notReproduced)
    }

    @Test func whatIsMissingLeavesItOpen() throws {
        #expect(try judge("E3", copies(seeds: 2)).outcome == .inconclusive)
        #expect(try judge("E3", copies([5: 1.4, 30: 0.3])).outcome == .inconclusive)
        #expect(try judge("E3", copies(delay: 9)).outcome == .inconclusive)
        #expect(try judge("E3", copies(updates: 0)).outcome == .inconclusive)
        var rows = try copies()
        rows[4] = rows[4].failed(.failed, "diverged")
        #expect(judge("E3", rows).outcome == .inconclusive)
    }
}
