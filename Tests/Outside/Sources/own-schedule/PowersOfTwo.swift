import Schedules

/// Checkpoints at powers of two: the states entering steps 1, 2, 4, 8, … are saved on the way, the last stretch is recorded, and
/// each other one is run again, recording, when its turn to be reversed comes.
///
/// Memory for some log₂ T states and T/2 records, for fewer than T more forward steps.
struct PowersOfTwo: Schedule {
    let length: Int
    /// Whether it leaves its last state saved, as no correct schedule does.
    let isForgetful: Bool

    /// Where stretches begin: 0, and the powers of two below T.
    private var starts: [Int] { [0] + sequence(first: 1) { 2 * $0 }.prefix { $0 < length } }

    /// A state at each start but the last, where records begin on the way.
    var slots: Int { starts.count - 1 }

    func makeIterator() -> some IteratorProtocol<Action> {
        let starts = starts
        let stretches = zip(starts, starts.dropFirst() + [length]).map { $0..<$1 }
        let last = stretches[stretches.count - 1]
        var actions: [Action] = []
        for steps in stretches.dropLast() {
            actions += [.save(steps.lowerBound), .advance(steps, recording: false)]
        }
        actions += [.advance(last, recording: true), .backward(last, injecting: last), .release(last)]
        for steps in stretches.dropLast().reversed() {
            actions.append(.restore(steps.lowerBound))
            if !isForgetful || steps.lowerBound > 0 { actions.append(.discard(steps.lowerBound)) }
            actions += [.advance(steps, recording: true), .backward(steps, injecting: steps), .release(steps)]
        }
        return actions.makeIterator()
    }
}
