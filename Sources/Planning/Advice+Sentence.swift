import Quantities
import Schedules
import Trials

extension Advice {
    /// Why a strategy is recommended, in one sentence.
    struct Sentence {
        let choice: Plan.Row
        /// Of a truncation.
        let line: Line?
        let needed: Int?
        let exact: [Plan.Row]
        let limit: Double
        let budget: Bytes?
        let length: Int

        var text: String {
            let within = budget.map { " of \($0)" } ?? ""
            let bytes = "\(Bytes(choice.peakBytes))\(within)"
            guard let line else {
                let why = needed.map { "though a window of \($0) would do" } ?? "for no window below \(length) does"
                let reason = "\(why) for an error of at most \(Advice.rounded(limit))"
                return "Take \(choice.strategy): the exact gradient in \(bytes), \(reason)."
            }
            let interval = line.errors.medianInterval()!
            let error =
                "\(Advice.rounded(line.errors.median!)) (\(Advice.rounded(interval.low)) to \(Advice.rounded(interval.high)))"
            let reach = needed.map { "Look back \($0) steps or more" } ?? "Look back \(line.window) steps"
            return
                "\(reach): \(choice.strategy) has a gradient error of \(error), at most \(Advice.rounded(limit)), in \(bytes)"
                + comparison + "."
        }

        /// What the exact gradient would take: its fastest strategy, and its smallest.
        private var comparison: String {
            guard let fastest = exact.min(by: { Advice.time($0) < Advice.time($1) }),
                let smallest = exact.min(by: { $0.peakBytes < $1.peakBytes })
            else { return "" }
            func take(_ row: Plan.Row) -> String { "\(Bytes(row.peakBytes)) under \(row.strategy)" }
            let all = fastest.strategy == smallest.strategy ? take(fastest) : "\(take(fastest)) or \(take(smallest))"
            return "; the exact gradient takes \(all)"
        }
    }

    /// To two digits.
    static func rounded(_ number: Double) -> String {
        guard number > 0, number.isFinite else { return "0" }
        var (scale, value) = (1.0, number)
        while value < 10 { (value, scale) = (value * 10, scale * 10) }
        return "\((number * scale).rounded() / scale)"
    }
}
