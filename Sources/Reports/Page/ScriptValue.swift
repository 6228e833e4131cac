import Files

/// What a page's scripts read: JSON that may stand in an element of HTML.
///
/// Nothing in it ends the element or is markup: in texts `<`, `>` and quotation marks are escaped, as is what steers a terminal.
indirect enum ScriptValue: Sendable {
    case nothing
    case flag(Bool)
    case whole(Int)
    case real(Double)
    case text(String)
    case list([ScriptValue])
    /// Members in the order in which they are written.
    case object([(name: String, value: ScriptValue)])

    /// A number or nothing, for figures that were not measured.
    init(_ number: Double?) {
        guard let number, number.isFinite else {
            self = .nothing
            return
        }
        self = number == number.rounded() && abs(number) < 1e15 ? .whole(Int(number)) : .real(number)
    }

    init(_ number: Int?) { self = number.map(ScriptValue.whole) ?? .nothing }

    var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to output: inout String) {
        switch self {
        case .nothing: output += "null"
        case .flag(let flag): output += flag ? "true" : "false"
        case .whole(let number): output += String(number)
        case .real(let number): output += String(number)
        case .text(let text): output += Escape.script(text)
        case .list(let values):
            output += "["
            for (index, value) in values.enumerated() {
                if index > 0 { output += "," }
                value.write(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                output += (index > 0 ? "," : "") + Escape.script(member.name) + ":"
                member.value.write(to: &output)
            }
            output += "}"
        }
    }
}

extension ScriptValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .whole(value) }
    init(arrayLiteral elements: ScriptValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, ScriptValue)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
}
