/// A number of bytes. Reads `512MiB`, `2GB`, `1.5 GiB`, `8G` or plain bytes, in capitals or not; writes binary units for people.
///
/// A letter alone, as memory is asked for of Slurm, Docker or a Java machine, is a binary unit: `8G` is `8GiB`.
public struct Bytes: Hashable, Sendable, Comparable {
    /// How many; negative of a difference.
    public var count: Int

    /// A number of bytes.
    public init(_ count: Int) { self.count = count }

    public static func < (left: Bytes, right: Bytes) -> Bool { left.count < right.count }

    /// What texts are read, for error messages.
    public static let allowed = "a number of bytes such as 512MiB, 8G, 2GB or 1048576"

    private static let units: [(name: String, size: Double)] = [
        ("", 1), ("b", 1),
        ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40),
        ("k", 0x1p10), ("m", 0x1p20), ("g", 0x1p30), ("t", 0x1p40),
        ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12),
    ]

    /// Nil when the text is no number of bytes, is negative or has 2⁵³ of them or more, where a Double skips some.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let number = Double(decimal: digits), let size = Bytes.units.first(where: { $0.name == unit })?.size
        else { return nil }
        let bytes = number * size
        guard bytes < 0x1p53 else { return nil }
        count = Int(bytes.rounded())
    }
}

extension Bytes {
    /// The one exact spelling, as strategies have it: in the largest unit that divides, else plain bytes.
    public var exact: String {
        let units = [
            ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
            ("MB", 1_000_000), ("KiB", 1 << 10),
        ]
        guard count > 0, let unit = units.first(where: { count % $0.1 == 0 }) else { return String(count) }
        return "\(count / unit.1)\(unit.0)"
    }
}

extension Bytes: CustomStringConvertible {
    /// Three significant digits and a binary unit: `65.3 MiB`. What would round to 1024 of a unit is 1.00 of the next.
    public var description: String {
        var value = Double(count).magnitude
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= (unit == "B" ? 1024 : 1023.5) {
            value /= 1024
            unit = next
        }
        let sign = count < 0 ? "-" : ""
        guard unit != "B" else { return "\(count) B" }
        let decimals = value < 9.995 ? 100.0 : value < 99.95 ? 10.0 : 1.0
        let scaled = Int((value * decimals).rounded())
        let places = decimals == 100 ? 2 : decimals == 10 ? 1 : 0
        guard places > 0 else { return "\(sign)\(scaled) \(unit)" }
        let fraction = String(scaled % Int(decimals))
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(scaled / Int(decimals)).\(zeros)\(fraction) \(unit)"
    }
}
