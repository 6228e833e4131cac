/// The network over the steps: inputs, states, outputs, and the weights they share.
extension DiagramDrawing {
    mutating func drawStep(_ step: Int) {
        let x = x(step)
        let isRunning = forward.contains(step)
        let isReversing = backward.contains(step)
        let stroke = isRunning ? Palette.ink : Self.pale
        let marker = isRunning ? "forward" : "pale"
        let weight = isRunning ? 1.8 : 1.0

        // Up through the layers.
        var from = inputs - radius
        for layer in 0...diagram.layers {
            let to = layer < diagram.layers ? states(layer + 1) + radius : outputs + radius
            arrow(x, from, x, to + 1, stroke, weight, marker)
            if isReversing { arrow(x + 5, to + 4, x + 5, from - 4, Palette.backward, 1.8, "back") }
            from = to - 2 * radius
        }
        // Along the steps.
        for layer in 1...diagram.layers {
            let y = states(layer)
            let start = step == 0 ? Self.left - 6 : self.x(step - 1) + radius
            arrow(start, y, x - radius - 1, y, stroke, weight, marker, dash: diagram.link.hasProduct ? nil : "2,3")
            if diagram.link.isReversible {
                let isUndone = undone.contains(step)
                arrow(
                    x - radius - 1, y - 6, start + 1, y - 6, isUndone ? Palette.ink : Self.pale, isUndone ? 1.8 : 1,
                    isUndone ? "forward" : "pale")
            }
            if isReversing, step > 0, !(step == backward.lowerBound && cuts.contains(step)) {
                arrow(x - radius - 1, y + 6, start + 1, y + 6, Palette.backward, 1.8, "back")
            }
        }
        circle(x, inputs, fill: Palette.paper, stroke: isRunning ? Palette.ink : Self.pale)
        circle(
            x, outputs, fill: isReversing ? Palette.backwardTint : Palette.paper,
            stroke: isRunning ? Palette.ink : Self.pale)
        for layer in 1...diagram.layers { drawState(step, x, states(layer)) }
        // Of dense steps every second, fourth or eighth has room for its name.
        let every = [1, 2, 4, 8].first { Double($0) * column >= 36 } ?? 8
        if step % every == 0 {
            label("x(\(step))", x, inputs + radius + 15, size: 12, anchor: "middle", colour: Palette.soft)
            label("y(\(step))", x, outputs - radius - 5, size: 12, anchor: "middle", colour: Palette.soft)
        }
    }

    mutating func drawState(_ step: Int, _ x: Double, _ y: Double) {
        let isRecorded = moment.recorded.contains(step)
        let isCovered = moment.covered.contains(step)
        let dash = isRecorded || isCovered ? "" : " stroke-dasharray=\"3,2\""
        let fill = isRecorded ? Self.record : moment.reversed.contains(step) ? Self.done : Palette.paper
        parts.append(
            "<rect x=\"\(n(x - radius))\" y=\"\(n(y - radius))\" width=\"\(n(2 * radius))\" height=\"\(n(2 * radius))\" rx=\"3\" "
                + "fill=\"\(fill)\" stroke=\"\(isCovered ? Palette.ink : Self.pale)\" stroke-width=\"1.2\"\(dash)/>")
        if moment.forgotten.contains(step) {
            parts.append(
                "<rect class=\"buffer\" x=\"\(n(x - radius))\" y=\"\(n(y + radius - 4))\" width=\"\(n(2 * radius))\" height=\"4\" "
                    + "fill=\"\(Self.buffer)\"/>")
        }
        if moment.reversed.contains(step), !isRecorded {
            label("∂", x, y + 4, size: min(12, radius), anchor: "middle", colour: Palette.soft)
        } else if !isDense {
            label(
                "h(\(step))", x, y + 4, size: min(11, radius * 0.75), anchor: "middle",
                colour: isRecorded ? Palette.onRecord : Palette.ink)
        }
        // The state entering the step stands on the arrow that brings it.
        let isSaved = moment.saved.contains(step)
        let isEntering = moment.entering.contains(step)
        if isSaved || isEntering {
            let place = x - column / 2
            let side = max(3, min(6, column * 0.2))
            if moment.onDisk.contains(step) {
                parts.append(disk(place, y, side))
                return
            }
            parts.append(
                "<path d=\"M\(n(place)),\(n(y - side)) l\(n(side)),\(n(side)) l\(n(-side)),\(n(side)) l\(n(-side)),\(n(-side)) z\" "
                    + "fill=\"\(isSaved ? Self.state : Palette.paper)\" stroke=\"\(isSaved ? Self.state : Self.record)\" stroke-width=\"1.6\"/>"
            )
        }
    }

    /// What is carried with the state that enters a step, or with the last one: as wide at every step.
    mutating func drawSensitivities(before step: Int) {
        let (x, top) = (
            step < diagram.length ? x(step) - column / 2 : x(step - 1) + column / 2, states(diagram.layers) - radius
        )
        parts.append(
            "<rect class=\"sensitivities\" x=\"\(n(x - 4))\" y=\"\(n(top))\" width=\"8\" height=\"\(n(states(1) + radius - top))\" rx=\"3\" "
                + "fill=\"\(Self.sensitivities)\"/>")
    }

    /// The gradient goes no further back than this step.
    mutating func drawCut(_ step: Int) {
        let x = x(step) - column / 2
        line(x, outputs - radius, x, inputs + radius, Palette.backward, 1.4, dash: "5,3")
        label("✂", x, outputs - radius - 6, size: 12, anchor: "middle", colour: Palette.backward)
    }

    /// One set for all steps: the arrows that use each leave from its side.
    mutating func drawWeights() {
        func box(_ name: String, _ y: Double, _ use: String) {
            parts.append(
                "<rect x=\"16\" y=\"\(n(y - 12))\" width=\"26\" height=\"24\" fill=\"\(Self.done)\" stroke=\"\(Palette.ink)\" stroke-width=\"1.2\"/>"
            )
            label(name, 29, y + 4, size: 12, anchor: "middle")
            label(use, 48, y + 4, size: 12, colour: Palette.soft)
        }
        box("V", (outputs + states(diagram.layers)) / 2, "h → y")
        for layer in stride(from: diagram.layers, through: 1, by: -1) {
            let suffix = diagram.layers == 1 ? "" : "\(layer)"
            if diagram.link.hasProduct {
                box("U\(suffix)", states(layer), "h → h")
            } else {
                label("unit by unit", 16, states(layer) + 4, size: 12, colour: Palette.soft)
            }
            let below = layer == 1 ? inputs : states(layer - 1)
            box("W\(suffix)", (below + states(layer)) / 2, layer == 1 ? "x → h" : "h → h")
        }
        label(
            "one set of weights for all \(diagram.length) steps", 16, inputs + radius + 38, size: 12,
            colour: Palette.soft)
        if moment.position < diagram.length {
            let place = x(moment.position) - column / 2
            label("▲", place, inputs + radius + 28, size: 10, anchor: "middle")
        } else {
            label("▲", x(diagram.length - 1) + column / 2, inputs + radius + 28, size: 10, anchor: "middle")
        }
    }
}
