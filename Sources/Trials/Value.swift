import Quantities

/// A figure's value. Bytes and counts stay integers.
package enum Value: Hashable, Sendable {
    case integer(Int)
    case real(Double)
    case flag(Bool)

    /// As a number; a flag is 0 or 1.
    package var number: Double {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .flag(let value): value ? 1 : 0
        }
    }

    /// What integers are read: a number from outside may be added to others, scaled and rounded, and none of it overflows. Of
    /// bytes at most what a trial may be predicted to need.
    package static func integers(_ unit: Figure.Unit) -> ClosedRange<Int> {
        unit == .bytes ? -(1 << 57)...1 << 57 : -(1 << 60)...1 << 60
    }
    /// The longest time read, some 30,000 years.
    package static let mostSeconds = 1e12

    /// Reads a value of this unit; nil when the text is none. Integers are whole and not hidden in reals, numbers finite.
    package init?(_ text: String, unit: Figure.Unit) { self.init(Array(text.utf8)[...], unit: unit) }

    /// The same of a text's bytes.
    package init?(_ text: ArraySlice<UInt8>, unit: Figure.Unit) {
        switch unit {
        case .bytes, .steps, .operations:
            guard let value = Int(decimal: text), Value.integers(unit).contains(value) else { return nil }
            self = .integer(value)
        case .seconds, .ratio:
            guard let value = Double(decimal: text), unit != .seconds || value.magnitude <= Value.mostSeconds else {
                return nil
            }
            self = .real(value)
        case .flag:
            guard let value = Bool(String(decoding: text, as: UTF8.self)) else { return nil }
            self = .flag(value)
        }
    }
}

extension Value: CustomStringConvertible {
    /// Shortest text that reads back as the same value.
    package var description: String {
        switch self {
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .flag(let value): String(value)
        }
    }
}
