import Schedules

/// Every schedule of every strategy for sequences of this length: all windows and strides, segments and slots, two
/// beyond the length too.
func everySchedule(length: Int) -> [any Schedule] {
    var all: [any Schedule] = [Full(length: length), Inference(length: length)]
    for draw in 0..<6 { all.append(Randomized(length: length, window: 2 + draw / 2, draw: draw)) }
    for window in 1...length + 2 {
        for stride in 1...window { all.append(Truncated(length: length, window: window, stride: stride)) }
    }
    for segment in 1...length + 2 { all.append(Segmented(length: length, segment: segment)) }
    all.append(Bisection(length: length))
    for slots in 1...length + 2 {
        all.append(Binomial(length: length, slots: slots))
        all.append(Internal(length: length, slots: slots))
        all.append(Online(length: length, slots: slots))
        // A state of 3 bytes, a record of 5: sizes the simulator is asked with.
        all.append(Mixed(length: length, memory: 11 + 3 * (slots - 1), state: 3, record: 5))
        for disk in 1...3 { all.append(Multistage(length: length, memory: slots, disk: disk)) }
    }
    return all
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
    }
    many.append(Bisection(length: length))
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
