import Foundation
import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Numbers that are not finite end a training with the update and the parameter, whatever they are of.
    @Suite struct NotFiniteTests {
        private func network<S: Scalar>(_: S.Type) -> Network<S> {
            let shape = Shape(
                cell: .gru, layers: 1, input: 5, hidden: 33, outputs: 3, batch: 2,
                precision: S.self == Float.self ? .float : .double)
            let network = Network<S>(shape, heaps: TrainingTests.heaps)
            network.initialize(seed: 3, orthogonal: nil)
            for parameter in network.parameters {
                for place in 0..<parameter.count { parameter.gradient[place] = 0.5 }
            }
            return network
        }

        private func values<S>(_ network: Network<S>) -> [[S]] {
            network.parameters.map { $0.exported($0.values) }
        }

        /// With a limit of the norm nothing has changed; without one the update was made by it. Any element of any parameter.
        @Test(arguments: UpdateRule.allCases, [0, 1.0]) func gradient(rule: UpdateRule, clip: Double) throws {
            for index in 0..<6 {
                for bad in [Float.nan, .infinity, -.infinity] {
                    let network = network(Float.self)
                    let parameter = network.parameters[index]
                    parameter.gradient[(index * 7) % parameter.count] = bad
                    let before = values(network)
                    let optimizer = Optimizer(network, rule: rule, rate: 0.1, clip: clip)
                    let error = #expect(throws: NotFinite.self) { try optimizer.update() }
                    #expect(error == .gradient(of: parameter.name, isUsed: clip == 0))
                    #expect((values(network) == before) == (clip > 0) && optimizer.updates == (clip > 0 ? 0 : 1))
                    if clip > 0 {
                        #expect((0..<2).allSatisfy { _ in optimizer.moments(of: index).allSatisfy { $0[0] == 0 } })
                    }
                }
            }
        }

        /// A norm whose squares overflow is none to divide by, though every element is finite.
        @Test func norm() throws {
            let network = network(Double.self)
            network.parameters[3].gradient[2] = 1e200
            let before = values(network)
            let optimizer = Optimizer(network, rule: .sgd, rate: 0.1, clip: 1)
            let error = #expect(throws: NotFinite.self) { try optimizer.update() }
            #expect(error == .gradient(of: "bias_hh_l0", isUsed: false) && values(network) == before)
        }

        /// What a finite gradient makes: a step too far, or a square that the type cannot have.
        @Test func update() throws {
            for (rule, gradient, expected) in [
                (UpdateRule.sgd, Float(1e37), NotFinite.parameter("head.weight")),
                (.momentum, 1e37, .parameter("head.weight")),
                (.adam, 1e25, .moment("exp_avg_sq", of: "head.weight")),
            ] {
                let network = network(Float.self)
                network.parameters[4].gradient[1] = gradient
                let error = #expect(throws: NotFinite.self) {
                    try Optimizer(network, rule: rule, rate: 1000, clip: 0).update()
                }
                #expect(error == expected)
            }
        }

        /// h' = U h grows twofold a step: a squared error has a Double's range, its gradient a Float's.
        private func exploding(
            updates: Int, clip: Double = 1, strategy: Strategy = .full, each interval: UpdateInterval = .sequence,
            rate: Double = 1e-30
        ) throws -> Trial {
            try Trial(
                cell: .linear, input: 3, hidden: 8, batch: 2, length: 90, strategy: strategy,
                recurrentWeights: .orthogonal(scale: 2), updates: updates, updateInterval: interval,
                learningRate: rate, clip: clip)
        }

        /// The gradient is not finite while the loss is: `measure`, a sweep's training and `train` end with the same cause.
        @Test func finiteLoss() throws {
            let single = try Session<Float>(exploding(updates: 0), heaps: TrainingTests.heaps)
            let step = #expect(throws: TrainingError.self) { try single.prepare(warmup: 0) }
            guard case .step(.number(.gradient(let name, isUsed: false)))? = step else {
                Issue.record("\(String(describing: step))")
                return
            }
            let session = try Session<Float>(exploding(updates: 3), heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let before = values(session.network)
            let expected = TrainingError.diverged(update: 0, nil, .number(.gradient(of: name, isUsed: false)))
            #expect(throws: expected) { try session.measure() }
            #expect(values(session.network) == before && session.optimizer.updates == 0)
            let trainer = try Trainer(session)
            #expect(throws: expected) { try trainer.update() }
            // It stays over.
            #expect(throws: expected) { try trainer.update() }
            #expect(trainer.curve.count == 0)
            #expect(
                expected.description
                    == "training diverged at update 0: the gradient of '\(name)' is not finite; the update is not made. Try a "
                    + "smaller learning rate or a limit of the gradient's norm")
        }

        /// In the middle of an update the strides before have changed the parameters, which are finite, and the rest has not.
        @Test func withinAnUpdate() throws {
            let trial = try exploding(
                updates: 3, strategy: .truncated(window: 90, stride: 10), each: .stride)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 0)
            let before = values(session.network)
            let trainer = try Trainer(session)
            let error = #expect(throws: TrainingError.self) { try trainer.update() }
            guard case .diverged(update: 0, let within?, .number(.gradient(_, isUsed: false)))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(within.length == 90 && within.steps % 10 == 0 && (20..<90).contains(within.steps))
            #expect(session.optimizer.updates == within.steps / 10 - 1)
            #expect(values(session.network).joined().allSatisfy { $0.isFinite } && trainer.curve.count == 0)
            #expect(values(session.network).count == before.count)
            #expect(error?.description.hasPrefix("training diverged at update 0, step \(within.steps) of 90: ") == true)
        }

        /// Whatever diverges, by whatever rule: the file is of the last update after which all was finite, and resumes.
        @Test(arguments: UpdateRule.allCases, [0, 1.0]) func theCheckpointIsFinite(rule: UpdateRule, clip: Double)
            throws
        {
            let path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString).st"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try Trial(
                cell: .linear, input: 3, hidden: 8, batch: 2, length: 40, recurrentWeights: .orthogonal(scale: 1.9),
                updates: 500, optimizer: rule, learningRate: 900, clip: clip)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            let trainer = try Trainer(session)
            var failure: TrainingError?
            try trainer.save(to: path)
            while failure == nil, trainer.curve.count < 500 {
                do {
                    _ = try trainer.update()
                    try trainer.save(to: path)
                } catch let error as TrainingError { failure = error }
            }
            guard case .diverged(let update, nil, _)? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            let resumed = try Trainer(try Session<Float>(trial, heaps: TrainingTests.heaps))
            try resumed.resume(from: path)
            #expect(resumed.curve.count == update && trainer.curve.count == update)
            #expect(resumed.curve.losses.allSatisfy { $0.isFinite })
            #expect(throws: failure!) { try resumed.update() }
        }
    }
}
