import Glibc
import Kernels
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct OptimizerTests {
        /// One number at a time, in Double, as the papers write it. It shares nothing with the optimiser but the gradients.
        struct Reference {
            let rule: UpdateRule
            let rate: Double
            var values: [Double]
            var first: [Double]
            var second: [Double]
            var time = 0

            init(_ rule: UpdateRule, rate: Double, values: [Double]) {
                self.rule = rule
                self.rate = rate
                self.values = values
                first = values.map { _ in 0 }
                second = first
            }

            mutating func update(_ gradient: [Double], clip: Double) {
                time += 1
                let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
                let scale = clip > 0 && norm > clip ? clip / (norm + 1e-6) : 1
                for index in values.indices {
                    let g = gradient[index] * scale
                    switch rule {
                    case .sgd: values[index] -= rate * g
                    case .momentum:
                        first[index] = 0.9 * first[index] + g
                        values[index] -= rate * first[index]
                    case .adam:
                        first[index] = 0.9 * first[index] + 0.1 * g
                        second[index] = 0.999 * second[index] + 0.001 * g * g
                        let m = first[index] / (1 - pow(0.9, Double(time)))
                        let v = second[index] / (1 - pow(0.999, Double(time)))
                        values[index] -= rate * m / (sqrt(v) + 1e-8)
                    }
                }
            }
        }

        private func all<S>(_ network: Network<S>, _ memory: (Parameter<S>) -> UnsafeMutablePointer<S>) -> [Double] {
            network.parameters.flatMap { $0.exported(memory($0)).map(Double.init) }
        }

        /// Gradients are drawn, of very different sizes, and odd shapes leave padding. In Double both round some ten times an
        /// update; Adam's quotient of square roots loses a few bits more: 1e-13 of the parameter's path for five updates.
        @Test(arguments: UpdateRule.allCases, [0, 0.5, 1e5])
        func agreesWithOneNumberAtATime(rule: UpdateRule, clip: Double) throws {
            try compare(Double.self, rule, clip, tolerance: 1e-13)
            // Float has 2⁻²⁴.
            try compare(Float.self, rule, clip, tolerance: 1e-5)
        }

        private func compare<S: Scalar>(_: S.Type, _ rule: UpdateRule, _ clip: Double, tolerance: Double) throws {
            for (cell, layers, hidden) in [(Cell.elman, 1, 1), (.lstm, 2, 17), (.gru, 1, 33)] {
                let shape = Shape(
                    cell: cell, layers: layers, input: 5, hidden: hidden, outputs: 3, batch: 2,
                    precision: S.self == Float.self ? .float : .double)
                let network = Network<S>(shape, heaps: TrainingTests.heaps)
                network.initialize(seed: 3, orthogonal: nil)
                let rate = 0.01
                let optimizer = Optimizer(network, rule: rule, rate: rate, clip: clip)
                var reference = Reference(rule, rate: rate, values: all(network) { $0.values })
                for update in 0..<5 {
                    for (index, parameter) in network.parameters.enumerated() {
                        let noise = (0..<parameter.shape.reduce(1, *)).map {
                            S.noise(at: $0, key: noiseKey(7, UInt64(update), UInt64(index)))
                        }
                        parameter.place(noise.map { $0 * $0 * $0 }, in: parameter.gradient)
                    }
                    let gradient = all(network) { $0.gradient }
                    let norm = try optimizer.update()
                    #expect((norm != nil) == (clip > 0))
                    if let norm { #expect(abs(norm / gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() - 1) < 1e-14) }
                    reference.update(gradient, clip: clip)
                    for (a, b) in zip(all(network) { $0.values }, reference.values) {
                        #expect(abs(a - b) <= tolerance * max(1, abs(b)), "\(rule) \(cell) update \(update)")
                    }
                }
                #expect(optimizer.updates == 5)
                expectZeroPadding(network)
            }
        }

        /// Elements of the memory that are none of PyTorch's stay 0: as many are not 0 as are exported.
        private func expectZeroPadding<S>(_ network: Network<S>) {
            for parameter in network.parameters {
                let memory = UnsafeBufferPointer(start: parameter.values, count: parameter.count)
                #expect(memory.count { $0 != 0 } == parameter.exported(parameter.values).count { $0 != 0 })
            }
        }

        /// In closed form: a constant gradient g. SGD moves by t η g; momentum by η g Σ (1 − 0.9ⁱ)/0.1; Adam, whose means
        /// corrected are g and g², by t η g/(|g| + ε).
        @Test(arguments: UpdateRule.allCases) func constantGradient(rule: UpdateRule) throws {
            let shape = Shape(cell: .elman, layers: 1, input: 2, hidden: 3, outputs: 1, batch: 1, precision: .double)
            let network = Network<Double>(shape, heaps: TrainingTests.heaps)
            let optimizer = Optimizer(network, rule: rule, rate: 0.1, clip: 0)
            let (g, updates) = (0.25, 10)
            for _ in 0..<updates {
                for parameter in network.parameters {
                    parameter.place(
                        Array(repeating: g, count: parameter.shape.reduce(1, *)), in: parameter.gradient)
                }
                try optimizer.update()
            }
            let moved: Double =
                switch rule {
                case .sgd: 0.1 * g * Double(updates)
                case .momentum: (1...updates).reduce(0) { $0 + 0.1 * g * (1 - pow(0.9, Double($1))) / 0.1 }
                case .adam: 0.1 * Double(updates) * g / (g + 1e-8)
                }
            for value in all(network, { $0.values }) { #expect(abs(value + moved) < 1e-12) }
        }

        /// Large enough that threads share it: the same bits.
        @Test(arguments: UpdateRule.allCases) func threadsChangeNoBit(rule: UpdateRule) throws {
            var found: [[Double]] = []
            for threads in [1, 2] {
                let trial = try Trial(
                    cell: .lstm, input: 64, hidden: 128, batch: 4, length: 9, threads: threads, updates: 3,
                    optimizer: rule,
                    clip: 0.01)
                let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                _ = try session.measure()
                found.append(all(session.network) { $0.values })
            }
            #expect(found[0] == found[1])
        }

        /// After clipping the gradient's norm is the limit, up to the 1e-6 in the formula; a smaller one is left alone.
        @Test func clipping() throws {
            let trial = try Trial(cell: .gru, input: 3, hidden: 20, batch: 2, length: 5, precision: .double)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            _ = try session.executor.run(session.schedule)
            let before = all(session.network) { $0.gradient }
            let norm = before.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let loose = Optimizer(session.network, rule: .sgd, rate: 0.1, clip: norm * 1.01)
            #expect(try abs(loose.update()! - norm) < 1e-12)
            #expect(all(session.network) { $0.gradient } == before)
            let limit = norm / 3
            try Optimizer(session.network, rule: .sgd, rate: 0.1, clip: limit).update()
            let after = all(session.network) { $0.gradient }
            let clipped = after.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(clipped - limit * norm / (norm + 1e-6)) < 1e-12)
        }

        /// The moments are in their role's heap, predicted to the byte, while a training step runs.
        @Test(arguments: UpdateRule.allCases, Precision.allCases)
        func momentsArePredicted(rule: UpdateRule, precision: Precision) throws {
            for (cell, layers, hidden) in [(Cell.elman, 1, 1), (.lstm, 2, 100), (.gru, 3, 33)] {
                let trial = try Trial(
                    cell: cell, layers: layers, input: 7, hidden: hidden, batch: 3, length: 12,
                    strategy: .segmented(length: nil), precision: precision, updates: 2, optimizer: rule)
                func row<S: Scalar>(_: S.Type) throws -> Measurement {
                    try self.row(Session<S>(trial, heaps: TrainingTests.heaps))
                }
                let row = try row(precision.scalar)
                #expect(row[.predictionGapBytes] == .integer(0))
                #expect(row[.optimizerBytes] == .integer(trial.footprint.constant[.optimizer]))
                #expect(try row.number(.optimizerBytes) == Double(rule.moments) * row.number(.weightsBytes))
            }
        }

        private func row<S>(_ session: Session<S>) throws -> Measurement {
            try session.prepare(warmup: 0)
            return try session.measure()
        }
    }
}
