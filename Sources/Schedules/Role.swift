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
    // Stored here and not in an array: one is kept for every action of a timeline.
    private var weights = 0
    private var gradients = 0
    private var inputs = 0
    private var states = 0
    private var records = 0
    private var workspace = 0

    package init() {}

    package subscript(role: Role) -> Int {
        get { self[keyPath: Usage.place(role)] }
        set { self[keyPath: Usage.place(role)] = newValue }
    }

    package var total: Int { weights + gradients + inputs + states + records + workspace }

    /// Each role at its own larger value.
    package mutating func formMaximum(with other: Usage) {
        for role in Role.allCases { self[role] = max(self[role], other[role]) }
    }

    private static func place(_ role: Role) -> WritableKeyPath<Usage, Int> {
        switch role {
        case .weights: \.weights
        case .gradients: \.gradients
        case .inputs: \.inputs
        case .states: \.states
        case .records: \.records
        case .workspace: \.workspace
        }
    }
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
