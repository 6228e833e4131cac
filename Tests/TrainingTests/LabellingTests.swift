import CaseLists
import Foundation
import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// The labelling tasks: their data, and CTC under every schedule.
    @Suite struct LabellingTests {
        private func trial(
            _ task: TrainingTask, cell: Cell = .lstm, layers: Int = 1, input: Int = 3, hidden: Int = 5, batch: Int = 3,
            length: Int, strategy: Strategy = .full, bidirectional: Bool = false, precision: Precision = .double,
            threads: Int = 1
        ) throws -> Trial {
            try Trial(
                cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                strategy: strategy, task: task, bidirectional: bidirectional, precision: precision, threads: threads)
        }

        private static let stream = TrainingTask.stream(mean: 20, expectation: true)

        // Data.

        @Test(arguments: [1, 2, 17, 772], [1, 3, 64]) func batchesAreUnequal(length: Int, batch: Int) throws {
            let source = try Source<Float>(trial(.labelling, batch: batch, length: length))
            let rows = try #require(source.utterances)
            #expect(rows.count == batch && rows.allSatisfy { $0.count == 1 && $0[0].frames.lowerBound == 0 })
            let all = rows.map { $0[0] }
            #expect(all.map(\.frames.count).max() == length)
            for utterance in all {
                #expect(utterance.neededFrames <= utterance.frames.count && !utterance.opensWithBlank)
                #expect(utterance.labels.count == (utterance.frames.count + 4) / 8)
                #expect(utterance.labels.allSatisfy { (1...8).contains($0) })
            }
            if length > 1, batch == 64 { #expect(Set(all.map(\.frames.count)).count > 1) }
            #expect(source.at(update: 1).utterances != rows || length == 1 || batch == 1)
        }

        /// B at a time, rows of the same data: no update has them, and after the last there is nothing.
        @Test(arguments: [TrainingTask.labelling, .stream(mean: 20, expectation: true)])
        func heldOutRowsAreTheSameInEveryBatch(task: TrainingTask) throws {
            func rows(_ batch: Int) throws -> [(utterances: [Utterance], frames: [Float])] {
                let trial = try trial(task, batch: batch, length: 90)
                let seen = try Source<Float>(trial)
                return try stride(from: 0, to: Trial.heldOut, by: batch).flatMap { first in
                    let source = try #require(seen.heldOut(from: first))
                    var frames: [[[Float]]] = Array(repeating: [], count: batch)
                    for step in [0, 1, 40, 89] {
                        var values = [Float](repeating: 7, count: batch * 3)
                        values.withUnsafeMutableBufferPointer {
                            source.input(at: step, into: Matrix($0.baseAddress!, rows: batch, columns: 3))
                        }
                        for row in 0..<batch { frames[row].append(Array(values[3 * row..<3 * row + 3])) }
                    }
                    return zip(source.utterances!, frames).map { ($0, $1.flatMap(\.self)) }
                }
            }
            let all = try rows(Trial.heldOut)
            #expect(all.count == 32 && Set(all.map(\.utterances)).count > 16 && Set(all.map(\.frames)).count == 32)
            for batch in [1, 5, 40] {
                let found = try rows(batch)
                #expect(found.prefix(32).map(\.utterances) == all.map(\.utterances))
                #expect(found.prefix(32).map(\.frames) == all.map(\.frames))
                for row in found.dropFirst(32) {
                    #expect(row.utterances.isEmpty && row.frames.allSatisfy { $0 == 0 })
                }
            }
            let seen = try (0..<4).map { update in
                try #require(Source<Float>(trial(task, batch: 32, length: 90), update: update).utterances)
            }
            #expect(seen.allSatisfy { $0 != all.map(\.utterances) })
        }

        /// 20,000 lengths: mean and spread of their logarithms within five standard errors, but for the longest, which are
        /// cut to three means (0.3 % of the frames).
        @Test func lengthsAreLogNormal() throws {
            let source = try Source<Float>(
                trial(.stream(mean: 772, expectation: true), batch: 20, length: 772_000))
            let lengths = try #require(source.utterances).joined().map { Double($0.frames.count) }
            #expect(lengths.count > 19_000)
            let mean = lengths.reduce(0, +) / Double(lengths.count)
            #expect(abs(mean / 772 - 0.997) < 5 * 0.51 / Double(lengths.count).squareRoot())
            let logarithms = lengths.map { log($0) }
            let centre = logarithms.reduce(0, +) / Double(lengths.count)
            let variance = logarithms.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(lengths.count)
            #expect(abs(variance.squareRoot() - 0.48) < 0.01)
            #expect(lengths.max()! <= 3 * 772)
        }

        @Test(arguments: [1, 7, 20]) func streamsAreFull(mean: Int) throws {
            let source = try Source<Float>(
                trial(.stream(mean: mean, expectation: true), batch: 5, length: 200))
            for stream in try #require(source.utterances) {
                #expect(stream[0].frames.lowerBound == 0)
                for (one, next) in zip(stream, stream.dropFirst()) {
                    #expect(one.frames.upperBound == next.frames.lowerBound)
                }
                let last = try #require(stream.last).frames
                #expect(last.contains(199))
                for utterance in stream {
                    #expect(utterance.opensWithBlank && utterance.neededFrames <= utterance.frames.count)
                }
            }
        }

        /// No number of frames has labels that it cannot have, were they all the same and a blank forced before them.
        @Test func labelsFitTheirFrames() throws {
            for frames in 1...4096 {
                let count = try #require(TrainingTask.labelling.mostLabels(length: frames))
                let labels = Array(repeating: 1, count: count)
                let worst = Utterance(frames: 0..<frames, labels: labels, opensWithBlank: true)
                #expect(worst.neededFrames <= frames, "\(frames) frames")
            }
        }

        /// Nor do the tasks make such, down to one step and to streams of one frame a sequence: all of them train.
        @Test(arguments: 1...20) func noTaskIsInfeasible(length: Int) throws {
            for task in [TrainingTask.labelling] + (1...12).map({ .stream(mean: $0, expectation: true) }) {
                for (seed, bidirectional) in [(1, false), (2, true)] {
                    var trial = try trial(
                        task, cell: .elman, hidden: 2, batch: 4, length: length, bidirectional: bidirectional)
                    trial.seed = seed
                    let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                    for update in 0..<20 {
                        let source = try Source<Double>(trial, update: update)
                        for utterance in try #require(source.utterances).joined() {
                            #expect(utterance.neededFrames <= utterance.frames.count, "\(trial.words)")
                        }
                        session.executor.advance(to: update)
                        let loss = try session.executor.run(session.schedule).loss
                        #expect(loss.isFinite && loss >= 0, "\(trial.words), update \(update)")
                    }
                }
            }
        }

        /// Each label is there in its turn: its pattern under noise of half its size, then silence. Float and Double have the same
        /// data, any step at any time.
        @Test(arguments: [TrainingTask.labelling, .stream(mean: 60, expectation: true)])
        func framesShowTheirLabels(task: TrainingTask) throws {
            let width = 12
            let trial = try trial(task, input: width, batch: 4, length: 200)
            let (source, single) = (try Source<Double>(trial), try Source<Float>(trial))
            let values = Buffer<Double>(count: 4 * width, in: TrainingTests.heaps[.workspace])
            let floats = Buffer<Float>(count: 4 * width, in: TrainingTests.heaps[.workspace])
            var frames: [[[Double]]] = []
            for step in 0..<200 {
                source.input(at: step, into: Matrix(values.start, rows: 4, columns: width))
                single.input(at: step, into: Matrix(floats.start, rows: 4, columns: width))
                frames.append(
                    (0..<4).map { row in (0..<width).map { values.start[row * width + $0] } })
                #expect((0..<4 * width).allSatisfy { abs(Double(floats.start[$0]) - values.start[$0]) < 1e-6 })
            }
            // What frames of the same label have in common, found without knowing the patterns: the nearest of those that
            // the labels are named by when they come for the first time.
            var patterns: [Int: [Double]] = [0: Array(repeating: 0, count: width)]
            for (row, utterances) in try #require(source.utterances).enumerated() {
                for utterance in utterances {
                    var heard: [Int] = []
                    var last = 0
                    for step in utterance.frames where step < 200 {
                        let x = frames[step][row]
                        func distance(_ pattern: [Double]) -> Double { zip(x, pattern).map { abs($0 - $1) }.max()! }
                        // Noise is at most 1/2, so all frames of a label are within 1 of each other.
                        if distance(patterns[0]!) <= 0.5 {
                            last = 0
                            continue
                        }
                        if last == 0 {
                            let label = utterance.labels[heard.count]
                            if patterns[label] == nil { patterns[label] = x }
                            #expect(distance(patterns[label]!) <= 1, "row \(row), step \(step)")
                            heard.append(label)
                            last = label
                        } else {
                            #expect(distance(patterns[last]!) <= 1)
                        }
                    }
                    if utterance.frames.upperBound <= 200 { #expect(heard == utterance.labels) }
                }
                // Behind a sequence's end there is nothing.
                for step in utterances.last!.frames.upperBound..<max(200, utterances.last!.frames.upperBound) {
                    #expect(frames[step][row].allSatisfy { $0 == 0 })
                }
            }
            #expect(patterns.count == 9)
        }

        // CTC under schedules.

        /// Loss, label errors and every bit of the gradient are full unrolling's.
        @Test(arguments: Cases.cells, [TrainingTask.labelling, stream, .stream(mean: 9, expectation: false)])
        func exactSchedulesAgree(cell: Cell, task: TrainingTask) throws {
            try check(Float.self, trial(task, cell: cell, layers: 2, length: 70, precision: .float), slots: 3)
            try check(Double.self, trial(task, cell: cell, batch: 1, length: 17), slots: 2)
            try check(Double.self, trial(task, cell: cell, length: 1), slots: 2)
            try check(
                Float.self, trial(task, cell: cell, layers: 2, length: 70, bidirectional: true, precision: .float),
                slots: 3)
            // Wide enough that threads share the work.
            try check(
                Float.self,
                trial(task, cell: cell, input: 64, hidden: 128, batch: 33, length: 20, precision: .float, threads: 2),
                slots: 3)
        }

        private func check<S: Scalar>(_: S.Type, _ trial: Trial, slots: Int) throws {
            let length = trial.length
            var alone = trial
            alone.threads = 1
            let reference = try Session<S>(alone, heaps: TrainingTests.heaps)
            let full = try reference.executor.run(Full(length: length))
            let gradient = GradientSnapshot(of: reference.network)
            // A stream's only sequence that continues may have no loss, without CTC-EM.
            if trial.task != .stream(mean: 9, expectation: false) || length > 60 { #expect(full.loss > 0) }

            let directory = TrainingTests.directory("labelling-\(trial.cell)")
            let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: StateFiles(directory: directory))
            let schedules =
                trial.exactSchedules(slots: slots)
                + (trial.bidirectional
                    ? [] : [Truncated(length: length, window: length, stride: length, losses: .oldest)])
            for schedule in schedules {
                let pass = try session.executor.run(schedule)
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
                #expect(pass.loss == full.loss && pass.quality == full.quality, "\(schedule)")
                #expect(pass.framesByEnd == full.framesByEnd, "\(schedule)")
            }
        }

        /// The prediction has a gap of 0 after every action, α and β of their own role.
        @Test(arguments: [TrainingTask.labelling, stream])
        func predictionsAreExact(task: TrainingTask) throws {
            for strategy: Strategy in [
                .full, .segmented(length: nil), .binomial(slots: 3), .truncated(window: 8, stride: 4),
                .truncated(window: 64, stride: 5),
            ] {
                for length in [1, 17, 33] {
                    let trial = try trial(task, layers: 2, length: length, strategy: strategy, precision: .float)
                    if strategy.name != "truncated" {
                        var both = trial
                        both.bidirectional = true
                        let session = try Session<Float>(both, heaps: TrainingTests.heaps)
                        try session.prepare(warmup: 0)
                        #expect(try session.measure()[.predictionGapBytes] == .integer(0), "\(both.words)")
                    }
                    let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                    try session.prepare(warmup: 0)
                    let row = try session.measure()
                    #expect(row[.predictionGapBytes] == .integer(0), "\(trial.words)")
                    // Of the steps that a window reaches, and of the longest sequence there may be.
                    let steps = strategy.truncated.map { min($0.window, length) } ?? length
                    let labels = task == .labelling ? (length + 4) / 8 : 8
                    let positions = 2 * labels + 1
                    let alignment =
                        Heap.usableSize(4 * steps * 3 * positions) + Heap.usableSize(4 * 3 * positions)
                    #expect(row[.alignmentBytes] == .integer(alignment), "\(trial.words)")
                }
            }
        }

        @Test(arguments: Cases.every(4, of: Cases.cells), Cases.every(3, of: [2, 1, 3])) func differences(
            cell: Cell, layers: Int
        ) throws {
            let tasks = [TrainingTask.labelling, .stream(mean: 7, expectation: true)]
            for (task, bidirectional) in tasks.map({ ($0, false) }) + tasks.map({ ($0, true) }) {
                let length = 14
                let session = try Session<Double>(
                    trial(
                        task, cell: cell, layers: layers, hidden: 4, batch: 2, length: length,
                        bidirectional: bidirectional), heaps: TrainingTests.heaps)
                let schedule = Full(length: length)
                #expect(try (Source<Double>(session.trial).ends != nil) == (task == .labelling))
                _ = try session.executor.run(schedule)
                let gradients = session.network.parameters.map {
                    Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count))
                }
                for (parameter, gradient) in zip(session.network.parameters, gradients) {
                    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    #expect(norm > 0, "\(parameter.name)")
                    for place in 0..<parameter.count {
                        let value = parameter.values + place
                        let kept = value.pointee
                        func loss(_ delta: Double) throws -> Double {
                            value.pointee = kept + delta
                            defer { value.pointee = kept }
                            return try session.executor.run(schedule).loss
                        }
                        let isRight = try isSlope(gradient[place], within: 1e-7 * norm, of: loss)
                        #expect(isRight, "\(parameter.name)[\(place)]")
                    }
                }
            }
        }

        /// The labels can be learned, by gradient descent over fresh data: best paths come to be the labels for most.
        @Test func labelsAreLearned() throws {
            let session = try Session<Float>(
                trial(.labelling, input: 8, hidden: 32, batch: 16, length: 64, precision: .float),
                heaps: TrainingTests.heaps)
            var rates: [Double] = []
            var momentum = session.network.parameters.map { Array(repeating: Float(0), count: $0.count) }
            for update in 0..<600 {
                session.executor.advance(to: update)
                let pass = try session.executor.run(session.schedule)
                rates.append(try #require(pass.quality))
                for (index, parameter) in session.network.parameters.enumerated() {
                    for place in 0..<parameter.count {
                        momentum[index][place] = 0.9 * momentum[index][place] + parameter.gradient[place]
                        parameter.values[place] -= 0.02 * momentum[index][place]
                    }
                }
            }
            let (first, last) = (rates.prefix(20).reduce(0, +) / 20, rates.suffix(20).reduce(0, +) / 20)
            #expect(first > 0.9 && last < 0.3, "\(first), then \(last)")
        }

        // CTC-TR and CTC-EM.

        /// A window of at least T steps, whatever its stride: the usual CTC, summed in another order.
        @Test(arguments: Cases.cells, [1, 7, 40]) func longWindowsAreUsual(cell: Cell, stride: Int) throws {
            let session = try Session<Double>(
                trial(.labelling, cell: cell, layers: 2, length: 40), heaps: TrainingTests.heaps)
            for window in [40, 64] {
                let pass = try session.executor.run(
                    Truncated(length: 40, window: window, stride: stride, losses: .oldest))
                let snapshot = GradientSnapshot(of: session.network)
                let full = try session.executor.run(Full(length: 40))
                #expect(pass.loss == full.loss && pass.framesByEnd == full.framesByEnd)
                #expect(pass.framesByExpectation == 0)
                #expect(snapshot.comparedTo(session.network).relativeError! < 1e-13)
            }
        }

        /// What a network learns from in windows is what the alignment alone says of its outputs: the head's bias sums the
        /// adjoints of all frames. And with CTC-EM each frame's error is used once, without it only where an end was
        /// reached.
        @Test(arguments: [TrainingTask.labelling, stream, .stream(mean: 20, expectation: false)])
        func windowsUseEachFrameOnce(task: TrainingTask) throws {
            let length = 67
            let trial = try trial(task, length: length)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            let (network, source) = (session.network, try Source<Double>(trial))
            let utterances = try #require(source.utterances)
            network.begin()
            var outputs = CTCTests.Outputs(length, 3, 9)
            for step in 0..<length {
                source.input(at: step, into: network.inputs(ahead: step..<step + 1))
                network.forward(network.inputs(ahead: step..<step + 1), records: nil)
                let y = network.predict()
                for place in y.indices { outputs.values[step * y.count + place] = y[place] }
            }
            let frames = utterances.joined().reduce(0) { $0 + $1.frames.clamped(to: 0..<length).count }
            let usesExpectation = task != .stream(mean: 20, expectation: false)
            for (window, stride) in [(8, 4), (16, 16), (10, 3), (64, 32), (9, 1)] {
                let schedule = Truncated(length: length, window: window, stride: stride, losses: .oldest)
                let pass = try session.executor.run(schedule)
                var windows: [CTCTests.Window] = []
                for case .backward(let steps, let due) in schedule { windows.append((steps, due)) }
                let found = try CTCTests.run(
                    Double.self, outputs, utterances, windows: windows, usesExpectation: usesExpectation)
                #expect(pass.framesByEnd == found.byEnd && pass.framesByExpectation == found.byExpectation)
                #expect(abs(pass.loss - found.loss) <= 1e-13 * found.loss)
                #expect(pass.quality == found.labelErrorRate)
                if usesExpectation {
                    #expect(pass.framesByEnd + pass.framesByExpectation == frames)
                } else {
                    #expect(pass.framesByExpectation == 0 && pass.framesByEnd < frames)
                }
                let bias = try #require(network.parameters.last)
                for label in 0..<9 {
                    let sum = Swift.stride(from: label, to: found.adjoint.count, by: 9).reduce(0) {
                        $0 + found.adjoint[$1]
                    }
                    #expect(abs(bias.gradient[label] - sum) <= 1e-13)
                }
            }
        }

        /// Short windows miss what is further back: were they to do nothing, this would find out.
        @Test func shortWindowsChangeTheGradient() throws {
            let session = try Session<Double>(
                trial(.labelling, input: 8, hidden: 16, length: 64), heaps: TrainingTests.heaps)
            var errors: [Double] = []
            for window in [2, 8, 32, 64] {
                _ = try session.executor.run(
                    Truncated(length: 64, window: window, stride: window / 2, losses: .oldest))
                let snapshot = GradientSnapshot(of: session.network)
                _ = try session.executor.run(Full(length: 64))
                errors.append(snapshot.comparedTo(session.network).relativeError!)
            }
            #expect(errors == errors.sorted(by: >))
            #expect(errors[0] > 0.01 && errors[3] < 1e-12)
        }
    }
}
