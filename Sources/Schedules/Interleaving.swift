/// An action, and the track that takes it.
package struct Turn: Hashable, Sendable {
    /// 0 where there is one.
    package let track: Int
    package let action: Action

    package init(track: Int, action: Action) {
        self.track = track
        self.action = action
    }
}

/// The actions of several tracks: of networks that go through the same steps one after the other, each under the same
/// schedule. The directions of a bidirectional network are such: what goes into a layer is there when both directions of
/// the layer below have been through all steps, and what comes back when both above have.
///
/// First each track in turn goes forward, up to its first `backward`; there it waits, with all that it holds. Then each goes
/// on to its end, the last track first. Of one track the actions are those of its schedule.
package struct Interleaving: Sequence, Sendable {
    private let schedule: any Schedule
    private let tracks: Int

    /// - Parameters:
    ///   - schedule: of every track; with more than one, it has been over all steps before it first goes back.
    ///   - tracks: how many there are, at least 1.
    package init(_ schedule: any Schedule, tracks: Int) {
        precondition(tracks >= 1, "there is at least one track")
        self.schedule = schedule
        self.tracks = tracks
    }

    package func makeIterator() -> Iterator { Iterator(self) }

    package struct Iterator: IteratorProtocol {
        private var tracks: [any IteratorProtocol<Action>]
        /// The action each track waits with.
        private var waiting: [Action?]
        private var track = 0
        private var isGoingBack = false

        fileprivate init(_ interleaving: Interleaving) {
            tracks = (0..<interleaving.tracks).map { _ in Iterator.begin(interleaving.schedule) }
            waiting = Array(repeating: nil, count: interleaving.tracks)
        }

        private static func begin(_ schedule: some Schedule) -> any IteratorProtocol<Action> { schedule.makeIterator() }

        package mutating func next() -> Turn? {
            while !isGoingBack {
                if let action = tracks[track].next() {
                    guard case .backward = action else { return Turn(track: track, action: action) }
                    waiting[track] = action
                }
                if track + 1 < tracks.count { track += 1 } else { isGoingBack = true }
            }
            while track >= 0 {
                if let action = waiting[track] {
                    waiting[track] = nil
                    return Turn(track: track, action: action)
                }
                if let action = tracks[track].next() { return Turn(track: track, action: action) }
                track -= 1
            }
            return nil
        }
    }
}
