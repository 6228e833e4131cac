import ArgumentParser
import Quantities

/// A whole number on the command line, by the rule of all texts from outside: ArgumentParser's own reading takes `010` for ten.
func wholeNumber(_ text: String) throws -> Int {
    guard let value = Int(decimal: text) else { throw otherNumber("a whole number") }
    return value
}

/// A number on the command line, by the same rule: not `0x10`, `nan` or `inf`.
func decimalNumber(_ text: String) throws -> Double {
    guard let value = Double(decimal: text) else { throw otherNumber("a number") }
    return value
}

/// A budget of bytes on the command line.
func byteBudget(_ text: String) throws -> Bytes {
    guard let bytes = Bytes(text) else { throw UnreadableBudget(text: text) }
    return bytes
}

struct UnreadableBudget: Error, CustomStringConvertible {
    let text: String
    var description: String { "'budget' is '\(text)'; allowed: \(Bytes.allowed)" }
}

extension String {
    /// A help text with its option's default, which ArgumentParser leaves out with a transform.
    func withDefault(_ value: some CustomStringConvertible) -> ArgumentHelp { "\(self) (default: \(value))" }
}

private func otherNumber(_ allowed: String) -> ValidationError {
    ValidationError("allowed: \(allowed), in decimal digits, without leading zeros")
}
