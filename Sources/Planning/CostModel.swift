package import Schedules
package import Shapes
package import Trials

/// What the time of a training step is made of, for one network on one machine: the price of each of its parts, in
/// seconds.
///
/// Time is a sum over counts of what a schedule does. Of what it holds one thing matters: records that do not fit the caches near
/// the processor are written to memory and read from there, see ``farShare(_:)``.
package struct CostModel: Hashable, Sendable {
    /// What every training step takes, however short: gradients cleared, weights transposed.
    package var start = 0.0
    /// A forward step without a record, and one with.
    package var forward = 0.0
    package var record = 0.0
    /// Beginning a forward run.
    package var run = 0.0
    /// The end of a training step, however short: what is left of the weight gradients.
    package var end = 0.0
    /// A backward step with its weight gradients, and beginning a run of them.
    package var backward = 0.0
    package var reversal = 0.0
    /// The loss of a step, with what the head does for it.
    package var loss = 0.0
    /// Dropping the adjoint: weight gradients of a block that is not full.
    package var truncation = 0.0
    /// Saving a state, or copying it to the head of a run of records; and going back to one.
    package var save = 0.0
    package var restore = 0.0
    /// What a step forward whose record goes to memory takes more, and a step backward whose record comes from there.
    package var farRecord = 0.0
    package var farBackward = 0.0
    /// Saving and going back on disk; nil when that was not measured.
    package var write: Double?
    package var read: Double?
    /// Undoing a step, and before that writing down what it forgets; nil where none was undone: then it is taken for a recorded one.
    package var undo: Double?
    /// By what a time of this network that was not fitted to is off: 9 of 10 are between the predicted one over this and the
    /// predicted one times this. Nil where too few were measured to say.
    package var errorFactor: Double?
    /// Bytes of a step's record, of all lanes.
    package var recordBytes = 0.0

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
        let second = (backward + loss) / Double(shape.backwardFlops + shape.headFlops)
        let (one, two) = (shape.carriedFlops(block: 1), shape.carriedFlops(block: 2))
        prices.carried = second * Double(shape.carriedFlops(of: sensitivities))
        prices.carriedOverRecords = second * Double(two - one)
        prices.carriedRun = second * Double(2 * one - two)
        return prices
    }

    /// What of a core's caches is counted with: L2 and a part of L3. From 1 to 3 MiB predictions here are alike.
    static let cache = 2.0 * 1_048_576

    /// The share of records that are not in the caches when backward comes to them: all but the last ones made.
    static func farShare(_ work: Workload, recordBytes: Double) -> Double {
        let held = Double(work.heldRecords) * recordBytes
        return held > cache ? 1 - cache / held : 0
    }

    /// Where 9 of 10 such times lie; nil where that is not known.
    package func interval(_ seconds: Double) -> Interval? {
        errorFactor.map { CostModel.interval(around: seconds, factor: $0) }
    }

    static func interval(around seconds: Double, factor: Double) -> Interval {
        Interval(low: seconds / factor, high: seconds * factor, coverage: coverage)
    }

    /// Of an interval of a predicted time.
    package static let coverage = 0.9

    /// Predicted seconds of a training step; nil when it uses a disk that was not measured.
    package func seconds(_ work: Workload) -> Double? {
        let far = CostModel.farShare(work, recordBytes: recordBytes)
        var seconds =
            start + forward * Double(work.plain) + (record + farRecord * far) * Double(work.recorded)
            + run * Double(work.runs)
        seconds += (undo ?? record) * Double(work.undone)
        seconds += end + (backward + farBackward * far) * Double(work.backward) + reversal * Double(work.reversals)
        seconds += loss * Double(work.injected) + truncation * Double(work.truncations)
        seconds += carried * Double(work.carried) + carriedOverRecords * Double(work.carriedOverRecords)
        seconds += carriedRun * Double(work.carriedRuns)
        seconds += save * Double(work.saves + work.entered) + restore * Double(work.restores)
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
    /// Of all lanes.
    package let recordBytes: Double

    package init(workload: Workload, forward: Double, backward: Double, disk: Double = 0, recordBytes: Double = 0) {
        self.recordBytes = recordBytes
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
        ("start", \.start), ("forward", \.forward), ("record", \.record), ("run", \.run), ("end", \.end),
        ("backward", \.backward), ("reversal", \.reversal), ("loss", \.loss), ("truncation", \.truncation),
        ("save", \.save), ("restore", \.restore), ("far_record", \.farRecord), ("far_backward", \.farBackward),
        ("record_bytes", \.recordBytes),
    ]
    /// Those that are not always there.
    private static let others: [(String, any WritableKeyPath<CostModel, Double?> & Sendable)] = [
        ("undo", \.undo), ("write", \.write), ("read", \.read), ("error_factor", \.errorFactor),
    ]

    package var words: [String] {
        CostModel.names.map { "\($0.0)=\(self[keyPath: $0.1])" }
            + CostModel.others.compactMap { name, path in self[keyPath: path].map { "\(name)=\($0)" } }
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
        for (name, path) in CostModel.others { self[keyPath: path] = prices.removeValue(forKey: name) }
        guard prices.isEmpty, (write == nil) == (read == nil) else { return nil }
    }
}
