extension String {
    /// The text as JSON has it (RFC 8259), quotes and all: what would steer a terminal is escaped too.
    ///
    /// Foundation's `JSONEncoder` keeps neither the order of members nor the text of a number, and the measured process links no
    /// Foundation, so objects with an order are written by hand: this is the one way in which text gets into them.
    package func quotedForJSON() -> String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where String.steers(scalar):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
