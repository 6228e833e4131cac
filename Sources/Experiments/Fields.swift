import Quantities
import Yams

/// A mapping of the file whose keys are all known. That each is given once, Yams has seen to.
struct Fields {
    /// One key and its value.
    struct Field {
        let key: String
        /// Where the key stands.
        let position: FilePosition
        let node: Node
    }

    private let document: Document
    let position: FilePosition
    let all: [Field]

    /// - Parameters:
    ///   - name: what the mapping is, for messages.
    ///   - allowed: the keys it may have.
    init(_ node: Node, named name: String, allowed: [String], in document: Document) throws(ExperimentError) {
        self.document = document
        position = document.position(node)
        let words = allowed.joined(separator: ", ")
        guard case .mapping(let pairs) = node else {
            throw .malformed(position, found: "\(name) is \(described(node))", allowed: "a mapping of \(words)")
        }
        var fields: [Field] = []
        for (key, value) in pairs {
            guard case .scalar(let scalar) = key, allowed.contains(scalar.string) else {
                let hint = key.scalar.map { ParameterError.hint(to: $0.string, of: allowed) } ?? ""
                throw .malformed(
                    document.position(key), found: "unknown key \(described(key))\(hint) in \(name)", allowed: words)
            }
            fields.append(Field(key: scalar.string, position: document.position(key), node: value))
        }
        all = fields
    }

    subscript(key: String) -> Field? { all.first { $0.key == key } }

    /// - Throws: ``ExperimentError`` at the mapping when the key is not there.
    func required(_ key: String, allowed: String) throws(ExperimentError) -> Field {
        guard let field = self[key] else { throw .malformed(position, found: "'\(key)' is missing", allowed: allowed) }
        return field
    }

    /// A text; nil when the key is not there.
    func text(_ key: String, allowed: String) throws(ExperimentError) -> (value: String, position: FilePosition)? {
        guard let field = self[key] else { return nil }
        guard case .scalar(let scalar) = field.node, !isNothing(field.node) else {
            throw .malformed(
                document.position(field.node), found: "'\(key)' is \(described(field.node))", allowed: allowed)
        }
        return (scalar.string, document.position(field.node))
    }

    /// A whole number; nil when the key is not there.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(ExperimentError) -> Int? {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let field = self[key] else { return nil }
        guard case .scalar(let scalar) = field.node, scalar.style == .plain, let value = Int(decimal: scalar.string),
            range.contains(value)
        else {
            throw .malformed(
                document.position(field.node), found: "'\(key)' is \(described(field.node))\(remark(on: field.node))",
                allowed: allowed)
        }
        return value
    }
}

/// Whether a value was left out: nothing after the colon, `~` or `null`.
func isNothing(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node else { return false }
    return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
}

/// What is said of a number that other readers of YAML take for one, each for another; empty for all else.
func remark(on text: String) -> String {
    isNumberOfAnotherKind(text) ? ", and numbers are decimal here, without leading zeros" : ""
}

func remark(on node: Node) -> String {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return "" }
    return remark(on: scalar.string)
}

/// A node in a message: what was found.
func described(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
        isNothing(node) ? "empty" : (scalar.style == .plain ? "" : "the text ") + "'\(shortened(scalar.string))'"
    case .sequence(let items): items.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
}
