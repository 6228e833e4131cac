import CaseLists
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
    /// Sequences of unequal length side by side under layers of two directions: each is what it is alone.
    @Suite struct PaddingTests {
        // MARK: A pass over any numbers

        /// Sequences by time, row by row, [T][B][width], with what goes in and what is to come out.
        private struct Batch {
            var ends: [Int]
            var inputs: [[[Double]]]
            var goals: [[[Double]]]

            var length: Int { inputs.count }

            init(ends: [Int], length: Int, input: Int, outputs: Int) {
                self.ends = ends
                func noise(_ width: Int, key: UInt64) -> [[[Double]]] {
                    (0..<length).map { time in
                        ends.indices.map { row in
                            (0..<width).map { Double.noise(at: (time * ends.count + row) * width + $0, key: key) }
                        }
                    }
                }
                inputs = noise(input, key: 1)
                goals = noise(outputs, key: 2)
            }

            /// One row, without its padding.
            func alone(_ row: Int) -> Batch {
                var alone = self
                alone.ends = [ends[row]]
                alone.inputs = inputs.prefix(ends[row]).map { [$0[row]] }
                alone.goals = goals.prefix(ends[row]).map { [$0[row]] }
                return alone
            }
        }

        /// Outputs by time, of all rows one after the other; Σ (y − goal)² over all frames; its gradient by parameter.
        private struct Outcome {
            var outputs: [[Double]] = []
            var loss = 0.0
            var gradients: [[Double]] = []
        }

        /// Full unrolling, over what the network keeps and nothing else.
        private func run(_ batch: Batch, _ cell: Cell, layers: Int) -> Outcome {
            let (heaps, length) = (TrainingTests.heaps, batch.length)
            let shape = Shape(
                cell: cell, layers: layers, input: batch.inputs[0][0].count, hidden: 9,
                outputs: batch.goals[0][0].count, batch: batch.ends.count, precision: .double, directions: 2)
            let network = Network<Double>(shape, heaps: heaps, length: length)
            network.initialize(seed: 1, orthogonal: nil)
            network.begin(ends: batch.ends)
            func input(_ time: Int, _ rows: Range<Int>, _ x: Matrix<Double>) {
                for (place, row) in rows.enumerated() {
                    for (channel, value) in batch.inputs[time][row].enumerated() { x.row(place)[channel] = value }
                }
            }
            var records: [[Record<Double>]] = []
            let start = network.copyState(in: heaps[.states])
            for lane in 0..<shape.lanes {
                let kept = (0..<length).map { _ in Record<Double>(shape, in: heaps[.records]) }
                for first in stride(from: 0, to: length, by: shape.chunk) {
                    let steps = first..<min(first + shape.chunk, length)
                    network.forward(steps, on: lane, givesOutputs: true, records: kept[steps], input: input)
                }
                records.append(kept)
            }
            var outcome = Outcome()
            outcome.outputs = (0..<length).map { network.predict(at: $0) }
            for times in network.blocks(of: 0..<length) {
                let losses = network.computeLoss(at: times, injecting: times) { time, y in
                    var loss = 0.0
                    for (row, end) in batch.ends.enumerated() {
                        for (place, goal) in batch.goals[time][row].enumerated() {
                            let error = time < end ? y.row(row)[place] - goal : 0
                            loss += error * error
                            y.row(row)[place] = 2 * error
                        }
                    }
                    return loss
                }
                outcome.loss += losses.reduce(0, +)
            }
            for lane in (0..<shape.lanes).reversed() {
                for steps in network.blocks(of: 0..<length) {
                    let first = steps.lowerBound
                    network.backward(
                        steps, on: lane, records: records[lane][steps],
                        entering: first == 0 ? .state(start) : .record(records[lane][first - 1]), input: input)
                }
            }
            outcome.gradients = network.parameters.map { $0.exported($0.gradient) }
            return outcome
        }

        /// Of each sequence the outputs are those of the sequence alone, bit for bit, and gradients are sums over sequences.
        /// Batches of several blocks and chunks, and of less than one.
        @Test(arguments: Cases.cells, [1, 2, 3]) func sequencesAreWhatTheyAreAlone(cell: Cell, layers: Int) {
            for (ends, length) in [
                ([12, 1, 7, 12, 3], 12), ([131, 40], 131), ([5, 9], 9), ([1, 2], 2),
                // Padding at the end of all.
                ([4, 6], 9),
            ] {
                let batch = Batch(ends: ends, length: length, input: 3, outputs: 2)
                let found = run(batch, cell, layers: layers)
                var (loss, gradients) = (0.0, found.gradients.map { $0.map { _ in 0.0 } })
                for (row, end) in ends.enumerated() {
                    let alone = run(batch.alone(row), cell, layers: layers)
                    for time in 0..<end {
                        #expect(
                            Array(found.outputs[time][2 * row..<2 * row + 2]) == alone.outputs[time],
                            "\(ends), row \(row), time \(time)")
                    }
                    loss += alone.loss
                    gradients = zip(gradients, alone.gradients).map { zip($0, $1).map { $0 + $1 } }
                }
                #expect(abs(found.loss - loss) <= 1e-13 * loss)
                for (found, expected) in zip(found.gradients, gradients) {
                    let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    let error = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                    #expect(norm > 0 && error <= 1e-12 * norm, "\(ends)")
                }
            }
        }

        /// Whatever the padding is: no bit of what counts depends on it.
        @Test(arguments: Cases.cells, [1, 2]) func paddingIsOfNoAccount(cell: Cell, layers: Int) {
            let ends = [12, 1, 7, 12, 3]
            let batch = Batch(ends: ends, length: 12, input: 3, outputs: 2)
            var other = batch
            for (row, end) in ends.enumerated() {
                for time in end..<12 { other.inputs[time][row] = [-50, 0, 3] }
            }
            let (first, second) = (run(batch, cell, layers: layers), run(other, cell, layers: layers))
            #expect(first.loss == second.loss && first.gradients == second.gradients)
            for time in 0..<12 {
                for (row, end) in ends.enumerated() {
                    let places = 2 * row..<2 * row + 2
                    let isSame = first.outputs[time][places] == second.outputs[time][places]
                    // Were the padding to make no difference even to itself, this would find nothing.
                    #expect(isSame == (time < end), "row \(row), time \(time)")
                }
            }
        }

        // MARK: Tasks

        /// Some rows of a step are those of the whole batch, whatever the task.
        @Test func rowsAreThoseOfTheBatch() throws {
            for task in TaskTests.tasks + TaskTests.labellings {
                let (batch, width, length) = (5, max(3, task.leastInput), max(20, task.leastLength))
                let source = try Source<Float>(
                    Trial(cell: .elman, input: width, batch: batch, length: length, task: task))
                let room = Buffer<Float>(count: 2 * batch * width, in: TrainingTests.heaps[.workspace])
                let whole = Matrix(room.start, rows: batch, columns: width)
                for step in 0..<length {
                    source.input(at: step, into: whole)
                    for first in 0..<batch {
                        for end in first..<batch {
                            let some = Matrix(room.start + batch * width, rows: end + 1 - first, columns: width)
                            source.input(at: step, rows: first..<end + 1, into: some)
                            let isSame = (0..<some.rows * width).allSatisfy {
                                some.start[$0] == whole.row(first)[$0]
                            }
                            #expect(isSame, "\(task), step \(step), rows \(first)...\(end)")
                        }
                    }
                }
            }
        }

        /// Only sequences that are padded end before T.
        @Test func ends() throws {
            for task in TaskTests.tasks + TaskTests.labellings {
                let source = try Source<Double>(
                    Trial(cell: .elman, input: max(3, task.leastInput), batch: 8, length: 30, task: task))
                switch task {
                case TrainingTask.labelling:
                    #expect(source.ends == source.utterances?.map { $0[0].frames.upperBound })
                    #expect(source.ends?.max() == 30)
                case TrainingTask.reber:
                    let ends = try #require(source.ends)
                    #expect(ends.allSatisfy { (8...30).contains($0) } && Set(ends).count > 1)
                default: #expect(source.ends == nil, "\(task)")
                }
            }
        }

        private func trial(_ task: TrainingTask, _ cell: Cell, layers: Int, precision: Precision) throws -> Trial {
            try Trial(
                cell: cell, layers: layers, input: 7, hidden: 16, batch: 5, length: 37, task: task,
                bidirectional: true, precision: precision)
        }

        /// Every exact schedule gives the same bits; streamed inputs and those in memory too.
        @Test(arguments: [TrainingTask.reber, .labelling], Cases.cells)
        func schedulesAgree(task: TrainingTask, cell: Cell) throws {
            for layers in [1, 2] {
                try check(Float.self, trial(task, cell, layers: layers, precision: .float))
                try check(Double.self, trial(task, cell, layers: layers, precision: .double))
            }
        }

        private func check<S: Scalar>(_: S.Type, _ trial: Trial) throws {
            #expect(try Source<S>(trial).ends != nil)
            var reference: (gradient: GradientSnapshot<S>, loss: Double)?
            for (threads, inputs) in [(1, InputStorage.streamed), (2, .resident)] {
                var trial = trial
                (trial.threads, trial.inputs) = (threads, inputs)
                let files = try StateFiles(directory: TrainingTests.directory("padding-\(trial.cell)"))
                let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: files)
                for schedule in BidirectionalTests.schedules(trial.length, trial.footprint) {
                    let pass = try session.executor.run(schedule)
                    if let reference {
                        #expect(reference.gradient.isIdentical(to: session.network), "\(schedule), \(threads) threads")
                        #expect(pass.loss == reference.loss, "\(schedule)")
                    } else {
                        #expect(pass.loss > 0)
                        reference = (GradientSnapshot(of: session.network), pass.loss)
                    }
                }
            }
        }

        /// The bytes are those that are predicted, after every action.
        @Test(arguments: [TrainingTask.reber, .labelling], Cases.cells)
        func predictionsAreExact(task: TrainingTask, cell: Cell) throws {
            let trial = try trial(task, cell, layers: 2, precision: .float)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            for schedule in [Full(length: 37), Binomial(length: 37, slots: 3)] as [any Schedule] {
                var audit = Audit(
                    session.network.heaps, footprint: trial.footprint, statistics: try Statistics(),
                    keepsEntries: false)
                _ = try session.executor.run(schedule) { audit.observe($0) }
                #expect(audit.gap == 0 && audit.peakBytes == audit.simulator.peakBytes, "\(schedule)")
            }
        }

        /// Each update has its own ends.
        @Test func updatesEndElsewhere() throws {
            let trial = try trial(.labelling, .lstm, layers: 2, precision: .double)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            var losses: [Double] = []
            for update in [0, 1, 0] {
                session.executor.advance(to: update)
                losses.append(try session.executor.run(session.schedule).loss)
            }
            #expect(losses[0] == losses[2] && losses[0] != losses[1])
            #expect(try Source<Double>(trial).ends != Source<Double>(trial, update: 1).ends)
        }
    }
}
