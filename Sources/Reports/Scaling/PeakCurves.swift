import Schedules
import Trials

/// Predicted peaks of trials over many lengths, each found once: a network is met again under every seed, and a strategy in
/// every pair.
package struct PeakCurves {
    /// Of how many lengths, from the shortest on, none is left out.
    static let everyLength = 1 << 14
    /// The same for schedules that are gone through action by action: T actions and more for each length.
    static let everyFoldedLength = 1 << 11
    /// How many are looked at between any two measured ones beyond these.
    static let between = 63

    private var known: [Trial: [Int: Int]] = [:]

    /// What is compared of two trials that were measured at these lengths, rising: every length from the shortest to the
    /// longest, as far as `count` goes, then the measured ones and some between them.
    package static func lengths(measured: [Int], every count: Int) -> [Int] {
        guard let shortest = measured.first, let longest = measured.last else { return [] }
        guard longest - shortest >= count else { return Array(shortest...longest) }
        var lengths = Array(shortest..<shortest + count)
        for length in measured where length >= shortest + count {
            let last = lengths[lengths.count - 1]
            let step = max(1, (length - last + between) / (between + 1))
            lengths += stride(from: last + step, to: length, by: step)
            lengths.append(length)
        }
        return lengths
    }

    /// Of how many lengths of a trial none is left out.
    static func every(_ trial: Trial) -> Int {
        trial.strategy.traits.contains(.isFolded) ? everyFoldedLength : everyLength
    }

    /// The peak at each of these lengths, rising.
    mutating func peaks(of trial: Trial, at lengths: [Int]) -> [Int] {
        var trial = trial
        // The seed makes other numbers, not more of them.
        (trial.length, trial.seed) = (1, 1)
        var curve = known[trial] ?? [:]
        func footprint(_ length: Int?) -> Footprint? {
            guard let length else { return nil }
            trial.length = length
            return trial.footprint
        }
        // Nothing in it becomes less with the length: what is the same at both ends is so in between.
        let (first, last) = (footprint(lengths.first), footprint(lengths.last))
        let constant = first == last ? first : nil
        var longest: (any Schedule)?
        func schedule(_ length: Int, _ footprint: Footprint) -> any Schedule {
            if let longest, let schedule = longest.shortened(to: length) { return schedule }
            return trial.strategy.schedule(length: length, footprint: footprint, losses: trial.losses)
        }
        let peaks = lengths.map { length in
            if let peak = curve[length] { return peak }
            // What takes long to make is made once, and shortened.
            if longest == nil, trial.strategy.traits.contains(.isFolded) {
                trial.length = lengths[lengths.count - 1]
                longest = trial.schedule
            }
            trial.length = length
            let footprint = constant ?? trial.footprint
            let peak = Demand(schedule(length, footprint), footprint: footprint).peakBytes
            curve[length] = peak
            return peak
        }
        trial.length = 1
        known[trial] = curve
        return peaks
    }
}
