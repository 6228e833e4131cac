import Schedules
import Shapes
import Trials

extension Claim {
    /// H2: one product for all gates.
    package static let fusedGates = Claim(
        id: "H2", short: "fused gates beat four",
        source:
            "Appleyard, Kočiský & Blunsom, Optimizing Performance of Recurrent Neural Networks on GPUs, arXiv 1604.01946",
        cited: "Appleyard 2016",
        statement:
            "One product with the weights of all four gates beside each other is faster than one for each gate, most of all "
            + "for a single sequence.",
        published: "one fused gate product beats four",
        convention:
            "LSTM; forward seconds of full unrolling with four products a step over those with one, paired by repetition, median; "
            + "weights are packed in panels of 64 columns either way, so the same panels are multiplied in the same order",
        experiments: [experiment],
        trust: "V2",
        tolerance: "≥ 1.0× everywhere; ≥ 1.1× at B 1",
        known: .notReproduced(
            "weights lie in the same panels either way: four products cost a core what one does"),
        needs: [.forwardSeconds, .wallSeconds],
        concerns: { row in
            row.trial.strategy == .full && row.trial.cell == .lstm && [.plain, .fusedGates].contains(row.trial.variant)
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.batch, .variant]).map(judgeFusion), farthestFrom: 2)
        })

    private static let experiment = "fused-gates"

    private static func judgeFusion(_ rows: [Row]) -> Verdict {
        let name = "\(rows[0].trial[.cell]) H \(rows[0].trial.hidden)"
        var gains: [Gain] = []
        for batch in Set(rows.map(\.trial.batch)).sorted() {
            func own(_ variant: Variant) -> [Row] {
                rows.filter { $0.trial.batch == batch && $0.trial.variant == variant }
            }
            guard let gain = Gain(batch, .forwardSeconds, of: own(.plain), over: own(.fusedGates)) else {
                return Verdict(.inconclusive, "\(leastRepetitions) pairs are needed of \(name) B \(batch)")
            }
            gains.append(gain)
        }
        guard let first = gains.first, first.batch == 1, let last = gains.last, last.batch == 64 else {
            return Verdict(.inconclusive, "only B \(span(gains.map(\.batch))) of \(name); 1 to 64 are needed")
        }
        let outcomes = gains.map { gain in
            Verdict.outcome(of: gain.interval, within: (gain.batch == 1 ? 1.1 : 1.0)...Double.infinity)
        }
        let outcome = [Verdict.Outcome.notReproduced, .inconclusive].first(where: outcomes.contains) ?? .reproduced
        let texts = gains.map { "B \($0.batch) ×\(Table.fixed($0.median, 2))" }
        return Verdict(
            outcome, "\(texts.joined(separator: ", ")) (\(name))", value: first.median, interval: first.interval)
    }
}
