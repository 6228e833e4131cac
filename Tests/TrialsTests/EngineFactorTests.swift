import Schedules
import Shapes
import Testing
import Trials

@Suite struct EngineFactorTests {
    @Test func words() {
        let engines: [Engine] = [.unroll, .shipped(.pytorch), .shipped(.jax), .program("./a b"), .program("/x/unroll")]
        for engine in engines { #expect(Engine(rawValue: engine.rawValue) == engine) }
        for text in ["", "torch", "mine", "./a\nb", "/" + String(repeating: "x", count: 1000)] {
            #expect(Engine(rawValue: text) == nil, "\(text)")
        }
    }

    /// The same loss, so the same thing to compute: of all strategies but those that cut CTC.
    @Test func whatTheLossIsHeldAgainst() throws {
        let own = try Trial(cell: .lstm)
        for strategy in [Strategy.full, .inference, .truncated(window: 8, stride: 8), .bisection] {
            let trial = try Trial(
                cell: .lstm, strategy: strategy, variant: .loop, engine: .shipped(.pytorch))
            #expect(trial.lossReference == own.lossReference)
        }
        #expect(own.lossReference.strategy == .segmented(length: nil))
        let words = ["task=labelling", "engine=jax", "strategy=truncated:window=8"]
        let cut = try Trial(words: words).lossReference
        #expect(cut.engine == .unroll && cut.strategy == .truncated(window: 8, stride: 8))
    }

    @Test func equalLosses() throws {
        let (single, double) = (try Trial(cell: .gru), try Trial(cell: .gru, precision: .double))
        #expect(single.isSameWork(1.000009, as: 1) && !single.isSameWork(1.00002, as: 1))
        #expect(double.isSameWork(1 + 0.9e-12, as: 1) && !double.isSameWork(1 + 2e-12, as: 1))
        #expect(single.isSameWork(0, as: 0) && !single.isSameWork(1e-30, as: 0) && !single.isSameWork(.nan, as: 1))
    }

    /// Names of trials in committed results are what they were.
    @Test func ownTrialsAreAsTheyWere() throws {
        let trial = try Trial(cell: .lstm)
        #expect(trial.engine == .unroll && !trial.words.contains { $0.hasPrefix("engine=") })
        let other = try Trial(cell: .lstm, engine: .shipped(.jax))
        #expect(other.words == trial.words + ["engine=jax"] && other.identifier != trial.identifier)
        #expect([trial, other].map { $0.ignoring(Factor.having(.method)) }.allSatisfy { $0 == trial })
    }
}
