import Glibc
import Schedules

/// A colour as sRGB, and how bright it is.
package struct Tint: Hashable, Sendable {
    /// Red, green and blue, 0 to 1.
    package let channels: SIMD3<Double>

    package init(channels: SIMD3<Double>) {
        self.channels = channels.clamped(lowerBound: SIMD3(repeating: 0), upperBound: SIMD3(repeating: 1))
    }

    /// - Parameter hex: `#rrggbb`.
    package init(_ hex: String) {
        guard hex.utf8.count == 7, hex.utf8.first == UInt8(ascii: "#"), let value = Int(hex.dropFirst(), radix: 16)
        else { preconditionFailure("'\(hex)' is no colour") }
        self.init(
            channels: SIMD3(Double(value >> 16 & 255), Double(value >> 8 & 255), Double(value & 255)) / 255)
    }

    package var hex: String {
        (0..<3).reduce("#") { text, channel in
            let digits = String(Int((channels[channel] * 255).rounded()), radix: 16)
            return text + (digits.utf8.count == 1 ? "0" : "") + digits
        }
    }

    /// Light, not code values: IEC 61966-2-1.
    package var linear: SIMD3<Double> {
        func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
        return SIMD3(linear(channels.x), linear(channels.y), linear(channels.z))
    }

    /// Relative luminance of WCAG 2.2.
    package var luminance: Double { (linear * SIMD3(0.2126, 0.7152, 0.0722)).sum() }

    /// The contrast ratio of WCAG 2.2, from 1 to 21.
    package func contrast(to other: Tint) -> Double {
        (max(luminance, other.luminance) + 0.05) / (min(luminance, other.luminance) + 0.05)
    }
}

extension Tint {
    /// How it looks in a page's light theme and in its dark one: as in every picture.
    var themed: ScriptValue { ["light": .text(hex), "dark": .text(Palette.dark(hex) ?? hex)] }
}

/// How a family's marks look in a page: in its hue of every picture, and in a shape that goes with it.
package struct FamilyMark: Sendable {
    package let tint: Tint
    /// Chart.js's name, and how far it is turned.
    package let shape: String
    package let degrees: Int

    package init(_ word: String) {
        let look = SeriesStyle(word)
        tint = Tint(look.colour)
        (shape, degrees) = FamilyMark.shape(look.point)
    }

    /// gnuplot's points, filled or not.
    private static func shape(_ point: Int) -> (String, Int) {
        switch point {
        case 4, 5: ("rect", 0)
        case 8, 9: ("triangle", 0)
        case 10, 11: ("triangle", 180)
        case 12, 13: ("rectRot", 0)
        case 14, 15: ("rectRounded", 0)
        default: ("circle", 0)
        }
    }
}
