import Quantities
import Schedules
import Yams

/// What the file lists under `strategies`: words, or words with lists of parameters, whose product is meant.
struct StrategyList {
    private struct Parameter {
        let key: String
        let position: FilePosition
        let values: [ListedValue]
    }

    private struct Item {
        let name: String
        let position: FilePosition
        let parameters: [Parameter]
        /// Given as one text, with its parameters.
        let isWhole: Bool
    }

    private let items: [Item]
    static let allowed =
        "a list of "
        + Strategy.vocabulary.signatures.map { signature in
            let parameters = signature.parameters.map { $0.isRequired ? $0.name : "\($0.name)?" }
            return parameters.isEmpty ? signature.word : "\(signature.word): {\(parameters.joined(separator: ", "))}"
        }.joined(separator: ", ")

    /// Reads the list without multiplying it out.
    init(_ field: Fields.Field, in document: Document) throws(ExperimentError) {
        guard case .sequence(let nodes) = field.node, !nodes.isEmpty else {
            throw .malformed(
                document.position(field.node), found: "'strategies' is \(described(field.node))",
                allowed: StrategyList.allowed)
        }
        var items: [Item] = []
        for node in nodes { items.append(try StrategyList.item(node, in: document)) }
        self.items = items
    }

    private static func item(_ node: Node, in document: Document) throws(ExperimentError) -> Item {
        let position = document.position(node)
        if case .scalar(let scalar) = node, !isNothing(node) {
            return Item(name: scalar.string, position: position, parameters: [], isWhole: true)
        }
        guard case .mapping(let pairs) = node, pairs.count == 1, let (key, value) = pairs.first,
            case .scalar(let name) = key
        else {
            throw .malformed(position, found: "a strategy is \(described(node))", allowed: "one of \(allowed)")
        }
        let index: Int
        do { index = try Strategy.vocabulary.index(of: name.string) } catch { throw .malformed(position, error) }
        let signature = Strategy.vocabulary.signatures[index]
        if isNothing(value) { return Item(name: name.string, position: position, parameters: [], isWhole: false) }
        guard !signature.parameters.isEmpty else {
            throw .malformed(
                document.position(value), found: "strategy '\(name.string)' has \(described(value))",
                allowed: "'\(name.string)' alone, which takes no parameters")
        }
        let known = signature.parameters.map(\.name)
        let fields = try Fields(value, named: "strategy '\(name.string)'", allowed: known, in: document)
        var parameters: [Parameter] = []
        for field in fields.all {
            let allowed = "\(signature.parameter(field.key)!.allowed), or a list of them"
            var values: [ListedValue] = []
            for item in try FactorValues.items(field, allowed: allowed, in: document) {
                guard case .scalar(let scalar) = item, scalar.style == .plain, !isNothing(item) else {
                    throw .malformed(
                        document.position(item), found: "'\(field.key)' is \(described(item))", allowed: allowed)
                }
                values.append(ListedValue(text: scalar.string, position: document.position(item)))
            }
            parameters.append(Parameter(key: field.key, position: field.position, values: values))
        }
        return Item(name: name.string, position: position, parameters: parameters, isWhole: false)
    }

    /// How many strategies the list makes; nil when there are more than integers.
    var count: Int? {
        let counts = items.compactMap { product($0.parameters.map(\.values.count)) }
        return counts.count == items.count ? sum(counts) : nil
    }

    /// Every strategy, in its one spelling, in the order of the list; of an item's parameters the last varies fastest.
    func values() throws(ExperimentError) -> [ListedValue] {
        var values: [ListedValue] = []
        var seen: Set<Strategy> = []
        for item in items {
            var index = Array(repeating: 0, count: item.parameters.count)
            repeat {
                let picked = zip(item.parameters, index).map { ($0, $0.values[$1]) }
                let strategy = try strategy(item, picked)
                guard seen.insert(strategy).inserted else {
                    throw .malformed(
                        picked.last?.1.position ?? item.position, found: "strategy '\(strategy)' is listed twice",
                        allowed: "each strategy once")
                }
                values.append(ListedValue(text: strategy.description, position: item.position))
            } while step(&index, counts: item.parameters.map(\.values.count))
        }
        return values
    }

    private func strategy(_ item: Item, _ picked: [(Parameter, ListedValue)]) throws(ExperimentError) -> Strategy {
        do throws(ParameterError) {
            if item.isWhole { return try Strategy(item.name) }
            return try Strategy(word: item.name, parameters: picked.map { ($0.key, $1.text) })
        } catch {
            // What is missing has no position.
            let named = picked.first { $0.0.key == error.parameter }
            throw .malformed(named?.1.position ?? item.position, error)
        }
    }
}

extension ExperimentError {
    /// A strategy's error at its position. A parameter's value is said without the strategy, which stands there, and with what
    /// other readers of YAML would take it for; a missing one is shown as the file has it.
    fileprivate static func malformed(_ position: FilePosition, _ error: ParameterError) -> ExperimentError {
        switch error.reason {
        case .value(let value, let parameter, let nearest, let allowed):
            .malformed(
                position,
                found: "'\(parameter)' is '\(shortened(value))'\(ParameterError.hint(nearest))\(remark(on: value))",
                allowed: allowed)
        case .missing(let parameter):
            .malformed(
                position, found: error.found, allowed: "\(error.word): {\(parameter.name): \(parameter.example)}")
        case .unknown:
            .malformed(
                position,
                found: ParameterError(kind: error.kind, word: shortened(error.word), reason: error.reason).found,
                allowed: error.allowed)
        case .parameter(let name, let takes):
            .malformed(
                position,
                found: ParameterError(
                    kind: error.kind, word: error.word, reason: .parameter(shortened(name), takes: takes)
                ).found, allowed: error.allowed)
        case .duplicate: .malformed(position, found: error.found, allowed: error.allowed)
        }
    }
}
