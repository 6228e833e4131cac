import Quantities
import Schedules
import Trials

extension Claim {
    /// H3: small batches are slow because each weight that is read is used B times.
    package static let arithmeticIntensity = Claim(
        id: "H3", short: "arithmetic intensity sets the speed",
        source: "Appleyard, Optimizing Recurrent Neural Networks in cuDNN, lecture, 2016", cited: "Appleyard 2016",
        statement:
            "A recurrent product does 2HB/(3B + 4H) floating-point operations for every byte it touches, which grows "
            + "with the batch, and its speed follows.",
        published: "intensity 2HB/(3B + 4H) FLOP a byte sets the speed",
        convention:
            "FLOP of all products over wall time against intensity at the same window, batch by batch; Spearman's "
            + "rank correlation in each repetition, median over repetitions",
        experiments: [experiment],
        trust: "V",
        tolerance: "rank correlation ≥ 0.9",
        known: .reproduced,
        needs: [.flops, .wallSeconds],
        concerns: { row in
            guard let truncated = row.trial.strategy.truncated else { return false }
            return truncated.window == truncated.stride
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.batch])
            // Some windows are measured at a batch size or two, for another claim.
            let whole = networks.filter { Set($0.map(\.trial.batch)).count >= leastBatches }
            return .deciding((whole.isEmpty ? networks : whole).map(judgeRanks), farthestFrom: 1)
        })

    private static let experiment = "streams"
    private static let leastBatches = 5

    private static func judgeRanks(_ rows: [Row]) -> Verdict {
        let batches = Set(rows.map(\.trial.batch)).sorted()
        let trial = rows[0].trial
        let name = "\(trial[.cell]) H \(trial.hidden) \(trial.strategy)"
        let correlations = Set(rows.map(\.repetition)).sorted().compactMap { repetition -> Double? in
            let points = rows.filter { $0.repetition == repetition }.compactMap { row -> Point? in
                guard let flops = row[.flops], let seconds = row[.wallSeconds], seconds > 0 else { return nil }
                let (hidden, batch) = (Double(row.trial.hidden), Double(row.trial.batch))
                return Point(x: 2 * hidden * batch / (3 * batch + 4 * hidden), y: flops / seconds)
            }
            return points.count == batches.count ? rankCorrelation(points) : nil
        }
        let sample = Sample(correlations)
        guard batches.count >= leastBatches, sample.count >= leastRepetitions, let median = sample.median,
            let interval = sample.medianInterval()
        else {
            return Verdict(
                .inconclusive,
                "\(counted(sample.count, "repetition")) of \(counted(batches.count, "batch size")) of \(name); "
                    + "\(leastRepetitions) of \(leastBatches) are needed")
        }
        return Verdict(
            Verdict.outcome(of: interval, within: 0.9...1),
            "\(Table.fixed(median, 2)) (\(name), B \(span(batches)))", value: median, interval: interval)
    }
}
