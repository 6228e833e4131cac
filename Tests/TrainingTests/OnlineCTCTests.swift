import Kernels
import Networks
import Shapes
import Testing

extension TrainingTests {
    /// CTC-TR and CTC-EM against their definitions (Hwang & Sung 2015, arXiv 1511.06841, algorithm 2), with sums over
    /// all paths in the place of variables.
    @Suite struct OnlineCTCTests {
        private typealias Window = CTCTests.Window

        /// BPTT(h; h') over this number of steps; what is due are the steps that the next window does not reach.
        private func windows(_ length: Int, window: Int, stride: Int) -> [Window] {
            let count = (length + stride - 1) / stride
            func oldest(_ index: Int) -> Int { window >= length ? 0 : max(0, (index + 1) * stride - window) }
            return (0..<count).map { index in
                let end = min(length, (index + 1) * stride)
                return (oldest(index)..<end, oldest(index)..<(index == count - 1 ? length : oldest(index + 1)))
            }
        }

        /// Two streams of sequences, the last of each continuing after the end.
        private let streams: [[Utterance]] = [
            [
                Utterance(frames: 0..<4, labels: [1, 1], opensWithBlank: true),
                Utterance(frames: 4..<7, labels: [1], opensWithBlank: true),
                Utterance(frames: 7..<20, labels: [2, 1, 2], opensWithBlank: true),
            ],
            [
                Utterance(frames: 0..<2, labels: [], opensWithBlank: true),
                Utterance(frames: 2..<9, labels: [1, 2, 2], opensWithBlank: true),
                Utterance(frames: 9..<10, labels: [], opensWithBlank: true),
                Utterance(frames: 10..<11, labels: [], opensWithBlank: true),
            ],
        ]

        /// The adjoint of every frame, from the frame's own window: the first in which its sequence's end is reached,
        /// else the last that reaches it. Nil where nothing uses the frame.
        private func expected(
            _ outputs: CTCTests.Outputs, _ windows: [Window], row: Int, step: Int, usesExpectation: Bool
        ) -> [Double]? {
            let utterance = streams[row].first { $0.frames.contains(step) }!
            let reaching = windows.filter { $0.steps.contains(step) }
            func opens(_ path: [Int]) -> Bool { path[0] == 0 }
            if reaching.contains(where: { utterance.frames.upperBound <= $0.steps.upperBound }) {
                let sum = CTCTests.summed(outputs, row: row, frames: utterance.frames) {
                    opens($0) && CTCTests.collapse($0) == utterance.labels
                }
                return sum.adjoint[step]!
            }
            guard usesExpectation else { return nil }
            let seen = utterance.frames.lowerBound..<reaching.last!.steps.upperBound
            let sum = CTCTests.summed(outputs, row: row, frames: seen) { path in
                opens(path) && utterance.labels.starts(with: CTCTests.collapse(path))
            }
            return sum.adjoint[step]!
        }

        @Test(
            arguments: [(2, 1), (2, 2), (3, 2), (4, 2), (4, 4), (6, 3), (8, 2), (11, 11), (11, 4), (30, 5)],
            [true, false])
        func everyFrameOnce(unroll: (window: Int, stride: Int), usesExpectation: Bool) throws {
            let outputs = CTCTests.Outputs(11, 2, 3)
            let windows = windows(11, window: unroll.window, stride: unroll.stride)
            // Due once each: with CTC-EM no step is left.
            #expect(windows.flatMap { Array($0.due) } == Array(0..<11))
            let found = try CTCTests.run(
                Double.self, outputs, streams, windows: windows, usesExpectation: usesExpectation)
            var used = 0
            let counted = streams.joined().count { usesExpectation || $0.frames.upperBound <= 11 }
            for row in 0..<2 {
                for step in 0..<11 {
                    let utterance = streams[row].first { $0.frames.contains(step) }!
                    let weight = 1 / Double(counted * max(1, utterance.labels.count))
                    let adjoint = expected(outputs, windows, row: row, step: step, usesExpectation: usesExpectation)
                    if adjoint != nil { used += 1 }
                    for label in 0..<3 {
                        let difference =
                            found.adjoint[outputs.place(step, row, label)] - weight * (adjoint?[label] ?? 0)
                        #expect(abs(difference) <= 1e-14, "row \(row), step \(step), class \(label)")
                    }
                }
            }
            #expect(found.byEnd + found.byExpectation == used)
            #expect(usesExpectation ? used == 22 : found.byExpectation == 0)
            // A single window has all that ends.
            if unroll.window >= 11 { #expect(found.byEnd == 7 + 11) }
        }

        /// One sequence, and a window as long: the usual CTC, whatever the stride.
        @Test(arguments: [1, 3, 12]) func longWindowsAreUsual(stride: Int) throws {
            let outputs = CTCTests.Outputs(12, 1, 4)
            let sequence = [[Utterance(frames: 0..<12, labels: [3, 3, 1])]]
            let usual = try CTCTests.run(Double.self, outputs, sequence)
            for window in [12, 13, 40] {
                let found = try CTCTests.run(
                    Double.self, outputs, sequence, windows: windows(12, window: window, stride: stride))
                #expect(found.adjoint == usual.adjoint && found.loss == usual.loss)
                #expect(found.byEnd == 12 && found.byExpectation == 0)
            }
        }
    }
}
