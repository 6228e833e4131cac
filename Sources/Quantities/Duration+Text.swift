extension Duration {
    /// What texts ``init(text:)`` reads, for error messages.
    public static let allowed = "a time such as 30s, 10min, 2h or a number of seconds, more than 0 and at most 8760h"

    /// Reads `30s`, `10min`, `2h` or plain seconds. Nil when the text is none of these, not more than 0 or more than a
    /// year.
    public init?(text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let units: [Substring: Double] = ["": 1, "s": 1, "min": 60, "h": 3600]
        guard let number = Double(decimal: digits), let unit = units[text.dropFirst(digits.count)] else { return nil }
        let seconds = number * unit
        guard seconds >= 0.001, seconds <= 8760 * 3600 else { return nil }
        self = .seconds(seconds)
    }

    /// The duration in seconds.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
