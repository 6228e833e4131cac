import Glibc
import Schedules
import Shapes
import Trials

/// Which exact gradient is right where: of every network and length measured the method that takes least.
struct MethodMap {
    /// A network and a length.
    struct Cell {
        let trial: Trial
        /// Of those that go over no step more than twice on average.
        let smallest: Strategy?
        /// Of those within ``MethodMap/budget``.
        let fastest: Strategy?
    }

    let cells: [Cell]
    /// Names of the methods, as first seen.
    let names: [String]
    /// The power of two, in bytes, within which the fewest networks are left to one method; nil without times.
    let budget: Double?

    /// Nil with fewer than three lengths or widths, or where nothing is carried forward.
    init?(_ rows: [Row]) {
        let exact = rows.succeeded.ofMostCommonOrigin.filter {
            $0.trial.updates == 0 && $0.trial.strategy.isExact(length: Strategy.largest) && $0[.peakBytes] != nil
        }
        guard exact.lengths.count >= 3, Set(exact.map(\.trial.hidden)).count >= 3,
            exact.contains(where: { $0.trial.strategy == .forward(block: nil) }),
            exact.contains(where: { $0.trial.strategy == .full })
        else { return nil }
        names = exact.map(\.trial.strategy.name).orderedSet
        let networks = exact.grouped(over: [.strategy]).map { rows in
            (trial: rows[0].trial, methods: rows.grouped(over: []).map(Method.init))
        }
        /// Networks that fit, but for those that the most common winner has.
        func balance(_ budget: Double) -> Int {
            let winners = networks.compactMap { Method.fastest($0.methods, within: budget)?.name }
            return winners.count - (Dictionary(grouping: winners) { $0 }.values.map(\.count).max() ?? 0)
        }
        let isTimed = exact.contains { $0.repetition >= 3 && $0[.wallSeconds] != nil }
        let budget = isTimed ? (10...40).map { pow(2, Double($0)) }.max { balance($0) < balance($1) } : nil
        self.budget = budget
        cells = networks.map { network in
            Cell(
                trial: network.trial, smallest: Method.smallest(network.methods),
                fastest: budget.flatMap { Method.fastest(network.methods, within: $0) })
        }
    }

    private struct Method {
        let strategy: Strategy
        let peak, seconds: Double
        /// Forward steps for each step of the sequence.
        let steps: Double

        init(_ rows: [Row]) {
            strategy = rows[0].trial.strategy
            peak = rows.largest(.peakBytes)!
            seconds = Sample(.wallSeconds, of: rows).median ?? .infinity
            steps = rows.largest(.forwardSteps).map { $0 / Double(rows[0].trial.length) } ?? .infinity
        }

        static func smallest(_ methods: [Method]) -> Strategy? {
            methods.filter { $0.steps <= 2 }.min { $0.peak < $1.peak }?.strategy
        }

        static func fastest(_ methods: [Method], within budget: Double) -> Strategy? {
            methods.filter { $0.peak <= budget }.min { $0.seconds < $1.seconds }?.strategy
        }
    }
}
