/// Where the inputs of a sequence are while it is trained on.
package enum InputStorage: String, CaseIterable, Hashable, Sendable {
    /// Generated when needed, again in every pass over a step.
    case streamed
    /// In memory for the whole sequence, as in most training programs.
    case resident
}
