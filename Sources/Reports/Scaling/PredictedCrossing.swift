import Schedules
import Trials

extension Trial {
    /// The first length of a range at which a strategy takes less than another, by shapes alone; nil where it takes less from the start
    /// or never.
    ///
    /// - Parameters:
    ///   - strategy: one whose peak does not grow with the length.
    ///   - other: one whose peak does.
    func crossing(of strategy: Strategy, below other: Strategy, in lengths: ClosedRange<Int>) -> Int? {
        func isLess(_ length: Int) -> Bool {
            func peak(_ strategy: Strategy) -> Int {
                var trial = self
                (trial.length, trial.strategy) = (length, strategy)
                return trial.demand.peakBytes
            }
            return peak(strategy) < peak(other)
        }
        guard !isLess(lengths.lowerBound), isLess(lengths.upperBound) else { return nil }
        var (above, from) = (lengths.lowerBound, lengths.upperBound)
        while from - above > 1 {
            let middle = (above + from) / 2
            if isLess(middle) { from = middle } else { above = middle }
        }
        return from
    }
}

extension Collection<Row> {
    /// The length from which on one strategy takes less than another, where two neighbouring lengths were measured and the order turns
    /// once; nil where that is not so.
    func measuredCrossing(of strategy: Strategy, below other: Strategy) -> Int? {
        func peaks(_ strategy: Strategy) -> [Int: Double] {
            Dictionary(grouping: filter { $0.trial.strategy == strategy }, by: \.trial.length)
                .compactMapValues { $0.largest(.peakBytes) }
        }
        let (own, others) = (peaks(strategy), peaks(other))
        let lengths = own.keys.filter { others[$0] != nil }.sorted()
        guard let from = lengths.first(where: { own[$0]! < others[$0]! }), lengths.contains(from - 1),
            lengths.allSatisfy({ (own[$0]! < others[$0]!) == ($0 >= from) })
        else { return nil }
        return from
    }
}
