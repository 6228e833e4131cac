import Foundation
import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Updates at every stride against a loop spelled out, one number at a time: BPTT(h; h') of an Elman network whose
    /// parameters change after each stride by the gradient of the mean loss over the stride's elements that count.
    @Suite struct StrideTests {
        /// T is 24: some divide it, some do not; windows longer than the stride, and than T.
        static let strides: [(window: Int, stride: Int)] = [
            (4, 4), (8, 4), (9, 2), (10, 7), (24, 8), (40, 12), (30, 30),
        ]
        private static let length = 24

        private func trial(
            _ task: TrainingTask, _ unroll: (window: Int, stride: Int), updates: Int, optimizer: UpdateRule = .sgd,
            rate: Double, clip: Double = 0
        ) throws -> Trial {
            try Trial(
                cell: .elman, input: max(3, task.leastInput), hidden: 5, batch: 3, length: StrideTests.length,
                strategy: .truncated(window: unroll.window, stride: unroll.stride), task: task, precision: .double,
                updates: updates, updateInterval: .stride, optimizer: optimizer, learningRate: rate, clip: clip)
        }

        // MARK: Tasks whose loss is a step's own

        @Test(arguments: [
            TrainingTask.adding, .noise, .copy(delay: 3), .copy(delay: 20), .reber, TaskTests.text,
        ])
        func isTheLoopSpelledOut(task: TrainingTask) throws {
            for unroll in StrideTests.strides {
                for (rule, clip) in [(UpdateRule.sgd, 0.0), (.momentum, 0), (.adam, 0), (.adam, 0.1)] {
                    let trial = try trial(task, unroll, updates: 3, optimizer: rule, rate: 0.02, clip: clip)
                    let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                    let trainer = try Trainer(session)
                    var network = ElmanLoop(session.network, batch: trial.batch)
                    var optimizer = OptimizerTests.Reference(rule, rate: 0.02, values: network.values)
                    let comment = "\(task), \(unroll), \(rule), \(clip)" as Comment
                    for update in 0..<3 {
                        let source = try Source<Double>(trial, update: update)
                        if !source.continuesStream { network.restart() }
                        let loss = try train(&network, &optimizer, on: source, trial, unroll)
                        #expect(try abs(trainer.update().loss - loss) < 1e-12 * max(1, loss), comment)
                    }
                    #expect(session.optimizer.updates == optimizer.time, comment)
                    for (found, expected) in zip(ElmanLoop(session.network, batch: 3).values, network.values) {
                        #expect(abs(found - expected) < 1e-10, comment)
                    }
                }
            }
        }

        /// T steps, a change of the parameters after every stride in which something counts.
        ///
        /// - Returns: the mean loss over all that counts.
        private func train(
            _ network: inout ElmanLoop, _ optimizer: inout OptimizerTests.Reference, on source: Source<Double>,
            _ trial: Trial,
            _ unroll: (window: Int, stride: Int)
        ) throws -> Double {
            var (sum, all) = (0.0, 0)
            for first in Swift.stride(from: 0, to: trial.length, by: unroll.stride) {
                let new = first..<min(first + unroll.stride, trial.length)
                for step in new { network.forward(source.inputs(at: step, trial)) }
                // The adjoint of the outputs of each step, for a loss that is a sum.
                var adjoints: [Int: [Double]] = [:]
                var counted = 0
                for step in new where !source.counted(of: step..<step + 1).isEmpty {
                    let outputs = network.outputs(step)
                    let targets = source.targets(at: step, trial)
                    let losses = trial.task.criterion == .squaredError ? squared : crossEntropy
                    let (loss, count, adjoint) = losses(outputs, targets, trial)
                    (sum, counted, adjoints[step]) = (sum + loss, counted + count, adjoint)
                }
                all += counted
                guard counted > 0 else { continue }
                let reached = max(0, first + unroll.stride - unroll.window)..<new.upperBound
                let gradient = network.backward(reached, adjoints).map { $0 / Double(counted) }
                optimizer.update(gradient, clip: trial.clip)
                network.values = optimizer.values
            }
            return sum / Double(all)
        }

        private func squared(_ outputs: [Double], _ targets: [Double], _: Trial) -> (Double, Int, [Double]) {
            let errors = zip(outputs, targets).map { $0 - $1 }
            return (errors.reduce(0) { $0 + $1 * $1 }, errors.count, errors.map { 2 * $0 })
        }

        private func crossEntropy(_ outputs: [Double], _ classes: [Double], _ trial: Trial) -> (Double, Int, [Double]) {
            var (loss, count, adjoint) = (0.0, 0, outputs.map { _ in 0.0 })
            for (row, label) in classes.enumerated() where label >= 0 {
                let place = row * trial.outputs
                let y = softmax(outputs[place..<place + trial.outputs])
                for (index, y) in y.enumerated() { adjoint[place + index] = y }
                adjoint[place + Int(label)] -= 1
                (loss, count) = (loss - log(y[Int(label)]), count + 1)
            }
            return (loss, count, adjoint)
        }

        // MARK: CTC

        /// A frame counts in the stride that uses its error: the first whose window holds the frame and its sequence's end or,
        /// by CTC-EM, the last whose window holds it. Its loss is its part of the sequence's, −ln p over the labels, such that
        /// the loss of T steps is the mean over their frames. So small a rate that all strides see the same parameters.
        @Test(arguments: [
            TrainingTask.labelling, .stream(mean: 9, expectation: true), .stream(mean: 9, expectation: false),
            .stream(mean: 40, expectation: false),
        ])
        func isTheMeanOverFrames(task: TrainingTask) throws {
            let rate = 1e-8
            for unroll in StrideTests.strides {
                let trial = try trial(task, unroll, updates: 1, rate: rate)
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                let trainer = try Trainer(session)
                var network = ElmanLoop(session.network, batch: trial.batch)
                let before = network.values
                let source = try Source<Double>(trial)
                for step in 0..<trial.length { network.forward(source.inputs(at: step, trial)) }
                var (expected, changes) = (before.map { _ in 0.0 }, 0)
                for frames in framesByStride(source, network, trial, unroll) where frames.count > 0 {
                    for (index, value) in network.backward(frames.reached, frames.adjoints).enumerated() {
                        expected[index] += value / Double(frames.count)
                    }
                    changes += 1
                }
                _ = try trainer.update()
                let comment = "\(task), \(unroll)" as Comment
                #expect(session.optimizer.updates == changes, comment)
                let found = zip(ElmanLoop(session.network, batch: 3).values, before).map { ($1 - $0) / rate }
                #expect(changes == 0 || expected.map(abs).max()! > 1e-3, comment)
                for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-5, comment) }
            }
        }

        /// What each stride uses: the steps it goes back over, its frames, and the adjoints of their losses.
        private func framesByStride(
            _ source: Source<Double>, _ network: ElmanLoop, _ trial: Trial, _ unroll: (window: Int, stride: Int)
        ) -> [(reached: Range<Int>, count: Int, adjoints: [Int: [Double]])] {
            let windows = Swift.stride(from: 0, to: trial.length, by: unroll.stride).map { first in
                max(0, first + unroll.stride - unroll.window)..<min(first + unroll.stride, trial.length)
            }
            var strides = windows.map { (reached: $0, count: 0, adjoints: [Int: [Double]]()) }
            let counted = source.utterances!.joined().filter {
                source.usesExpectation || $0.frames.upperBound <= trial.length
            }
            let all = counted.reduce(0) { $0 + min($1.frames.upperBound, trial.length) - $1.frames.lowerBound }
            for (row, utterances) in source.utterances!.enumerated() {
                for utterance in utterances {
                    let weight = Double(all) / Double(counted.count * max(1, utterance.labels.count))
                    for step in utterance.frames where step < trial.length {
                        let reaching = windows.indices.filter { windows[$0].contains(step) }
                        let ended = reaching.first { utterance.frames.upperBound <= windows[$0].upperBound }
                        guard let stride = ended ?? (source.usesExpectation ? reaching.last : nil) else { continue }
                        let seen = utterance.frames.clamped(to: 0..<windows[stride].upperBound)
                        let probabilities = seen.map { softmax(network.outputs($0, row: row)) }
                        let adjoint = ctcAdjoint(
                            probabilities, utterance, isWhole: ended != nil)[step - seen.lowerBound]
                        var adjoints = strides[stride].adjoints[step] ?? Array(repeating: 0, count: 3 * trial.outputs)
                        for (label, value) in adjoint.enumerated() {
                            adjoints[row * trial.outputs + label] = weight * value
                        }
                        strides[stride].adjoints[step] = adjoints
                        strides[stride].count += 1
                    }
                }
            }
            return strides
        }

        /// ∂(−ln p) of the outputs before their softmax, by α and β as Graves et al. (2006) write them, in plain numbers.
        ///
        /// - Parameter isWhole: p is of all labels, or of those that the frames may have come to.
        private func ctcAdjoint(_ y: [[Double]], _ utterance: Utterance, isWhole: Bool) -> [[Double]] {
            let path = [0] + utterance.labels.flatMap { [$0, 0] }
            func mayComeFrom(_ u: Int) -> [Int] {
                let skips = u >= 2 && path[u] != 0 && path[u] != path[u - 2]
                return [u, u - 1].filter { $0 >= 0 } + (skips ? [u - 2] : [])
            }
            let last = y.count - 1
            var alpha = y.map { _ in path.map { _ in 0.0 } }
            var beta = alpha
            for u in path.indices.prefix(utterance.opensWithBlank ? 1 : 2) { alpha[0][u] = y[0][path[u]] }
            for t in y.indices.dropFirst() {
                for u in path.indices {
                    alpha[t][u] = mayComeFrom(u).reduce(0) { $0 + alpha[t - 1][$1] } * y[t][path[u]]
                }
            }
            for u in path.indices where !isWhole || u >= path.count - 2 { beta[last][u] = 1 }
            for t in y.indices.dropLast().reversed() {
                for u in path.indices {
                    for from in mayComeFrom(u) { beta[t][from] += beta[t + 1][u] * y[t + 1][path[u]] }
                }
            }
            let p = path.indices.reduce(0) { $0 + alpha[last][$1] * beta[last][$1] }
            return y.indices.map { t in
                var adjoint = y[t]
                for u in path.indices { adjoint[path[u]] -= alpha[t][u] * beta[t][u] / p }
                return adjoint
            }
        }

        // MARK: Strides without a loss

        /// Of the adding problem only the last stride has a loss: the others are no updates, whatever the rule, and Adam's t is
        /// that of a training that is asked once in T steps.
        @Test(arguments: UpdateRule.allCases) func stridesWithoutALossAreNoUpdates(rule: UpdateRule) throws {
            func outcome(_ interval: UpdateInterval) throws -> (updates: Int, values: [[Double]]) {
                var trial = try trial(.adding, (24, 5), updates: 7, optimizer: rule, rate: 0.05)
                trial.updateInterval = interval
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                _ = try session.measure()
                return (session.optimizer.updates, session.network.parameters.map { $0.exported($0.values) })
            }
            let (often, once) = (try outcome(.stride), try outcome(.sequence))
            #expect(often.updates == 7 && once.updates == 7)
            #expect(often.values == once.values)
        }

        /// CTC-TR without an end within T steps: nothing is learned from, nothing changes, and there is no loss to speak of.
        @Test(arguments: UpdateInterval.allCases) func nothingCounts(interval: UpdateInterval) throws {
            var trial = try trial(
                .stream(mean: 1000, expectation: false), (8, 4), updates: 2, optimizer: .adam, rate: 0.1)
            trial.updateInterval = interval
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            let before = session.network.parameters.map { $0.exported($0.values) }
            let trainer = try Trainer(session)
            for _ in 0..<2 { _ = try trainer.update() }
            #expect(session.optimizer.updates == 0)
            #expect(session.network.parameters.map { $0.exported($0.values) } == before)
            trial.updates = 0
            let single = try Session<Double>(trial, heaps: TrainingTests.heaps)
            try single.prepare(warmup: 0)
            #expect(try single.measure()[.loss] == nil)
        }
    }
}

private func softmax(_ row: ArraySlice<Double>) -> [Double] {
    let exponentials = row.map { exp($0 - row.max()!) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
}

extension Source<Double> {
    fileprivate func inputs(at step: Int, _ trial: Trial) -> [Double] {
        var values = Array(repeating: 0.0, count: trial.batch * trial.input)
        values.withUnsafeMutableBufferPointer {
            input(at: step, into: Matrix($0.baseAddress!, rows: trial.batch, columns: trial.input))
        }
        return values
    }

    fileprivate func targets(at step: Int, _ trial: Trial) -> [Double] {
        let count = trial.task.criterion.targets(batch: trial.batch, outputs: trial.outputs)
        var values = Array(repeating: 0.0, count: count)
        values.withUnsafeMutableBufferPointer { target(at: step, into: $0.baseAddress!) }
        return values
    }
}
