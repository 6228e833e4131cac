extension Strategy {
    /// In what order a gradient is summed. Exact says what the sum is of; this says which bits come of it: two strategies of
    /// one summation make the same ones, and two exact strategies of different summations differ by rounding.
    package enum Summation: Hashable, Sendable {
        /// One chain of adjoints from the last step to the first: the bits of full unrolling.
        case chain
        /// BPTT(h; h'), a chain for each stride. With a window of T steps it is exact, and not summed as ``chain`` is.
        case strides(window: Int, stride: Int)
        /// Cut at random places, `window` steps apart on average.
        case random(window: Int)
        /// Carried forward along with the state, step by step or in blocks.
        case carried(block: Int?)
        /// Carried forward by something in place of the influence matrix.
        case approximated(Sensitivities)
        /// A chain for each stride of a window that estimates choose: no two trainings with other estimates sum alike.
        case estimated(Adaptation)
        /// No gradient.
        case none
    }

    /// The order in which the gradient of `length` steps is summed. Whether states are kept or recomputed makes no difference
    /// to it: recomputed records are the same bits.
    package func summation(length: Int) -> Summation { member.summation(length: length) }

    /// Whether the gradient of `length` steps is full unrolling's, in whatever order it is summed: what the ``Validator`` derives
    /// from the actions. Where a window is chosen, whether every choice is.
    package func isExact(length: Int) -> Bool {
        switch summation(length: length) {
        case .chain: true
        case .strides(let window, _): window >= length
        case .random: length == 1
        case .carried: true
        case .approximated: false
        case .estimated: 2 * Adaptation.least >= length
        case .none: false
        }
    }
}
