package import Quantities
package import Schedules

/// How far a budget of bytes reaches: for each strategy the largest parameter that fits, in closed form, and the fewest
/// bytes it can do with. What is found is simulated before it is told: see ``Forecast``.
///
/// Several tracks wait for one another where each first goes back: see ``Interleaving``. All strategies but ``Segmented``
/// hold the most bytes just there, so that each track has an equal share of what is free.
///
/// What is counted follows from the schedules as they are defined here, whose sources their files name; the formulas are derived
/// in place and held against the simulator for every small network in the tests. Published ones differ by what a paper leaves
/// out: Chen et al. 2016 (arXiv 1604.06174, section 4.3) balance k segments against the T/k steps of one, at k = √T; with a
/// bytes a state and r a record the least of k a + r T/k is at k = √(r T/a). Griewank & Walther 2000
/// (doi 10.1145/347837.347846) count states alone, the initial one included.
package struct Room: Sendable {
    let length: Int
    private let setting: Setting
    private let budget: Int
    let footprint: Footprint
    /// What the constant roles leave of the budget; below 0 when they alone exceed it.
    let free: Int
    /// What each track has of it.
    private var share: Int { free / footprint.tracks }

    package init(budget: Bytes, setting: Setting) {
        self.setting = setting
        self.budget = budget.count
        length = setting.length
        // Of all strategies but truncation, whose windows have sizes of their own.
        footprint = setting.footprint(.full)
        free = budget.count - footprint.constant.total
    }

    private var state: Int { footprint.state }
    private var record: Int { footprint.record }

    /// The most records besides so many states; 0 or less when there is no room for one.
    private func records(besides states: Int) -> Int { free < 0 ? 0 : (share - states * state) / record }

    /// The largest h = h'. Not in closed form: with CTC the constant roles grow with the window too. Bytes only grow with it,
    /// so it is found by halves.
    package var window: Int? {
        func fits(_ window: Int) -> Bool {
            setting.forecast(.truncated(window: window, stride: window)).peakBytes <= budget
        }
        guard fits(1) else { return nil }
        var (low, high) = (1, length + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        return low
    }

    /// The most states, with the record at hand and the state that enters it. With T − 1 every step is run once without a
    /// record; another state would only be one save more.
    package var slots: Int? {
        // The record of a sequence of one step takes its state over.
        let states = share < record ? 0 : (share - record) / state - (length > 1 ? 1 : 0)
        return states < 1 ? nil : Swift.min(states, Swift.max(1, length - 1))
    }

    /// Beyond this many slots, the places at the end are too many to be found and counted between in a moment, and more slots
    /// save little.
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
            ? nil
            : Bytes(
                Swift.min(
                    free, saturatingSum(footprint.tracks * state, saturatingProduct(footprint.tracks, length, record))))
    }

    /// Of the segment lengths that cut the sequence in the same number of parts the shortest that fits, and its work: a longer
    /// one goes over more steps again and is in all else the same. There are some 2√T numbers of parts.
    ///
    /// With each step more in a segment there is less on the way. Of one track, what a whole segment needs on the way back
    /// only grows; of several, those that wait on the way have at least a record less each, so that bytes only fall.
    ///
    /// - Complexity: O(√T · log T).
    func segments(_ body: (Int, Workload) -> Void) {
        var shortest = 1
        while shortest <= length {
            let parts = (length + shortest - 1) / shortest
            let longest = parts == 1 ? length : (length - 1) / (parts - 1)
            func isSmallEnough(_ segment: Int) -> Bool {
                let bytes = Room.parts(segment: segment, length: length, footprint)
                return bytes.onTheWay <= free && (footprint.tracks == 1 || bytes.onTheWayBack <= free)
            }
            var (low, high) = (shortest, longest)
            while low < high {
                let middle = low + (high - low) / 2
                if isSmallEnough(middle) { high = middle } else { low = middle + 1 }
            }
            if Room.bytes(segment: low, length: length, footprint) <= free {
                body(low, Workload(Segmented(length: length, segment: low)))
            }
            shortest = longest + 1
        }
    }

    /// The peak of ``Segmented`` besides the constant roles: on the way forward all states but the last segment's, and its
    /// records; on the way back one state less and a whole segment. Either way one state enters the records. All tracks but
    /// one are on the way forward meanwhile.
    static func bytes(segment: Int, length: Int, _ footprint: Footprint) -> Int {
        let bytes = parts(segment: segment, length: length, footprint)
        return Swift.max(bytes.onTheWay, bytes.onTheWayBack)
    }

    /// The same where the last track is still on its way forward, and where it is on its way back.
    private static func parts(
        segment: Int, length: Int, _ footprint: Footprint
    ) -> (onTheWay: Int, onTheWayBack: Int) {
        let segments = (length + segment - 1) / segment
        let last = length - (segments - 1) * segment
        let onTheWay = (segments - 1) * footprint.state + last * footprint.record
        let onTheWayBack = segments > 1 ? (segments - 2) * footprint.state + segment * footprint.record : 0
        let waiting = footprint.tracks * footprint.state + (footprint.tracks - 1) * onTheWay
        return (waiting + onTheWay, waiting + onTheWayBack)
    }

    /// What no segment length can do without besides the constant roles. Of n segments the last has a record or more, and
    /// the others T/n or more: with a states, r records and N tracks that is the least of
    ///
    ///     N a + (N − 1)((n − 1) a + r) + (n − 2) a + r T/n
    ///
    /// over all real n: by the inequality of means n N a + r T/n is least at n = √(r T/(N a)), where it is 2 √(N a r T). It only
    /// grows with the length. The bytes of the best segment do not, for several tracks wait with
    /// less where a length leaves fewer steps for the last segment.
    package static func leastOfAnySegment(length: Int, _ footprint: Footprint) -> Int {
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
