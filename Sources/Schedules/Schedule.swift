/// The sequence of actions that trains over one sequence of `length` steps, or only goes through it.
///
/// A schedule is a value: immutable, lazy, the same actions at every pass. It speaks of steps alone; what a step costs
/// in bytes or seconds is for its three interpreters: the ``Validator``, the ``Simulator`` and the executor.
///
/// A schedule of one's own is a type with `length`, `slots` and an iterator of actions; all else has a default, which is
/// that of a strategy that reverses every step once. The ``Validator`` says whether it is correct.
public protocol Schedule: Sequence<Action>, Sendable {
    /// T, the number of time steps.
    var length: Int { get }

    /// The most saved states the schedule may hold in memory at once.
    var slots: Int { get }

    /// The most saved states it may hold on disk at once.
    var diskSlots: Int { get }

    /// The most records it may hold at once.
    var records: Int { get }

    /// Where in a backward pass the loss enters.
    var losses: LossPlacement { get }

    /// How often the strategy runs backward over this step.
    func reversals(of step: Int) -> Int

    /// Whether a gradient comes of it. Without one it only goes forward: nothing is reversed and no loss enters.
    var hasGradient: Bool { get }

    /// What it does and holds in sum, found without its actions; nil where only the actions tell.
    var tally: Tally? { get }

    /// The schedule of fewer steps, or as many, under the same parameters, where it can be had from this one for less than it
    /// takes to make; nil where it cannot.
    func shortened(to length: Int) -> Self?

    /// What the adjoint is multiplied by between any two steps back where it is not truncated, to make up for where it is;
    /// nil for schedules that leave it as it is.
    var compensation: Double? { get }

    /// What is carried to the end of the sequence in place of records; nil for schedules that carry nothing.
    var sensitivities: Sensitivities? { get }
}

/// A schedule that chance has a part in, one of as many as there are draws.
package protocol DrawnSchedule: Schedule {
    /// Another draw.
    func drawn(_ draw: Int) -> Self
}

/// Where in a backward pass the loss enters, which `injecting` of ``Action/backward(_:injecting:)`` says. It makes a
/// difference where a pass reverses a step more than once: each step's loss enters in one of these passes.
public enum LossPlacement: Hashable, Sendable {
    /// In the first pass over a step: a loss at step t is of what came up to t.
    case newest
    /// In the last pass over a step: a loss that looks ahead, as CTC's backward variables do, has then seen as much as it
    /// ever will. Until then, a loss that has seen its end already may enter earlier: `injecting` is what is due.
    case oldest
}

extension Schedule {
    /// 0: all in memory.
    public var diskSlots: Int { 0 }
    /// T.
    public var records: Int { length }
    /// ``LossPlacement/newest``.
    public var losses: LossPlacement { .newest }
    /// 1.
    public func reversals(of step: Int) -> Int { 1 }
    /// True.
    public var hasGradient: Bool { true }
    /// Nil: the actions tell.
    public var tally: Tally? { nil }
    /// Nil: it is made again.
    public func shortened(to length: Int) -> Self? { nil }
    /// Nil: the adjoint is left as it is.
    public var compensation: Double? { nil }
    /// Nil: nothing is carried.
    public var sensitivities: Sensitivities? { nil }
}
