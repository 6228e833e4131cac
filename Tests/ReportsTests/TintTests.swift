import Glibc
import Reports
import Schedules
import Testing

/// Colours as numbers, and as people see them who see colours differently. Which colours pictures and pages have is held in
/// PaletteTests.
@Suite struct TintTests {
    @Test("Known contrasts and colours")
    func known() {
        let (white, black) = (Tint("#ffffff"), Tint("#000000"))
        #expect(abs(white.contrast(to: black) - 21) < 1e-9)
        #expect(abs(white.contrast(to: white) - 1) < 1e-9)
        // WCAG's own example of a grey that just suffices for text.
        #expect((4.5..<4.6).contains(Tint("#767676").contrast(to: white)))
        for text in ["#e69f00", "#0072b2", "#010203"] { #expect(Tint(text).hex == text) }
    }

    @Test("A simulation tells apart what people do, and not what they do not")
    func visions() {
        let (red, green) = (Tint("#d04a4a"), Tint("#5f7f2a"))
        #expect(ColourVision.trichromat.distance(red, green) > 0.2)
        #expect(ColourVision.protanope.distance(red, green) < 0.1)
        #expect(ColourVision.deuteranope.distance(red, green) < 0.1)
        #expect(ColourVision.tritanope.distance(red, green) > 0.2)
        for vision in ColourVision.allCases {
            #expect(vision.distance(Tint("#777777"), Tint("#777777")) < 1e-9)
            #expect(vision.distance(Tint("#000000"), Tint("#ffffff")) > 0.99)
        }
    }
}

/// What people see of a colour: all of it, or without one of the three cones (Machado, Oliveira & Fernandes, A
/// Physiologically-based Model for Simulation of Color Vision Deficiency, 2009, doi 10.1109/TVCG.2009.113, severity 1).
enum ColourVision: CaseIterable, Sendable {
    case trichromat, protanope, deuteranope, tritanope

    /// From linear sRGB to linear sRGB.
    private var rows: [SIMD3<Double>] {
        switch self {
        case .trichromat: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanope:
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
        case .deuteranope:
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        case .tritanope:
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
        }
    }

    /// How far apart two colours are seen, in OKLab (Ottosson 2020): 1 from black to white, and 0.02 is about what can just be seen.
    func distance(_ one: Tint, _ other: Tint) -> Double {
        let difference = seen(one) - seen(other)
        return (difference * difference).sum().squareRoot()
    }

    /// In OKLab.
    private func seen(_ tint: Tint) -> SIMD3<Double> {
        let linear = tint.linear
        let colour = SIMD3(rows.map { ($0 * linear).sum() }).clamped(lowerBound: .zero, upperBound: .one)
        let l = cbrt((colour * [0.4122214708, 0.5363325363, 0.0514459929]).sum())
        let m = cbrt((colour * [0.2119034982, 0.6806995451, 0.1073969566]).sum())
        let s = cbrt((colour * [0.0883024619, 0.2817188376, 0.6299787005]).sum())
        let cones = SIMD3(l, m, s)
        return SIMD3(
            (cones * [0.2104542553, 0.7936177850, -0.0040720468]).sum(),
            (cones * [1.9779984951, -2.4285922050, 0.4505937099]).sum(),
            (cones * [0.0259040371, 0.7827717662, -0.8086757660]).sum())
    }
}
