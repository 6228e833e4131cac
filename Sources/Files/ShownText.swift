extension String {
    /// The text for a terminal: what would steer it is shown and does nothing.
    ///
    /// Control characters, ESC among them, those that turn the direction of text, and ends of line are written as Swift writes
    /// them, such as `\u{1B}`: a name or a message from a file is read as what it is.
    ///
    /// - Parameter keepsLines: line feeds stay.
    package func shown(keepsLines: Bool = false) -> String {
        guard !isPrintableASCII, unicodeScalars.contains(where: { String.steers($0) && !(keepsLines && $0 == "\n") })
        else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if String.steers(scalar), !(keepsLines && scalar == "\n") {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// Whether there is nothing in it to look at closely, which holds for most of many.
    package var isPrintableASCII: Bool { utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    /// Whether a character moves a terminal's cursor, ends its line or turns the direction of its text; all such are below U+10000.
    package static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Of the invisible ones those that embed, override and isolate directions; what joins letters stays.
        case .format:
            [0x061C, 0x200E, 0x200F].contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }

    /// A word of a shell's script: in single quotes nothing is expanded, and ends of line are part of the word.
    package var quotedForShell: String { "'\(replacing("'", with: "'\\''"))'" }
}
