/// The key, and what all is drawn of.
extension DiagramDrawing {
    mutating func drawKey() {
        for (index, row) in key.enumerated() {
            let y = keyTop + Self.leading * Double(index)
            var x = 16.0
            for entry in row {
                parts.append(mark(entry, x, y))
                label(entry.text, x + 18, y + 4, size: Self.font, colour: Palette.soft)
                x += entry.space
            }
        }
    }

    func mark(_ entry: KeyEntry, _ x: Double, _ y: Double) -> String {
        func square(_ fill: String, dash: Bool = false) -> String {
            "<rect x=\"\(n(x))\" y=\"\(n(y - 6))\" width=\"12\" height=\"12\" rx=\"2\" fill=\"\(fill)\" stroke=\"\(dash ? Self.pale : Palette.ink)\"\(dash ? " stroke-dasharray=\"3,2\"" : "")/>"
        }
        func diamond(_ fill: String, _ stroke: String) -> String {
            "<path d=\"M\(n(x + 6)),\(n(y - 6)) l6,6 l-6,6 l-6,-6 z\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"1.6\"/>"
        }
        return switch entry {
        case .record: square(Self.record)
        case .saved: diamond(Self.state, Self.state)
        case .onDisk: disk(x + 6, y, 6)
        case .entering: diamond(Palette.paper, Self.record)
        case .run: square(Palette.paper)
        case .reversed: square(Self.done)
        case .waiting: square(Palette.paper, dash: true)
        case .sensitivities: square(Self.sensitivities)
        case .forgotten: square(Self.buffer)
        case .network: "<path d=\"M\(n(x + 6)),\(n(y - 6)) l6,11 l-12,0 z\" fill=\"\(Palette.ink)\"/>"
        }
    }

    /// A state on disk: the cylinder that stands for a disk everywhere.
    func disk(_ x: Double, _ y: Double, _ side: Double) -> String {
        let (flat, tall) = (side * 0.45, side * 1.1)
        let (left, top) = (x - side, y - tall / 2)
        return
            "<path class=\"disk\" d=\"M\(n(left)),\(n(top)) a\(n(side)),\(n(flat)) 0 0 1 \(n(2 * side)),0 v\(n(tall)) "
            + "a\(n(side)),\(n(flat)) 0 0 1 \(n(-2 * side)),0 z M\(n(left)),\(n(top)) a\(n(side)),\(n(flat)) 0 0 0 "
            + "\(n(2 * side)),0\" fill=\"\(Palette.paper)\" stroke=\"\(Self.state)\" stroke-width=\"1.4\"/>"
    }

    mutating func label(
        _ text: String, _ x: Double, _ y: Double, size: Double, anchor: String = "start", colour: String = Palette.ink
    ) {
        parts.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\"\(anchor == "start" ? "" : " text-anchor=\"\(anchor)\"") "
                + "fill=\"\(colour)\">\(Escape.markup(text))</text>")
    }

    mutating func circle(_ x: Double, _ y: Double, fill: String, stroke: String) {
        parts.append(
            "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius * 0.8))\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"1.2\"/>"
        )
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, _ weight: Double, dash: String = ""
    ) {
        parts.append(
            "<path d=\"M\(n(x1)),\(n(y1)) L\(n(x2)),\(n(y2))\" stroke=\"\(stroke)\" stroke-width=\"\(n(weight))\" fill=\"none\""
                + (dash.isEmpty ? "/>" : " stroke-dasharray=\"\(dash)\"/>"))
    }

    mutating func arrow(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, _ weight: Double, _ marker: String,
        dash: String? = nil
    ) {
        parts.append(
            "<path d=\"M\(n(x1)),\(n(y1)) L\(n(x2)),\(n(y2))\" stroke=\"\(stroke)\" stroke-width=\"\(n(weight))\" fill=\"none\" "
                + (dash.map { "stroke-dasharray=\"\($0)\" " } ?? "") + "marker-end=\"url(#\(marker))\"/>")
    }

    func n(_ value: Double) -> String {
        let text = Table.fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
