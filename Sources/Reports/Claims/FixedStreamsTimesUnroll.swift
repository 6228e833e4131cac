import Quantities
import Schedules
import Trials

extension Claim {
    private static let experiment = "streams"
    /// B·k, the frames of one window over all streams.
    private static let frames = 2048

    /// Windows that go on by their own length, as long as the streams are few.
    @Sendable private static func isOnTheDiagonal(_ row: Row) -> Bool {
        guard let truncated = row.trial.strategy.truncated else { return false }
        return truncated.window == truncated.stride && truncated.window * row.trial.batch == frames
            && row.trial.inputs == .streamed
    }

    /// B1: memory is that of all frames in flight, whichever way they are cut.
    package static let fixedStreamsTimesUnroll = Claim(
        id: "B1", short: "streams × unroll fixes memory",
        source: hwang, cited: "Hwang & Sung 2016",
        statement: "As long as streams times unrolled steps is the same, so is the memory.",
        published: "9.5 GiB from 8 streams × 2048 steps to 256 × 64",
        convention:
            "B·k = 2048, B 1–32; saved states and records at the peak (peak less weights, gradients, inputs, workspace: the "
            + "last is of constant size, and smaller for few streams); spread: largest over smallest, less one",
        experiments: [experiment],
        trust: "V",
        tolerance: "spread ≤ 5 %",
        known: .reproduced,
        needs: [.peakBytes, .weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes],
        concerns: isOnTheDiagonal,
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.batch, .strategy])
            return .deciding(networks.map(judgeSpread), farthestFrom: 0)
        })

    /// B2: more streams with shorter windows are faster.
    package static let shorterUnrollMoreStreams = Claim(
        id: "B2", short: "more streams are faster",
        source: hwang, cited: "Hwang & Sung 2016",
        statement:
            "At the same streams times unrolled steps, more and shorter streams are faster: their products are of "
            + "larger matrices.",
        published: "×1.78, 3.30, 4.73, 6.20, 7.08 from 8 streams to 16 … 256 (Titan X)",
        convention:
            "frames per second, B·T over the median wall time, B·k = 2048; intervals of quotients from the ends of "
            + "both medians' intervals; the GPU's size of the gain is no criterion",
        experiments: [experiment],
        trust: "V",
        tolerance: "rising with B; B 32 at least ×1.5 of B 1",
        known: .inconclusive(
            "from B 16 on more streams gain no more than the times vary"),
        needs: [.wallSeconds],
        concerns: isOnTheDiagonal,
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.batch, .strategy])
            return .deciding(networks.map(judgeThroughput), farthestFrom: 0)
        })

    static let hwang =
        "Hwang & Sung, Sequence to Sequence Training of CTC-RNNs with Partial Windowing, ICML 2016, arXiv 1511.06841"

    private static func judgeSpread(_ rows: [Row]) -> Verdict {
        let batches = Set(rows.map(\.trial.batch)).sorted()
        let bytes = rows.compactMap { row -> Double? in
            guard let peak = row[.peakBytes] else { return nil }
            return [Figure.weightsBytes, .gradientsBytes, .inputsBytes, .workspaceBytes].reduce(peak) {
                $0 - (row[$1] ?? 0)
            }
        }
        let name = "\(rows[0].trial[.cell]) H \(rows[0].trial.hidden)"
        guard batches.count >= 4, batches.last! >= 16 * batches[0], let least = bytes.min(), let most = bytes.max(),
            least > 0
        else {
            return Verdict(.inconclusive, "only B \(span(batches)) of \(name); 4 that span a factor of 16 are needed")
        }
        let spread = most / least - 1
        return Verdict(
            spread <= 0.05 ? .reproduced : .notReproduced,
            "\(Table.fixed(spread * 100, 1)) % (\(name), B \(span(batches)))", value: spread)
    }

    private static func judgeThroughput(_ rows: [Row]) -> Verdict {
        let name = "\(rows[0].trial[.cell]) H \(rows[0].trial.hidden)"
        var speeds: [(batch: Int, median: Double, interval: Interval)] = []
        for batch in Set(rows.map(\.trial.batch)).sorted() {
            let own = rows.filter { $0.trial.batch == batch }
            let speed = Sample(
                own.compactMap { row in
                    row[.wallSeconds].flatMap { $0 > 0 ? Double(batch * row.trial.length) / $0 : nil }
                })
            guard speed.count >= leastRepetitions, let median = speed.median, let interval = speed.medianInterval()
            else {
                return Verdict(
                    .inconclusive,
                    "\(counted(speed.count, "repetition")) of \(name) B \(batch); \(leastRepetitions) needed")
            }
            speeds.append((batch, median, interval))
        }
        guard speeds.count >= 4, let first = speeds.first, let last = speeds.last, first.batch == 1, last.batch == 32
        else { return Verdict(.inconclusive, "only B \(span(speeds.map(\.batch))) of \(name); 1 to 32 are needed") }
        func quotient(_ index: Int, over base: Int) -> Interval {
            Interval(
                low: speeds[index].interval.low / speeds[base].interval.high,
                high: speeds[index].interval.high / speeds[base].interval.low,
                coverage: speeds[index].interval.coverage * speeds[base].interval.coverage)
        }
        let gain = quotient(speeds.count - 1, over: 0)
        var outcomes = [Verdict.outcome(of: gain, within: 1.5...Double.infinity)]
        for index in speeds.indices.dropFirst() {
            outcomes.append(Verdict.outcome(of: quotient(index, over: index - 1), within: 1.0...Double.infinity))
        }
        let outcome = [Verdict.Outcome.notReproduced, .inconclusive].first(where: outcomes.contains) ?? .reproduced
        let factors = speeds.dropFirst().map { Table.fixed($0.median / first.median, 2) }
        return Verdict(
            outcome, "×\(factors.joined(separator: ", ")) over B 1 (\(name), B \(span(speeds.map(\.batch))))",
            value: last.median / first.median, interval: gain)
    }
}
