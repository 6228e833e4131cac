import Glibc
import Noise
import Shapes

/// The data of the labelling tasks, in the likeness of speech: sequences of frames, each the pattern of a label or silence under
/// noise, and a few labels for the whole sequence whose borders are not given. Only the labels are stored; any frame is made
/// when asked for.
///
/// Lengths are log-normal. Hwang & Sung's sequences (2015, arXiv 1511.06841) have a mean of 772.5 frames and windows of 512
/// steps back to 1024 cover 79.48 % of them, which makes σ 0.48. In a batch the longest sequence has T frames and the others
/// their share of it, after whose end nothing counts; in streams, the mean is given and a sequence follows another at once.
/// A sequence has a label for every eight frames. A label's frames are half to one and a half times as many, of
/// which the last quarter is silence: so the same label twice can be distinguished from one.
struct LabelledSequences: TaskData {
    var request: DataRequest
    /// Frames of a stream's sequence, on average; nil for a batch of sequences side by side.
    private let mean: Int?
    private let usesExpectation: Bool
    /// For each row of the batch.
    private(set) var sequences: [[Utterance]] = []
    /// The first row's number among those that were made.
    private(set) var first = 0
    private(set) var key: UInt64 = 0
    /// The key of the labels' patterns, which all updates of a training share.
    let patterns: UInt64

    /// The blank and eight labels.
    static let classes = 9
    /// σ of the logarithm of a sequence's length.
    private static let spread = 0.48

    /// - Parameters:
    ///   - mean: of a stream's sequences; nil for a batch of sequences side by side.
    ///   - usesExpectation: whether a sequence counts that the stream's end cuts off.
    init(_ request: DataRequest, mean: Int?, usesExpectation: Bool) {
        self.request = request
        self.mean = mean
        self.usesExpectation = usesExpectation
        patterns = noiseKey(UInt64(request.seed), 0x7061_7474)
        draw(request.batch, from: request.key)
    }

    /// - Parameter rows: how many are made.
    private mutating func draw(_ rows: Int, from key: UInt64) {
        self.key = key
        sequences =
            if let mean {
                (0..<rows).map { LabelledSequences.stream($0, key: key, length: request.length, mean: mean) }
            } else {
                LabelledSequences.batch(rows, key: key, length: request.length)
            }
    }

    func at(update: Int) -> LabelledSequences {
        var other = self
        other.request.update = update
        other.draw(request.batch, from: other.request.key)
        return other
    }

    func heldOut(from first: Int) -> LabelledSequences? {
        var other = self
        other.draw(Trial.heldOut, from: noiseKey(UInt64(request.seed), 0x6865_6c64))
        other.first = first
        let rows = other.sequences.dropFirst(first).prefix(request.batch)
        other.sequences = Array(rows) + Array(repeating: [], count: request.batch - rows.count)
        return other
    }

    var ends: [Int]? { mean == nil ? sequences.map { $0.first?.frames.upperBound ?? 0 } : nil }
    var utterances: [[Utterance]]? { sequences }

    func elements(of steps: Range<Int>) -> Int {
        sequences.joined().reduce(0) {
            $1.counts(in: request.length, usesExpectation: usesExpectation)
                ? $0 + $1.frames.clamped(to: steps).count : $0
        }
    }
}

// What sequences there are, and which labels they have.
extension LabelledSequences {
    /// Labels that this many frames have: one for every eight, to the nearest. Were all the same, with a blank between them and
    /// one before, they would take no more frames than there are: no task makes a sequence that CTC has no path through.
    static func labels(in frames: Int) -> Int { (frames + 4) / 8 }

    /// A sequence for each row, the longest of `length` frames.
    private static func batch(_ rows: Int, key: UInt64, length: Int) -> [[Utterance]] {
        let shares = (0..<rows).map { share(noiseKey(key, 0x6c65_6e67, UInt64($0))) }
        let longest = shares.max()!
        return shares.enumerated().map { row, share in
            let frames = max(1, Int((share / longest * Double(length)).rounded()))
            return [utterance(0..<frames, key: noiseKey(key, 0x6c61_6265, UInt64(row), 0), inStream: false)]
        }
    }

    /// Sequences until the stream is full; the last may continue after its end.
    private static func stream(_ row: Int, key: UInt64, length: Int, mean: Int) -> [Utterance] {
        var all: [Utterance] = []
        var start = 0
        while start < length {
            let index = UInt64(all.count)
            let share = share(noiseKey(key, 0x6c65_6e67, UInt64(row), index))
            let frames = (Double(mean) * share * exp(-spread * spread / 2)).rounded()
            let bounded = min(max(1, Int(frames)), StreamTask.longest * mean)
            all.append(
                utterance(
                    start..<start + bounded, key: noiseKey(key, 0x6c61_6265, UInt64(row), index), inStream: true))
            start += bounded
        }
        return all
    }

    private static func utterance(_ frames: Range<Int>, key: UInt64, inStream: Bool) -> Utterance {
        let labels = (0..<labels(in: frames.count)).map { 1 + Int(noiseKey(key, UInt64($0)) % UInt64(classes - 1)) }
        return Utterance(frames: frames, labels: labels, opensWithBlank: inStream)
    }

    /// A length over the median: a log-normal number, by Box & Muller (1958, doi 10.1214/aoms/1177706645).
    private static func share(_ key: UInt64) -> Double {
        // In (0, 1], 53 bits each.
        func uniform(_ word: UInt64) -> Double { Double((noiseKey(key, word) &>> 11) + 1) * 0x1p-53 }
        return exp(spread * sqrt(-2 * log(uniform(0))) * cos(2 * .pi * uniform(1)))
    }
}
