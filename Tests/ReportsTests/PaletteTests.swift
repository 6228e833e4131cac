import Quantities
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Colours are seen on white and on dark, and told apart by those who see fewer of them.
@Suite struct PaletteTests {
    /// One strategy of each family.
    static let strategies: [Strategy] = [
        .full, .truncated(window: 4, stride: 4), .segmented(length: nil), .bisection, .binomial(slots: 3),
        .internal(slots: 3), .mixed(memory: Bytes(1 << 20)), .online(slots: 3), .multistage(memory: 1, disk: 2),
        .inference,
        .randomized(window: 3, draws: 1), .forward(block: nil), .snap(order: 1), .rflo(leak: 0.9), .eprop,
        .uoro(draws: 1), .kf(draws: 1), .adaptive(Adaptation(tolerance: 0.5, most: 3)), .reversible,
    ]
    private static let dark = Palette.dark(Palette.paper)!

    @Test func everyFamilyHasAColour() {
        #expect(Palette.families.count >= Strategy.families.count)
        #expect(Set(Palette.families.map(\.light)).count == Palette.families.count)
        #expect(Set(Palette.families.map(\.dark)).count == Palette.families.count)
    }

    /// 3 : 1 for what must be seen to understand a picture (WCAG 2.2, success criterion 1.4.11).
    @Test func contrast() {
        for (light, dark) in Palette.families {
            #expect(Tint(light).contrast(to: Tint(Palette.paper)) >= 3, "\(light)")
            #expect(Tint(dark).contrast(to: Tint(PaletteTests.dark)) >= 3, "\(dark)")
        }
        for role in Role.allCases {
            // What can be saved has a hue; greys lie next to each other, in the order of the key.
            let isGrey = ![.states, .records].contains(role)
            let least = isGrey ? 1.5 : 3
            #expect(Tint(role.colour).contrast(to: Tint(Palette.paper)) >= least, "\(role)")
            let dark = Palette.dark(role.colour) ?? Palette.paper
            #expect(Tint(dark).contrast(to: Tint(PaletteTests.dark)) >= least, "\(role)")
        }
    }

    /// Families with one mark are far apart in colour for everybody, the first six near enough to it, and no two are alike.
    @Test(arguments: ColourVision.allCases) func distances(vision: ColourVision) {
        for palette in [Palette.families.map(\.light), Palette.families.map(\.dark)] {
            let tints = palette.map { Tint($0) }
            for one in tints.indices {
                for other in tints.indices.dropFirst(one + 1) {
                    let distance = vision.distance(tints[one], tints[other])
                    let isOneMark = one % SeriesStyle.shapes.count == other % SeriesStyle.shapes.count
                    let least = isOneMark ? 0.12 : other < 6 ? 0.075 : 0.03
                    #expect(distance >= least, "\(palette[one]) and \(palette[other]), \(vision)")
                }
            }
        }
    }

    /// A page's marks are those of pictures: the same hue, and another shape for each of theirs. ExplorerTests holds what
    /// a page has on a dark screen.
    @Test func pagesHaveTheColoursOfPictures() {
        let words = Strategy.vocabulary.words
        for (index, word) in words.enumerated() {
            #expect(FamilyMark(word).tint == Tint(Palette.families[index].light))
        }
        let shapes = words.prefix(SeriesStyle.shapes.count).map { word in
            "\(FamilyMark(word).shape) \(FamilyMark(word).degrees)"
        }
        #expect(Set(shapes).count == SeriesStyle.shapes.count)
    }

    @Test func exactStrategiesAreFilled() {
        #expect(Set(PaletteTests.strategies.map(\.name)) == Set(Strategy.families.map { $0.word }))
        for strategy in PaletteTests.strategies {
            for index in 0..<6 {
                let style = SeriesStyle(strategy, index: index)
                #expect(style.isFilled == strategy.isExact(length: 1000), "\(strategy)")
                #expect(style.colour == SeriesStyle(strategy).colour)
            }
            // Told apart without colour.
            #expect(
                Set(
                    (0..<6).map { index in
                        let style = SeriesStyle(strategy, index: index)
                        return "\(style.dash ?? "") \(style.point)"
                    }
                ).count == 6)
        }
    }

    /// Whatever is drawn has a colour on a dark screen.
    @Test func everyColourHasADarkOne() throws {
        // Some strategies are of some cells.
        func isMeasured(_ strategy: Strategy) -> Bool {
            strategy.draws == nil && (try? Trial(cell: .lstm, input: 16, hidden: 64, strategy: strategy)) != nil
        }
        let rows = try sweep(
            "t", lengths: [64, 128, 256], strategies: PaletteTests.strategies.filter(isMeasured), repetitions: 5)
        let plots = Plot.all(rows).map { $0.script(to: "x.svg") }
        let diagrams = PaletteTests.strategies.map { Diagram($0, length: 7, layers: 2) }.map { $0.svg(after: $0.peak) }
        #expect(plots.count >= 5)
        for text in plots + diagrams {
            for colour in Palette.colours(in: text) where !text.contains("{fill:\(colour)}") {
                #expect(Palette.dark(colour) != nil, "\(colour)")
            }
        }
        #expect(Palette.dark("#123456") == nil)
        #expect(Palette.dark("#000000") == "#e6e6e6" && Palette.dark("#ffffff") == "#1a1a1a")
    }
}
