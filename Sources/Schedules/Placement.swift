/// Where to save states on the way through a sequence whose end nobody knows. It is asked step by step and has no access
/// to the length.
///
/// The places of an optimal schedule for β(s, r) steps are β(s, r − 1), β(s − 1, r − 1), … apart: as long as the sequence
/// may end before β(s, r), states are saved there for good, and the stretch behind the last of them is a sequence of
/// unknown length of its own with the slots that are left. When the sequence goes on beyond β(s, r), the places for r + 1
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
    /// A stretch and within it the stretch behind its last place, and so on.
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

    private mutating func giveUp(after place: Int) {
        var index = saved.count - 1
        while index >= 0, saved[index] > place {
            isSpare[index] = true
            index -= 1
        }
    }
}
