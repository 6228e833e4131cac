/// What bytes are there for.
package enum Role: String, CaseIterable, Hashable, Sendable {
    /// Parameters.
    case weights
    /// The parameters' gradients.
    case gradients
    /// Inputs of the whole sequence, when they are kept resident.
    case inputs
    /// Saved states: where a forward run can start again.
    case states
    /// What backward needs: one record a step, and the state entering each run of them.
    case records
    /// Everything of constant size: the network's present state, adjoints, blocks of products.
    case workspace
}

/// Bytes by role.
package struct Usage: Hashable, Sendable {
    private var bytes = Array(repeating: 0, count: Role.allCases.count)

    package init() {}

    package subscript(role: Role) -> Int {
        get { bytes[Usage.place[role]!] }
        set { bytes[Usage.place[role]!] = newValue }
    }

    package var total: Int { bytes.reduce(0, +) }

    /// Each role at its own larger value.
    package mutating func formMaximum(with other: Usage) {
        for index in bytes.indices { bytes[index] = max(bytes[index], other.bytes[index]) }
    }

    private static let place = Dictionary(uniqueKeysWithValues: zip(Role.allCases, 0...))
}

/// What a network takes, in bytes as the allocator hands them out.
package struct Footprint: Hashable, Sendable {
    /// The roles that do not change during a training step.
    package var constant: Usage
    /// One saved state, all layers.
    package var state: Int
    /// One record, all layers.
    package var record: Int

    package init(constant: Usage, state: Int, record: Int) {
        self.constant = constant
        self.state = state
        self.record = record
    }

    /// One byte a state, one a record: counts instead of bytes.
    package static let counting = Footprint(constant: Usage(), state: 1, record: 1)
}
