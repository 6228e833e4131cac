import Quantities
import Schedules

/// The colours of every picture, on white paper and on a dark screen.
///
/// A picture is drawn in the colours of paper; what a dark screen has in their place is a rule of CSS in the picture itself,
/// which browsers follow, also in `<img>`, and other programs pass over. Hues are near Okabe & Ito's for all kinds of colour
/// vision (Color Universal Design, 2008), darkened or lightened until each has a contrast of 3 : 1 to its background (WCAG 2.2,
/// 1.4.11) and until families that share a mark are apart in the colours that protanopes, deuteranopes and tritanopes see.
package enum Palette {
    package static let paper = "#ffffff"
    static let ink = "#222222"
    static let soft = "#555555"
    static let faint = "#999999"
    static let grid = "#dddddd"
    /// The gradient on its way back, and the output where it starts.
    static let (backward, backwardTint) = ("#c64913", "#fbe3d6")

    /// Text on a record, which is light on a dark screen too.
    static let onRecord = "#1a1000"

    /// Of each family, in the order of ``Strategy/families``, and of those to come.
    package static let families: [(light: String, dark: String)] = [
        ("#000000", "#e6e6e6"), ("#cf7b26", "#f4c677"), ("#0da26b", "#33a182"), ("#c64913", "#c7613d"),
        ("#3263b5", "#5dadfc"), ("#ae70a9", "#b58ebe"), ("#412331", "#d5305f"), ("#788ed6", "#a6b9ef"),
        ("#332492", "#8f54dc"), ("#91438c", "#d49dc1"), ("#50004e", "#e2cff1"), ("#77184f", "#b73095"),
        ("#a4559e", "#b161e5"), ("#5c287b", "#a37fde"), ("#775448", "#bf4306"), ("#5a76e4", "#6e72ba"),
        ("#508ff9", "#526ac3"), ("#dd5847", "#f66e5c"), ("#be1506", "#feaf83"), ("#145e00", "#5d7a62"),
        ("#590b05", "#f6cbd0"), ("#573400", "#f3debd"), ("#937e45", "#caa324"), ("#314398", "#ccc6ff"),
    ]

    /// Of the family of this word.
    package static func colour(ofFamily word: String) -> String {
        Strategy.vocabulary.words.firstIndex(of: word).map { families[$0].light } ?? faint
    }

    /// What stands on a dark screen in a colour's place: a hue's own; a grey as far from the other end. Nil for a hue that is no
    /// colour of pictures.
    package static func dark(_ light: String) -> String? {
        if let hue = hues[light] { return hue }
        let digits = Array(light.utf8.dropFirst())
        guard digits.count == 6, digits[0...1] == digits[2...3], digits[0...1] == digits[4...5],
            let grey = Int(light.dropFirst().prefix(2), radix: 16)
        else { return nil }
        let mirrored = String(230 - grey * 4 / 5, radix: 16)
        return "#" + String(repeating: mirrored, count: 3)
    }

    private static let hues: [String: String] = Dictionary(
        families.map { ($0.light, $0.dark) } + [(backwardTint, "#55301f"), (onRecord, onRecord)],
        uniquingKeysWith: { first, _ in first })

    /// The rule for a dark screen, of the colours that a picture has; empty for one without any.
    ///
    /// - Parameters:
    ///   - svg: with colours as `#rrggbb`.
    ///   - elements: a selector of what the rule is for, with a space at its end; of all there is without one.
    static func darkRule(for svg: String, within elements: String = "") -> String {
        let rules = colours(in: svg).sorted().compactMap { colour in
            dark(colour).map { dark in
                ["fill", "stroke", "color"].map { "\(elements)[\($0)=\"\(colour)\"]{\($0):\(dark)}" }.joined()
            }
        }
        return rules.isEmpty ? "" : "@media (prefers-color-scheme:dark){\(rules.joined(separator: "\n"))}"
    }

    /// The rule as an element of the picture.
    static func darkStyle(for svg: String) -> String {
        let rule = darkRule(for: svg)
        return rule.isEmpty ? "" : "<style>\(rule)</style>"
    }

    /// Every `#rrggbb` of a text.
    package static func colours(in text: String) -> Set<String> {
        var colours: Set<String> = []
        for part in text.utf8.split(separator: UInt8(ascii: "#")).dropFirst() {
            let digits = part.prefix { Character(UnicodeScalar($0)).isHexDigit }
            if digits.count == 6 { colours.insert("#" + String(decoding: digits, as: UTF8.self)) }
        }
        return colours
    }
}
