import Quantities
import Schedules
import Trials

extension Claim {
    /// B7: CTC-EM from trained weights.
    package static let halfWindowCTC = Claim(
        id: "B7", short: "CTC-EM in half the window",
        source: hwang + ", abstract", cited: "Hwang & Sung 2016",
        statement:
            "From weights that CTC-TR has trained in windows longer than most sequences, CTC-TR and CTC-EM together learn in half a "
            + "window as well as CTC-TR alone in the whole one.",
        published:
            "WSJ, sequences of 772.5 frames on average: \"only 64 times of unrolling with little performance loss\"",
        convention:
            "BPTT(h; h/2) of streams whose number times h is the same; label error rate of held-out streams, mean of \(leastSeeds) "
            + "seeds or more; half a window with CTC-EM less the whole without; h 128, 256 and 512, sequences of 193 frames",
        experiments: [experiment],
        trust: "V+D",
        tolerance: "at most 1 point of label error rate more, at every h",
        known: .reproduced,
        needs: [.heldOutQuality],
        concerns: { row in row.trial.weights != nil && row.trial.updates > 0 && window(row) != nil },
        judgement: { evidence in
            let missing = wholes.filter { difference(evidence.rows(experiment), whole: $0) == nil }
            guard missing.isEmpty else {
                return Verdict(
                    .inconclusive,
                    "\(leastSeeds) seeds in windows of h and h/2 are needed of h \(missing.map(String.init).joined(separator: ", "))"
                )
            }
            let pairs = wholes.map { (whole: $0, points: difference(evidence.rows(experiment), whole: $0)!) }
            let text = pairs.map { pair in
                "\(Table.fixed(pair.points.half, 1)) at \(pair.whole / 2) for \(Table.fixed(pair.points.whole, 1)) at \(pair.whole)"
            }
            let worst = pairs.map { $0.points.half - $0.points.whole }.max()!
            return Verdict(
                worst <= most ? .reproduced : .notReproduced,
                "label error \(text.joined(separator: ", ")) %, at worst \(worst < 0 ? "−" : "+")\(Table.fixed(worst.magnitude, 1)) points",
                value: worst)
        })

    private static let experiment = "trained-ctc"
    /// Windows of CTC-TR alone.
    private static let wholes = [128, 256, 512]
    private static let leastSeeds = 3
    /// Points.
    private static let most = 1.0

    /// h of BPTT(h; h/2).
    @Sendable private static func window(_ row: Row) -> Int? {
        guard row.trial.task.usesExpectation != nil, let truncated = row.trial.strategy.truncated,
            truncated.window == 2 * truncated.stride
        else { return nil }
        return truncated.window
    }

    /// Label error rates in per cent: of half a window with CTC-EM, and of the whole one without; over the seeds that both have, nil
    /// where these are too few.
    private static func difference(_ rows: [Row], whole: Int) -> (half: Double, whole: Double)? {
        func rates(_ window: Int, expectation: Bool) -> [Int: Double] {
            let own = rows.filter { self.window($0) == window && $0.trial.task.usesExpectation == expectation }
            return Dictionary(
                own.map { ($0.trial.seed, $0[.heldOutQuality]!) }, uniquingKeysWith: { first, _ in first })
        }
        let (halves, wholes) = (rates(whole / 2, expectation: true), rates(whole, expectation: false))
        let seeds = Set(halves.keys).intersection(wholes.keys)
        guard seeds.count >= leastSeeds else { return nil }
        func mean(_ rates: [Int: Double]) -> Double {
            100 * seeds.sorted().reduce(0) { $0 + rates[$1]! } / Double(seeds.count)
        }
        return (mean(halves), mean(wholes))
    }
}
