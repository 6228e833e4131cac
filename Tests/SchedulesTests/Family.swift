import Quantities
import Schedules

/// The strategies that every family makes of these values, those for which there is no schedule left out: each parameter has
/// each of them, one that may be left out is left out too. Of several that must be there, all but the first have three values at
/// most. Bytes are those of that many states and records.
func everyStrategy(_ values: some Sequence<Int>, length: Int, _ footprint: Footprint) -> [Strategy] {
    var all: [Strategy] = []
    for family in Strategy.families {
        var choices: [[(name: String, text: String)]] = [[]]
        for (index, parameter) in family.signature.parameters.enumerated() {
            var texts = values.map { value in
                switch parameter.values {
                case .bytes: String(footprint.record + (value + 1) * footprint.state)
                case .number(let most): String(most / Double(value + 1))
                case .whole, .words, .flag, .path: String(value)
                }
            }
            if index > 0, parameter.isRequired { texts = Array(texts.prefix(3)) }
            // A tolerance, and what is third, do not make another schedule.
            if case .number = parameter.values { texts = Array(texts.prefix(1)) }
            if index > 1 { texts = Array(texts.prefix(1)) }
            choices = choices.flatMap { choice in
                texts.map { choice + [(parameter.name, $0)] } + (parameter.isRequired ? [] : [choice])
            }
        }
        for choice in choices {
            guard let strategy = try? Strategy(word: family.word, parameters: choice),
                strategy.infeasibility(length: length, footprint: footprint) == nil, !all.contains(strategy)
            else { continue }
            all.append(strategy)
        }
    }
    return all
}

/// Every schedule of every family for sequences of this length: all windows and strides, segments and slots, two beyond the
/// length too; states have 3 bytes, records 5.
func everySchedule(length: Int) -> [any Schedule] {
    let footprint = Footprint(constant: Usage(), state: 3, record: 5)
    let strategies = everyStrategy(1...length + 2, length: length, footprint)
    // One schedule for all numbers of draws; other draws are other schedules.
    return strategies.filter { $0.draws ?? 1 == 1 }.map { $0.schedule(length: length, footprint: footprint) }
        + (1..<6).map { Randomized(length: length, window: 2 + $0 / 2, draw: $0) }
}

/// Every window with its smallest, its middle and its largest stride, every segment and every number of slots.
func manySchedules(length: Int, parameters: some Sequence<Int>) -> [any Schedule] {
    var many: [any Schedule] = [Full(length: length), Inference(length: length)]
    for parameter in parameters {
        for stride in Set([1, (parameter + 1) / 2, parameter]).sorted() {
            many.append(Truncated(length: length, window: parameter, stride: stride))
        }
        many.append(Randomized(length: length, window: parameter + 1, draw: parameter))
        many.append(Segmented(length: length, segment: parameter))
        many.append(Binomial(length: length, slots: parameter))
        many.append(Internal(length: length, slots: parameter))
        many.append(Online(length: length, slots: parameter))
        many.append(Mixed(length: length, memory: 11 + 3 * Swift.min(parameter, 60), state: 3, record: 5))
        many.append(Multistage(length: length, memory: (parameter + 1) / 2, disk: (parameter + 2) / 3))
        many.append(Forward(length: length, block: parameter))
    }
    many.append(Forward(length: length))
    many.append(Bisection(length: length))
    many.append(Reversible(length: length))
    return many
}

/// Actions written out, to be read as any schedule is.
struct Script: Schedule {
    var length: Int
    var slots: Int
    var diskSlots = 0
    var records: Int
    var actions: [Action]
    /// How often each step is to be reversed.
    var expected: [Int]
    var hasGradient = true
    var compensation: Double?
    var sensitivities: Sensitivities?

    init(length: Int, slots: Int = 0, _ actions: [Action]) {
        self.length = length
        self.slots = slots
        records = length
        self.actions = actions
        expected = Array(repeating: 1, count: length)
    }

    /// The same promises, other actions.
    init(of schedule: any Schedule, _ actions: [Action]) {
        length = schedule.length
        slots = schedule.slots
        diskSlots = schedule.diskSlots
        records = schedule.records
        hasGradient = schedule.hasGradient
        compensation = schedule.compensation
        sensitivities = schedule.sensitivities
        self.actions = actions
        expected = (0..<schedule.length).map { schedule.reversals(of: $0) }
    }

    func reversals(of step: Int) -> Int { expected[step] }
    func makeIterator() -> IndexingIterator<[Action]> { actions.makeIterator() }
}

/// The Validator's word: whether the gradient is exact, or the first violation.
func verdict(_ schedule: any Schedule) -> Result<Bool, Validator.Violation> {
    do { return .success(try Validator(schedule).isExact) } catch { return .failure(error) }
}

/// Actions one a line.
func text(_ actions: some Sequence<Action>) -> String { actions.map(\.description).joined(separator: "\n") }
