extension Plot {
    /// The same with a curve that lies on an earlier one dashed, so that both are seen, and the key saying so.
    ///
    /// - Complexity: O(n²) in the curves, which are few, and O(n) in the marks.
    var showingCoincidence: Plot {
        let curves = key.filter { $0.kind == .line || $0.kind == .path }
        var hosts: [String: String] = [:]
        for (index, curve) in curves.enumerated() {
            let host = curves[..<index].first { hosts[$0.title] == nil && coincide($0.title, curve.title) }
            hosts[curve.title] = host?.title
        }
        guard !hosts.isEmpty else { return self }
        func shown(_ series: Series) -> Series {
            guard let host = hosts[series.title] else { return series }
            // Those that lie on one curve have shorter and shorter strokes, and let it be seen between them.
            let before = curves.prefix { $0.title != series.title }.count { hosts[$0.title] == host }
            var style = series.style
            style.dash = Plot.strokes[min(before, Plot.strokes.count - 1)]
            return Series(
                title: "\(series.title), on \(host.split(separator: " ")[0])'s curve", style: style, kind: series.kind,
                marks: series.marks)
        }
        return Plot(
            name: name, title: title, caption: caption,
            subplots: subplots.map { subplot in
                Subplot(
                    title: subplot.title, x: subplot.x, y: subplot.y, series: subplot.series.map(shown),
                    labels: subplot.labels)
            }, columns: columns, subplotHeight: subplotHeight, key: key.map(shown))
    }

    private static let strokes = ["9,9", "6,12", "3,15"]

    /// Whether two curves are drawn over each other wherever both are.
    private func coincide(_ one: String, _ other: String) -> Bool {
        let pairs = subplots.indices.compactMap { index -> Bool? in
            let subplot = subplots[index]
            guard let left = subplot.series.first(where: { $0.title == one }),
                let right = subplot.series.first(where: { $0.title == other }),
                !left.marks.isEmpty, !right.marks.isEmpty
            else { return nil }
            let frame = frame(index)
            func positions(_ series: Series) -> [Position] {
                series.marks.map { frame.position($0.x, $0.y, in: subplot) }
            }
            let (first, second) = (positions(left), positions(right))
            // Half the width of a line.
            return first.count == second.count
                && zip(first, second).allSatisfy { abs($0.x - $1.x) < 0.9 && abs($0.y - $1.y) < 0.9 }
        }
        return !pairs.isEmpty && pairs.allSatisfy(\.self)
    }
}
