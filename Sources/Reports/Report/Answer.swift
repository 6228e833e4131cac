import Quantities
import Schedules
import Shapes
import Trials

/// What an experiment found, in a sentence with its figure: which sentence follows from what the experiment varies.
enum Answer {
    static func sentence(_ rows: [Row], judgements: [JudgedClaim]) -> MarkedText {
        let rows = rows.succeeded
        let others = Set(rows.map(\.trial.strategy)).subtracting([.full]).count
        return streams(rows) ?? windows(rows) ?? widths(rows) ?? (others >= 3 ? strategies(rows) : nil) ?? claims(
            judgements)
            ?? strategies(rows) ?? "\(counted(rows.count, "row")), and nothing to compare in them."
    }

    /// What more streams with shorter windows change where streams are trained on by CTC.
    private static func streams(_ rows: [Row]) -> MarkedText? {
        let trained = rows.filter { $0[.heldOutQuality] != nil && !$0.trial[.window].isEmpty }
            .sorted { $0.trial.batch < $1.trial.batch }
        guard let first = trained.first?.trial, let last = trained.last?.trial, first.batch < last.batch else {
            return nil
        }
        func ends(_ rows: [Row], _ value: (Row) -> Double?) -> (first: Double, last: Double)? {
            func mean(_ batch: Int) -> Double? {
                let values = rows.filter { $0.trial.batch == batch }.compactMap(value)
                return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            }
            guard let one = mean(first.batch), let other = mean(last.batch) else { return nil }
            return (one, other)
        }
        let speed = ends(trained) { row in
            guard let frames = row[.sequenceFrames], let seconds = row[.wallSeconds], seconds > 0 else { return nil }
            return frames / seconds
        }
        guard let speed, let peak = ends(trained, { $0[.peakBytes] }) else { return nil }
        var text: MarkedText =
            "From \(first.batch) × \(first[.window]) to \(last.batch) × \(last[.window]) streams × steps the peak goes from "
            + "\(bytes(peak.first)) to \(bytes(peak.last)), and frames a second from \(Table.significant(speed.first, 3)) to "
            + "\(Table.significant(speed.last, 3))"
        for (isExpected, words) in [(true, "with CTC-EM"), (false, "by CTC-TR alone")] {
            let rows = trained.filter { $0.trial.task.usesExpectation == isExpected }
            guard let rates = ends(rows, { $0[.heldOutQuality] }) else { continue }
            text += "; \(words) the label error rate goes from \(percent(rates.first)) to \(percent(rates.last))"
        }
        return text + "."
    }

    /// What a longer window costs and brings.
    private static func windows(_ rows: [Row]) -> MarkedText? {
        let network = last(rows, over: [.strategy])
        let truncated = network.filter { !$0.trial[.window].isEmpty && $0.trial[.window] == $0.trial[.stride] }
            .sorted { (Int($0.trial[.window]) ?? 0) < (Int($1.trial[.window]) ?? 0) }
        guard Set(truncated.map(\.trial.strategy)).count >= 3, let short = truncated.first, let long = truncated.last,
            let least = short[.peakBytes], let most = long[.peakBytes]
        else { return nil }
        var text: MarkedText =
            "From window \(short.trial[.window]) to \(long.trial[.window]) the peak grows from \(bytes(least)) to \(bytes(most))"
        if let wrong = short[.gradientRelativeError], let better = long[.gradientRelativeError] {
            text += " and the gradient's error falls from \(percent(wrong)) to \(percent(better))"
        }
        return text + " (\(place(short, without: [.strategy])))."
    }

    /// How much there is to save at the narrowest and at the widest network.
    private static func widths(_ rows: [Row]) -> MarkedText? {
        let full = last(rows.filter { $0.trial.strategy == .full }, over: [.hidden])
        let attributions = Attribution.all(full).sorted { $0.trial.hidden < $1.trial.hidden }
        guard attributions.count >= 3, let narrow = attributions.first, let wide = attributions.last else { return nil }
        func share(_ attribution: Attribution) -> String {
            percent(Double(attribution.growing) / Double(attribution.usage.total))
        }
        let outweighed = attributions.first { $0.usage[.weights] > $0.usage[.records] }
        let saver = last(rows, over: [.strategy]).filter { $0[.gradientExact] == 1 && $0.trial.strategy != .full }
            .min { ($0[.peakBytes] ?? .infinity) < ($1[.peakBytes] ?? .infinity) }
        var text: MarkedText =
            outweighed.map { "The weights outweigh the records from H \($0.trial.hidden) on" }
            ?? "Up to H \(wide.trial.hidden) the weights never outweigh the records"
        text +=
            ": these are \(share(narrow)) of full unrolling's peak at H \(narrow.trial.hidden) and \(share(wide)) at H "
            + "\(wide.trial.hidden)"
        if let saver, let peak = saver[.peakBytes] {
            text += ", where `\(saver.trial.strategy)` still takes \(percent(peak / Double(wide.usage.total))) of it"
        }
        return text + " (\(place(full[0], without: [.hidden])))."
    }

    /// The smallest peak and the least time that keep full unrolling's gradient.
    private static func strategies(_ rows: [Row]) -> MarkedText? {
        let network = last(rows, over: [.strategy])
        guard let comparison = try? Comparison(network) else { return nil }
        let exact = comparison.lines.filter { line in
            line.trial.strategy != .full && line.peakRatio != nil && line.timeRatios.count > 0
                && line.gradientRelativeError == 0
        }
        guard let smallest = exact.min(by: { $0.peakRatio! < $1.peakRatio! }),
            let fastest = exact.min(by: { $0.timeRatios.median! < $1.timeRatios.median! })
        else { return nil }
        func cost(_ line: Comparison.Line) -> String {
            "\(percent(line.peakRatio!)) of full unrolling's peak at \(Table.fixed(line.timeRatios.median!, 2)) times its time"
        }
        var text: MarkedText = "`\(smallest.trial.strategy)` gives full unrolling's gradient in \(cost(smallest))"
        if fastest.trial != smallest.trial {
            text += "; the fastest that gives it, `\(fastest.trial.strategy)`, in \(cost(fastest))"
        }
        return text + " (\(place(network[0], without: [.strategy])))."
    }

    private static func claims(_ judgements: [JudgedClaim]) -> MarkedText? {
        guard !judgements.isEmpty else { return nil }
        let verdicts = judgements.map { judgement -> MarkedText in
            let outcome = judgement.verdict.outcome.rawValue
            return
                "\(judgement.claim.id) \(outcome): \(judgement.verdict.measured), published: \(judgement.claim.published)"
        }
        return verdicts.joined(separator: ". ") + "."
    }

    // MARK: Words

    /// The rows of one network: of every factor but these the last in a sweep, and the usual cell where there are several.
    private static func last(_ rows: [Row], over varied: Set<Factor>) -> [Row] {
        let cells = Set(rows.map(\.trial.cell))
        let shown = cells.contains(.standard) ? rows.filter { $0.trial.cell == .standard } : rows
        let largest = shown.variedFactors.filter { !varied.contains($0) && $0 != .cell }.reduce(shown) { rows, factor in
            let last = rows.compactMap { Int($0.trial[factor]) }.max().map(String.init) ?? rows.last?.trial[factor]
            return rows.filter { $0.trial[factor] == last }
        }
        return largest.grouped(over: varied.union([.strategy])).last ?? []
    }

    private static func place(_ row: Row, without: Set<Factor>) -> String {
        row.trial.network.replacing(row.trial.cell.rawValue, row.trial.cell.name)
            .replacing(" H \(row.trial.hidden)", without.contains(.hidden) ? "" : " H \(row.trial.hidden)")
            + " T \(row.trial.length)"
    }

    private static func bytes(_ value: Double) -> String { Bytes(Int(value)).description }

    private static func percent(_ share: Double) -> String {
        Table.significant(share * 100, 2) + " %"
    }
}
