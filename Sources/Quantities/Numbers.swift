// One rule for numbers in texts from outside, whatever file or flag they stand in: decimal digits, no leading zeros. Of what others
// read in other bases, `0x10`, `0o10`, `0b1`, `010`, `1_000`, `1:30`, none is guessed at.

extension Int {
    /// Reads decimal digits after at most one sign. Nil where the text is something else, has a leading zero, or says more than
    /// there are integers.
    public init?(decimal text: some StringProtocol) { self.init(decimal: Array(text.utf8)[...]) }

    /// The same of a text's bytes.
    public init?(decimal text: ArraySlice<UInt8>) {
        var digits = text
        if let sign = digits.first, isSign(sign) { digits = digits.dropFirst() }
        guard isWhole(digits) else { return nil }
        let isNegative = text.first == UInt8(ascii: "-")
        var value = 0
        for byte in digits {
            let digit = Int(byte - UInt8(ascii: "0"))
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOut) =
                isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !isTooLarge, !isOut else { return nil }
            value = sum
        }
        self = value
    }
}

extension Double {
    /// Reads decimal digits with at most one sign, point and exponent: `-0.5`, `.5`, `1e-3`. Nil where the text is something else,
    /// has a leading zero, or says more than there are numbers.
    public init?(decimal text: some StringProtocol) { self.init(decimal: Array(text.utf8)[...]) }

    /// The same of a text's bytes.
    public init?(decimal text: ArraySlice<UInt8>) {
        var rest = text
        if let sign = rest.first, isSign(sign) { rest.removeFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = rest[..<rest.startIndex]
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty, whole.isEmpty || isWhole(whole) else { return nil }
        if let letter = rest.first {
            guard letter | 0x20 == UInt8(ascii: "e") else { return nil }
            rest.removeFirst()
            if let sign = rest.first, isSign(sign) { rest.removeFirst() }
            guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
        }
        // Which of all numbers is nearest, the standard library knows.
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        self = value
    }
}

/// Whether a text is a number to others and none here, for messages: with a base, a leading zero, digits in groups, or minutes.
public func isNumberOfAnotherKind(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    if let sign = rest.first, isSign(sign) { rest.removeFirst() }
    let digits = rest.prefix(while: isDigit)
    guard let first = digits.first else { return false }
    let next = rest.dropFirst(digits.count).first
    if first == UInt8(ascii: "0"), digits.count > 1 { return true }
    if next == UInt8(ascii: "_") || next == UInt8(ascii: ":") { return true }
    let bases = "xXoObB".utf8
    return first == UInt8(ascii: "0") && next.map(bases.contains) ?? false
}

private func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Digits, the first of which is 0 only where it is the only one.
private func isWhole(_ digits: ArraySlice<UInt8>) -> Bool {
    guard let first = digits.first, digits.allSatisfy(isDigit) else { return false }
    return digits.count == 1 || first != UInt8(ascii: "0")
}

/// A count with its noun: `1 row`, `2 rows`.
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
