import Schedules
import Yams

/// What the file lists under `strategies`: words, or words with lists of parameters, whose product is meant.
struct StrategyList {
    private struct Parameter {
        let key: String
        let place: Place
        let choices: [Choice]
    }

    private struct Item {
        let name: String
        let place: Place
        let parameters: [Parameter]
        /// Given as one text, with its parameters.
        let isWhole: Bool
    }

    private let items: [Item]
    static let allowed =
        "a list of "
        + Strategy.catalogue.map { entry in
            let parameters = entry.required + entry.optional.map { "\($0)?" }
            return parameters.isEmpty ? entry.name : "\(entry.name): {\(parameters.joined(separator: ", "))}"
        }.joined(separator: ", ")

    /// Reads the list without multiplying it out.
    init(_ field: Fields.Field, in document: Document) throws(ExperimentError) {
        guard case .sequence(let nodes) = field.node, !nodes.isEmpty else {
            throw .malformed(
                document.place(field.node), found: "'strategies' is \(described(field.node))",
                allowed: StrategyList.allowed)
        }
        var items: [Item] = []
        for node in nodes { items.append(try StrategyList.item(node, in: document)) }
        self.items = items
    }

    private static func item(_ node: Node, in document: Document) throws(ExperimentError) -> Item {
        let place = document.place(node)
        if case .scalar(let scalar) = node, !isNothing(node) {
            return Item(name: scalar.string, place: place, parameters: [], isWhole: true)
        }
        guard case .mapping(let pairs) = node, pairs.count == 1, let (key, value) = pairs.first,
            case .scalar(let name) = key
        else {
            throw .malformed(place, found: "a strategy is \(described(node))", allowed: "one of \(allowed)")
        }
        guard let entry = Strategy.catalogue.first(where: { $0.name == name.string }) else {
            throw .malformed(
                place, found: "unknown strategy '\(shortened(name.string))'",
                allowed: Strategy.catalogue.map(\.name).joined(separator: ", "))
        }
        if isNothing(value) { return Item(name: name.string, place: place, parameters: [], isWhole: false) }
        let known = entry.required + entry.optional
        guard !known.isEmpty else {
            throw .malformed(
                document.place(value), found: "strategy '\(name.string)' has \(described(value))",
                allowed: "'\(name.string)' alone, which takes no parameters")
        }
        let fields = try Fields(value, named: "strategy '\(name.string)'", allowed: known, in: document)
        var parameters: [Parameter] = []
        for field in fields.all {
            let allowed = "\(Strategy.allowed(for: name.string, field.key)), or a list of them"
            var choices: [Choice] = []
            for item in try Axis.items(field, allowed: allowed, in: document) {
                guard case .scalar(let scalar) = item, scalar.style == .plain, !isNothing(item) else {
                    throw .malformed(
                        document.place(item), found: "'\(field.key)' is \(described(item))", allowed: allowed)
                }
                choices.append(Choice(text: scalar.string, place: document.place(item)))
            }
            parameters.append(Parameter(key: field.key, place: field.place, choices: choices))
        }
        return Item(name: name.string, place: place, parameters: parameters, isWhole: false)
    }

    /// How many strategies the list makes; nil when there are more than integers.
    var count: Int? {
        let counts = items.compactMap { product($0.parameters.map(\.choices.count)) }
        return counts.count == items.count ? sum(counts) : nil
    }

    /// Every strategy, in its one spelling, in the order of the list; of an item's parameters the last varies fastest.
    func choices() throws(ExperimentError) -> [Choice] {
        var choices: [Choice] = []
        var seen: Set<Strategy> = []
        for item in items {
            var index = Array(repeating: 0, count: item.parameters.count)
            repeat {
                let picked = zip(item.parameters, index).map { ($0, $0.choices[$1]) }
                let strategy = try strategy(item, picked)
                guard seen.insert(strategy).inserted else {
                    throw .malformed(
                        picked.last?.1.place ?? item.place, found: "strategy '\(strategy)' is listed twice",
                        allowed: "each strategy once")
                }
                choices.append(Choice(text: strategy.description, place: item.place))
            } while step(&index, counts: item.parameters.map(\.choices.count))
        }
        return choices
    }

    private func strategy(_ item: Item, _ picked: [(Parameter, Choice)]) throws(ExperimentError) -> Strategy {
        do throws(StrategyError) {
            if item.isWhole { return try Strategy(item.name) }
            return try Strategy(name: item.name, parameters: picked.map { ($0.key, $1.text) })
        } catch {
            func place(of parameter: String) -> Place {
                picked.first { $0.0.key == parameter }?.1.place ?? item.place
            }
            let place =
                switch error {
                case .value(_, let parameter, _): place(of: parameter)
                case .stride: place(of: "stride")
                case .unknown, .parameter, .duplicate, .missing: item.place
                }
            throw .malformed(place, error)
        }
    }
}

extension ExperimentError {
    /// A strategy's error at its place. Its text has what was found and what is allowed already.
    fileprivate static func malformed(_ place: Place, _ error: StrategyError) -> ExperimentError {
        switch error {
        case .unknown(let name):
            .malformed(
                place, found: "unknown strategy '\(shortened(name))'",
                allowed: Strategy.catalogue.map(\.name).joined(separator: ", "))
        case .parameter(let parameter, let name, let takes):
            .malformed(
                place, found: "strategy '\(name)' has '\(shortened(parameter))'",
                allowed: takes.isEmpty ? "no parameters" : takes.joined(separator: ", "))
        case .duplicate(let parameter, let name):
            .malformed(place, found: "strategy '\(name)' has '\(parameter)' twice", allowed: "each parameter once")
        case .missing(let parameter, let name):
            .malformed(
                place, found: "strategy '\(name)' has no '\(parameter)'",
                allowed: "\(name): {\(parameter): \(Strategy.example(for: name))}")
        case .value(let value, let parameter, let name):
            .malformed(
                place, found: "'\(parameter)' is '\(shortened(value))'\(remark(on: value))",
                allowed: Strategy.allowed(for: name, parameter))
        case .stride(let stride, let window):
            .malformed(place, found: "'stride' is \(stride)", allowed: "1 to the window, \(window)")
        }
    }
}
