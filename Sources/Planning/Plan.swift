package import Quantities
package import Schedules
package import Trials

/// What each strategy takes for one network and length, and which is fastest within a budget.
package struct Plan: Sendable {
    package struct Row: Sendable {
        package let strategy: Strategy
        /// Nil where there is no schedule: `infeasibility` says why.
        package let forecast: Forecast?
        package let infeasibility: String?
        package let seconds: Double?
        /// Where 9 of 10 such times lie; nil where that is not known.
        package let interval: Interval?
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
        /// What is kept in fewer bits, where that was to be chosen.
        package private(set) var bits = FewerBits.none
        /// Whether none of the others has fewer bytes and less time.
        package fileprivate(set) var isEfficient = false
        /// The same among those with the exact gradient; nil for the others, which are compared with none of them.
        package fileprivate(set) var isEfficientAmongExact: Bool?

        /// The same with formats that were chosen.
        func keeping(_ bits: FewerBits) -> Row {
            var row = self
            row.bits = bits
            return row
        }

        /// Seconds; without prices a number of steps. What sensitivities take no number of steps says: they come last then.
        func cost(ofSteps steps: (Workload) -> Int) -> Double {
            if let seconds { return seconds }
            guard let work = forecast?.workload else { return .infinity }
            return work.carriesSensitivities ? .greatestFiniteMagnitude : Double(steps(work))
        }
    }

    /// What may be planned with besides memory.
    package struct Options: Sendable {
        /// A window cuts gradients off.
        package var inexact: Bool
        /// States may go to disk.
        package var disk: Bool
        /// The stream does not end: only what needs no end may be the best.
        package var endless: Bool

        package init(inexact: Bool = false, disk: Bool = false, endless: Bool = false) {
            self.inexact = inexact
            self.disk = disk
            self.endless = endless
        }
    }

    /// How much longer than the fastest the best may take: predicted times are not better than that.
    package static let tolerance = 0.02

    package let budget: Bytes?
    package let rows: [Row]
    /// The one to take: of those that take at most ``tolerance`` longer than ``fastest`` the one that is exact, the simplest by
    /// ``Strategy/simplicity``, and the smallest, in this order.
    package let best: Row?
    /// The fastest that may be the best, in the same time the smallest.
    package let fastest: Row?
    /// Without a best one: the smallest that may be, which misses by ``shortBy`` bytes.
    package let smallest: Row?

    /// Forecasts of given strategies.
    package init(
        _ strategies: [Strategy], budget: Bytes?, setting: Setting, prices: CostModel?, options: Options = Options()
    ) {
        let writer = RowWriter(budget: budget, setting: setting, prices: prices, options: options)
        self.init(rows: strategies.map(writer.row), budget: budget)
    }

    /// For each strategy the parameter that is fastest within the budget; the smallest one where none fits.
    ///
    /// - Parameter whole: prices of the full unrolling that times are relative to; nil for the same.
    package init(
        budget: Bytes, setting: Setting, prices: CostModel?, options: Options = Options(), whole: CostModel? = nil
    ) {
        let writer = RowWriter(budget: budget, setting: setting, prices: prices, options: options, whole: whole)
        let limit = setting.memoryLimit(budget, prices: setting.prices(prices, carrying: .influence))
        let families = Strategy.plannable(
            disk: options.disk, lanes: setting.lanes, sensitivities: setting.carriesSensitivities,
            undoing: setting.undoesSteps, packing: setting.packing)
        let rows = families.map { family -> Row in
            let fastest =
                switch family.candidates(within: limit) {
                case .each(let strategies): strategies.map(writer.row).min(by: Plan.isBetter)
                case .slower(let strategies, let restoresMore): writer.fastest(strategies, restoring: restoresMore)
                }
            return fastest ?? writer.row(setting.smallestStrategy(family))
        }
        self.init(rows: rows, budget: budget)
    }

    init(rows: [Row], budget: Bytes?) {
        self.budget = budget
        let rows = Plan.withEfficiency(rows)
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
    }

    /// The rows with what each is next to the others.
    private static func withEfficiency(_ rows: [Row]) -> [Row] {
        let exact = rows.filter(\.isExact)
        return rows.map { row in
            guard row.forecast != nil else { return row }
            var row = row
            row.isEfficient = isEfficient(row, among: rows)
            row.isEfficientAmongExact = row.isExact ? isEfficient(row, among: exact) : nil
            return row
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

    /// Without a best one: the smallest that fits and is not the best only because its gradient is cut off.
    package var fittingCut: Row? {
        guard best == nil else { return nil }
        return rows.filter { $0.fits == true && $0.forecast != nil && $0.strategy.cutsAdjoint && !$0.isExact }
            .min { $0.peakBytes < $1.peakBytes }
    }

    /// Seconds; without prices, forward steps and those undone.
    static func cost(_ row: Row) -> Double { row.cost { $0.forward + $0.undone } }

    /// Less time; in the same time fewer bytes.
    fileprivate static func isBetter(_ left: Row, _ right: Row) -> Bool {
        (cost(left), left.peakBytes) < (cost(right), right.peakBytes)
    }

    /// Strategies over the range of their parameters: powers of four.
    package static func survey(_ setting: Setting) -> [Strategy] {
        Strategy.survey(
            length: setting.length, footprint: setting.footprint(.full), sensitivities: setting.carriesSensitivities,
            packing: setting.packing)
    }
}

/// Makes the rows of a plan.
private struct RowWriter {
    let budget: Bytes?
    let setting: Setting
    let prices: CostModel?
    let options: Plan.Options
    var whole: CostModel?
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

    func row(_ strategy: Strategy) -> Plan.Row {
        // Of a stream that does not end no window is all of it.
        let isExact =
            strategy.isExact(length: options.endless ? Strategy.largest + 1 : length)
            || setting.hasExactSensitivities(strategy)
        let isEligible =
            strategy.isPlannable && !strategy.traits.contains(.isForUnknownLengths)
            && (!strategy.cutsAdjoint || options.inexact || isExact)
            && (!strategy.usesDisk || options.disk)
            && (!options.endless || strategy.traits.contains(.needsNoEnd))
        let footprint = setting.footprint(strategy)
        if let infeasibility = strategy.infeasibility(length: length, footprint: footprint) {
            let least = footprint.constant.total + infeasibility.leastBytes
            // Bytes may be too few, for any parameter or for this one. Where the table is too large there is nothing to fit.
            let fits: Bool? = infeasibility.isTooFewBytes || budget.map { least > $0.count } == true ? false : nil
            return Plan.Row(
                strategy: strategy, forecast: nil, infeasibility: infeasibility.description, seconds: nil,
                interval: nil, relativeTime: nil,
                peakBytes: least, fits: fits, isExact: isExact && !setting.changesGradient, isEligible: isEligible)
        }
        let forecast = setting.forecast(strategy)
        let seconds = setting.prices(prices, carrying: strategy.sensitivities)?.seconds(forecast.workload)
        let full = (whole ?? prices)?.seconds(Workload(Strategy.full.schedule(length: length, footprint: footprint)))
        return Plan.Row(
            strategy: strategy, forecast: forecast, infeasibility: nil, seconds: seconds,
            // What sensitivities take is not measured.
            interval: forecast.workload.carriesSensitivities ? nil : seconds.flatMap { prices?.interval($0) },
            relativeTime: seconds.flatMap { seconds in full.map { seconds / $0 } }, peakBytes: forecast.peakBytes,
            fits: budget.map { forecast.peakBytes <= $0.count } ?? true, isExact: isExact && !setting.changesGradient,
            isEligible: isEligible)
    }
}
