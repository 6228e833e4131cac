/// Where to save states on the way through a sequence whose end is not known. It is asked step by step and has no
/// access to the length.
///
/// The places of an optimal schedule for β(s, r) steps are β(s, r − 1), β(s − 1, r − 1), … apart: as long as the sequence
/// may end before β(s, r), states are saved there for good, and the stretch after the last of them is itself a sequence
/// of unknown length with the slots that are left. When the sequence continues beyond β(s, r), the places for r + 1
/// take over and the old ones become spare. A state that finds no free slot takes that of the first spare one.
///
/// For r ≤ 2, that is up to β(s, 2) = (s + 1)(s + 2)/2 steps, this needs no step more than knowing the length (Stumm &
/// Walther 2010, doi 10.1137/080742439); beyond, no step is rerun more often than knowing it would (Wang, Moin & Iaccarino
/// 2009, doi 10.1137/080727890).
///
/// - Complexity: O(slots) for a place.
package struct Placement: Sendable {
    /// Saved states, by the step they enter.
    package private(set) var saved = [0]
    /// Which of them the present plan has given up.
    private var isSpare = [false]
    private let slots: Int
    /// A stretch and within it the stretch after its last place, and so on.
    private var stretches: [Stretch]

    private struct Stretch {
        let start: Int
        let slots: Int
        /// r: the stretch may end before β(slots, r).
        var reruns = 0
        /// Places taken in this round, and the last of them.
        var index = 0
        var place: Int

        /// The next place.
        var next: Int {
            reruns > 0 && index < slots - 1
                ? place + Binomial.longestChain(slots: slots - index, reruns: reruns - 1)
                : start + Binomial.longestChain(slots: slots, reruns: reruns)
        }
    }

    package init(slots: Int) {
        self.slots = slots
        stretches = slots > 1 ? [Stretch(start: 0, slots: slots, place: 0)] : []
    }

    /// The next step whose entering state is to be saved, should the sequence not end with it; nil when none ever is.
    package var next: Int? { stretches.last?.next }

    /// Saves the state entering the next place.
    ///
    /// - Returns: the step whose state gives its slot.
    package mutating func save() -> Int? {
        guard var stretch = stretches.popLast() else { return nil }
        let place = stretch.next
        // A stretch ends where the one around it has its next place.
        while let outer = stretches.last, outer.next <= place { stretch = stretches.removeLast() }
        if stretch.reruns > 0, stretch.index < stretch.slots - 1 {
            giveUp(after: stretch.place)
            stretch.index += 1
        } else {
            giveUp(after: stretch.start)
            stretch.reruns += 1
            stretch.index = 1
        }
        stretch.place = place
        stretches.append(stretch)
        let left = stretch.slots - stretch.index
        if left > 1 { stretches.append(Stretch(start: place, slots: left, place: place)) }

        var freed: Int?
        if saved.count == slots, let index = isSpare.firstIndex(of: true) {
            freed = saved.remove(at: index)
            isSpare.remove(at: index)
        }
        saved.append(place)
        isSpare.append(false)
        return freed
    }

    /// Saves at every place before a step, as ``save()`` does one after the other.
    ///
    /// A stretch with s slots has s states when r of its rounds are over, itself and the places of the last round, whatever the
    /// rounds before left behind: so whole rounds are passed over. The saves of r rounds, those of the stretches within counted,
    /// are N(s, r) = β(s − 1, r) − 1: round q takes s − 1 places, and after place j N(s − j, q − 1) more, so that for 1
    /// + N Pascal's rule holds, 1 + N(s, r) = 1 + N(s, r − 1) + 1 + N(s − 1, r), from 1 at s = 1 and at r = 0.
    ///
    /// - Returns: how many states were saved.
    /// - Complexity: O(slots) rounds and places, each in O(slots).
    package mutating func saveAll(before end: Int) -> Int {
        var count = 0
        while let next, next < end {
            count += passRounds(before: end)
            // No place is as far as the next one after all rounds that end before the end.
            if let next = self.next, next < end {
                _ = save()
                count += 1
            }
        }
        return count
    }

    /// Goes to the end of the last whole round that a new stretch has before a step and before the next place of the one
    /// around it.
    ///
    /// - Returns: how many states are saved on the way.
    private mutating func passRounds(before end: Int) -> Int {
        guard var stretch = stretches.last, stretch.reruns == 0 else { return 0 }
        let outer = stretches.dropLast().last?.next ?? .max
        func isOver(_ reruns: Int) -> Bool {
            let length = Binomial.longestChain(slots: stretch.slots, reruns: reruns)
            return length < end - stretch.start && length <= outer - stretch.start
        }
        // With two slots a sequence has as many rounds as the root of its steps: they are found by halves.
        var (rounds, beyond) = (0, 1)
        while isOver(beyond) { (rounds, beyond) = (beyond, 2 * beyond) }
        while beyond - rounds > 1 {
            let middle = (rounds + beyond) / 2
            if isOver(middle) { rounds = middle } else { beyond = middle }
        }
        guard rounds > 0 else { return 0 }

        let kept = saved.indices.filter { !isSpare[$0] && saved[$0] <= stretch.start }
        saved = kept.map { saved[$0] }
        (stretch.reruns, stretch.index) = (rounds, 1)
        stretch.place = stretch.start + Binomial.longestChain(slots: stretch.slots, reruns: rounds - 1)
        saved.append(stretch.place)
        while stretch.index < stretch.slots - 1 {
            stretch.place = stretch.next
            stretch.index += 1
            saved.append(stretch.place)
        }
        isSpare = Array(repeating: false, count: saved.count)
        stretches[stretches.count - 1] = stretch
        return Binomial.longestChain(slots: stretch.slots - 1, reruns: rounds) - 1
    }

    private mutating func giveUp(after place: Int) {
        var index = saved.count - 1
        while index >= 0, saved[index] > place {
            isSpare[index] = true
            index -= 1
        }
    }
}
