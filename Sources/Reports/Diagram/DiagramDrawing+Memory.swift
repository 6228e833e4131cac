extension DiagramDrawing {
    /// Memory over the whole training step, and where in it this moment is.
    mutating func drawMemory() {
        let (base, tall) = (height - 26, 62.0)
        let sizes = diagram.moments.map { (records: $0.recorded.count + $0.entering.count, all: $0.size) }
        let most = Double(max(1, sizes.map(\.all).max() ?? 1))
        let step = (Self.width - Self.left - 24) / Double(sizes.count)
        func area(_ values: [Int], _ fill: String) {
            var path = "M\(n(Self.left)),\(n(base))"
            for (index, value) in values.enumerated() {
                path += " V\(n(base - Double(value) / most * tall)) H\(n(Self.left + Double(index + 1) * step))"
            }
            parts.append("<path d=\"\(path) V\(n(base)) z\" fill=\"\(fill)\"/>")
        }
        area(sizes.map(\.all), Self.record)
        area(sizes.map { $0.all - $0.records }, Self.state)
        line(Self.left, base, Self.width - 24, base, Palette.ink, 0.8)
        // Sensitivities are no number of states: a band as high at every moment that has them.
        if let first = diagram.moments.firstIndex(where: { $0.carried != nil }) {
            let from = Self.left + Double(first) * step
            parts.append(
                "<rect class=\"sensitivities\" x=\"\(n(from))\" y=\"\(n(base + 1))\" width=\"\(n(Self.width - 24 - from))\" height=\"4\" "
                    + "fill=\"\(Self.sensitivities)\"/>")
        }
        let now = Self.left + (Double(moment.index) + 0.5) * step
        line(now, base + 4, now, base - tall - 6, Palette.ink, 1.4)
        label(
            "states and records in memory: \(moment.size) now, at most \(Int(most))", 16, base - tall - 16,
            size: Self.font, colour: Palette.soft)
        for value in ticks(to: Int(most)) {
            let y = base - Double(value) / most * tall
            line(Self.left - 4, y, Self.left, y, Palette.ink, 0.8)
            label("\(value)", Self.left - 7, y + 4, size: 12, anchor: "end", colour: Palette.soft)
        }
        for action in ticks(to: sizes.count - 1) {
            // The first moment is before any action.
            label(
                action == 0 ? "start" : "action \(action - 1)", Self.left + (Double(action) + 0.5) * step,
                base + 16, size: 12, anchor: action == sizes.count - 1 ? "end" : "middle", colour: Palette.soft)
        }
    }

    /// The ends, and one between them where there is one.
    private func ticks(to last: Int) -> [Int] { Set([0, last / 2, last]).sorted() }
}
