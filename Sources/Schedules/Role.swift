/// What bytes are there for. Heaps, columns, tables and pictures are made by going over all of them.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Parameters.
    case weights
    /// The parameters' gradients.
    case gradients
    /// Inputs of the whole sequence, when they are kept resident; in a bidirectional network also what each layer gives to
    /// the next one and to the head, and its adjoint: no schedule saves any of it.
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
    /// ∂state/∂parameters, or what is carried in its place, with all that carries it forward: from the first action that needs it to the
    /// end of the training step.
    case sensitivities
    /// What inversion of a reversible cell cannot recover: from the first action that writes there to the end of the training step.
    case buffer
}

extension Role {
    /// Its place among all: cases without payloads are stored as numbers, in the order in which they are declared
    /// (docs/ABI/TypeLayout.rst of the Swift project, "C-Like Enums").
    package var index: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

    /// The fill of its bytes in every picture. What no strategy saves is grey, what grows with the steps kept has a hue.
    package var colour: String {
        switch self {
        case .weights: "#4d4d4d"
        case .gradients: "#808080"
        case .inputs: "#b3b3b3"
        case .states: "#3263b5"
        case .records: "#cf7b26"
        case .workspace: "#cccccc"
        case .optimizer: "#999999"
        case .alignment: "#c0c0c0"
        case .sensitivities: "#0da26b"
        case .buffer: "#ae70a9"
        }
    }

    /// Came after results had been published: where such a role's bytes are not given, there were none.
    package var isLater: Bool { index >= Role.optimizer.index }
}

/// Bytes by role.
public struct Usage: Hashable, Sendable {
    // In one vector and not in an array: one is kept for every action of a timeline, and made for every one simulated.
    private var bytes = SIMD16<Int>()

    /// How many roles there may be.
    package static let places = SIMD16<Int>.scalarCount

    /// 0 of every role.
    public init() {}

    /// Bytes of one role.
    public subscript(role: Role) -> Int {
        get { bytes[role.index] }
        set { bytes[role.index] = newValue }
    }

    /// Bytes of all roles.
    public var total: Int { bytes.wrappedSum() }

    /// Each role at its own larger value.
    public mutating func formMaximum(with other: Usage) {
        bytes = pointwiseMax(bytes, other.bytes)
    }
}

/// What a network takes, in bytes as the allocator hands them out: what turns a schedule's counts into memory.
///
/// Any other unit will do where states and records are counted in it alike: see ``counting``.
public struct Footprint: Hashable, Sendable {
    /// The roles that do not change during a training step.
    public var constant: Usage
    /// One saved state, all layers of a lane.
    public var state: Int
    /// The state kept with a run of records, which entered it, all layers of a lane.
    public var entering: Int
    /// One record, all layers of a lane.
    public var record: Int
    /// One saved state's file on disk, all layers of a lane.
    public var storedState: Int
    /// How many networks go through the sequence, each under the same schedule: 2 where a network is bidirectional. Each goes
    /// forward up to its first ``Action/backward(_:injecting:)`` and waits there for the others; then each goes back.
    public var lanes: Int
    /// Sensitivities of each kind, by the only lane.
    public var sensitivities: SensitivitySizes
    /// What inversion cannot recover, of the only lane.
    public var buffer: BufferSize

    /// Sizes, in bytes.
    ///
    /// - Parameters:
    ///   - constant: what does not change during a training step, by role; its states and records are 0.
    ///   - state: one saved state.
    ///   - entering: the state kept with a run of records; nil where it is as large as a saved one.
    ///   - record: one step's record.
    ///   - storedState: one saved state on disk.
    ///   - lanes: how many networks go through the sequence, at least 1.
    ///   - sensitivities: what is carried forward in place of records.
    ///   - buffer: what inversion cannot recover.
    public init(
        constant: Usage, state: Int, entering: Int? = nil, record: Int, storedState: Int = 0, lanes: Int = 1,
        sensitivities: SensitivitySizes = SensitivitySizes(), buffer: BufferSize = BufferSize()
    ) {
        self.constant = constant
        self.state = state
        self.entering = entering ?? state
        self.record = record
        self.storedState = storedState
        self.lanes = lanes
        self.sensitivities = sensitivities
        self.buffer = buffer
    }

    /// One byte a state, one a record: counts instead of bytes.
    public static let counting = Footprint(constant: Usage(), state: 1, record: 1, storedState: 1)
}
