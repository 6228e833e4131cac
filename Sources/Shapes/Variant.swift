/// How a network departs from the one that is trained best: what is changed to see what it is worth.
package enum Variant: String, CaseIterable, Hashable, Sendable {
    /// In nothing.
    case plain
    /// Every step has a separate replica of the layers' weights, with its own gradient: the unrolled network as a
    /// deep feed-forward one. The replicas' gradients are added at the end. The head, which does not recur, stays one.
    case untied
    /// The gradient to the inputs of the bottom layer is made too, which nothing needs.
    case inputAdjoint = "input_adjoint"
    /// No gradient flows from the state after a step to the state before it.
    case noStateAdjoint = "no_state_adjoint"
    /// The gates of a forward step are one product, and not one each.
    case fusedGates = "fused_gates"
    /// Of other engines: the same network by a loop of single steps, where plain is their own layer over all of them.
    case loop
    /// The same with each step compiled.
    case compiled
    /// The same under a schedule of unroll, action by action.
    case schedules

    /// Whether it is another way of the same network, which other engines have.
    package var isOfEngines: Bool { [.loop, .compiled, .schedules].contains(self) }
    /// Whether the gradient is another one.
    package var changesGradient: Bool { self == .noStateAdjoint }
}
