import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Answers of rows that are made for the purpose; those of the committed experiments are in CommittedAnswerTests.
struct AnswerTests {
    @Test func strategiesBesideFullUnrolling() throws {
        let rows = try sweep(
            "s", lengths: [128], strategies: [.full, .binomial(slots: 4), .truncated(window: 16, stride: 16)],
            repetitions: 5)
        let answer = Answer.sentence(rows).markdown
        #expect(answer.hasPrefix("`binomial:slots=4` gives full unrolling's gradient in 27.0 % of its peak"))
        #expect(answer.contains("at 2.34 times the time"))
    }

    @Test func growth() throws {
        let rows = try sweep("g", lengths: [64, 128, 256], strategies: [.full])
        let answer = Answer.sentence(rows).markdown
        #expect(answer.hasPrefix("From T 64 to 256 the peak of `full` grows "))
        #expect(answer.contains(" for each step"))
    }

    /// Each sentence is plain: no step is forward a step, nothing "ends at" in training, and every peak is said to be one.
    @Test func plainWords() throws {
        let strategies: [Strategy] = [.full, .truncated(window: 16, stride: 16), .binomial(slots: 2)]
        let grown = Answer.sentence(try sweep("g", lengths: [64, 128, 512], strategies: strategies)).markdown
        #expect(grown.contains("the peak of `full` grows ") && grown.contains(", that of `truncated:window=16` "))
        #expect(grown.contains(" and that of `binomial:slots=2` "), "\(grown)")
        let alone = Answer.sentence(try sweep("a", lengths: [64, 128, 512], strategies: [.binomial(slots: 2)])).markdown
        #expect(alone.contains(", and forward steps per step go from "), "\(alone)")
        let trained = try sweep("t", lengths: [64], strategies: [.full, .truncated(window: 16, stride: 16)]).map {
            row in
            let trial = try Trial(
                words: row.trial.words.filter { !$0.hasPrefix("task=") } + ["task=copy:delay=3", "updates=9"])
            return simulated(trial, experiment: "t").with(.loss, .real(trial.strategy == .full ? 0.5 : 1))
                .with(.quality, .real(trial.strategy == .full ? 0.75 : 0.25))
        }
        #expect(
            Answer.sentence(trained).markdown.hasPrefix(
                "Training ends on copy at an accuracy of 0.750 with `full` and 0.250 with `truncated:window=16` ("))
    }

    /// Of several cells under one strategy it is the cells that are compared, by the longest trainings.
    @Test func trainedCells() throws {
        let losses: [(Cell, Int, Double)] = [
            (.elman, 10, 0.1), (.elman, 20, 0.5), (.lstm, 20, 0.25), (.gru, 20, 0.75),
        ]
        let rows = try losses.map { cell, updates, loss in
            let trial = try Trial(
                cell: cell, input: 4, hidden: 8, batch: 2, length: 50, task: .copy(delay: 3), updates: updates)
            return simulated(trial, experiment: "c").with(.loss, .real(loss))
        }
        #expect(
            Answer.sentence(rows).markdown
                == "Of 3 cells the lowest loss is left by LSTM on copy (0.250 against 0.500 by Elman), after 20 updates "
                + "under `full` (B 2 T 50).")
    }

    @Test func failures() throws {
        let rows = try sweep("f", lengths: [64], strategies: [.full]).map { $0.failed(.outOfMemory, "needs 9 GiB") }
        #expect(Answer.sentence(rows).markdown == "None of 1 row ended well: out_of_memory.")
    }
}
