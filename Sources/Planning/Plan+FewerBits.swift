package import Quantities
import Schedules
package import Trials

extension Plan {
    /// For each strategy the fastest way within the budget that one of several formats allows; with the one that is native alone, the
    /// plan without a choice. Of ways that take as long the one whose gradient is off by least.
    ///
    /// - Parameters:
    ///   - choices: formats whose error is allowed, the native ones among them.
    ///   - prices: of training steps with these formats.
    package init(
        budget: Bytes, trial: Trial, choices: [FewerBits], options: Options = Options(),
        prices: (FewerBits) -> CostModel?
    ) {
        let whole = prices(.none)
        let rows = choices.map { choice in
            Plan(
                budget: budget, setting: Setting(choice.applied(to: trial)), prices: prices(choice), options: options,
                whole: whole
            ).rows.map { $0.keeping(choice) }
        }
        // By family, in the list's order: with some formats some families are not there.
        let families = Dictionary(grouping: rows.joined()) { $0.strategy.simplicity }
        self.init(rows: families.sorted { $0.key < $1.key }.map { Plan.leastOff(of: $0.value) }, budget: budget)
    }

    /// Of a family's rows the one to show: as fast as any that fits, and off by least; where none fits, the smallest.
    private static func leastOff(of rows: [Row]) -> Row {
        let fitting = rows.filter { $0.fits == true && $0.forecast != nil }
        guard let fastest = fitting.map(Plan.cost).min() else { return rows.min { $0.peakBytes < $1.peakBytes }! }
        return fitting.filter { Plan.cost($0) <= fastest * (1 + Plan.tolerance) }.min {
            ($0.bits.error, Plan.cost($0), $0.peakBytes) < ($1.bits.error, Plan.cost($1), $1.peakBytes)
        }!
    }
}
