import Noise
import Shapes

// What frames show.
extension LabelledSequences {
    /// x of a step of some rows of the batch, [rows, D]: the pattern, in [−1, 1], under noise of half its size. After a
    /// sequence's end there is 0.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        let width = request.input
        let own = first + rows.lowerBound..<first + rows.upperBound
        fillNoise(input, rows: own, width: width, key: noiseKey(key, 0x6672_616d, UInt64(step)))
        for (index, row) in rows.enumerated() {
            let values = input + index * width
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

    /// The class that a frame shows, 0 for silence.
    private func shown(at step: Int, _ row: Int, _ utterance: Utterance) -> Int {
        let count = utterance.labels.count
        guard count > 0 else { return 0 }
        let frame = step - utterance.frames.lowerBound
        var label = min(count - 1, frame * count / utterance.frames.count)
        while label > 0, border(label, utterance, row) > frame { label -= 1 }
        while border(label + 1, utterance, row) <= frame { label += 1 }
        let (first, end) = (border(label, utterance, row), border(label + 1, utterance, row))
        return frame - first < max(1, 3 * (end - first) / 4) ? utterance.labels[label] : 0
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

    /// - Complexity: O(log of the number of utterances).
    private func utterance(at step: Int, _ row: Int) -> Utterance? {
        let all = sequences[row]
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].frames.upperBound <= step { low = middle + 1 } else { high = middle }
        }
        return low < all.count ? all[low] : nil
    }
}
