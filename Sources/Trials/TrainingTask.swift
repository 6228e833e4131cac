/// What a network is trained on. Any step of any sequence can be generated at any time from the seed.
package enum TrainingTask: String, CaseIterable, Hashable, Sendable {
    /// The adding problem (Hochreiter & Schmidhuber 1997): a number and a marker at every step; after the last step, the
    /// sum of the two numbers marked. Channels beyond the two are 0.
    case adding
    /// Uniform noise in and uniform noise as targets at every step: the loss enters everywhere.
    case noise

    /// O, the width of the head.
    package var outputs: Int { self == .adding ? 1 : 8 }

    /// The least D.
    package var leastInput: Int { self == .adding ? 2 : 1 }
}

/// Where the inputs of a sequence are while it is trained on.
package enum InputStorage: String, CaseIterable, Hashable, Sendable {
    /// Generated when needed, again in every pass over a step.
    case streamed
    /// In memory for the whole sequence, as in most training programs.
    case resident
}
