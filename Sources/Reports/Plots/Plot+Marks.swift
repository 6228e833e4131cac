import Quantities

/// What of a plot must be in its drawing: gnuplot leaves out what it cannot make sense of and ends well all the same.
extension Plot {
    /// What a drawing lacks; nil when every mark is drawn once and stands where its values put it.
    ///
    /// - Parameter drawing: SVG as gnuplot wrote it; nil where it wrote none.
    package func lack(in drawing: String?) -> String? {
        guard let drawing, !drawing.isEmpty else { return "gnuplot wrote nothing" }
        guard Plot.isWhole(drawing) else { return "the drawing is cut short" }
        let expected = elements
        let found = DrawnElement.all(in: drawing, name: id)
        guard found.count == expected.count else {
            return "\(found.count) of \(expected.count) lines and sets of points are drawn"
        }
        for (element, drawn) in zip(expected, found) {
            if let symbols = element.symbols, symbols != drawn.symbols {
                return "\(drawn.symbols) of \(counted(symbols, "mark")) of '\(element.title)' are drawn"
            }
            let lost =
                element.corners.count { !drawn.hasCorner(at: $0) } + element.points.count { !drawn.hasPoint(at: $0) }
            if lost > 0 {
                let all = element.corners.count + element.points.count
                return "\(lost) of \(counted(all, "position")) of '\(element.title)' are not where they belong"
            }
        }
        return nil
    }

    /// Whether a drawing is there to its end.
    package static func isWhole(_ drawing: String) -> Bool {
        drawing.reversed().drop(while: \.isWhitespace).starts(with: ">gvs/<")
    }

    /// One part of a plot command.
    private struct Element {
        let title: String
        /// Points or bars; nil for lines and areas.
        let symbols: Int?
        /// Of lines, areas and bars.
        let corners: [Position]
        /// Of points.
        let points: [Position]
    }

    /// In the order in which they are drawn, the key last.
    private var elements: [Element] {
        subplots.enumerated().flatMap { index, subplot in
            let frame = frame(index)
            let drawn = subplot.series.filter { !$0.marks.isEmpty }
            // An empty subplot is drawn by a plot of nothing.
            guard !drawn.isEmpty else { return [Element(title: subplot.title, symbols: 0, corners: [], points: [])] }
            return drawn.flatMap { Plot.elements(of: $0, place: { frame.position($0, $1, in: subplot) }) }
        } + keyElements
    }

    private static func elements(of series: Series, place: (Double, Double) -> Position) -> [Element] {
        func element(_ symbols: Int?, _ corners: [Position], points: [Position] = []) -> Element {
            Element(title: series.title, symbols: symbols, corners: corners, points: points)
        }
        let corners = series.marks.map { place($0.x, $0.y) }
        switch series.kind {
        case .line:
            let line = element(series.marks.count, corners, points: corners)
            guard series.marks.contains(where: { $0.low != nil }) else { return [line] }
            let ends = series.marks.flatMap { mark -> [Position] in
                let (low, high) = (place(mark.x, mark.low ?? mark.y), place(mark.x, mark.high ?? mark.y))
                // Too short to be drawn.
                return abs(low.y - high.y) < 1 ? [] : [low, high]
            }
            return [element(nil, ends), line]
        case .points: return [element(series.marks.count, [], points: corners)]
        case .path, .area: return [element(nil, corners)]
        case .box:
            let sides = series.marks.flatMap { mark in
                [place(mark.low ?? mark.x, mark.y - 0.32), place(mark.high ?? mark.x, mark.y + 0.32)]
            }
            return [element(series.marks.count, sides)]
        }
    }

    /// Each entry has its line, its symbol, or both.
    private var keyElements: [Element] {
        key.flatMap { series -> [Element] in
            let (line, symbol) = (
                Element(title: series.title, symbols: nil, corners: [], points: []),
                Element(title: series.title, symbols: 1, corners: [], points: [])
            )
            return switch series.kind {
            case .line: [line, symbol]
            case .path: [line]
            case .points, .area, .box: [symbol]
            }
        }
    }
}

extension Plot {
    /// A position in a picture, in its units, y down.
    struct Position: Hashable {
        let x: Double
        let y: Double
    }

    /// A subplot's rectangle in a picture.
    struct Frame {
        let x: Double
        let y: Double
        let width: Double
        let height: Double

        func position(_ x: Double, _ y: Double, in subplot: Subplot) -> Position {
            Position(x: self.x + width * subplot.x.share(of: x), y: self.y + height * (1 - subplot.y.share(of: y)))
        }
    }
}
