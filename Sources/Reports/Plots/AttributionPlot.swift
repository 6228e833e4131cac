import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// More bars than a screen holds are not looked at.
    private static let mostBars = 40

    /// The peak by role, a bar a strategy: in bytes on one scale, and as shares of each strategy's own peak, where bars have one
    /// length and what grey takes of them is the point. None where nothing can be attributed, or there is one strategy alone.
    static func attributions(_ rows: [Row]) -> [Plot] {
        let shown = Subplots(rows, over: [.strategy])
        let subplots = shown.subplots.map { ($0.title, Attribution.all($0.rows)) }
        let all = subplots.flatMap(\.1)
        let measured = all.map(\.trial.strategy).orderedSet
        let names = measured.spread(mostBars)
        guard names.count >= 2 else { return [] }
        let ending = "\(note(names.count, of: measured.count)) \(shown.held)."
        return [
            attribution(
                "attribution", subplots, names: names, title: "What the peak is made of, in bytes",
                caption: "Bytes by role at the moment of the peak, all on one scale; what is grey no strategy can save."
                    + ending,
                x: { .linearBytes(to: Double(all.map(\.usage.total).max() ?? 1), label: "bytes").longer(by: $0) },
                unit: { _ in 1 }),
            attribution(
                "attribution-shares", subplots, names: names, title: "What the peak is made of, in shares",
                caption: "Shares of each strategy's own peak by role; what is grey no strategy can save." + ending,
                x: { room in
                    Axis(
                        label: "share of the strategy's own peak",
                        ticks: [0, 0.5, 1].map { Tick(value: $0, text: Table.fixed($0 * 100, 0) + " %") },
                        isLogarithmic: false, low: 0, high: 1
                    ).longer(by: room)
                },
                unit: { Double($0.usage.total) }),
        ]
    }

    /// - Parameters:
    ///   - x: of the room that texts at the ends of bars take, as a part of the axis.
    ///   - unit: bytes that are 1 on it.
    private static func attribution(
        _ name: String, _ subplots: [(title: String, all: [Attribution])], names: [Strategy], title: String,
        caption: String, x: (Double) -> Axis, unit: (Attribution) -> Double
    ) -> Plot {
        let roles = Attribution.roles(of: subplots.flatMap(\.all))
        func row(_ attribution: Attribution) -> Double? {
            names.firstIndex(of: attribution.trial.strategy).map { Double(names.count - $0) }
        }
        func series(_ attributions: [Attribution]) -> [Series] {
            roles.enumerated().map { index, role in
                Series(
                    title: role.rawValue, style: SeriesStyle(colour: role.colour), kind: .box(colour: role.colour),
                    marks: attributions.compactMap { attribution in
                        guard let y = row(attribution) else { return nil }
                        let unit = unit(attribution)
                        let low = roles[..<index].reduce(0) { $0 + attribution.usage[$1] }
                        let high = low + attribution.usage[role]
                        return Mark(x: Double(low) / unit, y: y, low: Double(low) / unit, high: Double(high) / unit)
                    })
            }
        }
        let y = Axis(
            label: "strategy",
            ticks: names.enumerated().reversed().map { index, strategy in
                Tick(value: Double(names.count - index), text: strategy.description)
            }, isLogarithmic: false, low: 0.3, high: Double(names.count) + 0.6)
        let columns = Plot.columns(subplots.count, ticks: y.ticks)
        let texts = subplots.flatMap(\.all).map { Bytes($0.usage.total).description }
        let room = (texts.map { extent($0) }.max() ?? 0) + 8
        let x = x(room / subplotWidth(y.ticks, columns: columns))
        return Plot(
            name: name, title: title, caption: caption,
            subplots: subplots.map { subplot in
                Subplot(
                    title: subplot.title, x: x, y: y, series: series(subplot.all),
                    labels: subplot.all.compactMap { attribution in
                        row(attribution).map { y in
                            Label(
                                x: Double(attribution.usage.total) / unit(attribution), y: y,
                                text: Bytes(attribution.usage.total).description, placement: .bar)
                        }
                    })
            }, columns: columns, subplotHeight: 34 + 24 * names.count, key: series(subplots[0].all))
    }
}

extension Plot.Axis {
    /// The same with room beyond its high end, a part of the whole.
    fileprivate func longer(by room: Double) -> Plot.Axis {
        Plot.Axis(label: label, ticks: ticks, isLogarithmic: isLogarithmic, low: low, high: high / (1 - min(room, 0.7)))
    }
}
