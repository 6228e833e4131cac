import Schedules
import Trials

/// All trials as marks against two axes that the reader chooses, and the row of each.
struct Explorer: Sendable {
    private let points: [TrialPoint]
    private let experiments: [String]
    /// Shown first.
    private let lead: String?

    /// Of the experiments, by name.
    private let questions: [String: String]

    init(_ points: [TrialPoint], questions: [String: String], lead: String?) {
        self.points = points
        self.questions = questions
        self.lead = lead
        experiments = points.map(\.line.experiment).orderedSet
    }

    var isEmpty: Bool { points.isEmpty }

    /// Factors that tell some of these trials apart.
    private var factors: [Factor] {
        guard let first = points.first?.trial else { return [] }
        return Factor.allCases.filter { factor in
            factor != .strategy && factor != .content && points.contains { $0.trial[factor] != first[factor] }
        }
    }

    var data: ScriptValue {
        let factors = factors
        let values = factors.map { factor in
            let texts = points.map { $0.trial[factor] }.orderedSet
            guard factor.definition.kind.isNumber || factor.isDerived else { return texts }
            return texts.sorted { (Double($0) ?? -1) < (Double($1) ?? -1) }
        }
        let places = values.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($1, $0) }) }
        let strategies = points.map(\.trial.strategy).orderedSet.sorted { $0.simplicity < $1.simplicity }
        let families = strategies.map(\.name).orderedSet
        let roles = Attribution.stackingOrder.filter { role in points.contains { ($0.usage?[role] ?? 0) > 0 } }
        let axes = TrialPoint.Axis.figures.filter { axis in points.contains { axis.value($0) != nil } }
        let strategyPlaces = Dictionary(uniqueKeysWithValues: strategies.enumerated().map { ($1, $0) })
        let experimentPlaces = Dictionary(uniqueKeysWithValues: experiments.enumerated().map { ($1, $0) })
        let origins = points.map(\.line.origin.key).orderedSet
        let commands = points.map(\.command).orderedSet
        let commandPlaces = Dictionary(uniqueKeysWithValues: commands.enumerated().map { ($1, $0) })
        let originPlaces = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
        return [
            "experiments": .list(experiments.map(ScriptValue.text)),
            "questions": .list(experiments.map { .text(questions[$0] ?? "") }),
            "lead": ScriptValue(lead.flatMap { experimentPlaces[$0] }),
            "axes": .list(
                axes.map { ["name": .text($0.name), "title": .text($0.title), "unit": .text($0.unit)] }),
            "factors": .list(
                zip(factors, values).map { factor, values in
                    [
                        "name": .text(factor.rawValue), "title": .text(factor.title),
                        "isNumber": .flag(factor.definition.kind.isNumber || factor.isDerived),
                        "isDerived": .flag(factor.isDerived),
                        "isMethod": .flag(factor.isDerived || factor.definition.traits.contains(.method)),
                        "values": .list(values.map(ScriptValue.text)),
                    ]
                }),
            "families": .list(families.map(Explorer.family)),
            "strategies": .list(
                strategies.map { strategy in
                    [
                        "name": .text(strategy.description),
                        "family": ScriptValue(families.firstIndex(of: strategy.name)),
                    ]
                }),
            "roles": .list(roles.map(\.script)),
            "commands": .list(commands.map(ScriptValue.text)),
            "trials": .list(
                points.map { point in
                    [
                        ScriptValue(experimentPlaces[point.line.experiment]),
                        ScriptValue(strategyPlaces[point.trial.strategy]),
                        .list(zip(factors, places).map { ScriptValue($1[point.trial[$0]]) }),
                        .list(axes.map { ScriptValue($0.value(point).map(Explorer.short)) }),
                        .list(Explorer.interval(point)),
                        .list(Explorer.seconds(point)),
                        .list(point.usage.map { usage in roles.map { .whole(usage[$0]) } } ?? []),
                        point.isExact.map(ScriptValue.flag) ?? .nothing,
                        ScriptValue(commandPlaces[point.command]), ScriptValue(originPlaces[point.line.origin.key]),
                    ]
                }),
        ]
    }

    static func family(_ word: String) -> ScriptValue {
        let mark = FamilyMark(word)
        return [
            "name": .text(word), "colour": mark.tint.themed, "shape": .text(mark.shape), "turn": .whole(mark.degrees),
        ]
    }

    /// Of the ratio to full unrolling's time.
    private static func interval(_ point: TrialPoint) -> [ScriptValue] {
        guard let interval = point.line.timeRatios.medianInterval() else { return [] }
        return [.real(short(interval.low)), .real(short(interval.high)), .real(short(interval.coverage))]
    }

    /// By repetition, from the first on; what is missing is null.
    private static func seconds(_ point: TrialPoint) -> [ScriptValue] {
        guard let last = point.seconds.keys.max() else { return [] }
        return (1...max(1, last)).map { ScriptValue(point.seconds[$0].map(short)) }
    }

    /// As many digits as a screen can show.
    private static func short(_ value: Double) -> Double {
        guard value != value.rounded() || abs(value) > 1e15 else { return value }
        return Double(Table.significant(value, 6)) ?? value
    }
}

extension Role {
    var script: ScriptValue { ["name": .text(rawValue)] }
}

extension Factor {
    /// As formulas name it, where they do.
    var title: String {
        let words = rawValue.replacing("_", " ")
        return definition.symbol.map { "\($0), \(words)" } ?? words
    }
}
