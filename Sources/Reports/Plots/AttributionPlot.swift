import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// More bars than a screen holds are not looked at.
    private static let mostBars = 40

    /// The peak by role, a bar a strategy. Bars have one length, for what grey takes of them is the point: no strategy
    /// saves that. Nil where nothing can be attributed, or there is one strategy alone.
    static func attribution(_ rows: [Row]) -> Plot? {
        let shown = Subplots(rows, over: [.strategy])
        let subplots = shown.subplots.map { ($0.title, Attribution.all($0.rows)) }
        let all = subplots.flatMap(\.1)
        let measured = all.map(\.trial.strategy).orderedSet
        let names = measured.spread(mostBars)
        guard names.count >= 2 else { return nil }
        let roles = Attribution.roles(of: all)
        func series(_ attributions: [Attribution]) -> [Series] {
            roles.enumerated().map { index, role in
                Series(
                    title: role.rawValue, style: SeriesStyle(""), kind: .box(colour: role.colour),
                    marks: attributions.compactMap { attribution in
                        guard let place = names.firstIndex(of: attribution.trial.strategy) else { return nil }
                        let total = Double(attribution.usage.total)
                        let low = roles[..<index].reduce(0.0) { $0 + Double(attribution.usage[$1]) } / total
                        let high = low + Double(attribution.usage[role]) / total
                        return Mark(x: low, y: Double(names.count - place), low: low, high: high)
                    })
            }
        }
        let x = Axis(
            label: "share of the strategy's own peak",
            ticks: [0, 0.5, 1].map { Tick(value: $0, text: Table.fixed($0 * 100, 0) + " %") }, isLogarithmic: false,
            low: 0, high: 1.38)
        return Plot(
            name: "attribution", title: "What the peak is made of",
            caption:
                "Bytes by role at the moment of the peak, each bar its strategy's own peak; what is grey no strategy "
                + "can save.\(Plot.note(names.count, of: measured.count)) \(shown.held).",
            subplots: subplots.enumerated().map { index, subplot in
                Subplot(
                    title: subplot.0, x: x,
                    y: Axis(
                        label: "",
                        ticks: names.enumerated().reversed().map { place, strategy in
                            Tick(value: Double(names.count - place), text: index == 0 ? strategy.description : "")
                        }, isLogarithmic: false, low: 0.3, high: Double(names.count) + 0.6, hasNames: true),
                    series: series(subplot.1),
                    labels: subplot.1.compactMap { attribution in
                        names.firstIndex(of: attribution.trial.strategy).map { place in
                            Label(
                                x: 1, y: Double(names.count - place), text: Bytes(attribution.usage.total).description,
                                isRight: false)
                        }
                    })
            }, columns: subplots.count, subplotHeight: 34 + 26 * names.count, key: series(subplots[0].1))
    }
}
