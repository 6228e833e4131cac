package import Schedules

extension Plot {
    /// How far back losses are felt, and the errors of windows with the bound that follows from it.
    ///
    /// - Parameters:
    ///   - profile: φ_k; what is 0 has no place on the scale.
    ///   - curves: errors by window, for each title; `isBound` is a line without marks.
    ///   - limit: the largest error that is wanted.
    /// - Returns: nil where no norm is above 0.
    package static func lags(
        _ profile: LagProfile, curves: [(title: String, isBound: Bool, marks: [Mark])], limit: Double, network: String
    ) -> Plot? {
        let largest = profile.norms.max() ?? 0
        let norms = profile.norms.enumerated().filter { $0.element > 0 }.map {
            Mark(x: Double($0.offset), y: $0.element / largest)
        }
        guard let last = norms.last?.x, last > 0 else { return nil }
        let felt = Series(
            title: "felt at lag k", style: SeriesStyle(colour: Palette.colour(ofFamily: FullStrategy.word)),
            kind: .path,
            marks: norms)
        let strategies = [Strategy.truncated(window: 2, stride: 1), .truncated(window: 2, stride: 2)]
        let series = curves.enumerated().map { index, curve in
            let style =
                curve.isBound
                ? SeriesStyle(colour: Palette.soft, dash: "3,4")
                : SeriesStyle(strategies[min(index, 1)], index: index)
            return Series(
                title: curve.title, style: style, kind: curve.isBound ? .path : .line,
                marks: curve.marks.filter { $0.y > 0 })
        }.filter { !$0.marks.isEmpty }
        let marks = series.flatMap(\.marks)
        var subplots = [
            Subplot(
                title: "", x: .linear(to: max(2, last), leastStep: 1, label: "k, steps back") { "\(Int($0))" },
                y: .numbers(norms.map(\.y), label: "norm of ∂L/∂h, of the largest"), series: [felt])
        ]
        if let least = marks.map(\.x).min(), let most = marks.map(\.x).max(), least < most {
            let wanted = Series(
                title: "largest error wanted", style: SeriesStyle(colour: Palette.faint), kind: .path,
                marks: [Mark(x: least, y: limit), Mark(x: most, y: limit)])
            subplots.append(
                Subplot(
                    title: "", x: .counts(marks.map(\.x), label: "K, steps of the window"),
                    y: .shares(
                        marks.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }.filter { $0 > 0 } + [limit],
                        label: "error, of the gradient's size"),
                    series: series + [wanted]))
        }
        return Plot(
            name: "lags", title: "How far back losses are felt",
            caption:
                "How strongly the loss of one step is felt at the state k steps before, and how far truncated gradients "
                + "are from the exact one: medians over batches with their intervals. \(network).",
            subplots: subplots, columns: 1, subplotHeight: 240, key: [felt] + subplots.dropFirst().flatMap(\.series),
            hasSeparateAxes: true)
    }
}
