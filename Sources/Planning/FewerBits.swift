package import Trials
package import Vectors

/// What of a training step is kept in fewer bits, and what that costs the gradient.
package struct FewerBits: Hashable, Sendable {
    package let records: RecordFormat
    package let states: StateFormat
    /// ‖ĝ − g‖/‖g‖, ĝ with these formats and g with native ones.
    package let error: Double

    package init(records: RecordFormat, states: StateFormat, error: Double) {
        (self.records, self.states, self.error) = (records, states, error)
    }

    /// Nothing in fewer bits.
    package static let none = FewerBits(
        records: Trial.usual.records, states: Trial.usual.states, error: 0)

    /// Every combination of formats but the native one.
    package static let combinations: [(records: RecordFormat, states: StateFormat)] =
        StateFormat.allCases.flatMap { states in RecordFormat.allCases.map { ($0, states) } }.filter {
            $0 != (Trial.usual.records, Trial.usual.states)
        }

    /// A format in its one spelling; of any other factor its usual value.
    package subscript(factor: Factor) -> String { applied(to: Trial.usual)[factor] }

    /// The trial with these formats.
    package func applied(to trial: Trial) -> Trial {
        var packed = trial
        (packed.records, packed.states) = (records, states)
        return packed
    }
}
