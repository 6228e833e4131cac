import Quantities
import Shapes
package import Trials

/// One of N parts of an experiment, to be measured apart from the others and merged afterwards.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
    /// Counted from 1.
    package let index: Int
    package let count: Int

    package static let largestCount = 1000
    /// What texts ``init(_:)`` reads, for error messages.
    package static let allowed = "I/N, such as 2/3, I from 1 to N, N at most \(largestCount)"

    package init?(index: Int, of count: Int) {
        guard (1...Shard.largestCount).contains(count), (1...count).contains(index) else { return nil }
        self.index = index
        self.count = count
    }

    /// Reads `2/3`.
    package init?(_ text: String) {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false).map { Int(decimal: $0) }
        guard sides.count == 2, let index = sides[0], let count = sides[1] else { return nil }
        self.init(index: index, of: count)
    }

    package var description: String { "\(index)/\(count)" }

    /// `measurements.csv` as this shard has it, `measurements.2-of-3.csv`: shards share a directory and no file.
    package func name(_ file: String) -> String {
        let dot = file.lastIndex(of: ".") ?? file.endIndex
        return "\(file[..<dot]).\(index)-of-\(count)\(file[dot...])"
    }

    /// The shard whose measurements a file holds; nil when its name is no shard's.
    package init?(fileName: String) {
        let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let sides = parts[1].split(separator: "-of-").compactMap { Int($0) }
        guard sides.count == 2 else { return nil }
        self.init(index: sides[0], of: sides[1])
        guard name(Results.fileName) == fileName else { return nil }
    }

    /// This shard's trials, in the experiment's order. Every trial is in one shard, the same on every machine.
    ///
    /// Trials that differ only in their strategy stay together, for they are measured in turn and compared by round. Groups
    /// are dealt out longest first, each to the shard with the least work so far (Graham 1969: at most 4/3 of the best
    /// split's longest shard), so that a sweep over lengths does not leave all the long sequences to one shard. With more
    /// shards than groups some are empty.
    package func trials(of trials: [Trial]) -> [Trial] {
        let groups = trials.groups()
        let work = groups.map { group in group.reduce(0) { Shard.sum($0, $1.work) } }
        var loads = Array(repeating: 0, count: count)
        var mine: Set<Int> = []
        // Ties go by order, so that all shards deal alike.
        for group in groups.indices.sorted(by: { (-work[$0], $0) < (-work[$1], $1) }) {
            let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
            loads[least] = Shard.sum(loads[least], work[group])
            if least == index - 1 { mine.insert(group) }
        }
        let chosen = Set(groups.indices.filter(mine.contains).flatMap { groups[$0] })
        return trials.filter(chosen.contains)
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}

extension Trial {
    /// What a training step takes, roughly, in operations: products over all steps once, and the time of a step however
    /// small, as often as there are updates. For sharing out and for telling the time left, not for judging.
    package var work: Int {
        let shape = shape
        let step = shape.forwardFlops + shape.backwardFlops + 1_000_000
        let (work, overflow) = step.multipliedReportingOverflow(by: length)
        let (all, overflows) = work.multipliedReportingOverflow(by: max(1, updates))
        return overflow || overflows ? .max : all
    }
}
