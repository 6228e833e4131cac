package import Quantities
package import Schedules
package import Trials

/// What a survey of windows comes to: what each window costs in the gradient, in bytes and in time, the exact strategies beside it, and
/// one of them that is recommended.
package struct Advice: Sendable {
    /// A window under one of the two kinds of truncation.
    package struct Line: Sendable {
        /// K.
        package let window: Int
        package let kind: WindowSurvey.Kind
        /// ‖g_K − g‖/‖g‖ of each batch; batches whose exact gradient is 0 are left out.
        package let errors: Sample
        package let cosines: Sample
        /// See ``Trials/WindowSurvey/Summary``; nil with fewer than two batches.
        package let bias, noise: Double?
        /// δ(K − 1) of the mean profile, which is of losses that are all felt over K steps; nil for the other kind, and where nothing
        /// bounds it.
        package let bound: Double?
        package let plan: Plan.Row

        /// What is held against the limit: the upper end of the median's interval; nil without a batch.
        package var largestError: Double? { errors.medianInterval()?.high }
    }

    /// The one to take.
    package struct Recommendation: Sendable {
        package let strategy: Strategy
        /// The least window at which every loss is felt far enough; T where none below T is.
        package let window: Int
        package let sentence: String
    }

    package let lines: [Line]
    /// The exact strategies: within the budget the fastest of each family, or its smallest where none fits; without one, over the
    /// ranges of their parameters.
    package let exact: [Plan.Row]
    /// The mean of the batches'.
    package let profile: LagProfile?
    package let batches: Int
    /// Of one batch's exact gradient: see ``Trials/WindowSurvey/Summary/exactNoise``.
    package let exactNoise: Double?
    /// Nil where nothing fits into the budget, or there is no batch.
    package let recommendation: Recommendation?
    /// Where nothing fits: what is the smallest that is good enough.
    package let smallest: Plan.Row?

    /// - Parameters:
    ///   - windows: K, rising, as the batches have them.
    ///   - trial: the network and its data; its strategy does not matter.
    ///   - limit: the largest error of a gradient, ‖g_K − g‖/‖g‖.
    ///   - budget: what all tensors together may take; nil for any number.
    ///   - prices: nil where times are not to be reported.
    package init(
        _ batches: [WindowSurvey.Batch], summary: WindowSurvey.Summary?, windows: [Int], of trial: Trial, limit: Double,
        budget: Bytes?, prices: CostModel?
    ) {
        // Windows are held against full unrolling of the same network, rounded as it is.
        let setting = Setting(trial, isOwnReference: true)
        self.batches = batches.count
        let profiles = batches.compactMap(\.profile)
        let profile = profiles.isEmpty ? nil : LagProfile(meanOf: profiles)
        self.profile = profile
        exactNoise = summary.flatMap { $0.exactNoise.isFinite ? $0.exactNoise : nil }
        let biases = profile?.relativeBiases ?? []
        let pairs = WindowSurvey.Kind.allCases.flatMap { kind in windows.indices.map { (kind, $0) } }
        let rows = Plan(
            pairs.map { $0.strategy(windows[$1]) }, budget: budget, setting: setting, prices: prices,
            options: Plan.Options(inexact: true)
        ).rows
        let lines = zip(pairs, rows).map { pair, row -> Line in
            let (kind, index) = pair
            let own = batches.compactMap { $0.distances[kind]?[index] }
            let bound = kind == .every && biases.indices.contains(windows[index] - 1) ? biases[windows[index] - 1] : nil
            return Line(
                window: windows[index], kind: kind, errors: Sample(own.map(\.error).filter(\.isFinite)),
                cosines: Sample(own.map(\.cosine).filter(\.isFinite)),
                bias: summary?.biases[kind]?[index].finite, noise: summary?.noises[kind]?[index].finite,
                bound: bound?.finite, plan: row)
        }
        self.lines = lines
        let all =
            budget.map { Plan(budget: $0, setting: setting, prices: prices) }
            ?? Plan(Plan.survey(setting), budget: nil, setting: setting, prices: prices)
        let exact = all.rows.filter { $0.isEligible && $0.forecast != nil && $0.isExact }
        self.exact = exact
        let good = lines.filter { ($0.largestError ?? .infinity) <= limit }
        let needed = good.filter { $0.kind == .every }.map(\.window).min()
        let candidates = good.map(\.plan) + exact
        let fitting = candidates.filter { $0.fits == true }
        smallest = fitting.isEmpty ? candidates.min { $0.peakBytes < $1.peakBytes } : nil
        guard !batches.isEmpty, lines.contains(where: { $0.errors.count > 0 }) else {
            recommendation = nil
            return
        }
        // Without a budget memory is what a window saves. Within one, what fits may take the least time.
        let truncated = fitting.filter { !$0.isExact }
        let choice =
            budget == nil && !truncated.isEmpty
            ? truncated.min { Advice.memory($0) < Advice.memory($1) }
            : fitting.min { Advice.time($0) < Advice.time($1) }
        recommendation = choice.map { choice in
            Recommendation(
                strategy: choice.strategy, window: needed ?? trial.length,
                sentence: Sentence(
                    choice: choice, line: good.first { $0.plan.strategy == choice.strategy }, needed: needed,
                    exact: exact,
                    limit: limit, budget: budget, length: trial.length
                ).text)
        }
    }

    private static func memory(_ row: Plan.Row) -> (Int, Double) { (row.peakBytes, cost(row)) }

    /// In the same time the exact one, then the smaller one.
    static func time(_ row: Plan.Row) -> (Double, Int, Int) {
        (cost(row), row.isExact ? 0 : 1, row.peakBytes)
    }

    /// Seconds; without prices steps, one back for two forward: back there are two products for each one forward, for the adjoint and
    /// for the weights.
    private static func cost(_ row: Plan.Row) -> Double { row.cost { $0.forward + 2 * $0.backward } }
}

extension Double {
    fileprivate var finite: Double? { isFinite ? self : nil }
}
