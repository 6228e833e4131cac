import Quantities

extension Table.Entry {
    /// The entry as people read it.
    func text(_ format: Table.Format) -> String {
        switch self {
        case .text(let text), .labelled(let text, word: _): return text
        case .flag(let value): return value ? "yes" : "no"
        case .integer, .real: break
        }
        guard let number else { return Table.absent }
        switch format {
        case .bytes: return Bytes(Int(number.rounded())).description
        case .seconds: return Table.duration(number)
        case .share: return abs(number) >= 0.095 || number == 0 ? Table.fixed(number, 2) : Table.significant(number, 2)
        case .times: return "×" + Table.fixed(number, 2)
        case .percent: return Table.fixed(number * 100, 0) + " %"
        case .proportion: return Table.significant(number * 100, 3) + " %"
        case .decimal: return Table.fixed(number, 2)
        case .scientific: return number == 0 ? "0" : Table.scientific(number)
        case .count, .text:
            if case .integer(let value) = self { return String(value) }
            return Table.significant(number, 3)
        }
    }
}

extension Table {
    /// What was not measured.
    static let absent = "–"

    /// A number with this many decimals; as Swift writes it where those would not be exact.
    static func fixed(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 0x1p53 else { return String(value) }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return places == 0 ? sign + padded : "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// A number with at least this many significant digits, and every digit before the point.
    static func significant(_ value: Double, _ digits: Int) -> String {
        guard value != 0, value.isFinite else { return fixed(value, 0) }
        var places = digits - 1
        var size = abs(value)
        while size >= 10 && places > 0 {
            size /= 10
            places -= 1
        }
        while size < 1 && places < 15 {
            size *= 10
            places += 1
        }
        return fixed(value, places)
    }

    /// One digit before the point, one after it, and a power of ten: `1.2e-07`.
    package static func scientific(_ value: Double) -> String {
        var mantissa = abs(value)
        var exponent = 0
        while mantissa >= 9.95 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 0.995 {
            mantissa *= 10
            exponent -= 1
        }
        let power = String(abs(exponent))
        let zero = power.count < 2 ? "0" : ""
        return "\(value < 0 ? "-" : "")\(fixed(mantissa, 1))e\(exponent < 0 ? "-" : "+")\(zero)\(power)"
    }

    /// Three significant digits and the unit that suits them: `12.3 ms`.
    static func duration(_ seconds: Double) -> String {
        let units: [(name: String, size: Double)] = [("s", 1), ("ms", 1e3), ("µs", 1e6)]
        // 0.9995 s and more would be rounded to 1000 ms.
        let unit = units.first { abs(seconds) * $0.size >= 0.9995 } ?? (seconds == 0 ? ("s", 1) : ("ns", 1e9))
        let value = seconds * unit.size
        let size = abs(value)
        return "\(fixed(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0)) \(unit.name)"
    }
}
