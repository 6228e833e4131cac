import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// B3: what fills up a batch is worked through for nothing.
    package static let unevenLengths = Claim(
        id: "B3", short: "uneven lengths waste work",
        source: hwang, cited: "Hwang & Sung 2016",
        statement:
            "Sequences of unequal length, fully unrolled side by side, load their streams unevenly: what fills up the shorter "
            + "ones is worked through for nothing.",
        published: "inefficient; derived here: useful throughput is ΣL/(B·max L)",
        convention:
            "frames of sequences per second in a batch whose longest sequence has T frames, over those in full streams of the same "
            + "B and T, both fully unrolled and paired by repetition; log-normal lengths, σ 0.48; over ΣL/(B·T), "
            + "which leaves out that CTC itself passes over what fills up",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "within ±10 % of predicted",
        known: .reproduced,
        needs: [.wallSeconds, .sequenceFrames],
        concerns: { $0.trial.strategy == .full && $0.trial.task.criterion == .ctc && $0.trial.batch > 1 },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.task])
            return .deciding(networks.map(judge), farthestFrom: 1)
        })

    private static let experiment = "uneven-lengths"

    private static func judge(_ network: [Row]) -> Verdict {
        let padded = network.filter { $0.trial.task == .labelling }
        let streamed = network.filter { $0.trial.task != .labelling }
        let place = "\(network[0].trial.network) T \(network[0].trial.length)"
        guard let frames = padded.first?[.sequenceFrames], let full = streamed.first?[.sequenceFrames],
            let seconds = Sample(.wallSeconds, of: padded).median, seconds >= Verdict.leastSeconds
        else {
            return Verdict(
                .inconclusive, "no padded batch of \(Verdict.leastSeconds) s or more beside streams (\(place))")
        }
        let times = Sample(ratios: .wallSeconds, of: streamed, to: padded)
        guard times.count >= leastRepetitions, let median = times.median, let interval = times.medianInterval() else {
            return Verdict(
                .inconclusive, "\(counted(times.count, "pair")) of \(place); \(leastRepetitions) are needed")
        }
        let predicted = frames / Double(network[0].trial.batch * network[0].trial.length)
        // Of useful frames per second, padded over streamed, to what is predicted.
        let scale = full / (frames / predicted)
        let quotient = interval.divided(by: scale)
        return Verdict(
            Verdict.outcome(of: quotient, within: 0.9...1.1),
            "\(Table.fixed(median / scale, 3)) of predicted (×\(Table.fixed(median / scale * predicted, 2)) for "
                + "×\(Table.fixed(predicted, 2)), \(place), \(counted(times.count, "pair")))",
            value: median / scale, interval: quotient)
    }
}
