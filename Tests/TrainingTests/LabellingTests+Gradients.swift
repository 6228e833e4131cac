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

/// Gradients of sequences of labels, and the bytes that they take.
extension TrainingTests.LabellingTests {
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

    func check<S: Scalar>(_: S.Type, _ trial: Trial, slots: Int) throws {
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

    /// Of a cell in fixed point the loss is a staircase, as in DifferenceTests.
    @Test(arguments: Cases.every(4, of: Cases.cells.filter { $0.bits == nil }), Cases.every(3, of: [2, 1, 3]))
    func differences(cell: Cell, layers: Int) throws {
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
        var outputs = TrainingTests.CTCTests.Outputs(length, 3, 9)
        for step in 0..<length {
            source.input(at: step, into: network.inputs(ahead: step..<step + 1))
            network.forward(network.inputs(ahead: step..<step + 1), from: step, records: nil)
            let y = network.predict()
            for place in y.indices { outputs.values[step * y.count + place] = y[place] }
        }
        let frames = utterances.joined().reduce(0) { $0 + $1.frames.clamped(to: 0..<length).count }
        let usesExpectation = task != .stream(mean: 20, expectation: false)
        for (window, stride) in [(8, 4), (16, 16), (10, 3), (64, 32), (9, 1)] {
            let schedule = Truncated(length: length, window: window, stride: stride, losses: .oldest)
            let pass = try session.executor.run(schedule)
            var windows: [TrainingTests.CTCTests.Window] = []
            for case .backward(let steps, let due) in schedule { windows.append((steps, due)) }
            let found = try TrainingTests.CTCTests.run(
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
