import CaseLists
import Foundation
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct TrainerTests {
        func trial(
            _ strategy: Strategy = .full, cell: Cell = .lstm, updates: Int = 6, precision: Precision = .float,
            threads: Int = 1, seed: Int = 1, optimizer: UpdateRule = .adam, inputs: InputStorage = .streamed,
            hidden: Int = 12, rate: Double = 0.01, clip: Double = 1
        ) throws -> Trial {
            try Trial(
                cell: cell, input: 3, hidden: hidden, batch: 4, length: 23, strategy: strategy, task: .adding,
                inputs: inputs, precision: precision, threads: threads, seed: seed, updates: updates,
                optimizer: optimizer, learningRate: rate, clip: clip)
        }

        /// Losses of all updates, then every parameter.
        func outcome<S: Scalar>(_ trial: Trial, _: S.Type) throws -> (losses: [Double], parameters: [[S]]) {
            let session = try Session<S>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 1)
            let trainer = try Trainer(session)
            for update in 0..<trial.updates {
                let told = try trainer.update()
                #expect(told.update == update && told.loss == trainer.curve.losses.last)
            }
            return (trainer.curve.losses, parameters(session))
        }

        func parameters<S>(_ session: Session<S>) -> [[S]] {
            session.network.parameters.map { $0.exported($0.values) }
        }

        /// The strategy, the number of threads and where inputs are change no bit of a training.
        @Test(arguments: Cases.cells) func exactStrategiesLearnTheSame(cell: Cell) throws {
            let reference = try outcome(trial(cell: cell), Float.self)
            #expect(Set(reference.losses).count == 6)
            let strategies: [Strategy] = [
                .segmented(length: nil), .segmented(length: 4), .bisection, .binomial(slots: 1), .binomial(slots: 3),
                .internal(slots: 4), .online(slots: 3), .truncated(window: 23, stride: 23),
            ]
            for strategy in strategies {
                let found = try outcome(trial(strategy, cell: cell), Float.self)
                #expect(found.losses == reference.losses && found.parameters == reference.parameters, "\(strategy)")
            }
            for other in [
                try trial(cell: cell, threads: 2), try trial(.binomial(slots: 3), cell: cell, threads: 2),
                try trial(.segmented(length: 5), cell: cell, inputs: .resident),
            ] {
                let found = try outcome(other, Float.self)
                #expect(found.losses == reference.losses && found.parameters == reference.parameters)
            }
            // What does change bits is seen.
            for other in [
                try trial(.truncated(window: 5, stride: 5), cell: cell), try trial(cell: cell, seed: 2),
                try trial(cell: cell, optimizer: .momentum), try trial(cell: cell, rate: 0.02),
                try trial(cell: cell, clip: 0.01),
            ] {
                let found = try outcome(other, Float.self)
                #expect(found.parameters != reference.parameters, "\(other)")
            }
        }

        /// Bytes that say something of the next one.
        func text(_ count: Int) -> Data {
            Data((0..<count).map { place in UInt8(place * place / 7 % 61 + 32) })
        }

        /// The tasks with classes, sequences of their own lengths and a stream that continues.
        @Test func everyTaskLearnsTheSame() throws {
            try withFile { path in
                try text(4000).write(to: URL(fileURLWithPath: path))
                for task in [
                    TrainingTask.noise, .copy(delay: 3), .reber, .text(file: path), .text(file: path, encoding: .utf8),
                ] {
                    func trial(_ strategy: Strategy, threads: Int = 1) throws -> Trial {
                        try Trial(
                            cell: .gru, input: 256, hidden: 9, batch: 3, length: 19, strategy: strategy, task: task,
                            threads: threads, updates: 5, optimizer: .adam, learningRate: 0.01, clip: 1)
                    }
                    let reference = try outcome(trial(.full), Float.self)
                    #expect(Set(reference.losses).count == 5)
                    for other in [
                        try trial(.full, threads: 2), try trial(.segmented(length: 4)), try trial(.binomial(slots: 2)),
                        try trial(.online(slots: 2)),
                    ] {
                        let found = try outcome(other, Float.self)
                        #expect(
                            found.losses == reference.losses && found.parameters == reference.parameters, "\(other)")
                    }
                    try compare(trial(.binomial(slots: 2)), Float.self, stop: 3)
                }
            }
        }

        /// A text's streams continue: with parameters that stand still, two updates of T steps are one of 2 T.
        @Test(arguments: [Strategy.full, .segmented(length: 4), .truncated(window: 5, stride: 2)])
        func theStateIsCarried(strategy: Strategy) throws {
            try withFile { path in
                try text(500).write(to: URL(fileURLWithPath: path))
                func session(_ length: Int, updates: Int) throws -> Session<Double> {
                    try Session<Double>(
                        Trial(
                            cell: .lstm, layers: 2, input: 256, hidden: 7, batch: 2, length: length, strategy: strategy,
                            task: .text(file: path), precision: .double, updates: updates, learningRate: 1e-30),
                        heaps: TrainingTests.heaps)
                }
                let short = try session(10, updates: 30)
                try short.prepare(warmup: 0)
                let trainer = try Trainer(short)
                let losses = try (0..<30).map { _ in try trainer.update().loss }
                let long = try Trainer(session(20, updates: 1)).update().loss
                #expect(abs((losses[0] + losses[1]) / 2 - long) < 1e-13)
                // Each stream has 250 bytes: 24 times ten, of which the last has a byte after it; then it begins again.
                #expect(losses[24] == losses[0] && losses[25] == losses[1] && losses[1] != losses[0])
                #expect(try short.measure()[.predictionGapBytes] == .integer(0))
            }
        }

        /// A repetition is a whole training: the second is the first again, and says the same of it.
        @Test func repetitionsBeginAnew() throws {
            let session = try Session<Double>(trial(updates: 12, precision: .double), heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let first = try session.measure()
            let learned = parameters(session)
            let second = try session.measure()
            #expect(first[.loss] == second[.loss] && parameters(session) == learned)
            #expect(first[.forwardSteps] == .integer(12 * 23) && first[.predictedForwardSteps] == .integer(12 * 23))
            #expect(first[.backwardSteps] == .integer(12 * 23) && first[.predictionGapBytes] == .integer(0))
            #expect(try first.number(.optimizerSeconds) > 0)
            let parts = try [Figure.forwardSeconds, .recomputeSeconds, .backwardSeconds, .optimizerSeconds]
                .reduce(0) { try $0 + first.number($1) }
            #expect(try parts <= first.number(.wallSeconds) + 1e-12)
        }

        /// Against the same loop spelled out: gradient by full unrolling, θ ← θ − η g, data of the update's number.
        @Test func isTheLoopSpelledOut() throws {
            let trial = try trial(updates: 5, precision: .double, optimizer: .sgd, rate: 0.5, clip: 0)
            let found = try outcome(trial, Double.self)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            var losses: [Double] = []
            for update in 0..<5 {
                let source = try Source<Double>(trial, update: update)
                let executor = Executor(session.network, source: source, length: trial.length)
                losses.append(try executor.run(Full(length: trial.length)).loss)
                for parameter in session.network.parameters {
                    for place in 0..<parameter.count {
                        parameter.values[place] -= parameter.gradient[place] * 0.5
                    }
                }
            }
            #expect(losses == found.losses)
            #expect(parameters(session) == found.parameters)
        }

        /// The mean of targets is all that a network can know without looking; a short training does better.
        @Test func learns() throws {
            let trial = try Trial(
                cell: .lstm, input: 2, hidden: 16, batch: 16, length: 6, task: .adding, updates: 600, optimizer: .adam,
                learningRate: 0.01, clip: 1)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            let row = try session.measure()
            // The variance of the sum of two uniform numbers is 1/6.
            #expect(try row.number(.loss) < 1.0 / 6 / 4)
        }

        @Test func divergenceIsTold() throws {
            let session = try Session<Float>(
                trial(updates: 60, optimizer: .sgd, rate: 1000, clip: 0), heaps: TrainingTests.heaps)
            let error = #expect(throws: TrainingError.self) { try session.measure() }
            #expect(error?.description.contains("training diverged") == true)
        }

        // MARK: Updates at every stride

        func text(
            _ path: String, _ strategy: Strategy, length: Int, updates: Int, each interval: UpdateInterval,
            optimizer: UpdateRule, rate: Double = 0.01, clip: Double = 0
        ) throws -> Trial {
            try Trial(
                cell: .lstm, layers: 2, input: 256, hidden: 7, batch: 2, length: length, strategy: strategy,
                task: .text(file: path), precision: .double, updates: updates, updateInterval: interval,
                optimizer: optimizer, learningRate: rate, clip: clip)
        }

        /// Chunks of a text: parameters that change after each are those of trainings whose sequences are the chunks, for text
        /// and state continue there from update to update.
        @Test(arguments: UpdateRule.allCases, [0, 0.5])
        func chunksAreSequences(rule: UpdateRule, clip: Double) throws {
            try withFile { path in
                try text(900).write(to: URL(fileURLWithPath: path))
                let strides = try outcome(
                    text(
                        path, .truncated(window: 5, stride: 5), length: 20, updates: 4, each: .stride, optimizer: rule,
                        clip: clip), Double.self)
                let sequences = try outcome(
                    text(path, .full, length: 5, updates: 16, each: .sequence, optimizer: rule, clip: clip),
                    Double.self)
                for (update, loss) in strides.losses.enumerated() {
                    let mean = sequences.losses[4 * update..<4 * update + 4].reduce(0, +) / 4
                    #expect(abs(loss - mean) < 1e-12)
                }
                for (one, other) in zip(strides.parameters.joined(), sequences.parameters.joined()) {
                    #expect(abs(one - other) < 1e-11)
                }
            }
        }

        /// The parameters do change in between.
        @Test func stridesSeeWhatEarlierOnesLearned() throws {
            func trial(_ interval: UpdateInterval) throws -> Trial {
                try Trial(
                    cell: .lstm, input: 4, hidden: 8, batch: 4, length: 400,
                    strategy: .truncated(window: 20, stride: 10), task: .copy(delay: 1), updates: 4,
                    updateInterval: interval, optimizer: .adam, learningRate: 0.01)
            }
            let (often, seldom) = try (
                outcome(trial(.stride), Float.self).losses, outcome(trial(.sequence), Float.self).losses
            )
            #expect(often[3] < 0.5 * seldom[3])
        }

        /// Frames are those of all updates, and so is the time of the changes in between.
        @Test func framesAddUp() throws {
            let trial = try Trial(
                cell: .lstm, input: 3, hidden: 6, batch: 3, length: 50, strategy: .truncated(window: 10, stride: 5),
                task: .stream(mean: 12, expectation: true), updates: 4, updateInterval: .stride, optimizer: .adam)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let row = try session.measure()
            #expect(row[.sequenceFrames] == .integer(4 * 3 * 50))
            #expect(try row.number(.trFrames) + row.number(.emFrames) == 4 * 3 * 50)
            #expect(try row.number(.endedSequences) > 4 * 3 && row.number(.endedFrames) < 4 * 3 * 50)
            #expect(try row[.predictionGapBytes] == .integer(0) && row.number(.optimizerSeconds) > 0)
            let parts = try [Figure.forwardSeconds, .recomputeSeconds, .backwardSeconds, .optimizerSeconds]
                .reduce(0) { try $0 + row.number($1) }
            #expect(try parts <= row.number(.wallSeconds) + 1e-12)
        }

        // MARK: Held-out sequences

        /// A training by CTC learns, and is judged by the same sequences whatever its batch and strategy, which change nothing.
        @Test func heldOutSequencesAreTheSameForAll() throws {
            func trial(_ batch: Int, _ strategy: Strategy, updates: Int = 1) throws -> Trial {
                try Trial(
                    cell: .lstm, input: 8, hidden: 12, batch: batch, length: 60, strategy: strategy,
                    task: .stream(mean: 20, expectation: true), precision: .double, updates: updates,
                    optimizer: .adam, learningRate: 0.01, clip: 1)
            }
            var rates: Set<Double> = []
            for (batch, strategy) in [
                (1, Strategy.full), (5, .truncated(window: 10, stride: 5)), (32, .segmented(length: 7)), (40, .full),
            ] {
                let session = try Session<Double>(trial(batch, strategy), heaps: TrainingTests.heaps)
                let trainer = try Trainer(session)
                let before = parameters(session)
                rates.insert(try #require(try trainer.heldOut().quality))
                #expect(parameters(session) == before)
            }
            #expect(rates.count == 1)
            let untrained = try #require(rates.first)
            let session = try Session<Double>(trial(32, .full, updates: 600), heaps: TrainingTests.heaps)
            let row = try session.measure()
            #expect(try row.number(.heldOutQuality) < 0.5 * untrained)
            #expect(row[.heldOutQuality] == (try session.measure())[.heldOutQuality])
            let none = try Trainer(try Session<Float>(self.trial(), heaps: TrainingTests.heaps))
            #expect(try none.heldOut().quality == nil)
        }
    }
}
