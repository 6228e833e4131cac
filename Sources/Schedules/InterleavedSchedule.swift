/// An action, and the lane that takes it.
package struct ScheduledAction: Hashable, Sendable {
    /// 0 where there is one.
    package let lane: Int
    package let action: Action

    package init(lane: Int, action: Action) {
        self.lane = lane
        self.action = action
    }
}

/// The actions of several lanes: of networks that go through the same steps one after the other, each under the same
/// schedule. The directions of a bidirectional network are such: what goes into a layer is there when both directions
/// of the layer below have been through all steps, and what comes back when both above have.
///
/// First each lane in turn goes forward, up to its first `backward`; there it waits, with all that it holds. Then each
/// continues to its end, the last lane first. Of one lane the actions are those of its schedule.
package struct InterleavedSchedule: Sequence, Sendable {
    private let schedule: any Schedule
    private let lanes: Int

    /// - Parameters:
    ///   - schedule: of every lane; with more than one, it has been over all steps before it first goes back.
    ///   - lanes: how many there are, at least 1.
    package init(_ schedule: any Schedule, lanes: Int) {
        precondition(lanes >= 1, "there is at least one lane")
        self.schedule = schedule
        self.lanes = lanes
    }

    package func makeIterator() -> Iterator { Iterator(self) }

    package struct Iterator: IteratorProtocol {
        private var lanes: [any IteratorProtocol<Action>]
        /// The action each lane waits with.
        private var waiting: [Action?]
        private var lane = 0
        private var isGoingBack = false

        fileprivate init(_ interleaved: InterleavedSchedule) {
            lanes = (0..<interleaved.lanes).map { _ in Iterator.begin(interleaved.schedule) }
            waiting = Array(repeating: nil, count: interleaved.lanes)
        }

        private static func begin(_ schedule: some Schedule) -> any IteratorProtocol<Action> { schedule.makeIterator() }

        package mutating func next() -> ScheduledAction? {
            while !isGoingBack {
                if let action = lanes[lane].next() {
                    guard case .backward = action else { return ScheduledAction(lane: lane, action: action) }
                    waiting[lane] = action
                }
                if lane + 1 < lanes.count { lane += 1 } else { isGoingBack = true }
            }
            while lane >= 0 {
                if let action = waiting[lane] {
                    waiting[lane] = nil
                    return ScheduledAction(lane: lane, action: action)
                }
                if let action = lanes[lane].next() { return ScheduledAction(lane: lane, action: action) }
                lane -= 1
            }
            return nil
        }
    }
}
