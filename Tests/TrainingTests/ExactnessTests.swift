import CaseLists
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct ExactnessTests {
        /// Checkpointing runs the same arithmetic in the same order: the gradient is the same to the last bit, whatever the
        /// cell, depth, width, type and number of threads. T = 37 divides by nothing and spans blocks of 8, 85 and 256.
        @Test(arguments: Cases.cells, Cases.every(3, of: [2, 1, 3]))
        func checkpointedGradientsAreIdentical(cell: Cell, layers: Int) throws {
            for (input, hidden, batch) in [(16, 32, 3), (48, 16, 32), (10, 100, 1), (5, 7, 3)] {
                for threads in [1, 2] {
                    try check(Float.self, cell, layers, input, hidden, batch, threads)
                    try check(Double.self, cell, layers, input, hidden, batch, threads)
                }
            }
        }

        private func check<S: Scalar>(
            _: S.Type, _ cell: Cell, _ layers: Int, _ input: Int, _ hidden: Int, _ batch: Int, _ threads: Int
        ) throws {
            let length = 37
            let session = try Session<S>(
                Trial(
                    cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                    precision: S.self == Float.self ? .float : .double, threads: threads), heaps: TrainingTests.heaps)
            let full = try session.executor.run(Full(length: length))
            let gradient = GradientSnapshot(of: session.network)
            #expect(full.loss > 0 && session.network.parameters.allSatisfy { $0.hasGradient })
            let exact: [any Schedule] = [
                Segmented(length: length, segment: 1), Segmented(length: length, segment: 6),
                Segmented(length: length, segment: 36), Binomial(length: length, slots: 1),
                Binomial(length: length, slots: 3), Binomial(length: length, slots: 37),
                Truncated(length: length, window: length, stride: length),
                Truncated(length: length, window: 1000, stride: 1000),
            ]
            for schedule in exact {
                let pass = try session.executor.run(schedule)
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
                #expect(pass.loss == full.loss)
            }
        }

        /// Wide layers, where products are shared among threads.
        @Test(arguments: Cases.cells) func checkpointedGradientsOfWideLayersAreIdentical(cell: Cell) throws {
            let session = try Session<Float>(
                Trial(cell: cell, layers: 2, input: 256, hidden: 256, batch: 32, length: 24, threads: 2),
                heaps: TrainingTests.heaps)
            _ = try session.executor.run(Full(length: 24))
            let gradient = GradientSnapshot(of: session.network)
            for schedule in [Segmented(length: 24, segment: 5), Binomial(length: 24, slots: 3)] as [any Schedule] {
                _ = try session.executor.run(schedule)
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
            }
        }

        /// A window of at least T reaches the start from everywhere: the same gradient, summed in another order.
        @Test(arguments: Cases.cells, [1, 5, 12]) func overlappingWindowsOfTheWholeSequence(cell: Cell, stride: Int)
            throws
        {
            let session = try Session<Double>(
                Trial(cell: cell, input: 8, hidden: 16, batch: 4, length: 23, precision: .double),
                heaps: TrainingTests.heaps)
            _ = try session.executor.run(Truncated(length: 23, window: 23, stride: stride))
            let snapshot = GradientSnapshot(of: session.network)
            _ = try session.executor.run(Full(length: 23))
            let distance = snapshot.comparedTo(session.network)
            #expect(distance.relativeError! < 1e-13)
            #expect(distance.cosine! > 1 - 1e-13)
        }

        /// Strategies of one summation make the same bits; exact ones of different summations do not.
        @Test func summationTellsBits() throws {
            let length = 23
            let strategies: [Strategy] = [
                .full, .segmented(length: 4), .binomial(slots: 2), .truncated(window: 23, stride: 23),
                .truncated(window: 40, stride: 31), .truncated(window: 23, stride: 5),
                .truncated(window: 90, stride: 5),
                .truncated(window: 23, stride: 6), .truncated(window: 22, stride: 6),
                .truncated(window: 22, stride: 22),
            ]
            let trial = try Trial(cell: .lstm, input: 8, hidden: 16, batch: 4, length: length)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            func snapshot(_ strategy: Strategy) throws -> GradientSnapshot<Float> {
                _ = try session.executor.run(strategy.schedule(length: length, footprint: trial.footprint))
                return GradientSnapshot(of: session.network)
            }
            for one in strategies {
                let gradient = try snapshot(one)
                for other in strategies {
                    _ = try snapshot(other)
                    #expect(
                        gradient.isIdentical(to: session.network)
                            == (one.summation(length: length) == other.summation(length: length)), "\(one), \(other)")
                }
            }
        }

        /// A short window gives another gradient: were truncation to do nothing, this would find out.
        @Test(arguments: Cases.cells) func shortWindowsChangeTheGradient(cell: Cell) throws {
            let session = try Session<Double>(
                Trial(cell: cell, input: 8, hidden: 16, batch: 4, length: 23, precision: .double),
                heaps: TrainingTests.heaps)
            var errors: [Double] = []
            for window in [1, 2, 4, 8] {
                _ = try session.executor.run(Truncated(length: 23, window: window, stride: 1))
                let snapshot = GradientSnapshot(of: session.network)
                _ = try session.executor.run(Full(length: 23))
                errors.append(snapshot.comparedTo(session.network).relativeError!)
            }
            #expect(errors == errors.sorted(by: >))
            #expect(errors[0] > 0.01)
        }

        /// Errors of parameters are those of parts of one vector: weighted with the parts' norms they make the whole one's.
        @Test(arguments: Cases.cells) func evidenceByParameter(cell: Cell) throws {
            let session = try Session<Double>(
                Trial(cell: cell, layers: 2, input: 5, hidden: 7, batch: 3, length: 19, precision: .double),
                heaps: TrainingTests.heaps)
            let network = session.network
            _ = try session.executor.run(Truncated(length: 19, window: 4, stride: 2))
            let snapshot = GradientSnapshot(of: network)
            _ = try session.executor.run(Full(length: 19))
            let parts = snapshot.byParameter(comparedTo: network)
            #expect(parts.count == network.parameters.count)
            let norms = network.parameters.map { parameter in
                UnsafeBufferPointer(start: parameter.gradient, count: parameter.count).reduce(0) { $0 + $1 * $1 }
            }
            let squares = zip(parts, norms).reduce(0) { $0 + $1.0.relativeError! * $1.0.relativeError! * $1.1 }
            let whole = snapshot.comparedTo(network).relativeError!
            #expect(abs((squares / norms.reduce(0, +)).squareRoot() - whole) < 1e-12 * whole && whole > 1e-4)
            // What is e off of a vector of length 1 is at an angle of sine e at most.
            for part in parts {
                let (error, cosine) = (part.relativeError!, part.cosine!)
                #expect(cosine <= 1 + 1e-15 && cosine >= max(0, 1 - error * error).squareRoot() - 1e-12 || error > 1)
            }
            // What lies below the head is truncated, the head is not.
            #expect(parts.dropLast(2).allSatisfy { $0.relativeError! > 1e-4 })
            #expect(parts.suffix(2).allSatisfy { $0.relativeError! < 1e-13 })
        }

        /// BPTT(h; h') against its definition: each stride's loss, taken alone, differentiated over its window alone.
        @Test(arguments: Cases.cells, [(3, 1), (4, 2), (6, 6), (7, 3), (20, 4)])
        func truncatedIsTheSumOfItsWindows(cell: Cell, window: (back: Int, stride: Int)) throws {
            let length = 13
            let session = try Session<Double>(
                Trial(cell: cell, layers: 2, input: 3, hidden: 5, batch: 2, length: length, precision: .double),
                heaps: TrainingTests.heaps)
            _ = try session.executor.run(Truncated(length: length, window: window.back, stride: window.stride))
            let found = session.network.parameters.flatMap { UnsafeBufferPointer(start: $0.gradient, count: $0.count) }

            var expected = Array(repeating: 0.0, count: found.count)
            var end = 0
            var index = 0
            while end < length {
                let start = end
                end = min(length, end + window.stride)
                index += 1
                let oldest = window.back >= length ? 0 : max(0, index * window.stride - window.back)
                _ = try session.executor.run(OneWindow(length: length, oldest: oldest, injecting: start..<end))
                let part = session.network.parameters.flatMap {
                    UnsafeBufferPointer(start: $0.gradient, count: $0.count)
                }
                for place in part.indices { expected[place] += part[place] }
            }
            for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 1e-13 * max(1, abs(b))) }
        }

        private struct OneWindow: Schedule {
            let length: Int
            let oldest: Int
            let injecting: Range<Int>
            var slots: Int { 0 }

            func makeIterator() -> IndexingIterator<[Action]> {
                let end = injecting.upperBound
                var actions: [Action] = [.advance(0..<end, recording: true)]
                actions.append(.backward(oldest..<end, injecting: injecting))
                actions.append(.release(0..<end))
                return actions.makeIterator()
            }
        }
    }
}
