package import Memory
package import Schedules

/// How far a budget of bytes reaches: for each strategy the largest parameter that fits, in closed form, and the fewest
/// bytes it can do with. What is found is simulated before it is told: see ``Forecast``.
///
/// Several tracks wait for one another where each first goes back: see ``Interleaving``. All strategies but ``Segmented``
/// hold the most bytes just there, so that each track has an equal share of what is free.
package struct Room: Sendable {
    let length: Int
    let footprint: Footprint
    /// What the constant roles leave of the budget; below 0 when they alone exceed it.
    let free: Int
    /// What each track has of it.
    private var share: Int { free / footprint.tracks }

    package init(budget: Bytes, length: Int, footprint: Footprint) {
        self.length = length
        self.footprint = footprint
        free = budget.count - footprint.constant.total
    }

    private var budget: Int { free + footprint.constant.total }
    private var state: Int { footprint.state }
    private var record: Int { footprint.record }

    /// The most records besides so many states; 0 or less when there is no room for one.
    private func records(besides states: Int) -> Int { free < 0 ? 0 : (share - states * state) / record }

    /// The largest h = h'. The state entering a window lies beside its records.
    package var window: Int? { positive(records(besides: 1)) }

    /// The most states, with the record at hand and the state that enters it. With T − 1 every step is run once without a
    /// record; another state would only be one save more.
    package var slots: Int? {
        // The record of a sequence of one step takes its state over.
        let states = share < record ? 0 : (share - record) / state - (length > 1 ? 1 : 0)
        return states < 1 ? nil : Swift.min(states, Swift.max(1, length - 1))
    }

    /// Beyond so many slots, finding places online takes seconds for a plan: each is found in O(slots), and more slots save
    /// little.
    static let mostOnlineSlots = 1 << 13

    /// The most records kept, with the initial state and the record that waits. When all T fit, that is full unrolling.
    package var kept: Int? {
        let all = records(besides: 1)
        return all >= length ? length : all < 2 ? nil : Swift.min(all - 1, length)
    }

    /// Whether every step's record fits, and whether the logarithm's states do.
    var memoryHoldsAll: Bool { records(besides: 1) >= length }
    var bisects: Bool { Strategy.leastBytes("bisection", length: length, footprint: footprint) <= budget }

    /// What is left for states and records of all tracks, at most what full unrolling takes.
    package var memory: Bytes? {
        free < footprint.tracks * Mixed.leastMemory(length: length, state: state, record: record)
            ? nil : Bytes(Swift.min(free, footprint.tracks * (state + length * record)))
    }

    /// The segment lengths that fit, and their work: all can be tried.
    func segments(_ body: (Int, Workload) -> Void) {
        for segment in 1...length where Room.bytes(segment: segment, length: length, footprint) <= free {
            body(segment, Workload(segment: segment, length: length))
        }
    }

    /// The peak of ``Segmented`` besides the constant roles: on the way forward all states but the last segment's, and its
    /// records; on the way back one state less and a whole segment. Either way one state enters the records. All tracks but
    /// one are on the way forward meanwhile.
    static func bytes(segment: Int, length: Int, _ footprint: Footprint) -> Int {
        let segments = (length + segment - 1) / segment
        let last = length - (segments - 1) * segment
        let onTheWay = (segments - 1) * footprint.state + last * footprint.record
        let onTheWayBack = segments > 1 ? (segments - 2) * footprint.state + segment * footprint.record : 0
        return footprint.tracks * footprint.state + (footprint.tracks - 1) * onTheWay
            + Swift.max(onTheWay, onTheWayBack)
    }

    /// What no segment length can do without besides the constant roles. Of n segments the last has a record or more, and
    /// the others T/n or more: with a states, r records and N tracks that is the least of
    ///
    ///     N a + (N − 1)((n − 1) a + r) + (n − 2) a + r T/n
    ///
    /// over all real n. It only grows with the length. The bytes of the best segment do not, for several tracks wait with
    /// less where a length leaves fewer steps for the last segment.
    static func leastOfAnySegment(length: Int, _ footprint: Footprint) -> Int {
        let (state, record) = (Double(footprint.state), Double(footprint.record))
        let tracks = Double(footprint.tracks)
        let least =
            2 * (tracks * state * record * Double(length)).squareRoot() + (tracks - 1) * record - (tracks + 1) * state
            + tracks * state
        return Int(Swift.max(0, least))
    }

    private func positive(_ count: Int) -> Int? { count < 1 ? nil : Swift.min(count, length) }
}

extension Strategy {
    /// The names of what can be planned with, in the catalogue's order; of several tracks no cuts.
    package static func plannable(disk: Bool, tracks: Int = 1) -> [String] {
        catalogue.map(\.name).filter {
            !unplannable.contains($0) && (disk || $0 != "multistage") && (tracks == 1 || !cutting.contains($0))
        }
    }

    /// The strategy of this name that needs the fewest bytes.
    package static func smallest(_ name: String, length: Int, footprint: Footprint) -> Strategy {
        switch name {
        case "truncated": .truncated(window: 1, stride: 1)
        case "segmented": .segmented(length: nil)
        case "bisection": .bisection
        case "binomial": .binomial(slots: 1)
        case "internal": .internal(slots: 1)
        case "mixed":
            .mixed(
                memory: Bytes(
                    footprint.tracks
                        * Mixed.leastMemory(length: length, state: footprint.state, record: footprint.record)))
        case "online": .online(slots: 1)
        case "multistage": .multistage(memory: 1, disk: length)
        default: .full
        }
    }

    /// The fewest bytes that the strategy of this name can do with, saturating.
    package static func leastBytes(_ name: String, length: Int, footprint: Footprint) -> Int {
        let (state, record, tracks) = (footprint.state, footprint.record, footprint.tracks)
        let constant = footprint.constant.total
        func product(_ first: Int, _ second: Int) -> Int {
            let (product, overflow) = first.multipliedReportingOverflow(by: second)
            return overflow ? Int.max / 2 : Swift.min(product, Int.max / 2)
        }
        switch name {
        case "truncated": return constant + state + record
        case "segmented":
            guard product(length, tracks * (record + 2 * state)) < Int.max / 2 else { return Int.max }
            let best = Segmented.bestSegment(length: length, state: state, record: record, tracks: tracks)
            return constant + Room.bytes(segment: best, length: length, footprint)
        // The record of a part of one step takes its state over; of a longer part with one slot it holds a copy.
        case "bisection": return constant + tracks * (Bisection(length: length).slots * state + record)
        case "binomial", "online", "multistage":
            return constant + tracks * ((length > 1 ? 2 : 1) * state + record)
        case "internal": return constant + tracks * (state + Swift.min(2, length) * record)
        case "mixed": return constant + tracks * Mixed.leastMemory(length: length, state: state, record: record)
        default: return constant + Swift.min(tracks * state + product(tracks * record, length), Int.max / 2)
        }
    }
}
