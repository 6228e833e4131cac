import Schedules
import Trials

extension History {
    /// Bytes and time against the versions, a line a strategy: geometric means over the trials that the first version has too.
    ///
    /// - Throws: ``BaselineError``, as ``init(_:baseline:tolerance:)`` does.
    package func plot() throws(BaselineError) -> Plot {
        let first = versions[0]
        var differences: [[ResultsDifference.Line]] = []
        for version in versions {
            let difference = try ResultsDifference(first.rows, version.rows, baseline: baseline)
            differences.append(difference.lines.filter { !$0.before.isEmpty && !$0.after.isEmpty })
        }
        let names = differences.joined().map(\.trial.strategy.name).orderedSet
        func series(_ mark: (Int, [ResultsDifference.Line]) -> Plot.Mark?) -> [Plot.Series] {
            names.map { name in
                Plot.Series(
                    title: name, style: SeriesStyle(name), kind: .line,
                    marks: differences.indices.compactMap { index in
                        mark(index, differences[index].filter { $0.trial.strategy.name == name })
                    })
            }
        }
        let bytes = series { index, lines in
            let ratios = lines.compactMap { line -> Double? in
                guard let before = line.before.succeeded.largest(.peakBytes), before > 0 else { return nil }
                return line.after.succeeded.largest(.peakBytes).map { $0 / before }
            }
            return geometricMean(ratios).map { Plot.Mark(x: Double(index + 1), y: $0) }
        }
        let times = series { index, lines in
            let pairs = lines.compactMap(TimeChange.samples).map { ($0.before, $0.after) }
            guard let mean = TimeChange.mean(pairs.flatMap { [$0.0, $0.1] }.compactMap(\.median)) else { return nil }
            let interval = index > 0 ? TimeChange.interval(pairs) : nil
            return Plot.Mark(x: Double(index + 1), y: mean, low: interval?.low, high: interval?.high)
        }
        let x = axis
        func subplot(_ title: String, _ series: [Plot.Series]) -> Plot.Subplot {
            let values = series.flatMap(\.marks).flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }
            return Plot.Subplot(title: title, x: x, y: .changes(values, label: "×"), series: series)
        }
        return Plot(
            name: "history", title: "Bytes and time of the same trials, version by version",
            caption: "In multiples of the first version, \(first.name): geometric means over the trials of a strategy. "
                + "Times are over the baseline's of the same round, with their 95 % interval; the baseline's own are "
                + "seconds, of one machine.",
            subplots: [subplot("Peak bytes", bytes), subplot("Time", times)], columns: 1, subplotHeight: 200,
            key: bytes.filter { !$0.marks.isEmpty }, hasSeparateAxes: true)
    }

    /// The versions, of which as many are named as there is room for.
    private var axis: Plot.Axis {
        let room = 50
        let longest = versions.map(\.name.count).max() ?? 1
        let step = (versions.count * (longest + 2) + room - 1) / room
        let ticks = stride(from: 0, to: versions.count, by: max(1, step)).map { index in
            Plot.Tick(value: Double(index + 1), text: versions[index].name)
        }
        return Plot.Axis(
            label: "version", ticks: ticks, isLogarithmic: false, low: 0.5, high: Double(versions.count) + 0.5)
    }
}

extension Plot.Axis {
    /// Multiples around one: at least five hundredths to either side, for less is noise.
    fileprivate static func changes(_ values: [Double], label: String) -> Plot.Axis {
        let low = min(values.min() ?? 1, 0.95) - 0.01
        let high = max(values.max() ?? 1, 1.05) + 0.01
        let steps = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
        let step = steps.first { (high - low) / $0 <= 8 } ?? (high - low) / 4
        let numbers = Int((low / step).rounded(.up))...Int((high / step).rounded(.down))
        return Plot.Axis(
            label: label,
            ticks: numbers.map { Plot.Tick(value: Double($0) * step, text: "×" + Table.fixed(Double($0) * step, 2)) },
            isLogarithmic: false, low: low, high: high)
    }
}
