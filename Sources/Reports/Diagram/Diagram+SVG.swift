import Schedules

extension Diagram {
    /// The picture after the action of this index, counted from 0 as in `unroll schedule --format csv`.
    package func svg(after index: Int) -> String {
        precondition((0..<actions).contains(index), "an index is of an action")
        return Drawing(self, moment: moments[index + 1], before: moments[index]).text
    }
}

/// One moment as SVG. Colours as in the pictures of measurements: records orange, states blue.
private struct Drawing {
    private let diagram: Diagram
    private let moment: Moment
    private let before: Moment
    private let column: Double
    private let width: Double
    /// What is in memory, and what the marks mean: as many lines of each as the width takes.
    private let heading: [String]
    private let key: [[KeyEntry]]
    private var parts: [String] = []

    private static let left = 104.0
    private static let (record, state) = (Role.records.colour, Role.states.colour)
    private static let (ink, soft, back) = ("#222222", "#9a9a9a", "#d55e00")
    private static let rise = 62.0
    /// The mean width of a letter of the heading, and the distance of its lines and of the key's.
    private static let (letter, leading) = (6.4, 17.0)

    init(_ diagram: Diagram, moment: Moment, before: Moment) {
        self.diagram = diagram
        self.moment = moment
        self.before = before
        column = min(74, max(24, (900 - Drawing.left - 24) / Double(diagram.length)))
        width = max(700, Drawing.left + column * Double(diagram.length) + 24)
        heading = moment.summary(of: diagram.actions).wrapped(
            to: Int((width - 32) / Drawing.letter), breakingWords: true)
        key = KeyEntry.rows(
            KeyEntry.allCases.filter { $0 != .onDisk || diagram.strategy.usesDisk }, within: width - 32)
        draw()
    }

    // MARK: Places

    private var keyTop: Double { 72 + Drawing.leading * Double(heading.count - 1) }
    private var top: Double { keyTop + 30 + Drawing.leading * Double(key.count - 1) }
    /// Of outputs, of each layer's states from the top layer down, and of inputs.
    private var outputs: Double { top + 24 }
    private func states(_ layer: Int) -> Double { outputs + Drawing.rise * Double(diagram.layers - layer + 1) }
    private var inputs: Double { outputs + Drawing.rise * Double(diagram.layers + 1) }
    private var memory: Double { inputs + 66 }
    private var height: Double { memory + 118 }
    private func x(_ step: Int) -> Double { Drawing.left + column * (Double(step) + 0.5) }
    /// Those that the backward passes so far have come to.
    private var cuts: Set<Int> { Set(diagram.cuts.filter { $0.action < moment.index }.map(\.step)) }
    private var radius: Double { min(15, column * 0.36) }
    private var isDense: Bool { column < 40 }

    var text: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(width)) \(n(height))" font-family="sans-serif" font-size="12">
        <title>\(Escape.markup(title))</title>
        <desc>\(Escape.markup(heading.joined(separator: " ")))</desc>
        <defs>
        <marker id="forward" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="\(isDense ? 5 : 8)" markerHeight="\(isDense ? 5 : 8)" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="\(Drawing.ink)"/></marker>
        <marker id="soft" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="\(isDense ? 5 : 8)" markerHeight="\(isDense ? 5 : 8)" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="\(Drawing.soft)"/></marker>
        <marker id="back" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="\(isDense ? 5 : 8)" markerHeight="\(isDense ? 5 : 8)" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="\(Drawing.back)"/></marker>
        </defs>
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(parts.joined(separator: "\n"))
        </svg>

        """
    }

    private var title: String { "\(diagram.strategy), T = \(diagram.length), unrolled" }

    // MARK: Drawing

    private mutating func draw() {
        label(title, 16, 26, size: 15)
        for (index, line) in heading.enumerated() {
            label(line, 16, 47 + Drawing.leading * Double(index), size: 12, colour: "#444444")
        }
        drawKey()
        drawWeights()
        for step in 0..<diagram.length { drawStep(step) }
        for step in cuts.sorted() { drawCut(step) }
        drawMemory()
    }

    /// Forward where the last action ran forward, backward where it ran back; else pale.
    private var forward: Range<Int> { if case .advance(let steps, _) = moment.action { steps } else { 0..<0 } }
    private var backward: Range<Int> { if case .backward(let steps, _) = moment.action { steps } else { 0..<0 } }

    private mutating func drawStep(_ step: Int) {
        let x = x(step)
        let isRunning = forward.contains(step)
        let isReversing = backward.contains(step)
        let stroke = isRunning ? Drawing.ink : Drawing.soft
        let marker = isRunning ? "forward" : "soft"
        let weight = isRunning ? 1.8 : 1.0

        // Up through the layers.
        var from = inputs - radius
        for layer in 0...diagram.layers {
            let to = layer < diagram.layers ? states(layer + 1) + radius : outputs + radius
            arrow(x, from, x, to + 1, stroke, weight, marker)
            if isReversing { arrow(x + 5, to + 4, x + 5, from - 4, Drawing.back, 1.8, "back") }
            from = to - 2 * radius
        }
        // Along the steps.
        for layer in 1...diagram.layers {
            let y = states(layer)
            let start = step == 0 ? Drawing.left - 6 : self.x(step - 1) + radius
            arrow(start, y, x - radius - 1, y, stroke, weight, marker)
            if isReversing, step > 0, !(step == backward.lowerBound && cuts.contains(step)) {
                arrow(x - radius - 1, y + 6, start + 1, y + 6, Drawing.back, 1.8, "back")
            }
        }
        circle(x, inputs, fill: "#ffffff", stroke: isRunning ? Drawing.ink : Drawing.soft)
        circle(x, outputs, fill: isReversing ? "#fbe3d6" : "#ffffff", stroke: isRunning ? Drawing.ink : Drawing.soft)
        for layer in 1...diagram.layers { drawState(step, x, states(layer)) }
        // Every so many names fit.
        let every = isDense ? (diagram.length > 24 ? 4 : 2) : 1
        if step % every == 0 || step == diagram.length - 1 && every == 1 {
            label("x(\(step))", x, inputs + radius + 14, size: 10.5, anchor: "middle", colour: "#444444")
            label("y(\(step))", x, outputs - radius - 5, size: 10.5, anchor: "middle", colour: "#444444")
        }
    }

    private mutating func drawState(_ step: Int, _ x: Double, _ y: Double) {
        let isRecorded = moment.recorded.contains(step)
        let isCovered = moment.covered.contains(step)
        let dash = isRecorded || isCovered ? "" : " stroke-dasharray=\"3,2\""
        let fill = isRecorded ? Drawing.record : moment.reversed.contains(step) ? "#eeeeee" : "#ffffff"
        parts.append(
            "<rect x=\"\(n(x - radius))\" y=\"\(n(y - radius))\" width=\"\(n(2 * radius))\" height=\"\(n(2 * radius))\" rx=\"3\" "
                + "fill=\"\(fill)\" stroke=\"\(isCovered ? Drawing.ink : Drawing.soft)\" stroke-width=\"1.2\"\(dash)/>")
        if moment.reversed.contains(step), !isRecorded {
            label("∂", x, y + 4, size: min(12, radius), anchor: "middle", colour: "#555555")
        } else if !isDense {
            label("h(\(step))", x, y + 4, size: min(10.5, radius * 0.72), anchor: "middle", colour: Drawing.ink)
        }
        // The state entering the step stands on the arrow that brings it.
        let isSaved = moment.saved.contains(step)
        let isEntering = moment.entering.contains(step)
        if isSaved || isEntering {
            let place = x - column / 2
            let side = min(6.0, column * 0.2)
            if moment.onDisk.contains(step) {
                parts.append(disk(place, y, side))
                return
            }
            parts.append(
                "<path d=\"M\(n(place)),\(n(y - side)) l\(n(side)),\(n(side)) l\(n(-side)),\(n(side)) l\(n(-side)),\(n(-side)) z\" "
                    + "fill=\"\(isSaved ? Drawing.state : "#ffffff")\" stroke=\"\(isSaved ? Drawing.state : Drawing.record)\" stroke-width=\"1.6\"/>"
            )
        }
    }

    /// A state on disk: the cylinder that stands for a disk everywhere.
    private func disk(_ x: Double, _ y: Double, _ side: Double) -> String {
        let (flat, tall) = (side * 0.45, side * 1.1)
        let (left, top) = (x - side, y - tall / 2)
        return
            "<path class=\"disk\" d=\"M\(n(left)),\(n(top)) a\(n(side)),\(n(flat)) 0 0 1 \(n(2 * side)),0 v\(n(tall)) "
            + "a\(n(side)),\(n(flat)) 0 0 1 \(n(-2 * side)),0 z M\(n(left)),\(n(top)) a\(n(side)),\(n(flat)) 0 0 0 "
            + "\(n(2 * side)),0\" fill=\"#ffffff\" stroke=\"\(Drawing.state)\" stroke-width=\"1.4\"/>"
    }

    /// The gradient goes no further back than this step.
    private mutating func drawCut(_ step: Int) {
        let x = x(step) - column / 2
        line(x, outputs - radius, x, inputs + radius, Drawing.back, 1.4, dash: "5,3")
        label("✂", x, outputs - radius - 6, size: 12, anchor: "middle", colour: Drawing.back)
    }

    /// One set for all steps: the arrows that use each leave from beside it.
    private mutating func drawWeights() {
        func box(_ name: String, _ y: Double, _ use: String) {
            parts.append(
                "<rect x=\"16\" y=\"\(n(y - 12))\" width=\"26\" height=\"24\" fill=\"#f2f2f2\" stroke=\"\(Drawing.ink)\" stroke-width=\"1.2\"/>"
            )
            label(name, 29, y + 4, size: 12, anchor: "middle")
            label(use, 48, y + 4, size: 9.5, colour: "#555555")
        }
        box("V", (outputs + states(diagram.layers)) / 2, "h → y")
        for layer in stride(from: diagram.layers, through: 1, by: -1) {
            let suffix = diagram.layers == 1 ? "" : "\(layer)"
            box("U\(suffix)", states(layer), "h → h")
            let below = layer == 1 ? inputs : states(layer - 1)
            box("W\(suffix)", (below + states(layer)) / 2, layer == 1 ? "x → h" : "h → h")
        }
        label(
            "one set of weights for all \(diagram.length) steps", 16, inputs + radius + 36, size: 10.5,
            colour: "#555555")
        if moment.position < diagram.length {
            let place = x(moment.position) - column / 2
            label("▲", place, inputs + radius + 28, size: 10, anchor: "middle")
        } else {
            label("▲", x(diagram.length - 1) + column / 2, inputs + radius + 28, size: 10, anchor: "middle")
        }
    }

    private mutating func drawKey() {
        for (index, row) in key.enumerated() {
            let y = keyTop + Drawing.leading * Double(index)
            var x = 16.0
            for entry in row {
                parts.append(mark(entry, x, y))
                label(entry.text, x + 18, y + 4, size: 11, colour: "#333333")
                x += entry.space
            }
        }
    }

    private func mark(_ entry: KeyEntry, _ x: Double, _ y: Double) -> String {
        func square(_ fill: String, dash: Bool = false) -> String {
            "<rect x=\"\(n(x))\" y=\"\(n(y - 6))\" width=\"12\" height=\"12\" rx=\"2\" fill=\"\(fill)\" stroke=\"\(dash ? Drawing.soft : Drawing.ink)\"\(dash ? " stroke-dasharray=\"3,2\"" : "")/>"
        }
        func diamond(_ fill: String, _ stroke: String) -> String {
            "<path d=\"M\(n(x + 6)),\(n(y - 6)) l6,6 l-6,6 l-6,-6 z\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"1.6\"/>"
        }
        return switch entry {
        case .record: square(Drawing.record)
        case .saved: diamond(Drawing.state, Drawing.state)
        case .onDisk: disk(x + 6, y, 6)
        case .entering: diamond("#ffffff", Drawing.record)
        case .run: square("#ffffff")
        case .reversed: square("#eeeeee")
        case .waiting: square("#ffffff", dash: true)
        case .network: "<path d=\"M\(n(x + 6)),\(n(y - 6)) l6,11 l-12,0 z\" fill=\"\(Drawing.ink)\"/>"
        }
    }

    /// Memory over the whole training step, and where in it this moment is.
    private mutating func drawMemory() {
        let (base, tall) = (height - 26, 62.0)
        let sizes = diagram.moments.map { (records: $0.recorded.count + $0.entering.count, all: $0.size) }
        let most = Double(max(1, sizes.map(\.all).max() ?? 1))
        let step = (width - Drawing.left - 24) / Double(sizes.count)
        func area(_ values: [Int], _ fill: String) {
            var path = "M\(n(Drawing.left)),\(n(base))"
            for (index, value) in values.enumerated() {
                path += " V\(n(base - Double(value) / most * tall)) H\(n(Drawing.left + Double(index + 1) * step))"
            }
            parts.append("<path d=\"\(path) V\(n(base)) z\" fill=\"\(fill)\"/>")
        }
        area(sizes.map(\.all), Drawing.record)
        area(sizes.map { $0.all - $0.records }, Drawing.state)
        line(Drawing.left, base, width - 24, base, Drawing.ink, 0.8)
        let now = Drawing.left + (Double(moment.index) + 0.5) * step
        line(now, base + 4, now, base - tall - 6, Drawing.ink, 1.4)
        label("in memory:", 16, base - tall + 8, size: 10.5, colour: "#444444")
        label("\(moment.size) of at", 16, base - tall + 23, size: 10.5, colour: "#444444")
        label("most \(Int(most))", 16, base - tall + 38, size: 10.5, colour: "#444444")
        label(
            "actions 0 to \(diagram.actions - 1)", width - 24, base + 16, size: 10.5, anchor: "end", colour: "#444444")
    }

    // MARK: Elements

    private mutating func label(
        _ text: String, _ x: Double, _ y: Double, size: Double, anchor: String = "start", colour: String = "#222222"
    ) {
        parts.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\"\(anchor == "start" ? "" : " text-anchor=\"\(anchor)\"") "
                + "fill=\"\(colour)\">\(Escape.markup(text))</text>")
    }

    private mutating func circle(_ x: Double, _ y: Double, fill: String, stroke: String) {
        parts.append(
            "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius * 0.8))\" fill=\"\(fill)\" stroke=\"\(stroke)\" stroke-width=\"1.2\"/>"
        )
    }

    private mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, _ weight: Double, dash: String = ""
    ) {
        parts.append(
            "<path d=\"M\(n(x1)),\(n(y1)) L\(n(x2)),\(n(y2))\" stroke=\"\(stroke)\" stroke-width=\"\(n(weight))\" fill=\"none\""
                + (dash.isEmpty ? "/>" : " stroke-dasharray=\"\(dash)\"/>"))
    }

    private mutating func arrow(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, _ weight: Double, _ marker: String
    ) {
        parts.append(
            "<path d=\"M\(n(x1)),\(n(y1)) L\(n(x2)),\(n(y2))\" stroke=\"\(stroke)\" stroke-width=\"\(n(weight))\" fill=\"none\" "
                + "marker-end=\"url(#\(marker))\"/>")
    }

    private func n(_ value: Double) -> String {
        let text = Table.fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
