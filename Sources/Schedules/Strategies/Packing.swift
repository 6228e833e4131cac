/// What of a training step is kept in fewer bits.
package struct Packing: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// What backward needs of a step.
    package static let records = Packing(rawValue: 1 << 0)
    /// Where a forward run can start again.
    package static let states = Packing(rawValue: 1 << 1)
}
