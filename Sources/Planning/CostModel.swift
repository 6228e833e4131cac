package import Schedules
package import Shapes

/// What the time of a training step is made of, for one network on one machine: the price of each of its parts, in
/// seconds.
///
/// Time is a sum over counts: nothing in it depends on how many bytes are alive. Measured here, a step over records that fill
/// a cache many times over takes what a step over few takes, within some percent: products dominate.
package struct CostModel: Hashable, Sendable {
    /// What every training step takes, however short: gradients cleared, weights transposed.
    package var start = 0.0
    /// A forward step without a record, and one with.
    package var forward = 0.0
    package var record = 0.0
    /// Beginning a forward run.
    package var run = 0.0
    /// A backward step with its weight gradients, and beginning a run of them.
    package var backward = 0.0
    package var reversal = 0.0
    /// Saving a state and going back to one. A save is a copy; it never takes longer than a forward step.
    package var save = 0.0
    package var restore = 0.0
    /// Saving and going back on disk; nil when that was not measured.
    package var write: Double?
    package var read: Double?
    /// Undoing a step, and before that writing down what it forgets; nil where none was undone: then it is taken for a recorded one.
    package var undo: Double?

    // Not measured: by the operations of each, at the rate of a backward step. See ``carrying(_:of:)``.
    /// Carrying sensitivities over a forward step; over a recorded one, and beginning a block of these.
    package private(set) var carried = 0.0
    package private(set) var carriedOverRecords = 0.0
    package private(set) var carriedRun = 0.0

    package init() {}

    /// The prices with those of sensitivities, which are dense products as backward's are: by their operations.
    package func carrying(_ sensitivities: Sensitivities?, of shape: Shape) -> CostModel {
        guard let sensitivities, shape.refusal(of: sensitivities) == nil else { return self }
        var prices = self
        let second = backward / Double(shape.backwardFlops + shape.headFlops)
        let (one, two) = (shape.carriedFlops(block: 1), shape.carriedFlops(block: 2))
        prices.carried = second * Double(shape.carriedFlops(of: sensitivities))
        prices.carriedOverRecords = second * Double(two - one)
        prices.carriedRun = second * Double(2 * one - two)
        return prices
    }

    /// Predicted seconds of a training step; nil when it uses a disk that was not measured.
    package func seconds(_ work: Workload) -> Double? {
        var seconds =
            start + forward * Double(work.plain) + record * Double(work.recorded) + run * Double(work.runs)
        seconds += (undo ?? record) * Double(work.undone)
        seconds += backward * Double(work.backward) + reversal * Double(work.reversals)
        seconds += carried * Double(work.carried) + carriedOverRecords * Double(work.carriedOverRecords)
        seconds += carriedRun * Double(work.carriedRuns)
        seconds += save * Double(work.saves) + restore * Double(work.restores)
        guard work.writes > 0 || work.reads > 0 else { return seconds }
        guard let write, let read else { return nil }
        return seconds + write * Double(work.writes) + read * Double(work.reads)
    }
}

/// The measured time of a known workload.
package struct Observation: Hashable, Sendable {
    package let workload: Workload
    /// Everything but backward and disk; backward; disk.
    package let forward: Double
    package let backward: Double
    package let disk: Double

    package init(workload: Workload, forward: Double, backward: Double, disk: Double = 0) {
        self.workload = workload
        self.forward = forward
        self.backward = backward
        self.disk = disk
    }

    package var seconds: Double { forward + backward + disk }
}

// How prices are kept: `key=value` words.
extension CostModel {
    private static let names: [(String, any WritableKeyPath<CostModel, Double> & Sendable)] = [
        ("start", \.start), ("forward", \.forward), ("record", \.record), ("run", \.run), ("backward", \.backward),
        ("reversal", \.reversal), ("save", \.save), ("restore", \.restore),
    ]

    package var words: [String] {
        CostModel.names.map { "\($0.0)=\(self[keyPath: $0.1])" }
            + [("undo", undo), ("write", write), ("read", read)].compactMap { name, price in
                price.map { "\(name)=\($0)" }
            }
    }

    /// Nil when a price is missing, none of ours, no number or below 0.
    package init?(words: [String]) {
        var prices: [String: Double] = [:]
        for word in words {
            let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2, let price = Double(sides[1]), price.isFinite, price >= 0,
                prices.updateValue(price, forKey: sides[0]) == nil
            else { return nil }
        }
        for (name, path) in CostModel.names {
            guard let price = prices.removeValue(forKey: name) else { return nil }
            self[keyPath: path] = price
        }
        undo = prices.removeValue(forKey: "undo")
        write = prices.removeValue(forKey: "write")
        read = prices.removeValue(forKey: "read")
        guard prices.isEmpty, (write == nil) == (read == nil) else { return nil }
    }
}
