/// Where texts at marks stand: none covers another.
extension Plot {
    struct PlacedLabel: Hashable {
        enum Side: String { case left, right, center }

        let text: String
        let x: Double
        /// Of its middle.
        let y: Double
        /// Which of its ends, or its middle, is at x.
        let side: Side
        var isRemark = false

        /// What it covers.
        var box: Box {
            let extent = Plot.extent(text)
            let start =
                switch side {
                case .left: x
                case .right: x - extent
                case .center: x - extent / 2
                }
            return Box(x: start...(start + extent), y: (y - 7)...(y + 7))
        }
    }

    /// A rectangle of the picture.
    struct Box: Hashable {
        let x: ClosedRange<Double>
        let y: ClosedRange<Double>

        func overlaps(_ other: Box) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
        func contains(_ position: Position) -> Bool { x.contains(position.x) && y.contains(position.y) }
    }

    func placedLabels(of subplot: Subplot, in frame: Frame) -> [PlacedLabel] {
        func position(_ label: Label) -> Position { frame.position(label.x, label.y, in: subplot) }
        let bars = subplot.labels.filter { $0.placement == .bar }.map { label in
            PlacedLabel(text: label.text, x: position(label).x + 6, y: position(label).y, side: .left)
        }
        let ends = Plot.apart(subplot.labels.filter { $0.placement == .end }.map { ($0, position($0)) }, in: frame)
        let near = subplot.labels.filter { $0.placement == .near }.map { ($0, position($0)) }
        let marks = subplot.series.flatMap { series in
            series.marks.map { frame.position($0.x, $0.y, in: subplot) }
        }
        return near.reduce(into: bars + ends) { placed, label in
            let free = Plot.around(label.0, label.1).first { candidate in
                let box = candidate.box
                return frame.box.contains(Position(x: box.x.lowerBound, y: box.y.lowerBound))
                    && frame.box.contains(Position(x: box.x.upperBound, y: box.y.upperBound))
                    && !placed.contains { $0.box.overlaps(box) }
                    && !marks.contains { box.contains($0) }
            }
            if let free { placed.append(free) }
        }
    }

    /// Places near a mark, the best first.
    private static func around(_ label: Label, _ mark: Position) -> [PlacedLabel] {
        let places: [(right: Double, down: Double, side: PlacedLabel.Side)] = [
            (8, -9, .left), (8, 9, .left), (-8, 9, .right), (-8, -9, .right), (0, -14, .center), (0, 14, .center),
        ]
        let ordered =
            label.prefersBelow ? places.filter { $0.down > 0 } + places.filter { $0.down < 0 } : places
        return ordered.map {
            PlacedLabel(text: label.text, x: mark.x + $0.right, y: mark.y + $0.down, side: $0.side)
        }
    }

    /// At the ends of lines, each as near to its own as the others let it, from the top down.
    private static func apart(_ labels: [(Label, Position)], in frame: Frame) -> [PlacedLabel] {
        let sorted = labels.sorted { $0.1.y < $1.1.y }
        func tall(_ label: Label) -> Double { label.remark.isEmpty ? 18 : 34 }
        var tops: [Double] = []
        for (index, label) in sorted.enumerated() {
            let above = index == 0 ? -.infinity : tops[index - 1] + tall(sorted[index - 1].0)
            tops.append(max(label.1.y - 8, above))
        }
        // What would hang below the subplot pushes the others up.
        var limit = frame.y + frame.height + 8
        for index in tops.indices.reversed() {
            tops[index] = min(tops[index], limit - tall(sorted[index].0))
            limit = tops[index]
        }
        return zip(sorted, tops).flatMap { label, top in
            let x = frame.x + frame.width + 6
            let text = PlacedLabel(text: label.0.text, x: x, y: top + 8, side: .left)
            guard !label.0.remark.isEmpty else { return [text] }
            return [text, PlacedLabel(text: label.0.remark, x: x, y: top + 23, side: .left, isRemark: true)]
        }
    }

    /// The texts of an axis' ticks that stand apart from each other in this width; others are empty. Every second, every third
    /// and so on, counted from the last.
    ///
    /// - Parameter gap: to a subplot next to this one with the same axis, whose last text is to stand apart from the first one too; nil
    ///   of one alone.
    static func fitting(_ axis: Axis, in width: Double, besides gap: Double? = nil) -> [String] {
        let last = axis.ticks.count - 1
        func spans(_ every: Int) -> [ClosedRange<Double>] {
            axis.ticks.indices.filter { (last - $0) % every == 0 }.map { index in
                let tick = axis.ticks[index]
                let (middle, half) = (axis.share(of: tick.value) * width, extent(tick.text) / 2)
                return (middle - half)...(middle + half)
            }
        }
        let every =
            (1...max(1, last)).first { every in
                let spans = spans(every)
                let neighbour = gap.flatMap { gap in spans.first.map { $0.lowerBound + width + gap } }
                let next = spans.dropFirst().map(\.lowerBound) + [neighbour ?? .infinity]
                return zip(spans, next).allSatisfy { $0.upperBound + 4 < $1 }
            } ?? max(1, last)
        return axis.ticks.enumerated().map { index, tick in (last - index) % every == 0 ? tick.text : "" }
    }
}

extension Plot.Frame {
    /// With the room next to it that texts may use.
    fileprivate var box: Plot.Box { Plot.Box(x: x...(x + width + 14), y: (y - 4)...(y + height)) }
}
