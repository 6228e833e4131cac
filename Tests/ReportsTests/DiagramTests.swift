import Foundation
import FoundationXML
import Quantities
import Reports
import Schedules
import Shapes
import Testing

@Suite struct DiagramTests {
    private static let strategies: [Strategy] = [
        .full, .truncated(window: 4, stride: 4), .truncated(window: 4, stride: 1), .segmented(length: nil),
        .segmented(length: 3), .binomial(slots: 1), .binomial(slots: 3), .bisection, .internal(slots: 3),
        .mixed(memory: Bytes(6)), .online(slots: 3), .multistage(memory: 1, disk: 2),
        .inference, .randomized(window: 3, draws: 1), .forward(block: nil), .forward(block: 3), .uoro(draws: 1),
        .reversible,
    ]

    /// Every moment of every small schedule: as many records and states as the simulator counts, in every layer.
    @Test(arguments: strategies, 1...3)
    func picturesShowWhatTheSimulatorCounts(strategy: Strategy, layers: Int) throws {
        for length in [1, 2, 7, 10] {
            let diagram = Diagram(strategy, length: length, layers: layers)
            var simulator = Simulator(footprint: .counting)
            // What lies on disk does not count as memory.
            var (index, stored, most) = (0, 0, 0)
            for action in strategy.schedule(length: length, footprint: .counting) {
                simulator.apply(action)
                let picture = try Marks(diagram.svg(after: index))
                #expect(picture.saved == simulator.usage[.states] * layers)
                stored = picture.stored
                most = max(most, stored)
                #expect(picture.records + picture.entering == simulator.usage[.records] * layers)
                index += 1
            }
            #expect(diagram.actions == index)
            #expect(stored == 0 && most == simulator.counts.peakDiskStates * layers)
            // Nothing is left at the end, and the peak is as high as the simulator's.
            let (last, peak) = (try Marks(diagram.svg(after: index - 1)), try Marks(diagram.svg(after: diagram.peak)))
            #expect(last.saved + last.records + last.entering == 0)
            #expect(peak.saved + peak.records + peak.entering == simulator.peakBytes * layers)
        }
    }

    @Test func cutsStandWhereTheGradientEnds() throws {
        func cuts(_ strategy: Strategy, after index: Int) throws -> Int {
            try Marks(Diagram(strategy, length: 12, layers: 1).svg(after: index)).cuts
        }
        let truncated = Strategy.truncated(window: 4, stride: 4)
        let last = Diagram(truncated, length: 12, layers: 1).actions - 1
        // advance, backward, truncate, release; the first pass ends at the start, the second at step 4.
        #expect(try (0...last).map { try cuts(truncated, after: $0) } == [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
        #expect(try cuts(.full, after: 2) == 0)
        #expect(
            try cuts(.binomial(slots: 3), after: Diagram(.binomial(slots: 3), length: 12, layers: 1).actions - 1) == 0)
    }

    /// What is in the buffer is marked in each layer, and a step that is undone has an arrow back along each.
    @Test func stepsAreUndone() throws {
        let diagram = Diagram(.reversible, length: 5, layers: 2)
        func count(_ text: String, after index: Int) -> Int {
            diagram.svg(after: index).components(separatedBy: text).count - 1
        }
        // advance, then undo, backward, release for each step.
        #expect(count("class=\"buffer\"", after: 0) == 10 && count("class=\"buffer\"", after: 1) == 8)
        #expect(count("class=\"buffer\"", after: diagram.actions - 1) == 0)
        let arrow = "marker-end=\"url(#forward)\""
        #expect(count(arrow, after: 1) == 2 && count(arrow, after: 2) == 0)
        #expect(diagram.svg(after: 1).contains("in the buffer what 4 steps forgot"))
    }

    /// Without U no box leads from h to gates, and h goes on dotted; a state that can be undone has an arrow back at every step, whatever
    /// the strategy.
    @Test func linksAreTheCells() throws {
        func svg(_ cell: Cell) -> String {
            Diagram(.full, length: 5, layers: 1, link: StateLink(cell)).svg(after: 0)
        }
        func count(_ text: String, _ cell: Cell) -> Int { svg(cell).components(separatedBy: text).count - 1 }
        let (dotted, arrow) = ("stroke-dasharray=\"2,3\" marker-end", "marker-end")
        #expect(try Marks(svg(.mingru)).texts.contains("unit by unit") && !Marks(svg(.mingru)).texts.contains("U"))
        #expect(try Marks(svg(.gru)).texts.contains("U"))
        #expect(count(dotted, .mingru) == 5 && count(dotted, .gru) == 0)
        #expect(count(arrow, .revlstm(bits: 3)) == count(arrow, .gru) + 5)
    }

    @Test func weightsAreDrawnOnce() throws {
        for (layers, names) in [(1, ["V", "U", "W"]), (2, ["V", "U2", "W2", "U1", "W1"])] {
            let texts = try Marks(Diagram(.full, length: 5, layers: layers).svg(after: 0)).texts
            for name in names { #expect(texts.count { $0 == name } == 1) }
            for step in 0..<5 {
                for node in ["x", "y"] { #expect(texts.count { $0 == "\(node)(\(step))" } == 1) }
                #expect(texts.count { $0 == "h(\(step))" } == layers)
            }
        }
    }

    /// No text begins or ends outside the picture, at any length and under every strategy. A letter of a common sans-serif font
    /// is 0.54 of its size wide, on the average of a label.
    @Test(arguments: strategies) func nothingIsCut(strategy: Strategy) throws {
        for length in [1, 2, 3, 12, 32] {
            for layers in [1, 4] {
                let diagram = Diagram(strategy, length: length, layers: layers)
                for index in Set([0, diagram.peak, diagram.actions - 1]) {
                    let picture = try Marks(diagram.svg(after: index))
                    #expect(!picture.labels.isEmpty)
                    for label in picture.labels {
                        let wide = Double(label.text.count) * label.size * 0.54
                        let start =
                            switch label.anchor {
                            case "end": label.x - wide
                            case "middle": label.x - wide / 2
                            default: label.x
                            }
                        #expect(start >= 0 && start + wide <= picture.width, "\(length): \(label)")
                        #expect(label.y > 0 && label.y < picture.height, "\(length): \(label)")
                    }
                }
            }
        }
    }

    /// 9 pixels and more where a screen of 400 has 370 for a picture; what stands within a step's square says it in its colour too.
    @Test(arguments: [1, 12, 24, 25, 32]) func textIsLegibleOnANarrowScreen(length: Int) throws {
        let diagram = Diagram(.segmented(length: nil), length: length, layers: 4)
        let picture = try Marks(diagram.svg(after: diagram.peak))
        #expect(picture.width == Double(Plot.width))
        let within: Set<Character> = ["∂", "h", "▲"]
        let labels = picture.labels.filter { label in
            label.text.hasPrefix("h →") || !(label.text.first.map(within.contains) ?? true)
        }
        #expect(labels.count > 10)
        for label in labels { #expect(label.size * 370 / picture.width >= 9, "\(label)") }
    }
}

/// What stands in a picture, its key left out; reading it fails where it is no XML.
private final class Marks: NSObject, XMLParserDelegate {
    private(set) var (saved, records, entering, cuts) = (-1, -1, -1, 0)
    private var disks = 0
    /// Without the one in the key.
    var stored: Int { max(0, disks - 1) }
    private(set) var texts: [String] = []
    private(set) var (width, height) = (0.0, 0.0)
    struct Label {
        var (text, anchor) = ("", "start")
        var (x, y, size) = (0.0, 0.0, 0.0)
    }
    private(set) var labels: [Label] = []
    private var isText = false

    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        if name == "svg" {
            let sides = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
            (width, height) = (sides[2], sides[3])
        }
        if name == "text" {
            func number(_ key: String) -> Double { Double(attributes[key] ?? "") ?? .nan }
            labels.append(
                Label(
                    text: "", anchor: attributes["text-anchor"] ?? "start", x: number("x"), y: number("y"),
                    size: number("font-size")))
            texts.append("")
            isText = true
        }
        if name == "rect", attributes["fill"] == Role.records.colour { records += 1 }
        let isState = name == "path" && attributes["stroke-width"] == "1.6"
        if isState, attributes["stroke"] == Role.states.colour { saved += 1 }
        if name == "path", attributes["class"] == "disk" { disks += 1 }
        if isState, attributes["stroke"] == Role.records.colour { entering += 1 }
        if name == "path", attributes["stroke-dasharray"] == "5,3" { cuts += 1 }
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard isText else { return }
        texts[texts.count - 1] += text
        labels[labels.count - 1].text += text
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if name == "text" { isText = false }
    }
}
