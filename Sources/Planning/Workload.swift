package import Schedules

/// What a schedule makes a network do, in the counts that time is made of.
package struct Workload: Hashable, Sendable {
    /// Forward steps that keep no record.
    package var plain = 0
    /// Forward steps that keep one.
    package var recorded = 0
    /// Forward runs: each pays anew for weights and for steps that fill no chunk.
    package var runs = 0
    /// Backward steps, and how many runs they come in.
    package var backward = 0
    package var reversals = 0
    /// States saved and restored in memory.
    package var saves = 0
    package var restores = 0
    /// States written to disk and read from there.
    package var writes = 0
    package var reads = 0

    package init() {}

    /// C, all forward steps.
    package var forward: Int { plain + recorded }

    package mutating func apply(_ action: Action) {
        switch action {
        case .advance(let steps, let recording):
            runs += 1
            if recording.keepsRecords { recorded += steps.count } else { plain += steps.count }
        case .backward(let steps, _):
            backward += steps.count
            reversals += 1
        case .save(_, .memory): saves += 1
        case .save(_, .disk): writes += 1
        case .restore(_, .memory): restores += 1
        case .restore(_, .disk): reads += 1
        case .discard, .release, .truncate, .compensate: break
        }
    }

    package init(_ schedule: some Schedule) {
        for action in schedule { apply(action) }
    }

    /// Of ``Segmented``, without its actions: every segment length can be tried.
    package init(segment: Int, length: Int) {
        let segments = (length + segment - 1) / segment
        recorded = length
        plain = (segments - 1) * segment
        runs = 2 * segments - 1
        backward = length
        reversals = segments
        saves = segments - 1
        restores = segments - 1
    }
}
