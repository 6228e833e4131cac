import Glibc
package import Kernels
import Memory
import Quantities
import Schedules
package import Shapes

/// CTC's variables for a batch of sequences, or of streams of them: α of every frame, kept from the first time that the frame
/// is passed, and β, which goes back with backward. Class 0 is the blank.
///
/// The loss is that of torch.nn.CTCLoss(blank=0, reduction="mean"): of each sequence −ln p over the number of its labels
/// (at least 1), and of these the mean.
///
/// Where backward does not begin at a sequence's end, β is 1 there for all labels: CTC-EM of Hwang & Sung (2015,
/// arXiv 1511.06841, algorithm 2), which maximises the probability that the frames so far are those of the labels so far. From
/// a sequence's end back it is CTC, or CTC-TR where it goes back to a window's begin and no further.
package final class Alignment<S: Scalar> {
    package let shape: AlignmentShape
    private let batch: Int
    /// K, the blank included.
    private let classes: Int
    /// T, of all sequences; and whether those whose end has not been reached are learned from, by CTC-EM.
    private var length = 0
    private var usesExpectation = true

    /// α, [steps, B, U], of a step where it is modulo those that are kept; and β, [B, U].
    private let alpha, beta: Region<S>
    /// Of each sequence emissions, skips and the variables of a neighbouring frame, [B, 3, U + 2].
    private let rows: Region<S>
    private let tensors: Tensors<S>
    private let progress: UnsafeMutablePointer<AlignmentProgress>

    package init(_ shape: AlignmentShape, batch: Int, classes: Int, heaps: Heaps) {
        self.shape = shape
        self.batch = batch
        self.classes = classes
        tensors = Tensors(Layout.alignment(shape, batch: batch), heaps: heaps)
        alpha = tensors["forward_variables", .alignment]
        beta = tensors["backward_variables", .alignment]
        rows = tensors["alignment_rows"]
        progress = .allocate(capacity: batch)
        progress.initialize(repeating: AlignmentProgress(), count: batch)
    }

    deinit {
        progress.deinitialize(count: batch)
        progress.deallocate()
    }

    /// Sequences whose loss counts: all that end, and with CTC-EM the last one of each stream too.
    private var counted = 1

    /// Replaces the sequences by others, before their first frame.
    ///
    /// - Parameters:
    ///   - sequences: for each row of the batch, in the order of their frames.
    ///   - length: T; a sequence may continue after it.
    ///   - usesExpectation: whether CTC-EM takes part; without, CTC-TR is alone.
    ///   - skipped: how many sequences there are besides, whose labels do not fit in their frames: each counts with a loss of 0, as
    ///     with torch.nn.CTCLoss(zero_infinity=True).
    /// - Throws: ``InfeasibleUtterance``.
    package func begin(
        _ sequences: [[Utterance]], length: Int, usesExpectation: Bool = true, skipped: Int = 0
    ) throws(InfeasibleUtterance) {
        precondition(sequences.count == batch)
        for (row, utterances) in sequences.enumerated() {
            for utterance in utterances {
                guard utterance.frames.count >= utterance.neededFrames else {
                    throw InfeasibleUtterance(sequence: row, utterance: utterance)
                }
                precondition(
                    utterance.labels.count <= shape.labels && utterance.labels.allSatisfy { (1..<classes).contains($0) }
                )
            }
            progress[row] = AlignmentProgress()
            progress[row].utterances = utterances
        }
        let own = sequences.joined().count { $0.counts(in: length, usesExpectation: usesExpectation) }
        counted = max(1, own + skipped)
        self.length = length
        self.usesExpectation = usesExpectation
    }

    private func weight(_ utterance: Utterance) -> Double {
        1 / (Double(counted) * Double(max(1, utterance.labels.count)))
    }

    // Of one sequence.
    private func alpha(_ step: Int, _ row: Int) -> Pointer<S> {
        alpha.start + (step % shape.steps * batch + row) * shape.positions
    }
    private func beta(_ row: Int) -> Pointer<S> { beta.start + row * shape.positions }
    private func emission(_ row: Int) -> Pointer<S> { rows.start + 3 * row * (shape.positions + 2) }
    private func skips(_ row: Int) -> Pointer<S> { emission(row) + shape.positions + 2 }
    private func neighbour(_ row: Int) -> Pointer<S> { skips(row) + shape.positions + 2 }

    /// The utterance that a frame belongs to; nil where the row has none there. Frames come in order, forward or backward.
    private func utterance(at step: Int, _ row: Int) -> Utterance? {
        let utterances = progress[row].utterances
        var index = progress[row].index
        while index + 1 < utterances.count, utterances[index + 1].frames.lowerBound <= step { index += 1 }
        while index > 0, utterances[index].frames.lowerBound > step { index -= 1 }
        progress[row].index = index
        guard index < utterances.count, utterances[index].frames.contains(step) else { return nil }
        if progress[row].skips != index {
            CTC.writeSkips(labels: utterances[index].labels, into: skips(row))
            progress[row].skips = index
        }
        return utterances[index]
    }
}

// Forward: once for every frame.
extension Alignment {
    /// α of a frame that is passed for the first time.
    ///
    /// - Parameters:
    ///   - outputs: of the network before their softmax, [B, K].
    ///   - rows: those to go through.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func advance(_ outputs: Matrix<S>, at step: Int, rows: Range<Int>) {
        for row in rows {
            guard let utterance = utterance(at: step, row) else { continue }
            let positions = 2 * utterance.labels.count + 1
            let (outputs, emission, alpha) = (outputs.row(row), emission(row), alpha(step, row))
            CTC.writeEmission(
                outputs, normaliser: CTC.logSum(outputs, count: classes) + CTC.zero(outputs, count: classes),
                labels: utterance.labels, into: emission)
            if step == utterance.frames.lowerBound {
                progress[row].path = BestPath()
                progress[row].probability = CTC.begin(
                    positions: positions, emission: emission, opensWithBlank: utterance.opensWithBlank, into: alpha)
            } else {
                let shifted = neighbour(row)
                shifted.update(repeating: CTC.logZero(S.self), count: 2)
                (shifted + 2).update(from: self.alpha(step - 1, row), count: positions)
                progress[row].probability += CTC.advance(
                    positions: positions, emission: emission, skips: skips(row), shifted: shifted, into: alpha)
            }
            progress[row].path.append(likeliest(outputs))
            progress[row].frames += 1
            if step == utterance.frames.upperBound - 1 {
                end(utterance, row, alpha: alpha)
            } else if step == length - 1, usesExpectation {
                let probability = progress[row].probability + Double(CTC.logSum(alpha, count: positions))
                progress[row].loss -= probability * weight(utterance)
            }
        }
    }

    private func likeliest(_ outputs: Pointer<S>) -> Int {
        (1..<classes).reduce(0) { outputs[$1] > outputs[$0] ? $1 : $0 }
    }

    /// p is of the paths that end with the last label or the blank after it.
    private func end(_ utterance: Utterance, _ row: Int, alpha: Pointer<S>) {
        let positions = 2 * utterance.labels.count + 1
        let last = min(2, positions)
        let probability = progress[row].probability + Double(CTC.logSum(alpha + positions - last, count: last))
        progress[row].loss -= probability * weight(utterance)
        progress[row].endedSequences += 1
        progress[row].endedFrames += utterance.frames.count
        progress[row].labels += utterance.labels.count
        progress[row].labelErrors += editDistance(progress[row].path.labels, utterance.labels)
    }
}

// Backward.
extension Alignment {
    /// Backward begins again, at some later frame: what has been used stays so.
    package func truncate() {
        for row in 0..<batch {
            progress[row].isOpen = true
            progress[row].hasSeenEnd = false
            progress[row].used = max(progress[row].used, progress[row].usedNow)
        }
    }

    /// One frame back: outputs before their softmax become the loss's adjoint of them, [B, K]; 0 where the frame's error is
    /// not used in this pass.
    ///
    /// The error of a frame is used where its sequence's end has been reached and it was not used before; and else, by
    /// CTC-EM, where it is due.
    ///
    /// - Parameters:
    ///   - isDue: whether backward comes to this frame for the last time.
    ///   - rows: those to go through.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func backward(_ outputs: Matrix<S>, at step: Int, isDue: Bool, rows: Range<Int>) {
        for row in rows {
            guard backward(outputs.row(row), at: step, isDue: isDue, row) else {
                clear(outputs.row(row), outputs.pitch)
                continue
            }
        }
    }

    /// - Returns: whether the frame's error is used.
    private func backward(_ outputs: Pointer<S>, at step: Int, isDue: Bool, _ row: Int) -> Bool {
        guard let utterance = utterance(at: step, row) else { return false }
        let labels = utterance.labels
        let positions = 2 * labels.count + 1
        let (beta, neighbour) = (beta(row), neighbour(row))
        if step == utterance.frames.upperBound - 1 {
            let last = min(2, positions)
            beta.update(repeating: CTC.logZero(S.self), count: positions)
            clear(beta + positions - last, last)
            progress[row].hasSeenEnd = true
        } else if progress[row].isOpen {
            clear(beta, positions)
            progress[row].hasSeenEnd = false
        } else {
            neighbour.update(from: beta, count: positions)
            (neighbour + positions).update(repeating: CTC.logZero(S.self), count: 2)
            CTC.betaRecursion(positions: positions, skips: skips(row), following: neighbour, into: beta)
        }
        progress[row].isOpen = false

        let isUsed = progress[row].hasSeenEnd ? step >= progress[row].used : isDue && usesExpectation
        let normaliser = CTC.logSum(outputs, count: classes)
        let emission = emission(row)
        CTC.writeEmission(outputs, normaliser: normaliser, labels: labels, into: emission)
        if isUsed {
            let sum = CTC.writePosteriors(
                positions: positions, alpha: alpha(step, row), beta: beta, into: neighbour)
            CTC.differentiate(
                outputs, classes: classes, normaliser: normaliser, labels: labels, posteriors: neighbour, sum: sum,
                weight: S(weight(utterance)))
            progress[row].usedNow = max(progress[row].usedNow, step + 1)
            if progress[row].hasSeenEnd {
                progress[row].framesByEnd += 1
            } else {
                progress[row].framesByExpectation += 1
            }
        }
        CTC.addEmission(emission, to: beta, positions: positions)
        return isUsed
    }
}

// Results.
extension Alignment {
    private func sum<Value: AdditiveArithmetic>(_ value: (AlignmentProgress) -> Value) -> Value {
        (0..<batch).reduce(.zero) { $0 + value(progress[$1]) }
    }

    /// Of the sequences whose end was passed, and with CTC-EM of those that continue at the end of the stream.
    package var loss: Double { sum(\.loss) }

    /// Frames of sequences that were passed; sequences that have ended, and their frames.
    package var frames: Int { sum(\.frames) }
    package var endedSequences: Int { sum(\.endedSequences) }
    package var endedFrames: Int { sum(\.endedFrames) }

    /// Frames whose error was used after their sequence's end was reached.
    package var framesByEnd: Int { sum(\.framesByEnd) }
    /// Frames whose error was used without, by CTC-EM.
    package var framesByExpectation: Int { sum(\.framesByExpectation) }

    /// Frames whose error was used at all, each once: those that the gradient is of.
    package var usedFrames: Int { sum { $0.framesByEnd + $0.framesByExpectation } }

    /// Labels of the sequences that have ended, and the edit distance of best paths to them.
    package var labels: Int { sum(\.labels) }
    package var labelErrors: Int { sum(\.labelErrors) }

    /// The edit distance over the number of labels; nil where there are none.
    package var labelErrorRate: Double? {
        labels > 0 ? Double(labelErrors) / Double(labels) : nil
    }
}
