import CaseLists
import Foundation
import Kernels
import Memory
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct CriterionTests {
        /// The derivative and the loss of one step by the head, of outputs and targets given row by row.
        private func differentiate<S: Scalar>(
            _ criterion: Criterion, _ outputs: [[S]], targets: [S], weight: S
        ) -> (loss: Double, adjoint: [[S]]) {
            let shape = Shape(
                cell: .elman, layers: 1, input: 1, hidden: 1, outputs: outputs[0].count, batch: outputs.count,
                precision: S.self == Float.self ? .float : .double, criterion: criterion)
            let network = Network<S>(shape, heaps: TrainingTests.heaps)
            network.head.targets.start.update(from: targets, count: targets.count)
            #expect(network.head.targets.count == targets.count)
            var values = Array(outputs.joined())
            let loss = values.withUnsafeMutableBufferPointer {
                network.head.differentiate(
                    Matrix($0.baseAddress!, rows: outputs.count, columns: outputs[0].count), weight: weight)
            }
            let width = outputs[0].count
            return (loss, outputs.indices.map { Array(values[$0 * width..<($0 + 1) * width]) })
        }

        /// −ln softmax and its derivative straight from their definition, in Double.
        private func defined(_ outputs: [Double], target: Int) -> (loss: Double, derivative: [Double]) {
            let powers = outputs.map { exp($0 - outputs.max()!) }
            let sum = powers.reduce(0, +)
            return (
                -log(powers[target] / sum), powers.indices.map { powers[$0] / sum - ($0 == target ? 1 : 0) }
            )
        }

        /// Every width around those of vectors, and rows that do not count between others.
        @Test(arguments: Array(1...35) + [64, 255, 256, 257]) func crossEntropyIsAsDefined(width: Int) {
            func check<S: Scalar>(_: S.Type, tolerance: Double) {
                let rows = 5
                let outputs = (0..<rows).map { row in
                    (0..<width).map { S.noise(at: $0, key: noiseKey(UInt64(row), UInt64(width))) * 5 }
                }
                var targets = (0..<rows).map { Int(noiseKey(9, UInt64($0), UInt64(width)) % UInt64(width)) }
                targets[2] = -1
                let weight: S = 0.25
                let found = differentiate(.crossEntropy, outputs, targets: targets.map { S($0) }, weight: weight)
                var loss = 0.0
                for (row, target) in targets.enumerated() {
                    guard target >= 0 else {
                        #expect(found.adjoint[row].allSatisfy { $0 == 0 })
                        continue
                    }
                    let defined = defined(outputs[row].map { Double($0) }, target: target)
                    loss += defined.loss
                    for (a, b) in zip(found.adjoint[row], defined.derivative) {
                        #expect(abs(Double(a) - 0.25 * b) < tolerance)
                    }
                }
                #expect(abs(found.loss - loss) <= tolerance * max(1, loss))
            }
            // Of sums of up to 257 numbers, each with an exp of 4 ulp.
            check(Float.self, tolerance: 4e-6)
            check(Double.self, tolerance: 1e-14)
        }

        /// Outputs whose powers would overflow, or all vanish, are as good as any.
        @Test func crossEntropyIsStable() {
            func check<S: Scalar>(_: S.Type, _ large: S) {
                let found = differentiate(
                    .crossEntropy, [[large, 0, -large], [-large, -large, -large], [0, large, large]],
                    targets: [0, 1, 0],
                    weight: 1)
                #expect(found.adjoint[0] == [0, 0, 0])
                for value in zip(found.adjoint[1], [1.0 / 3, -2.0 / 3, 1.0 / 3]) {
                    #expect(abs(Double(value.0) - value.1) < 1e-6)
                }
                #expect(found.adjoint[2] == [-1, 0.5, 0.5])
                #expect(abs(found.loss - (log(3) + Double(large) + log(2))) <= 1e-6 * Double(large))
            }
            check(Float.self, 1e4)
            check(Float.self, 1e30)
            check(Double.self, 1e5)
            check(Double.self, 1e300)
        }

        /// A network that diverged has no loss that could be taken for one.
        @Test func crossEntropyOfWhatIsNoNumberIsNone() {
            for bad in [Float.nan, .infinity] {
                let found = differentiate(.crossEntropy, [[0, bad, 0]], targets: [0], weight: 1)
                #expect(found.loss.isNaN)
            }
        }

        /// A row of targets that begins with NaN does not count: the others are as if they were alone.
        @Test func squaredErrorIsMaskedByRows() {
            let outputs: [[Double]] = [[1, 2], [3, 4], [5, 6]]
            let all = differentiate(.squaredError, outputs, targets: [0, 1, .nan, 7, 2, 2], weight: 0.5)
            #expect(all.loss == 1 + 1 + 9 + 16)
            #expect(all.adjoint == [[1, 1], [0, 0], [3, 4]])
        }

        /// The bits of loss, quality and gradient, and the bytes after every action, of every strategy on every new task.
        @Test(arguments: Cases.every(2, of: Cases.cells), Cases.every(3, of: TaskTests.tasks)) func exactAndPredicted(
            cell: Cell, task: TrainingTask
        ) throws {
            for (length, precision, inputs, threads) in [
                (1, Precision.float, InputStorage.streamed, 1), (8, .float, .streamed, 1), (17, .double, .resident, 1),
                (17, .float, .streamed, 2),
            ] where length >= task.leastLength {
                let trial = try Trial(
                    cell: cell, layers: 2, input: max(3, task.leastInput), hidden: 100, batch: 3, length: length,
                    task: task,
                    inputs: inputs, precision: precision, threads: threads)
                try check(precision.scalar, trial)
            }
        }

        private func check<S: Scalar>(_: S.Type, _ trial: Trial) throws {
            let length = trial.length
            let directory = TrainingTests.directory("criterion")
            let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: StateFiles(directory: directory))
            let full = try session.executor.run(Full(length: length))
            let gradient = GradientSnapshot(of: session.network)
            #expect(full.loss > 0)
            let schedules: [any Schedule] = [
                Full(length: length), Segmented(length: length, segment: min(5, length)), Bisection(length: length),
                Binomial(length: length, slots: 2), Internal(length: length, slots: 2),
                Online(length: length, slots: 3), Multistage(length: length, memory: 1, disk: 2),
                Truncated(length: length, window: length, stride: length),
                Truncated(length: length, window: 3, stride: 2),
            ]
            for schedule in schedules {
                var audit = Audit(
                    session.network.heaps, footprint: trial.footprint, statistics: try Statistics(),
                    keepsEntries: false)
                let pass = try session.executor.run(schedule) { audit.observe($0) }
                #expect(audit.gap == 0, "\(schedule)")
                #expect(pass.quality == full.quality || trial.task.quality == .bitsPerCharacter)
                guard try Validator(schedule).isExact else { continue }
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
                #expect(pass.loss == full.loss && pass.quality == full.quality)
            }
        }
    }
}
