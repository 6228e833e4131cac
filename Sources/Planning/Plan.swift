package import Quantities
package import Schedules

/// What each strategy takes for one network and length, and which is fastest within a budget.
package struct Plan: Sendable {
    package struct Row: Sendable {
        package let strategy: Strategy
        /// Nil where there is no schedule: `obstacle` says why.
        package let forecast: Forecast?
        package let obstacle: String?
        package let seconds: Double?
        /// To full unrolling's predicted time.
        package let relativeTime: Double?
        /// The bytes it needs at least; more than the budget when no parameter fits.
        package let peakBytes: Int
        /// Nil where there is nothing that could fit, for there is no schedule whatever the parameter.
        package let fits: Bool?
        /// Whether the gradient is that of full unrolling.
        package let isExact: Bool
        /// Whether it may be the best: it has the exact gradient, and needs nothing that was not offered.
        package let isEligible: Bool
        /// Whether none of the others has fewer bytes and less time.
        package fileprivate(set) var isEfficient = false
        /// The same among those with the exact gradient; nil for the others, which are held against none of them.
        package fileprivate(set) var isEfficientAmongExact: Bool?
    }

    /// What may be planned with besides memory.
    package struct Means: Sendable {
        /// A window cuts gradients off.
        package var inexact: Bool
        /// States may go to disk.
        package var disk: Bool

        package init(inexact: Bool = false, disk: Bool = false) {
            self.inexact = inexact
            self.disk = disk
        }
    }

    /// How much longer than the fastest the best may take: predicted times are not better than that.
    package static let tolerance = 0.02

    package let budget: Bytes?
    package private(set) var rows: [Row]
    /// The one to take: of those that take at most ``tolerance`` longer than ``fastest`` the one that is exact, the simplest by
    /// ``Strategy/simplicity``, and the smallest, in this order.
    package let best: Row?
    /// The fastest that may be the best, in the same time the smallest.
    package let fastest: Row?
    /// Without a best one: the smallest that may be, which misses by ``shortBy`` bytes.
    package let smallest: Row?

    /// Forecasts of given strategies.
    package init(
        _ strategies: [Strategy], budget: Bytes?, setting: Setting, prices: Prices?, means: Means = Means()
    ) {
        let writer = RowWriter(budget: budget, setting: setting, prices: prices, means: means)
        self.init(rows: strategies.map(writer.row), budget: budget)
    }

    /// For each strategy the parameter that is fastest within the budget; the smallest one where none fits.
    package init(budget: Bytes, setting: Setting, prices: Prices?, means: Means = Means()) {
        let writer = RowWriter(budget: budget, setting: setting, prices: prices, means: means)
        let room = Room(budget: budget, setting: setting)
        let length = setting.length
        let rows = Strategy.plannable(disk: means.disk, tracks: setting.tracks).map { name -> Row in
            switch name {
            case "internal":
                let rungs = room.kept.map { $0 == length ? [length] : Rungs.down(from: $0, least: 1) } ?? []
                if let row = writer.fastest(rungs.map { .internal(slots: $0) }, restoring: true) { return row }
            case "mixed":
                if let row = writer.mixed(room) { return row }
            default:
                let choices = room.choices(name, prices: prices)
                if let row = choices.map(writer.row).min(by: Plan.isBetter) { return row }
            }
            return writer.row(setting.smallest(name).strategy)
        }
        self.init(rows: rows, budget: budget)
    }

    private init(rows: [Row], budget: Bytes?) {
        self.budget = budget
        self.rows = rows
        let eligible = rows.filter { $0.isEligible && $0.forecast != nil }
        fastest = budget == nil ? nil : eligible.filter { $0.fits == true }.min(by: Plan.isBetter)
        let best = fastest.map { fastest in
            let alike = eligible.filter {
                $0.fits == true && Plan.cost($0) <= Plan.cost(fastest) * (1 + Plan.tolerance)
            }
            return alike.min { Plan.preference($0) < Plan.preference($1) }!
        }
        self.best = best
        smallest = budget != nil && best == nil ? eligible.min { $0.peakBytes < $1.peakBytes } : nil
        for index in rows.indices where rows[index].forecast != nil {
            self.rows[index].isEfficient = Plan.isEfficient(rows[index], among: rows)
            if rows[index].isExact {
                self.rows[index].isEfficientAmongExact = Plan.isEfficient(rows[index], among: rows.filter(\.isExact))
            }
        }
    }

    private static func isEfficient(_ row: Row, among rows: [Row]) -> Bool {
        let (bytes, time) = (row.peakBytes, cost(row))
        return !rows.contains { other in
            other.forecast != nil && other.peakBytes <= bytes && cost(other) <= time
                && (other.peakBytes, cost(other)) != (bytes, time)
        }
    }

    /// What decides between rows that take as long.
    private static func preference(_ row: Row) -> (Int, Int, Int) {
        (row.isExact ? 0 : 1, row.strategy.simplicity, row.peakBytes)
    }

    package var shortBy: Int? {
        budget.flatMap { budget in smallest.map { $0.peakBytes - budget.count } }
    }

    /// Seconds; without prices, forward steps.
    private static func cost(_ row: Row) -> Double {
        row.seconds ?? row.forecast.map { Double($0.workload.forward) } ?? .infinity
    }

    /// Less time; in the same time fewer bytes.
    fileprivate static func isBetter(_ left: Row, _ right: Row) -> Bool {
        (cost(left), left.peakBytes) < (cost(right), right.peakBytes)
    }

    /// Strategies over the range of their parameters: powers of four.
    package static func survey(_ setting: Setting) -> [Strategy] {
        let (length, footprint) = (setting.length, setting.footprint(.full))
        let powers = Array(sequence(first: 4) { $0 * 4 }.prefix { $0 < length })
        let windows = footprint.tracks == 1 ? powers : []
        let most = saturatingProduct(length, footprint.tracks, footprint.record + footprint.state)
        let memories = sequence(first: 1 << 20) { $0 * 4 }.prefix { $0 < most }.filter {
            Mixed.obstacle(length: length, memory: Bytes($0), footprint: footprint) == nil
        }
        return [.full, .segmented(length: nil), .bisection] + powers.map { .binomial(slots: $0) }
            + powers.map { .internal(slots: $0) } + memories.map { .mixed(memory: Bytes($0)) }
            + powers.prefix { $0 <= Room.mostOnlineSlots }.map { .online(slots: $0) }
            + windows.map { .truncated(window: $0, stride: $0) }
    }
}

extension Room {
    /// The parameters that may be the fastest within the budget; none where none fits.
    ///
    /// Of saved states the most that fit are the fastest: another one saves a forward step for each save that it adds. Of
    /// segment lengths all are tried.
    fileprivate func choices(_ name: String, prices: Prices?) -> [Strategy] {
        switch name {
        case "full": return memoryHoldsAll ? [.full] : []
        case "truncated": return window.map { [.truncated(window: $0, stride: $0)] } ?? []
        case "segmented":
            var best: (segment: Int, cost: Double)?
            segments { segment, work in
                let cost = prices.flatMap { $0.seconds(work) } ?? Double(work.forward)
                if cost < best?.cost ?? .infinity { best = (segment, cost) }
            }
            return best.map { [.segmented(length: $0.segment)] } ?? []
        case "bisection": return bisects ? [.bisection] : []
        case "binomial": return slots.map { [.binomial(slots: $0)] } ?? []
        case "online": return slots.map { [.online(slots: Swift.min($0, Room.mostOnlineSlots))] } ?? []
        default:
            guard let slots else { return [] }
            let disks = Array(sequence(first: 1) { $0 * 4 }.prefix { $0 < length }) + [length]
            return disks.map { .multistage(memory: slots, disk: $0) }
        }
    }
}

/// Numbers of four significant bits: at most an eighth apart.
///
/// With more records kept there are fewer forward steps, but now and then some more runs to begin, so that the largest
/// parameter is not always the fastest. Were the largest always tried, a larger budget might take longer. Parameters of
/// these numbers alone, all of which are tried that may be the fastest, make sure that it never does.
private enum Rungs {
    /// Those up to a number, the largest first, and the least.
    static func down(from number: Int, least: Int) -> [Int] {
        var rungs: [Int] = []
        var next = number
        while next > least {
            let low = Swift.max(0, Int.bitWidth - next.leadingZeroBitCount - 4)
            let rung = (next >> low) << low
            guard rung > least else { break }
            rungs.append(rung)
            next = rung - 1
        }
        return number >= least ? rungs + [least] : []
    }
}

/// Makes the rows of a plan.
private struct RowWriter {
    let budget: Bytes?
    let setting: Setting
    let prices: Prices?
    let means: Plan.Means
    private var length: Int { setting.length }

    /// The fastest of strategies that take more and more forward steps: the search ends where these alone take as long as
    /// the best so far. Nil when there is no schedule for any.
    ///
    /// - Parameter restoring: whether they restore more and more states too.
    func fastest(_ strategies: [Strategy], restoring: Bool = false) -> Plan.Row? {
        var best: Plan.Row?
        for strategy in strategies {
            let row = row(strategy)
            guard let work = row.forecast?.workload else { continue }
            if best == nil || Plan.isBetter(row, best!) { best = row }
            var steps = Workload()
            (steps.plain, steps.recorded, steps.backward) = (work.plain, work.recorded, work.backward)
            if restoring { steps.restores = work.restores }
            guard let seconds = prices?.seconds(steps), let least = best?.seconds, seconds < least else { break }
        }
        return best
    }

    /// With a table within reach; where there is none for the fewest bytes, the row says why. Nil when those do not fit.
    func mixed(_ room: Room) -> Plan.Row? {
        guard let memory = room.memory else { return nil }
        let footprint = setting.footprint(.mixed(memory: memory))
        let (state, record) = (footprint.state, footprint.record)
        let least = footprint.tracks * Mixed.leastMemory(length: length, state: state, record: record)
        guard Mixed.obstacle(length: length, memory: Bytes(least), footprint: footprint) == nil else {
            return row(.mixed(memory: memory))
        }
        let holdsAll = memory.count == footprint.tracks * (state + length * record)
        let rungs = (holdsAll ? [memory.count] : []) + Rungs.down(from: memory.count, least: least)
        return fastest(rungs.map { .mixed(memory: Bytes($0)) })
    }

    func row(_ strategy: Strategy) -> Plan.Row {
        var eligible = strategy.isPlannable && strategy.name != "online"
        let isExact = strategy.isExact(length: length) && !setting.changesGradient
        if case .truncated = strategy { eligible = means.inexact || strategy.isExact(length: length) }
        if strategy.usesDisk { eligible = means.disk }
        if case .mixed(let memory) = strategy,
            let obstacle = Mixed.obstacle(length: length, memory: memory, footprint: setting.footprint(strategy))
        {
            let least = setting.smallest("mixed")
            // Bytes may be too few, for any parameter or for this one. Where the table is too large there is nothing to fit.
            let isTooSmall = if case .mixed(let fewest) = least.strategy { memory < fewest } else { false }
            let fits: Bool? = isTooSmall || budget.map { least.bytes > $0.count } == true ? false : nil
            return Plan.Row(
                strategy: strategy, forecast: nil, obstacle: obstacle.description, seconds: nil, relativeTime: nil,
                peakBytes: least.bytes, fits: fits, isExact: isExact, isEligible: eligible)
        }
        let forecast = setting.forecast(strategy)
        let seconds = prices?.seconds(forecast.workload)
        let full = prices?.seconds(Workload(Full(length: length)))
        return Plan.Row(
            strategy: strategy, forecast: forecast, obstacle: nil, seconds: seconds,
            relativeTime: seconds.flatMap { seconds in full.map { seconds / $0 } }, peakBytes: forecast.peakBytes,
            fits: budget.map { forecast.peakBytes <= $0.count } ?? true, isExact: isExact, isEligible: eligible)
    }
}
