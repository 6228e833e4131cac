import Foundation
import Kernels
import Memory
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing

extension TrainingTests {
    /// The loss and its adjoint against sums over all paths, written out; then what sums over paths cannot reach.
    @Suite struct CTCTests {
        /// Outputs of a network, [T, B, K], as numbers that only depend on their place.
        struct Outputs {
            let steps: Int
            let batch: Int
            let classes: Int
            var values: [Double]

            init(_ steps: Int, _ batch: Int, _ classes: Int, scale: Double = 2, key: UInt64 = 5) {
                self.steps = steps
                self.batch = batch
                self.classes = classes
                values = (0..<steps * batch * classes).map { Double.noise(at: $0, key: key) * scale }
            }

            /// y of a row, after its softmax.
            func probabilities(_ step: Int, _ row: Int) -> [Double] {
                let row = values[place(step, row, 0)..<place(step, row, classes)]
                let exponentials = row.map { exp($0 - row.max()!) }
                return exponentials.map { $0 / exponentials.reduce(0, +) }
            }

            func place(_ step: Int, _ row: Int, _ label: Int) -> Int { (step * batch + row) * classes + label }
        }

        /// What an alignment says of a batch: its loss, and the adjoint of all outputs.
        struct Found {
            var loss: Double
            var adjoint: [Double]
            var byEnd = 0
            var byExpectation = 0
            var labelErrorRate: Double?
        }

        /// A window's backward pass: its steps, and those whose error is due in it.
        typealias Window = (steps: Range<Int>, due: Range<Int>)

        /// Runs the windows in turn; adjoints of all of them are added.
        static func run<S: Scalar>(
            _: S.Type, _ outputs: Outputs, _ sequences: [[Utterance]], windows: [Window]? = nil,
            usesExpectation: Bool = true
        ) throws -> Found {
            let (steps, batch, classes) = (outputs.steps, outputs.batch, outputs.classes)
            let labels = sequences.joined().map(\.labels.count).max() ?? 0
            let alignment = Alignment<S>(
                AlignmentShape(steps: windows?.map(\.steps.count).max() ?? steps, labels: labels), batch: batch,
                classes: classes,
                heaps: TrainingTests.heaps)
            try alignment.begin(sequences, length: steps, usesExpectation: usesExpectation)
            let y = Buffer<S>(count: batch * classes, in: TrainingTests.heaps[.workspace])
            let matrix = Matrix(y.start, rows: batch, columns: classes)
            func fill(_ step: Int) {
                for place in 0..<batch * classes { y.start[place] = S(outputs.values[step * batch * classes + place]) }
            }
            var found = Found(loss: 0, adjoint: Array(repeating: 0, count: outputs.values.count))
            var reached = 0
            for window in windows ?? [(0..<steps, 0..<steps)] {
                for step in reached..<window.steps.upperBound {
                    fill(step)
                    alignment.advance(matrix, at: step, rows: 0..<batch)
                }
                reached = window.steps.upperBound
                for step in window.steps.reversed() {
                    fill(step)
                    alignment.backward(matrix, at: step, isDue: window.due.contains(step), rows: 0..<batch)
                    for place in 0..<batch * classes {
                        found.adjoint[step * batch * classes + place] += Double(y.start[place])
                    }
                }
                alignment.truncate()
            }
            found.loss = alignment.loss
            (found.byEnd, found.byExpectation) = (alignment.framesByEnd, alignment.framesByExpectation)
            found.labelErrorRate = alignment.labelErrorRate
            return found
        }

        /// All paths of this number of frames.
        static func paths(_ frames: Int, _ classes: Int) -> [[Int]] {
            frames == 0 ? [[]] : paths(frames - 1, classes).flatMap { path in (0..<classes).map { path + [$0] } }
        }

        /// A path's labels: repeated ones once, then without blanks.
        static func collapse(_ path: [Int]) -> [Int] {
            path.indices.filter { path[$0] != 0 && ($0 == 0 || path[$0] != path[$0 - 1]) }.map { path[$0] }
        }

        /// −ln p, and its adjoint for each frame and class, p the sum over the paths of these frames that are admitted.
        static func summed(
            _ outputs: Outputs, row: Int, frames: Range<Int>, admits: ([Int]) -> Bool
        ) -> (loss: Double, adjoint: [Int: [Double]]) {
            let y = Dictionary(uniqueKeysWithValues: frames.map { ($0, outputs.probabilities($0, row)) })
            var p = 0.0
            var occupied = y.mapValues { $0.map { _ in 0.0 } }
            for path in paths(frames.count, outputs.classes) where admits(path) {
                let probability = zip(frames, path).reduce(1.0) { $0 * y[$1.0]![$1.1] }
                p += probability
                for (step, label) in zip(frames, path) { occupied[step]![label] += probability }
            }
            var adjoint = y
            for (step, row) in occupied {
                for (label, value) in row.enumerated() { adjoint[step]![label] -= value / p }
            }
            return (-log(p), adjoint)
        }

        /// The likeliest path in whole numbers: its classes and its log p less each frame's largest output, both of outputs that
        /// are whole. Nil where another path is as likely.
        func likeliestPath(_ outputs: [[Int]], labels: [Int]) -> (classes: [Int], score: Int)? {
            let path = [0] + labels.flatMap { [$0, 0] }
            typealias Best = (score: Int, classes: [Int], isTied: Bool)
            func best(_ all: [Best]) -> Best? {
                guard let score = all.map(\.score).max() else { return nil }
                let likeliest = all.filter { $0.score == score }
                return (score, likeliest[0].classes, likeliest.count > 1 || likeliest[0].isTied)
            }
            func score(_ step: Int, _ u: Int) -> Int { outputs[step][path[u]] - outputs[step].max()! }
            var ends: [Best?] = path.indices.map { u in u < 2 ? (score(0, u), [path[u]], false) : nil }
            for step in outputs.indices.dropFirst() {
                ends = path.indices.map { u in
                    let skips = u >= 2 && path[u] != 0 && path[u] != path[u - 2]
                    let sources = ends[max(0, skips ? u - 2 : u - 1)...u].compactMap(\.self)
                    return best(sources.map { ($0.score + score(step, u), $0.classes + [path[u]], $0.isTied) })
                }
            }
            guard let found = best(ends.suffix(2).compactMap(\.self)), !found.isTied else { return nil }
            return (found.classes, found.score)
        }

        /// Outputs of a network that is far off, up to the type's range: whole numbers below 1000 times a power of two so large
        /// that one path has all the probability. Sums of them are exact, and so are loss and adjoint but for their weights.
        @Test func hugeOutputs() throws {
            func check<S: Scalar>(_: S.Type, _ powers: [Int]) throws {
                var checked = 0
                for (frames, labels) in [(9, [1, 2, 2, 3]), (4, [1, 1, 2]), (6, []), (12, [3, 1]), (1, [2])] {
                    for key in 1...8 as ClosedRange<UInt64> {
                        let whole = (0..<frames).map { step in
                            (0..<4).map { Int(Double.noise(at: 4 * step + $0, key: key) * 500) }
                        }
                        guard let path = likeliestPath(whole, labels: labels),
                            whole.allSatisfy({ row in row.count { $0 == row.max()! } == 1 })
                        else { continue }
                        checked += 1
                        for power in powers {
                            let scale = Double(sign: .plus, exponent: power, significand: 1)
                            var outputs = Outputs(frames, 1, 4)
                            outputs.values = whole.joined().map { Double($0) * scale }
                            let found = try CTCTests.run(
                                S.self, outputs, [[Utterance(frames: 0..<frames, labels: labels)]])
                            let weight = 1 / Double(max(1, labels.count))
                            let comment = "\(S.self), 2^\(power), \(labels)" as Comment
                            #expect(found.loss == -Double(path.score) * scale * weight, comment)
                            for (step, row) in whole.enumerated() {
                                for (label, value) in row.enumerated() {
                                    let y = value == row.max()! ? 1.0 : 0
                                    let adjoint = (y - (path.classes[step] == label ? 1 : 0)) * Double(S(weight))
                                    #expect(found.adjoint[4 * step + label] == adjoint, comment)
                                }
                            }
                        }
                    }
                }
                #expect(checked > 25)
            }
            try check(Float.self, [10, 40, 87, 90, 97, 100, 114])
            try check(Double.self, [10, 40, 90, 97, 100, 500, 1009])
        }

        /// One class that is no number is no class that nothing asks for.
        @Test(arguments: [Double.nan, .infinity]) func outputsThatAreNoNumbers(bad: Double) throws {
            var outputs = Outputs(5, 1, 4)
            outputs.values[outputs.place(2, 0, 3)] = bad
            let found = try CTCTests.run(Float.self, outputs, [[Utterance(frames: 0..<5, labels: [1])]])
            #expect(!found.loss.isFinite)
        }

        /// Every sequence of up to three labels of two classes that the frames can have, in a batch of all of them with rows
        /// of other lengths: repeated labels, none, as many as there are frames.
        @Test(arguments: 1...5) func allPaths(frames: Int) throws {
            let candidates = (0...3).flatMap { count in
                CTCTests.paths(count, 2).map { Utterance(frames: 0..<frames, labels: $0.map { $0 + 1 }) }
            }
            var utterances = candidates.filter { $0.neededFrames <= frames }
            // Others end before them.
            utterances += candidates.compactMap {
                let shorter = Utterance(frames: 0..<max(1, frames - 2), labels: $0.labels)
                return shorter.neededFrames <= shorter.frames.count ? shorter : nil
            }
            let outputs = Outputs(frames, utterances.count, 3)
            let found = try CTCTests.run(Double.self, outputs, utterances.map { [$0] })
            var loss = 0.0
            var adjoint = Array(repeating: 0.0, count: outputs.values.count)
            for (row, utterance) in utterances.enumerated() {
                let sum = CTCTests.summed(outputs, row: row, frames: utterance.frames) {
                    CTCTests.collapse($0) == utterance.labels
                }
                let weight = 1 / Double(utterances.count * max(1, utterance.labels.count))
                loss += weight * sum.loss
                for (step, values) in sum.adjoint {
                    for (label, value) in values.enumerated() {
                        adjoint[outputs.place(step, row, label)] = weight * value
                    }
                }
            }
            #expect(abs(found.loss - loss) <= 1e-14 * loss)
            #expect(zip(found.adjoint, adjoint).allSatisfy { abs($0 - $1) <= 1e-15 })
            #expect(found.byEnd == utterances.reduce(0) { $0 + $1.frames.count } && found.byExpectation == 0)
        }

        /// Central differences, as of all gradients, where there are too many paths to write out.
        @Test func differences() throws {
            let sequences = [
                [Utterance(frames: 0..<17, labels: [1, 1, 2, 3, 3, 3, 1])], [Utterance(frames: 0..<1, labels: [2])],
                [Utterance(frames: 0..<11, labels: [])], [Utterance(frames: 0..<5, labels: [3, 3, 3])],
            ]
            var outputs = Outputs(17, 4, 4)
            let adjoint = try CTCTests.run(Double.self, outputs, sequences).adjoint
            let norm = adjoint.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for place in outputs.values.indices {
                let kept = outputs.values[place]
                func loss(_ delta: Double) throws -> Double {
                    outputs.values[place] = kept + delta
                    defer { outputs.values[place] = kept }
                    return try CTCTests.run(Double.self, outputs, sequences).loss
                }
                func slope(_ delta: Double) throws -> Double { try (loss(delta) - loss(-delta)) / (2 * delta) }
                let difference = try (4 * slope(1e-3) - slope(2e-3)) / 3
                #expect(abs(difference - adjoint[place]) <= 1e-7 * norm)
            }
        }
    }
}
