import CaseLists
import Kernels
import Networks
import Planning
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// What a plan says of a strategy against what a training under it takes.
    @Suite struct PlannedPeakTests {
        private static let strategies: [Strategy] = [
            .full, .truncated(window: 5, stride: 5), .truncated(window: 9, stride: 4), .segmented(length: nil),
            .segmented(length: 7), .bisection, .binomial(slots: 3), .internal(slots: 4), .mixed(memory: Bytes(1 << 16)),
            .online(slots: 3), .forward(block: nil), .forward(block: 7), .forward(block: 24),
            .adaptive(Adaptation(tolerance: 0.5, most: 3)),
            .adaptive(Adaptation(tolerance: 0.5, most: 10)), .adaptive(Adaptation(tolerance: 1)),
        ]

        /// Every task, strategy, optimiser and number of directions: the peak and every role's own, to the byte.
        @Test(arguments: Cases.every(3, of: TrainingTask.everyKind), Cases.every(2, of: UpdateRule.allCases))
        func plansAreMeasured(task: TrainingTask, optimizer: UpdateRule) throws {
            for (bidirectional, inputs) in [(false, InputStorage.streamed), (false, .resident), (true, .streamed)] {
                var model = try Trial(
                    cell: .gru, layers: 2, input: task.leastInput + 3, hidden: 9, batch: 3, length: 24, task: task,
                    inputs: inputs,
                    bidirectional: bidirectional, updates: 1, optimizer: optimizer)
                for strategy in PlannedPeakTests.strategies
                where (!bidirectional || !strategy.cutsAdjoint)
                    && (strategy.adaptation == nil || task.criterion != .ctc)
                {
                    if let sensitivities = strategy.sensitivities, model.shape.refusal(of: sensitivities) != nil {
                        continue
                    }
                    model.strategy = strategy
                    try check(model, "\(task) \(strategy) \(optimizer) \(bidirectional) \(inputs)")
                }
            }
        }

        /// What is no training by a recurrent network's usual weights, and strategies that do not train.
        @Test(arguments: Variant.allCases.filter { !$0.isOfEngines }) func variantsAreMeasured(variant: Variant) throws
        {
            for strategy in PlannedPeakTests.strategies + [.inference, .randomized(window: 3, draws: 2)]
            where variant == .plain || strategy.sensitivities == nil {
                let trial = try Trial(
                    cell: variant == .recomputeGates ? .mingru : .lstm, input: 5, hidden: 64, batch: 2, length: 11,
                    strategy: strategy, variant: variant,
                    optimizer: .adam)
                try check(trial, "\(variant) \(strategy)")
            }
        }

        private func check(_ trial: Trial, _ place: String) throws {
            // The setting is of another strategy.
            var other = trial
            other.strategy = .full
            let plan = Plan([trial.strategy], budget: nil, setting: Setting(other), prices: nil)
            let planned = try #require(plan.rows[0].forecast)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0, reference: Bytes(0))
            let measured = try session.measure()
            #expect(measured[.peakBytes] == .integer(planned.peakBytes), "\(place)")
            for role in Role.allCases {
                #expect(measured[Figure(role)] == .integer(planned.peaks[role]), "\(place): \(role.rawValue)")
            }
            #expect(measured[.predictionGapBytes] == .integer(0), "\(place)")
        }
    }
}
