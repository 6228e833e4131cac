/// How a number is rounded that is kept in fewer bits.
package enum Rounding: String, CaseIterable, Hashable, Sendable {
    /// To the nearest that there is.
    case nearest
    /// Up or down by a chance that makes the mean the number itself. The chance is made of the seed, the draw, the layer with its
    /// direction, the step and the number's place: it is the same on every number of threads, and when a step is recorded again.
    case stochastic
    /// The same, with another rounding of each part that the equations multiply by itself: see ``CellKind/squared``.
    case independent

    package var isRandom: Bool { self != .nearest }
}
