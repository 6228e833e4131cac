import Glibc
import Schedules
import Trials

extension Claim {
    /// B4: how much of its sequences CTC-TR sees.
    package static let coveredFrames = Claim(
        id: "B4", short: "CTC-TR covers part of a sequence",
        source: hwang + ", tables 1 and 2", cited: "Hwang & Sung 2016",
        statement:
            "In a window of h steps that goes on by h′, CTC-TR learns from the last h − h′ + r frames of a sequence, r of them in the "
            + "stride that ends it: the shorter the window, the less of a sequence.",
        published: "of WSJ's frames, h 2048…64: \(published.map { Table.fixed($0.share, 2) }.joined(separator: " ")) %",
        convention:
            "h′ = h/2; frames whose error came by CTC-TR over the frames of sequences that ended; L̄ and h are the published over 8; h up to "
            + "L̄/3 (256): against (0.75 h + 0.5)/L̄, as the published are with L̄ 772.5; longer ones against E[min(L, h′ + r)]/L̄ "
            + "of log-normal lengths, σ 0.48",
        experiments: [experiment],
        trust: "V+D",
        tolerance: "h ≤ L̄/3: within 0.2 points, published and measured; else measured within 3 standard errors",
        known: .reproduced,
        needs: [.trFrames, .endedFrames, .endedSequences],
        concerns: { half($0.trial) != nil },
        judgement: { evidence in
            var windows: [Double] = []
            var verdicts = [judgePublished]
            for row in evidence.rows(experiment) {
                guard let (mean, half) = half(row.trial) else { continue }
                windows.append(2 * Double(half) * meanLength / Double(mean))
                verdicts.append(judge(row, mean: mean, half: half))
            }
            // To the nearest whole mean.
            let missing = published.filter { entry in
                !windows.contains { abs($0 / Double(entry.window) - 1) < 0.02 }
            }
            guard missing.isEmpty else {
                return Verdict(
                    .inconclusive,
                    "no h like the published \(missing.map { "\($0.window)" }.joined(separator: ", ")) of L̄ \(meanLength)"
                )
            }
            return .all(verdicts)
        })

    private static let experiment = "ctc-coverage"

    private static let meanLength = 772.5
    private static let published: [(window: Int, share: Double)] = [
        (2048, 97.84), (1024, 79.48), (512, 48.16), (256, 24.82), (128, 12.43), (64, 6.21),
    ]

    /// The mean of a stream's sequences and h′, of BPTT(2h′; h′).
    @Sendable private static func half(_ trial: Trial) -> (mean: Int, half: Int)? {
        guard let stream = trial.task.definition as? StreamTask, let truncated = trial.strategy.truncated,
            truncated.window == 2 * truncated.stride, truncated.window < trial.length
        else { return nil }
        return (stream.mean, truncated.stride)
    }

    /// Points between the published shares and the formula, where the window is shorter than any sequence.
    private static var judgePublished: Verdict {
        let gaps = published.filter { $0.window <= 256 }.map { entry in
            abs(entry.share - 100 * (0.75 * Double(entry.window) + 0.5) / meanLength)
        }
        let largest = gaps.max() ?? 0
        return Verdict(
            largest <= 0.2 ? .reproduced : .notReproduced,
            "published within \(Table.fixed(largest, 2)) points of (0.75 h + 0.5)/772.5", value: largest)
    }

    private static func judge(_ row: Row, mean: Int, half: Int) -> Verdict {
        guard let covered = row[.trFrames], let sequences = row[.endedSequences], let frames = row[.endedFrames],
            sequences >= 1000
        else {
            return Verdict(.inconclusive, "fewer than 1000 sequences ended (\(row.trial.strategy))")
        }
        let length = frames / sequences
        let share = covered / frames
        let (expected, tolerated): (Double, Double) =
            if 6 * half <= mean {
                ((1.5 * Double(half) + 0.5) / length, 0.002)
            } else {
                expectation(mean: Double(mean), half: half, sequences: sequences)
            }
        return Verdict(
            abs(share - expected) <= tolerated ? .reproduced : .notReproduced,
            "h \(2 * half) \(Table.fixed(100 * share, 2)) for \(Table.fixed(100 * expected, 2)) %",
            value: 100 * (share - expected))
    }

    /// E[min(L, h′ + r)]/L̄, r one of 1…h′, and three standard errors of its mean over so many sequences. Lengths are log-normal
    /// but at most three means.
    private static func expectation(mean: Double, half: Int, sequences: Double) -> (share: Double, errors: Double) {
        let spread = 0.48
        let centre = log(mean) - spread * spread / 2
        // The middle of each of 400 equally likely parts of the lengths, against every place of the end.
        let lengths = (0..<400).map { part in
            min(3 * mean, exp(centre + spread * normalQuantile((Double(part) + 0.5) / 400)))
        }
        func expected(_ value: (_ covered: Double, _ frames: Double) -> Double) -> Double {
            let sum = lengths.reduce(0) { sum, frames in
                (1...half).reduce(sum) { $0 + value(min(frames, Double(half + $1)), frames) }
            }
            return sum / Double(400 * half)
        }
        let length = expected { $1 }
        let share = expected { covered, _ in covered } / length
        // Of a ratio of means, to first order: the variance of covered − share · length, whose mean is 0.
        let variance = expected { ($0 - share * $1) * ($0 - share * $1) }
        return (share, 3 * (variance / sequences).squareRoot() / length)
    }

    /// By bisection of erf: Φ(x) = p.
    private static func normalQuantile(_ p: Double) -> Double {
        var (low, high) = (-9.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
