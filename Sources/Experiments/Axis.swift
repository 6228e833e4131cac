import Trials
import Yams

/// A value of the file, in its one spelling, and where it stands.
struct Choice {
    let text: String
    let place: Place
}

/// What the file lists for one factor.
struct Axis {
    let factor: Factor
    let choices: [Choice]

    /// The values behind a key, before they are looked at: a list's items, or the one value.
    static func items(_ field: Fields.Field, allowed: String, in document: Document) throws(ExperimentError) -> [Node] {
        guard case .sequence(let items) = field.node else { return [field.node] }
        guard !items.isEmpty else {
            throw .malformed(document.place(field.node), found: "'\(field.key)' is an empty list", allowed: allowed)
        }
        return Array(items)
    }

    /// - Throws: ``ExperimentError`` at the first value that is out of range or listed before.
    init(_ factor: Factor, items: [Node], in document: Document) throws(ExperimentError) {
        self.factor = factor
        var choices: [Choice] = []
        var seen: Set<String> = []
        for item in items {
            let place = document.place(item)
            guard case .scalar(let scalar) = item, !isNothing(item),
                scalar.style == .plain || !factor.definition.kind.isNumber
            else {
                throw .malformed(
                    place, found: "'\(factor.rawValue)' is \(described(item))", allowed: factor.allowedInFile)
            }
            let text = try Axis.spelling(of: scalar.string, factor, place)
            guard seen.insert(text).inserted else {
                throw .malformed(
                    place, found: "'\(factor.rawValue)' lists '\(text)' twice", allowed: "each value once")
            }
            choices.append(Choice(text: text, place: place))
        }
        self.choices = choices
    }
}

extension Axis {
    /// The one spelling of a value, good on its own.
    private static func spelling(
        of text: String, _ factor: Factor, _ place: Place
    ) throws(ExperimentError) -> String {
        do throws(TrialError) {
            return try factor.spelling(of: text)
        } catch .task(let error) {
            throw .malformed(place, found: shortened(error.found), allowed: error.allowed)
        } catch {
            throw .malformed(
                place, found: "'\(factor.rawValue)' is '\(shortened(text))'\(remark(on: text))",
                allowed: factor.allowed)
        }
    }
}

extension Factor {
    /// What the factor may be in an experiment file.
    var allowedInFile: String { "\(allowed), or a list of them" }
}
