package import Trials
package import Vectors

/// What of a training step is kept in fewer bits, and what that costs the gradient.
package struct FewerBits: Hashable, Sendable {
    package let records: RecordFormat
    package let states: StateFormat
    /// ‖ĝ − g‖/‖g‖, ĝ with these formats and g of the network with nothing in fewer bits, products too.
    package let error: Double

    package init(records: RecordFormat, states: StateFormat, error: Double) {
        (self.records, self.states, self.error) = (records, states, error)
    }

    /// Nothing in fewer bits.
    package static let none = FewerBits(
        records: Trial.usual.records, states: Trial.usual.states, error: 0)

    /// Every combination of formats but the native one; errors are not known yet.
    package static let combinations: [FewerBits] =
        StateFormat.allCases.flatMap { states in
            RecordFormat.allCases.map { FewerBits(records: $0, states: states, error: 0) }
        }.filter { $0 != .none }

    /// A format in its one spelling; of any other factor its usual value.
    package subscript(factor: Factor) -> String { applied(to: Trial.usual)[factor] }

    /// The trial with these formats.
    package func applied(to trial: Trial) -> Trial {
        var packed = trial
        (packed.records, packed.states) = (records, states)
        return packed
    }
}
