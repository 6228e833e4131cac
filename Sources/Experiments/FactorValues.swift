import Quantities
import Trials
import Yams

/// A value of the file, in its one spelling, and where it stands.
struct ListedValue {
    let text: String
    let position: FilePosition
}

/// What the file lists for one factor.
struct FactorValues {
    let factor: Factor
    let values: [ListedValue]

    /// The values after a key, before they are looked at: a list's items, or the one value.
    static func items(_ field: Fields.Field, allowed: String, in document: Document) throws(ExperimentError) -> [Node] {
        guard case .sequence(let items) = field.node else { return [field.node] }
        guard !items.isEmpty else {
            throw .malformed(document.position(field.node), found: "'\(field.key)' is an empty list", allowed: allowed)
        }
        return Array(items)
    }

    /// - Throws: ``ExperimentError`` at the first value that is out of range or listed before.
    init(_ factor: Factor, items: [Node], in document: Document) throws(ExperimentError) {
        self.factor = factor
        var values: [ListedValue] = []
        var seen: Set<String> = []
        for item in items {
            let position = document.position(item)
            guard case .scalar(let scalar) = item, !isNothing(item),
                scalar.style == .plain || !factor.definition.kind.isNumber
            else {
                throw .malformed(
                    position, found: "'\(factor.rawValue)' is \(described(item))", allowed: factor.allowedInFile)
            }
            let text = try FactorValues.spelling(of: scalar.string, factor, position)
            guard seen.insert(text).inserted else {
                throw .malformed(
                    position, found: "'\(factor.rawValue)' lists '\(text)' twice", allowed: "each value once")
            }
            values.append(ListedValue(text: text, position: position))
        }
        self.values = values
    }
}

extension FactorValues {
    /// The one spelling of a value, good on its own.
    private static func spelling(
        of text: String, _ factor: Factor, _ position: FilePosition
    ) throws(ExperimentError) -> String {
        do throws(TrialError) {
            return try factor.spelling(of: text)
        } catch .task(let error), .cell(let error) {
            throw .malformed(position, found: shortened(error.found), allowed: error.allowed)
        } catch {
            throw .malformed(
                position, found: factor.found(shortened(text)) + remark(on: text),
                allowed: factor.allowed)
        }
    }
}

extension Factor {
    /// What the factor may be in an experiment file.
    var allowedInFile: String { "\(allowed), or a list of them" }
}
