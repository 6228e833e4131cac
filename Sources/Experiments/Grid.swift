import Schedules
import Trials
import Yams

/// The lists of an experiment file, to be multiplied out.
struct Grid {
    /// One axis a factor the file gives, the strategy last.
    private let axes: [Axis]
    private let strategies: [Choice]

    /// Reads the lists and checks every value on its own. The size of the product is checked first.
    init(_ fields: Fields, in document: Document) throws(ExperimentError) {
        let model = try Fields(
            fields.required("model", allowed: "a mapping of cell, layers, input, hidden").node, named: "model",
            allowed: Factor.ofModel.map(\.rawValue), in: document)
        for factor in [Factor.cell, .hidden] { _ = try model.required(factor.rawValue, allowed: factor.allowedInFile) }
        _ = try fields.required("length", allowed: Factor.length.allowedInFile)
        let list = try StrategyList(fields.required("strategies", allowed: StrategyList.allowed), in: document)

        var lists: [(factor: Factor, items: [Node])] = []
        for factor in Factor.allCases where !factor.isDerived && factor != .strategy {
            guard let field = (Factor.ofModel.contains(factor) ? model : fields)[factor.rawValue] else { continue }
            lists.append((factor, try Axis.items(field, allowed: factor.allowedInFile, in: document)))
        }
        let size = list.count.flatMap { product(lists.map(\.items.count) + [$0]) }
        guard let size, size <= Experiment.largestProduct else {
            throw .malformed(
                fields.place, found: "the lists multiply to \(size.map(String.init) ?? "far too many") trials",
                allowed: "at most \(Experiment.largestProduct)")
        }

        var axes: [Axis] = []
        for (factor, items) in lists { axes.append(try Axis(factor, items: items, in: document)) }
        self.axes = axes
        strategies = try list.choices()
    }

    /// The product: the first axis varies slowest, the strategy fastest.
    func trials() throws(ExperimentError) -> [Trial] {
        var trials: [Trial] = []
        let counts = axes.map(\.choices.count)
        var index = Array(repeating: 0, count: axes.count)
        repeat {
            var texts: [Factor: String] = [:]
            for (axis, place) in zip(axes, index) { texts[axis.factor] = axis.choices[place].text }
            for strategy in strategies {
                texts[.strategy] = strategy.text
                do throws(TrialError) {
                    trials.append(try Trial(texts))
                } catch {
                    throw place(error, index, strategy)
                }
            }
        } while step(&index, counts: counts)
        return trials
    }

    /// Each value was good on its own; these do not go together.
    private func place(_ error: TrialError, _ index: [Int], _ strategy: Choice) -> ExperimentError {
        func choice(_ factor: Factor) -> Choice? {
            zip(axes, index).first { $0.0.factor == factor }.map { $0.choices[$1] }
        }
        if case .infeasible(let name, let obstacle) = error {
            return .malformed(strategy.place, found: "strategy '\(name)': \(obstacle.found)", allowed: obstacle.allowed)
        }
        func malformed(_ factor: Factor, _ value: Int, _ task: TrainingTask, least: Int) -> ExperimentError {
            // Neither need be given: the strategy is.
            let place = (choice(factor) ?? choice(.task) ?? strategy).place
            return .malformed(
                place, found: "'\(factor.rawValue)' is '\(value)'", allowed: "with task '\(task)', at least \(least)")
        }
        return switch error {
        case .narrow(let input, let task): malformed(.input, input, task, least: task.leastInput)
        case .short(let length, let task): malformed(.length, length, task, least: task.leastLength)
        default: .malformed(strategy.place, found: "\(error)", allowed: "values that go together")
        }
    }
}

extension Factor {
    /// The factors that stand under `model`.
    static let ofModel: [Factor] = [.cell, .layers, .input, .hidden]
}
