import Quantities
package import Schedules
package import Shapes

/// How a series is drawn, in every picture: colour and mark by family, a filled mark where the gradient is full unrolling's and
/// a hollow one where it is another, dashes by the strategies of a family.
package struct SeriesStyle: Hashable, Sendable {
    /// On white paper; see ``Palette``.
    package let colour: String
    /// Lengths of strokes and gaps for gnuplot; nil is a solid line.
    package var dash: String?
    /// gnuplot's number of the mark's shape.
    package let point: Int

    /// - Parameter index: of the strategy among those of its family, which share a hue.
    package init(_ strategy: Strategy, index: Int = 0) {
        colour = Palette.colour(ofFamily: strategy.name)
        dash = SeriesStyle.dashes[index % SeriesStyle.dashes.count]
        let shape = SeriesStyle.shapes[(strategy.simplicity + index) % SeriesStyle.shapes.count]
        // However long the sequence: a window as long as the sequence is full unrolling.
        point = strategy.isExact(length: Strategy.largest) ? shape : shape - 1
    }

    /// Of a family, as of the exact strategies it has; what is of none is grey.
    package init(_ word: String) {
        let index = Strategy.vocabulary.words.firstIndex(of: word)
        self.init(
            colour: Palette.colour(ofFamily: word),
            point: index.map { SeriesStyle.shapes[$0 % SeriesStyle.shapes.count] } ?? SeriesStyle.plus)
    }

    init(colour: String, dash: String? = nil, point: Int = SeriesStyle.plus) {
        (self.colour, self.dash, self.point) = (colour, dash, point)
    }

    /// A mark that is neither filled nor hollow.
    static let plus = 1

    /// Whether the mark is filled.
    package var isFilled: Bool { SeriesStyle.shapes.contains(point) }

    /// gnuplot's filled marks, each after its hollow one: circle, square, triangle, inverted triangle, diamond, pentagon.
    package static let shapes = [7, 5, 9, 11, 13, 15]
    private static let dashes = [nil, "12,5", "3,4", "14,4,3,4", "7,4", "20,5"]

    /// Of strategies that are shown together.
    static func styles(_ strategies: [Strategy]) -> [Strategy: SeriesStyle] {
        var seen: [String: Int] = [:]
        return strategies.reduce(into: [:]) { styles, strategy in
            styles[strategy] = SeriesStyle(strategy, index: seen[strategy.name, default: 0])
            seen[strategy.name, default: 0] += 1
        }
    }

    /// Of cells that are shown together.
    package static func styles(_ cells: [Cell]) -> [Cell: SeriesStyle] {
        cells.enumerated().reduce(into: [:]) { $0[$1.element] = distinct($1.offset) }
    }

    /// Of one among others that are shown together: the palette's hues in their order, with a filled mark each.
    static func distinct(_ index: Int) -> SeriesStyle {
        let round = index / Palette.families.count
        return SeriesStyle(
            colour: Palette.families[index % Palette.families.count].light, dash: dashes[round % dashes.count],
            point: shapes[index % shapes.count])
    }

    /// Of one among lines that others are held against: grey, each with its own dashes.
    static func line(_ index: Int) -> SeriesStyle {
        SeriesStyle(colour: Palette.soft, dash: dashes[index % dashes.count])
    }
}
