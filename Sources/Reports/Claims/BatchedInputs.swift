import Schedules
import Shapes
import Trials

extension Claim {
    /// H1: inputs do not wait for the recurrence.
    package static let batchedInputs = Claim(
        id: "H1", short: "input product over time",
        source:
            "Appleyard, Kočiský & Blunsom, Optimizing Performance of Recurrent Neural Networks on GPUs, arXiv 1604.01946",
        cited: "Appleyard 2016",
        statement:
            "Multiplying the inputs of many steps by their weights with one product is faster than step by step, most of all "
            + "for small batches.",
        published: "one input product for many steps is faster, most at small batches",
        convention:
            "forward seconds of full unrolling with a product a step over those with one for several, paired by "
            + "repetition, median, at every B up to 4 and against B 64; extra bytes: workspace",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "≥ 1.2× at B ≤ 4; smaller gain at B 64",
        known: .notReproduced(
            "less than 1.2 at B 4: a core is busy with fewer rows than a GPU"),
        needs: [.forwardSeconds, .wallSeconds, .workspaceBytes],
        concerns: { $0.trial.strategy == .full && $0.trial.variant == .plain },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.batch, .inputProjection])
            return .deciding(networks.map(judgeGain), farthestFrom: 2)
        })

    private static let experiment = "input-projection"

    private static func judgeGain(_ rows: [Row]) -> Verdict {
        let name = "\(rows[0].trial[.cell]) D \(rows[0].trial.input) H \(rows[0].trial.hidden)"
        var gains: [Gain] = []
        for batch in Set(rows.map(\.trial.batch)).sorted() {
            func own(_ projection: InputProjection) -> [Row] {
                rows.filter { $0.trial.batch == batch && $0.trial.inputProjection == projection }
            }
            guard let gain = Gain(batch, .forwardSeconds, of: own(.perStep), over: own(.batched)) else {
                return Verdict(
                    .inconclusive, "\(leastRepetitions) pairs are needed of \(name) B \(batch)")
            }
            gains.append(gain)
        }
        let small = gains.filter { $0.batch <= 4 }
        guard let first = small.first, first.batch == 1, let last = gains.last, last.batch == 64,
            let least = small.min(by: { $0.median < $1.median })
        else { return Verdict(.inconclusive, "only B \(span(gains.map(\.batch))) of \(name); 1 to 64 are needed") }
        var outcomes = small.map { Verdict.outcome(of: $0.interval, within: 1.2...Double.infinity) }
        // The gain at 64 over the largest of those at small batches.
        let best = small.max { $0.median < $1.median }!
        outcomes.append(
            Verdict.outcome(
                of: Interval(
                    low: last.interval.low / best.interval.high, high: last.interval.high / best.interval.low,
                    coverage: last.interval.coverage * best.interval.coverage), within: 0...1))
        let outcome = [Verdict.Outcome.notReproduced, .inconclusive].first(where: outcomes.contains) ?? .reproduced
        func workspace(_ projection: InputProjection) -> Double? {
            rows.filter { $0.trial.batch == 1 && $0.trial.inputProjection == projection }.largest(.workspaceBytes)
        }
        let extra = workspace(.batched).flatMap { more in workspace(.perStep).map { more - $0 } } ?? 0
        let texts = gains.map { "B \($0.batch) ×\(Table.fixed($0.median, 2))" }
        return Verdict(
            outcome, "\(texts.joined(separator: ", ")); \(plain(extra)) bytes more at B 1 (\(name))",
            value: least.median, interval: least.interval)
    }
}

/// How many times faster one way is than another, at one batch size.
struct Gain {
    let batch: Int
    let median: Double
    let interval: Interval

    /// Nil with fewer paired repetitions than a time needs.
    init?(_ batch: Int, _ figure: Figure, of slow: [Row], over fast: [Row]) {
        let sample = Sample(ratios: figure, of: slow, to: fast)
        guard sample.count >= Claim.leastRepetitions, let median = sample.median, let interval = sample.medianInterval()
        else { return nil }
        (self.batch, self.median, self.interval) = (batch, median, interval)
    }
}
