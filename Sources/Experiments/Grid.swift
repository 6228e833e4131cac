import Schedules
import Trials
import Yams

/// The lists of an experiment file, to be multiplied out: all of them, or, where `together` says which values go together,
/// those of each of its lines with those next to it.
struct Grid {
    private let products: [Product]

    /// Reads the lists and checks every value on its own. The size of the product is checked first.
    init(_ fields: Fields, in document: Document) throws(ExperimentError) {
        let model = try Fields(
            fields.required("model", allowed: "a mapping of cell, layers, input, hidden, bidirectional").node,
            named: "model",
            allowed: Factor.ofModel.map(\.rawValue), in: document)
        let lines = try Grid.lines(of: fields, model, in: document)
        // Weights have a network's shape.
        func line(_ factor: Factor) -> Fields.Field? { lines.first??[factor.rawValue] }
        let weights = model[Factor.weights.rawValue] ?? line(.weights)
        for factor in [Factor.cell, .hidden] where weights == nil && line(factor) == nil {
            _ = try model.required(factor.rawValue, allowed: factor.allowedInFile)
        }
        var lists: [Lists] = []
        for line in lines {
            lists.append(try Lists(model, fields, line, in: document))
        }
        let sizes = lists.compactMap(\.size)
        let size = sizes.count == lists.count ? sum(sizes) : nil
        guard let size, size <= Experiment.largestProduct else {
            throw .malformed(
                fields.position, found: "the lists multiply to \(size.map(String.init) ?? "far too many") trials",
                allowed: "at most \(Experiment.largestProduct)")
        }
        var products: [Product] = []
        for lists in lists { products.append(try Product(lists, in: document)) }
        self.products = products
    }

    /// Line by line, of each its product.
    func trials() throws(ExperimentError) -> [Trial] {
        var trials: [Trial] = []
        var seen: Set<Trial> = []
        var files = TrialFiles()
        for product in products {
            for trial in try product.trials(&files) {
                guard seen.insert(trial).inserted else {
                    throw .malformed(
                        product.position, found: "a line of 'together' makes a trial that another made",
                        allowed: "each trial once")
                }
                trials.append(trial)
            }
        }
        return trials
    }
}

// `together`.
extension Grid {
    /// Keys whose values may be tied to each other: a width to a cell, a file of weights to a seed.
    private static let tied = (Factor.outsideModel + Factor.ofModel).map(\.rawValue) + ["strategies"]

    /// The lines; one that says nothing where there is no `together`.
    ///
    /// - Throws: ``ExperimentError`` where a line says what the file says already, or not what the first line does.
    private static func lines(
        of fields: Fields, _ model: Fields, in document: Document
    ) throws(ExperimentError) -> [Fields?] {
        guard let together = fields["together"] else { return [nil] }
        let allowed = "a list of mappings, as in '- {batch: 1, length: 64}', of " + tied.joined(separator: ", ")
        guard case .sequence(let nodes) = together.node, !nodes.isEmpty else {
            throw .malformed(
                document.position(together.node), found: "'together' is \(described(together.node))", allowed: allowed)
        }
        var lines: [Fields] = []
        for node in nodes {
            let line = try Fields(node, named: "a line of 'together'", allowed: tied, in: document)
            let said = line.all.lazy.compactMap { field in
                (fields[field.key] ?? model[field.key]).map { (key: field.key, position: field.position, other: $0) }
            }
            if let twice = said.first {
                // Where an option says it, the file is as it was.
                let position = twice.other.position.isOption ? twice.other.position : twice.position
                throw .malformed(
                    position, found: "'\(twice.key)' in 'together' and next to it", allowed: "one of them")
            }
            let first = lines.first ?? line
            guard !line.all.isEmpty, Set(line.all.map(\.key)) == Set(first.all.map(\.key)) else {
                throw .malformed(
                    line.position,
                    found: "a line of 'together' has \(keys(line)), and the first \(keys(first))",
                    allowed: "the same keys in every line, one at least")
            }
            lines.append(line)
        }
        return lines
    }

    private static func keys(_ line: Fields) -> String {
        line.all.isEmpty ? "nothing" : line.all.map(\.key).joined(separator: ", ")
    }
}

/// What is multiplied, before its values are looked at.
private struct Lists {
    let factors: [(factor: Factor, items: [Node])]
    let strategies: StrategyList
    let position: FilePosition

    /// - Parameter line: of `together`; nil where there is none.
    init(_ model: Fields, _ fields: Fields, _ line: Fields?, in document: Document) throws(ExperimentError) {
        func field(_ key: String) -> Fields.Field? { line?[key] ?? fields[key] }
        func required(_ key: String, allowed: String) throws(ExperimentError) -> Fields.Field {
            if let field = line?[key] { return field }
            return try fields.required(key, allowed: allowed)
        }
        _ = try required("length", allowed: Factor.length.allowedInFile)
        strategies = try StrategyList(required("strategies", allowed: StrategyList.allowed), in: document)
        var factors: [(factor: Factor, items: [Node])] = []
        for factor in Factor.allCases where factor.isChosen && factor != .strategy {
            let isOfModel = Factor.ofModel.contains(factor)
            guard let field = isOfModel ? line?[factor.rawValue] ?? model[factor.rawValue] : field(factor.rawValue)
            else { continue }
            factors.append((factor, try FactorValues.items(field, allowed: factor.allowedInFile, in: document)))
        }
        self.factors = factors
        position = line?.position ?? fields.position
    }

    /// How many trials they make; nil when there are more than integers.
    var size: Int? { strategies.count.flatMap { product(factors.map(\.items.count) + [$0]) } }
}

/// Lists that are multiplied out.
private struct Product {
    /// Of each factor the file gives.
    private let factors: [FactorValues]
    private let strategies: [ListedValue]
    let position: FilePosition

    init(_ lists: Lists, in document: Document) throws(ExperimentError) {
        var factors: [FactorValues] = []
        for (factor, items) in lists.factors { factors.append(try FactorValues(factor, items: items, in: document)) }
        self.factors = factors
        strategies = try lists.strategies.values()
        position = lists.position
    }

    /// The first factor varies slowest, the strategy fastest.
    ///
    /// - Parameter files: those that trials read.
    func trials(_ files: inout TrialFiles) throws(ExperimentError) -> [Trial] {
        var trials: [Trial] = []
        let counts = factors.map(\.values.count)
        var indices = Array(repeating: 0, count: factors.count)
        repeat {
            var texts: [Factor: String] = [:]
            for (listed, index) in zip(factors, indices) { texts[listed.factor] = listed.values[index].text }
            for strategy in strategies {
                texts[.strategy] = strategy.text
                do throws(TrialError) {
                    trials.append(try files.trial(texts, given: Set(texts.keys)))
                } catch {
                    throw positioned(error, indices, strategy)
                }
            }
        } while step(&indices, counts: counts)
        return trials
    }

    /// Each value was good on its own; these do not go together.
    private func positioned(_ error: TrialError, _ indices: [Int], _ strategy: ListedValue) -> ExperimentError {
        func listed(_ factor: Factor) -> ListedValue? {
            zip(factors, indices).first { $0.0.factor == factor }.map { $0.values[$1] }
        }
        if case .infeasible(let name, let infeasibility) = error {
            return .malformed(
                strategy.position, found: "strategy '\(name)': \(infeasibility.found)", allowed: infeasibility.allowed)
        }
        if case .uncountable(let name, let product) = error {
            return .malformed(
                strategy.position, found: "strategy '\(name)': \(product)", allowed: TrialError.countable)
        }
        if case .cutsBothWays(let name) = error {
            return .malformed(
                strategy.position,
                found: "strategy '\(name)' is not defined for bidirectional layers: \(TrialError.whyNoCut)",
                allowed: "with 'bidirectional: true', \(TrialError.uncut)")
        }
        if case .file(let error) = error {
            return .unfit((listed(error.factor) ?? strategy).position, "\(error)", isSystem: error.isSystem)
        }
        func malformed(_ factor: Factor, _ value: Int, _ task: TrainingTask, least: Int) -> ExperimentError {
            // Neither need be given: the strategy is.
            let position = (listed(factor) ?? listed(.task) ?? strategy).position
            return .malformed(
                position, found: "'\(factor.rawValue)' is '\(value)'", allowed: "with task '\(task)', at least \(least)"
            )
        }
        return switch error {
        case .narrow(let input, let task): malformed(.input, input, task, least: task.leastInput)
        case .short(let length, let task): malformed(.length, length, task, least: task.leastLength)
        case .strideless(let name):
            .malformed(
                strategy.position, found: "strategy '\(name)' with 'update_each: stride'",
                allowed: "\(TrialError.strided), which has strides")
        default: .malformed(strategy.position, found: "\(error)", allowed: "values that go together")
        }
    }
}

extension Factor {
    /// The factors that stand under `model`.
    static let ofModel = allCases.filter { $0.definition.group == .model }

    /// Those that stand next to it; strategies have a separate list.
    static let outsideModel = allCases.filter { $0.isChosen && !ofModel.contains($0) && $0 != .strategy }
}
