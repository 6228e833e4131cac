/// The runs of records alive, in the order they were begun.
///
/// A run holds the state entering its first step, unless it was recorded alone. Schedules work at the end of the list:
/// it is searched from there.
package struct Runs: Hashable, Sendable {
    /// Records of neighbouring steps.
    package struct Run: Hashable, Sendable {
        package internal(set) var steps: Range<Int>
        /// Whether it holds a copy of the state entering its first step.
        package internal(set) var holdsEntering: Bool
    }

    package private(set) var runs: [Run] = []
    /// Steps in all of them.
    package private(set) var records = 0
    /// Copies of entering states, one a run that holds its own.
    package private(set) var entering = 0

    package init() {}

    package var isEmpty: Bool { runs.isEmpty }

    /// The run that holds this step.
    func run(of step: Int) -> Run? { runs.last { $0.steps.contains(step) } }

    func overlap(_ steps: Range<Int>) -> Bool { runs.contains { $0.steps.overlaps(steps) } }

    /// Whether the state entering this step can be had from a record or a copy.
    func enters(_ step: Int) -> Bool {
        runs.contains { ($0.holdsEntering && $0.steps.lowerBound == step) || $0.steps.contains(step - 1) }
    }

    /// Records steps: they lengthen the run that ends where they begin, or begin a separate run. A run after them
    /// that was recorded alone has its entering state in their last record: the two become one.
    mutating func record(_ steps: Range<Int>, alone: Bool) {
        records += steps.count
        var run = Run(steps: steps, holdsEntering: !alone)
        if let before = runs.lastIndex(where: { $0.steps.upperBound == steps.lowerBound }) {
            run = Run(
                steps: runs[before].steps.lowerBound..<steps.upperBound, holdsEntering: runs[before].holdsEntering)
            runs.remove(at: before)
        } else if !alone {
            entering += 1
        }
        if let next = runs.lastIndex(where: { $0.steps.lowerBound == steps.upperBound && !$0.holdsEntering }) {
            run.steps = run.steps.lowerBound..<runs[next].steps.upperBound
            runs.remove(at: next)
        }
        runs.append(run)
    }

    /// Drops records from either end of a run; the run ends with its last record.
    mutating func release(_ steps: Range<Int>) {
        guard let index = runs.lastIndex(where: { $0.steps.contains(steps.lowerBound) }) else { return }
        let run = runs[index]
        records -= steps.count
        if run.steps == steps {
            if run.holdsEntering { entering -= 1 }
            runs.remove(at: index)
        } else if run.steps.lowerBound == steps.lowerBound {
            runs[index].steps = steps.upperBound..<run.steps.upperBound
        } else {
            runs[index].steps = run.steps.lowerBound..<steps.lowerBound
        }
    }
}
