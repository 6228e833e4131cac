import Planning
import Schedules
import Shapes
import Testing
import Trials

@Suite struct UnseenTrialsTests {
    /// The same of a seed, others of another; of a network all the trials, within the bounds, of each family that can be timed.
    @Test func drawn() throws {
        let unseen = UnseenTrials(count: 45, seed: 5)
        #expect(unseen.groups.map(\.trials.count) == [20, 20, 5])
        #expect(unseen.groups.map(\.trials) == UnseenTrials(count: 45, seed: 5).groups.map(\.trials))
        #expect(unseen.groups.map(\.trials) != UnseenTrials(count: 45, seed: 6).groups.map(\.trials))
        for group in unseen.groups {
            for trial in group.trials {
                var network = trial
                (network.length, network.strategy) = (group.network.length, group.network.strategy)
                #expect(network == group.network)
                #expect(16...4096 ~= trial.length && trial.operationsOfAStep * Double(trial.length) < 1e10)
            }
        }
        let families = Set(unseen.groups.flatMap(\.trials).map(\.strategy.name))
        #expect(
            families.isSuperset(of: ["full", "segmented", "truncated", "bisection", "binomial", "internal", "mixed"]))
    }

    /// Whatever the network: a task's shortest sequence, one step at a time, two directions, records in fewer bits.
    @Test(
        arguments: [
            "task=copy:delay=40", "bidirectional=true layers=2", "hidden=4096 batch=64", "records=int8",
        ]) func anyNetwork(words: String) throws
    {
        let network = try Trial(words: words.split(separator: " ").map(String.init) + ["cell=gru", "length=64"])
        let trials = UnseenTrials.trials(of: network, count: 8, seed: 1, operations: 1e7)
        #expect(trials.allSatisfy { $0.shape.refusal(of: $0.strategy) == nil && $0.length >= network.task.leastLength })
    }

    /// Of nine held out the largest error is what 9 of 10 are within; of eight nothing is said.
    @Test func heldOutErrors() throws {
        var prices = CostModel()
        prices.record = 1
        let observations = (1...9).map { index in
            let work = Workload(Full(length: index))
            // From half the predicted time to 1.8 times.
            let ratio = index == 1 ? 0.5 : 1 + Double(index) / 11.25
            return Observation(workload: work, forward: Double(index) * ratio, backward: 0)
        }
        #expect(abs(prices.holding(against: observations).errorFactor! - 2) < 1e-12)
        #expect(
            abs(prices.holding(against: Array(observations.dropFirst()) + [observations[8]]).errorFactor! - 1.8) < 1e-12
        )
        #expect(prices.holding(against: Array(observations.dropLast())).errorFactor == nil)
    }
}
