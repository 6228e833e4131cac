import Glibc
import Kernels
import Noise
import Shapes
import Trials

/// The synthetic labelling task, in the likeness of speech: sequences of frames, each the pattern of a label or silence under
/// noise, and a few labels for the whole sequence whose borders are not told. Only the labels are stored; any frame is made
/// when asked for.
///
/// Lengths are log-normal. Hwang & Sung's sequences (2015, arXiv 1511.06841) have a mean of 772.5 frames and windows of 512
/// steps back to 1024 cover 79.48 % of them, which makes σ 0.48. In a batch the longest sequence has T frames and the others
/// their share of it, behind whose end nothing counts; in streams, the mean is told and a sequence follows another at once.
/// A sequence has a label for every eight frames. A label's frames are half to one and a half times as many, of
/// which the last quarter is silence: so the same label twice can be told from one.
struct Labelling: Sendable {
    /// For each row of the batch.
    private(set) var utterances: [[Utterance]]
    /// The first row's number among those that were made.
    private var first = 0
    private let key: UInt64
    /// The key of the labels' patterns.
    private let patterns: UInt64

    /// σ of the logarithm of a sequence's length.
    static let spread = 0.48

    /// - Parameters:
    ///   - key: of the data.
    ///   - seed: of the labels' patterns, which all updates of a training share.
    ///   - mean: of a stream's sequences; nil for a batch of sequences side by side.
    init(key: UInt64, seed: UInt64, batch: Int, length: Int, mean: Int?) {
        self.key = key
        patterns = noiseKey(seed, 0x7061_7474)
        if let mean {
            utterances = (0..<batch).map { Labelling.stream($0, key: key, length: length, mean: mean) }
        } else {
            let lengths = (0..<batch).map { Labelling.length(noiseKey(key, 0x6c65_6e67, UInt64($0))) }
            let longest = lengths.max()!
            utterances = lengths.enumerated().map { row, share in
                let frames = max(1, Int((share / longest * Double(length)).rounded()))
                return [
                    Labelling.utterance(0..<frames, key: noiseKey(key, 0x6c61_6265, UInt64(row), 0), inStream: false)
                ]
            }
        }
    }

    /// So many rows from one on, empty ones where there are no more.
    func rows(from first: Int, count: Int) -> Labelling {
        var part = self
        part.first += first
        part.utterances = Array(utterances.dropFirst(first).prefix(count))
        part.utterances += Array(repeating: [], count: count - part.utterances.count)
        return part
    }

    /// Sequences until the stream is full; the last may go on behind its end.
    private static func stream(_ row: Int, key: UInt64, length: Int, mean: Int) -> [Utterance] {
        var all: [Utterance] = []
        var start = 0
        while start < length {
            let place = UInt64(all.count)
            let share = Labelling.length(noiseKey(key, 0x6c65_6e67, UInt64(row), place))
            let frames = (Double(mean) * share * exp(-spread * spread / 2)).rounded()
            let bounded = min(max(1, Int(frames)), TrainingTask.longestUtterance * mean)
            all.append(
                utterance(
                    start..<start + bounded, key: noiseKey(key, 0x6c61_6265, UInt64(row), place), inStream: true))
            start += bounded
        }
        return all
    }

    private static func utterance(_ frames: Range<Int>, key: UInt64, inStream: Bool) -> Utterance {
        let count = TrainingTask.labels(in: frames.count)
        let labels = (0..<count).map { 1 + Int(noiseKey(key, UInt64($0)) % UInt64(TrainingTask.labelClasses - 1)) }
        return Utterance(frames: frames, labels: labels, opensWithBlank: inStream)
    }

    /// A log-normal number of median 1, by Box & Muller (1958, doi 10.1214/aoms/1177706645).
    private static func length(_ key: UInt64) -> Double {
        // In (0, 1], 53 bits each.
        func uniform(_ word: UInt64) -> Double { Double((noiseKey(key, word) &>> 11) + 1) * 0x1p-53 }
        return exp(spread * sqrt(-2 * log(uniform(0))) * cos(2 * .pi * uniform(1)))
    }

    /// Where among an utterance's frames a label begins; labels are counted from 0.
    private func border(_ label: Int, _ utterance: Utterance, _ row: Int) -> Int {
        let (count, frames) = (utterance.labels.count, utterance.frames.count)
        guard label > 0 else { return 0 }
        guard label < count else { return frames }
        let shift = Double.noise(
            at: label, key: noiseKey(key, 0x626f_7264, UInt64(first + row), UInt64(utterance.frames.lowerBound)))
        return Int((Double(label) + shift / 4) * Double(frames) / Double(count))
    }

    /// The class that a frame shows, 0 for silence.
    func shown(at step: Int, _ row: Int, _ utterance: Utterance) -> Int {
        let count = utterance.labels.count
        guard count > 0 else { return 0 }
        let frame = step - utterance.frames.lowerBound
        var label = min(count - 1, frame * count / utterance.frames.count)
        while label > 0, border(label, utterance, row) > frame { label -= 1 }
        while border(label + 1, utterance, row) <= frame { label += 1 }
        let (first, end) = (border(label, utterance, row), border(label + 1, utterance, row))
        return frame - first < max(1, 3 * (end - first) / 4) ? utterance.labels[label] : 0
    }

    /// x of a step of some rows of the batch, [rows, D]: the pattern, in [−1, 1], under noise of half its size. Behind a
    /// sequence's end there is 0.
    func fill<S: Scalar>(_ input: Matrix<S>, at step: Int, rows: Range<Int>) {
        let width = input.columns
        let own = first + rows.lowerBound..<first + rows.upperBound
        S.fillNoise(input, rows: own, key: noiseKey(key, 0x6672_616d, UInt64(step)))
        for (place, row) in rows.enumerated() {
            let values = input.row(place)
            guard let utterance = utterance(at: step, row) else {
                values.update(repeating: 0, count: width)
                continue
            }
            let shown = shown(at: step, row, utterance)
            for channel in 0..<width {
                let pattern = shown == 0 ? 0 : S.noise(at: shown * width + channel, key: patterns)
                values[channel] = pattern + values[channel] / 2
            }
        }
    }

    /// - Complexity: O(log of the number of utterances).
    private func utterance(at step: Int, _ row: Int) -> Utterance? {
        let all = utterances[row]
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].frames.upperBound <= step { low = middle + 1 } else { high = middle }
        }
        return low < all.count ? all[low] : nil
    }
}
