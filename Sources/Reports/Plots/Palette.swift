import Schedules

/// How a strategy looks, in every picture: colour by name, told apart without colour by dash and point shape.
///
/// The hues are Okabe & Ito's for all kinds of colour vision (Color Universal Design, 2008), their yellow left out, which
/// white paper swallows.
package struct Look: Hashable, Sendable {
    package let colour: String
    /// Lengths of strokes and gaps for gnuplot; nil is a solid line.
    package let dash: String?
    /// gnuplot's number of the point's shape.
    package let point: Int

    /// - Parameter index: of the strategy among those of its name, which share a hue.
    package init(_ name: String, index: Int = 0) {
        let place = Look.names.firstIndex { $0.name == name }
        colour = place.map { Look.names[$0].colour } ?? "#6e6e6e"
        dash = [nil, "12,5", "3,4", "14,4,3,4"][index % 4]
        // Circle, square, triangle, inverted triangle, diamond, pentagon: filled, then open; then a cross, a plus, a star.
        let filled = [7, 5, 9, 11, 13, 15][(place ?? 0) % 6]
        point = [filled, filled - 1, 2, 1, 3][index % 5]
    }

    init(colour: String, dash: String?, point: Int) { (self.colour, self.dash, self.point) = (colour, dash, point) }

    private static let names: [(name: String, colour: String)] = [
        ("full", "#000000"), ("truncated", "#e69f00"), ("segmented", "#009e73"), ("binomial", "#0072b2"),
        ("bisection", "#d55e00"), ("internal", "#cc79a7"), ("mixed", "#56b4e9"), ("online", "#8c6d1f"),
        ("multistage", "#7a4fa3"), ("inference", "#999999"), ("randomized", "#b5651d"),
    ]

    /// Of strategies that are shown together.
    static func looks(_ strategies: [Strategy]) -> [Strategy: Look] {
        var seen: [String: Int] = [:]
        return strategies.reduce(into: [:]) { looks, strategy in
            looks[strategy] = Look(strategy.name, index: seen[strategy.name, default: 0])
            seen[strategy.name, default: 0] += 1
        }
    }
}
