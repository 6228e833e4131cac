import Glibc

/// A moment to give up at; none means never.
struct Deadline: Sendable {
    private let moment: ContinuousClock.Instant?

    init(after limit: Duration?) { moment = limit.map { ContinuousClock.now + $0 } }

    var isPast: Bool { moment.map { $0 <= .now } ?? false }

    /// What poll(2) takes: milliseconds rounded up, at most a minute at a time, or that when there is no deadline.
    var milliseconds: Int32 {
        guard let moment else { return 60_000 }
        let left = moment - .now
        guard left > .zero else { return 0 }
        guard left < .seconds(60) else { return 60_000 }
        let (seconds, attoseconds) = left.components
        return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
