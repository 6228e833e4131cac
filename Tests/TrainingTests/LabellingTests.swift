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
        func trial(
            _ task: TrainingTask, cell: Cell = .lstm, layers: Int = 1, input: Int = 3, hidden: Int = 5, batch: Int = 3,
            length: Int, strategy: Strategy = .full, bidirectional: Bool = false, precision: Precision = .double,
            threads: Int = 1
        ) throws -> Trial {
            try Trial(
                cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                strategy: strategy, task: task, bidirectional: bidirectional, precision: precision, threads: threads)
        }

        static let stream = TrainingTask.stream(mean: 20, expectation: true)

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
    }
}
