import Reports
import Schedules
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

    @Test func failures() throws {
        let rows = try sweep("f", lengths: [64], strategies: [.full]).map { $0.failed(.outOfMemory, "needs 9 GiB") }
        #expect(Answer.sentence(rows).markdown == "None of 1 row ended well: out_of_memory.")
    }
}
