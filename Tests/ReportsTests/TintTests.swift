import Glibc
import Quantities
import Reports
import Schedules
import Testing

/// Colours of strategies, as people see them who see colours differently, on light paper and on dark.
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

    @Test("Every strategy's lines and outlines are seen on either paper", arguments: Tint.Paper.allCases)
    func contrast(paper: Tint.Paper) {
        for word in Strategy.vocabulary.words {
            let tint = FamilyMark(word).tint.legible(on: paper)
            #expect(tint.contrast(to: paper.tint) >= Tint.leastContrast, "\(word): \(tint.hex)")
        }
    }

    /// Three times what is just noticed side by side, which is 2.3.
    private static let leastDistance = 7.0

    @Test(
        "Two strategies are told apart by hue or by shape, whoever looks", arguments: Tint.Paper.allCases,
        Vision.allCases)
    func distances(paper: Tint.Paper, vision: Vision) {
        let words = Strategy.vocabulary.words
        for (index, word) in words.enumerated() {
            for other in words[(index + 1)...] {
                let (one, two) = (FamilyMark(word), FamilyMark(other))
                let distance = vision.distance(one.tint.legible(on: paper), two.tint.legible(on: paper))
                let isOtherShape = (one.shape, one.degrees) != (two.shape, two.degrees)
                #expect(
                    distance >= TintTests.leastDistance || isOtherShape,
                    "\(word) and \(other) for \(vision) on \(paper): \(distance)")
            }
        }
    }

    @Test("A simulation tells apart what people do, and not what they do not")
    func visions() {
        let (red, green) = (Tint("#d04a4a"), Tint("#5f7f2a"))
        #expect(Vision.usual.distance(red, green) > 40)
        #expect(Vision.deuteranopia.distance(red, green) < 25)
        #expect(Vision.tritanopia.distance(red, green) > 40)
        for vision in Vision.allCases {
            #expect(vision.distance(Tint("#777777"), Tint("#777777")) < 1e-9)
            #expect(vision.distance(Tint("#000000"), Tint("#ffffff")) > 95)
        }
    }
}

/// Kinds of colour vision, by Viénot, Brettel & Mollon, Digital video colourmaps for checking the legibility of displays by
/// dichromats, Color Research & Application 24 (1999), and for tritanopia Machado, Oliveira & Fernandes, IEEE TVCG 15 (2009).
enum Vision: CaseIterable, Sendable {
    case usual, protanopia, deuteranopia, tritanopia

    /// From linear RGB to linear RGB.
    private var rows: [SIMD3<Double>] {
        switch self {
        case .usual: [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
        case .protanopia:
            [SIMD3(0.11238, 0.88762, 0), SIMD3(0.11238, 0.88762, 0), SIMD3(0.00401, -0.00401, 1)]
        case .deuteranopia:
            [SIMD3(0.29275, 0.70725, 0), SIMD3(0.29275, 0.70725, 0), SIMD3(-0.02234, 0.02234, 1)]
        case .tritanopia:
            [
                SIMD3(1.255528, -0.076749, -0.178779), SIMD3(-0.078411, 0.930809, 0.147602),
                SIMD3(0.004733, 0.691367, 0.303900),
            ]
        }
    }

    /// ΔE of CIE 1976, of what is seen; 2.3 is just noticed side by side.
    func distance(_ one: Tint, _ other: Tint) -> Double {
        let difference = lab(one) - lab(other)
        return (difference * difference).sum().squareRoot()
    }

    private func lab(_ tint: Tint) -> SIMD3<Double> {
        let linear = tint.linear
        let seen = SIMD3(rows.map { ($0 * linear).sum() }).clamped(
            lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 1))
        func xyz(_ row: SIMD3<Double>) -> Double { (row * seen).sum() }
        func f(_ value: Double) -> Double { value > 0.008856 ? cbrt(value) : 7.787 * value + 16.0 / 116 }
        let x = f(xyz(SIMD3(0.4124564, 0.3575761, 0.1804375)) / 0.95047)
        let y = f(xyz(SIMD3(0.2126729, 0.7151522, 0.0721750)))
        let z = f(xyz(SIMD3(0.0193339, 0.1191920, 0.9503041)) / 1.08883)
        return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
    }
}
