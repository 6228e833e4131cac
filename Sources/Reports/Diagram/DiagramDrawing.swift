import Schedules

/// One moment as SVG. Colours as in the pictures of measurements: records orange, states blue.
struct DiagramDrawing {
    let diagram: Diagram
    let moment: Moment
    let column: Double
    /// What is in memory, and what the marks mean: as many lines of each as the width takes.
    let heading: [String]
    let key: [[KeyEntry]]
    var parts: [String] = []

    static let left = 104.0
    static let (record, state) = (Role.records.colour, Role.states.colour)
    static let (sensitivities, buffer) = (Role.sensitivities.colour, Role.buffer.colour)
    /// What is not of the last action is pale; what has been reversed is done with.
    static let (pale, done) = (Palette.faint, "#eeeeee")
    static let rise = 62.0
    /// The mean width of a letter of the heading, and the distance of its lines and of the key's.
    static let (letter, leading) = (7.0, 18.0)
    /// As wide as pictures of measurements.
    static let width = Double(Plot.width)
    /// How much larger than its units it is shown.
    static let enlarged = RenderedPlot.shownWidth / Double(Plot.width)
    /// Of the usual text, as there.
    static let font = Plot.font

    init(_ diagram: Diagram, moment: Moment) {
        self.diagram = diagram
        self.moment = moment
        column = min(60, (Self.width - Self.left - 24) / Double(diagram.length))
        heading = moment.summary(of: diagram.actions).wrapped(
            to: Int((Self.width - 32) / Self.letter), breakingWords: true)
        key = KeyEntry.rows(
            KeyEntry.allCases.filter { entry in
                switch entry {
                case .onDisk: diagram.strategy.usesDisk
                case .sensitivities: diagram.strategy.sensitivities != nil
                case .forgotten: diagram.strategy.traits.contains(.undoesSteps)
                default: true
                }
            }, within: Self.width - 32)
        draw()
    }

    // MARK: Places

    var keyTop: Double { 72 + Self.leading * Double(heading.count - 1) }
    var top: Double { keyTop + 30 + Self.leading * Double(key.count - 1) }
    /// Of outputs, of each layer's states from the top layer down, and of inputs.
    var outputs: Double { top + 24 }
    func states(_ layer: Int) -> Double { outputs + Self.rise * Double(diagram.layers - layer + 1) }
    var inputs: Double { outputs + Self.rise * Double(diagram.layers + 1) }
    var memory: Double { inputs + 66 }
    var height: Double { memory + 130 }
    func x(_ step: Int) -> Double { Self.left + column * (Double(step) + 0.5) }
    /// Those that the backward passes so far have come to.
    var cuts: Set<Int> { Set(diagram.cuts.filter { $0.action < moment.index }.map(\.step)) }
    var radius: Double { min(15, column * 0.36) }
    var isDense: Bool { column < 36 }

    var text: String {
        let body = """
            <defs>
            \(arrowhead("forward", Palette.ink))
            \(arrowhead("pale", Self.pale))
            \(arrowhead("back", Palette.backward))
            </defs>
            <rect width="100%" height="100%" fill="\(Palette.paper)"/>
            \(parts.joined(separator: "\n"))
            """
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(n(Self.width * Self.enlarged))" height="\(n(height * Self.enlarged))" style="max-width:100%;height:auto" viewBox="0 0 \(n(Self.width)) \(n(height))" font-family="sans-serif">
            <title>\(Escape.markup(diagram.title))</title>
            <desc>\(Escape.markup(heading.joined(separator: " ")))</desc>
            \(Palette.darkStyle(for: body))
            \(body)
            </svg>

            """
    }

    private func arrowhead(_ name: String, _ colour: String) -> String {
        let size = n(isDense ? min(5, column * 0.25) : 8)
        return "<marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerUnits=\"userSpaceOnUse\" "
            + "markerWidth=\"\(size)\" markerHeight=\"\(size)\" orient=\"auto\">"
            + "<path d=\"M0,0 L8,4 L0,8 z\" fill=\"\(colour)\"/></marker>"
    }

    // MARK: Drawing

    mutating func draw() {
        label(diagram.title, 16, 26, size: 15)
        for (index, line) in heading.enumerated() {
            label(line, 16, 47 + Self.leading * Double(index), size: Self.font, colour: Palette.soft)
        }
        drawKey()
        drawWeights()
        for step in 0..<diagram.length { drawStep(step) }
        for step in cuts.sorted() { drawCut(step) }
        if let carried = moment.carried { drawSensitivities(before: carried) }
        drawMemory()
    }

    /// Forward where the last action ran forward, backward where it ran back; else pale.
    var forward: Range<Int> {
        switch moment.action {
        case .advance(let steps, _): steps
        case .accumulate(let steps, let sensitivities) where !sensitivities.needsRecords: steps
        default: 0..<0
        }
    }
    /// Back to its state before, where the last action undid it.
    var undone: Range<Int> { if case .undo(let steps) = moment.action { steps } else { 0..<0 } }
    var backward: Range<Int> { if case .backward(let steps, _) = moment.action { steps } else { 0..<0 } }
}
