import Quantities
import Schedules

/// How a strategy styles, in every picture: colour by family, told apart without colour by dash and point shape.
///
/// The hues are Okabe & Ito's for all kinds of colour vision (Color Universal Design, 2008), their yellow left out, which
/// white paper swallows.
package struct SeriesStyle: Hashable, Sendable {
    package let colour: String
    /// Lengths of strokes and gaps for gnuplot; nil is a solid line.
    package let dash: String?
    /// gnuplot's number of the point's shape.
    package let point: Int

    /// - Parameters:
    ///   - word: the family's; what is of none is grey.
    ///   - index: of the strategy among those of its family, which share a hue.
    package init(_ word: String, index: Int = 0) {
        let (colour, filled) =
            Strategy.vocabulary.words.firstIndex(of: word).map { SeriesStyle.families[$0] } ?? ("#6e6e6e", 7)
        self.colour = colour
        dash = [nil, "12,5", "3,4", "14,4,3,4"][index % 4]
        // Filled, then open; then a cross, a plus, a star.
        point = [filled, filled - 1, 2, 1, 3][index % 5]
    }

    init(colour: String, dash: String?, point: Int) { (self.colour, self.dash, self.point) = (colour, dash, point) }

    /// The hue and the filled point of each family, in the order of ``Strategy/families``, and of those to come: circle, square,
    /// triangle, inverted triangle, diamond, pentagon.
    private static let families: [(colour: String, filled: Int)] = [
        ("#000000", 7), ("#e69f00", 5), ("#009e73", 9), ("#d55e00", 13), ("#0072b2", 11), ("#cc79a7", 15),
        ("#56b4e9", 7), ("#8c6d1f", 5), ("#7a4fa3", 9), ("#999999", 11), ("#b5651d", 13), ("#2f4f4f", 15),
        ("#6b8e23", 7), ("#b03060", 5), ("#4682b4", 9), ("#8b4513", 11), ("#483d8b", 13), ("#5f9ea0", 15),
    ]

    /// Of strategies that are shown together.
    static func styles(_ strategies: [Strategy]) -> [Strategy: SeriesStyle] {
        var seen: [String: Int] = [:]
        return strategies.reduce(into: [:]) { styles, strategy in
            styles[strategy] = SeriesStyle(strategy.name, index: seen[strategy.name, default: 0])
            seen[strategy.name, default: 0] += 1
        }
    }
}
