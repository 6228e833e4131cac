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
    /// What the optimiser keeps from one update to the next, in the size of the parameters.
    case optimizer
    /// CTC's forward and backward variables.
    case alignment
}

/// Bytes by role.
package struct Usage: Hashable, Sendable {
    // In one vector and not in an array: one is kept for every action of a timeline, and made for every one simulated.
    private var bytes = SIMD8<Int>()

    package init() {}

    package subscript(role: Role) -> Int {
        get { bytes[Usage.place(role)] }
        set { bytes[Usage.place(role)] = newValue }
    }

    package var total: Int { bytes.wrappedSum() }

    /// Each role at its own larger value.
    package mutating func formMaximum(with other: Usage) {
        bytes = pointwiseMax(bytes, other.bytes)
    }

    private static func place(_ role: Role) -> Int {
        switch role {
        case .weights: 0
        case .gradients: 1
        case .inputs: 2
        case .states: 3
        case .records: 4
        case .workspace: 5
        case .optimizer: 6
        case .alignment: 7
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
    /// One saved state's file on disk, all layers.
    package var storedState: Int

    package init(constant: Usage, state: Int, record: Int, storedState: Int = 0) {
        self.constant = constant
        self.state = state
        self.record = record
        self.storedState = storedState
    }

    /// One byte a state, one a record: counts instead of bytes.
    package static let counting = Footprint(constant: Usage(), state: 1, record: 1, storedState: 1)
}
