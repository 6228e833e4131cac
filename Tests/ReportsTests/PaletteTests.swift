import Glibc
import Quantities
import Reports
import Schedules
import Testing
import Trials

/// Colours are seen on white and on dark, and told apart by those who see fewer of them.
@Suite struct PaletteTests {
    /// One strategy of each family.
    static let strategies: [Strategy] = [
        .full, .truncated(window: 4, stride: 4), .segmented(length: nil), .bisection, .binomial(slots: 3),
        .internal(slots: 3), .mixed(memory: Bytes(1 << 20)), .online(slots: 3), .multistage(memory: 1, disk: 2),
        .inference,
        .randomized(window: 3, draws: 1), .adaptive(Adaptation(tolerance: 0.5, most: 3)),
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
    /// Distances in OKLab (Ottosson 2020), where 0.02 is about what can just be seen.
    @Test(arguments: ColourVision.allCases) func distances(vision: ColourVision) {
        for palette in [Palette.families.map(\.light), Palette.families.map(\.dark)] {
            let seen = palette.map { vision.sees(LinearColour($0)).oklab }
            for one in seen.indices {
                for other in seen.indices.dropFirst(one + 1) {
                    let difference = seen[one] - seen[other]
                    let distance = (difference * difference).sum().squareRoot()
                    let isOneMark = one % SeriesStyle.shapes.count == other % SeriesStyle.shapes.count
                    let least = isOneMark ? 0.12 : other < 6 ? 0.075 : 0.03
                    #expect(distance >= least, "\(palette[one]) and \(palette[other]), \(vision)")
                }
            }
        }
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
        let rows = try sweep(
            "t", lengths: [64, 128, 256], strategies: PaletteTests.strategies.filter { $0.draws == nil }, repetitions: 5
        )
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

/// What people see of a colour: all of it, or without one of the three cones (Machado, Oliveira & Fernandes, A
/// Physiologically-based Model for Simulation of Color Vision Deficiency, 2009, doi 10.1109/TVCG.2009.113, severity 1).
enum ColourVision: CaseIterable, Sendable {
    case trichromat, protanope, deuteranope, tritanope

    func sees(_ colour: LinearColour) -> LinearColour {
        let (r, g, b): (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) =
            switch self {
            case .trichromat: ([1, 0, 0], [0, 1, 0], [0, 0, 1])
            case .protanope:
                (
                    [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]
                )
            case .deuteranope:
                ([0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881])
            case .tritanope:
                ([1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900])
            }
        let seen = SIMD3((colour.linear * r).sum(), (colour.linear * g).sum(), (colour.linear * b).sum())
        return LinearColour(linear: seen.clamped(lowerBound: .zero, upperBound: .one))
    }
}

/// Linear sRGB.
struct LinearColour {
    let linear: SIMD3<Double>

    init(linear: SIMD3<Double>) { self.linear = linear }

    /// Of `#rrggbb`.
    init(_ text: String) { linear = Tint(text).linear }

    var oklab: SIMD3<Double> {
        let l = cbrt((linear * [0.4122214708, 0.5363325363, 0.0514459929]).sum())
        let m = cbrt((linear * [0.2119034982, 0.6806995451, 0.1073969566]).sum())
        let s = cbrt((linear * [0.0883024619, 0.2817188376, 0.6299787005]).sum())
        let cones = SIMD3(l, m, s)
        return SIMD3(
            (cones * [0.2104542553, 0.7936177850, -0.0040720468]).sum(),
            (cones * [1.9779984951, -2.4285922050, 0.4505937099]).sum(),
            (cones * [0.0259040371, 0.7827717662, -0.8086757660]).sum())
    }
}
