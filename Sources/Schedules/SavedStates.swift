/// The saved states alive, by the step they enter.
///
/// Schedules save and discard at the end of the list: it is looked at there first.
package struct SavedStates: Hashable, Sendable {
    package struct State: Hashable, Sendable {
        package let step: Int
        package let tier: Tier
    }

    /// In rising order of steps.
    package private(set) var states: [State] = []
    /// How many of them lie on disk.
    package private(set) var onDisk = 0

    package init() {}

    package var count: Int { states.count }
    package var inMemory: Int { states.count - onDisk }
    package var isEmpty: Bool { states.isEmpty }

    /// Where the state entering this step lies; nil where it is not saved.
    ///
    /// - Complexity: O(1) for the last one, O(log n) for the others.
    package subscript(step: Int) -> Tier? {
        let index = index(of: step)
        return index < states.count && states[index].step == step ? states[index].tier : nil
    }

    /// Adds the state entering this step, which is not saved yet.
    mutating func save(_ step: Int, in tier: Tier) {
        states.insert(State(step: step, tier: tier), at: index(of: step))
        if tier == .disk { onDisk += 1 }
    }

    /// Takes the state entering this step away; does nothing where there is none.
    mutating func discard(_ step: Int) {
        let index = index(of: step)
        guard index < states.count, states[index].step == step else { return }
        if states[index].tier == .disk { onDisk -= 1 }
        states.remove(at: index)
    }

    /// The first state that enters this step or a later one.
    private func index(of step: Int) -> Int {
        guard let last = states.last, step <= last.step else { return states.count }
        if step == last.step { return states.count - 1 }
        var (low, high) = (0, states.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if states[middle].step < step { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
