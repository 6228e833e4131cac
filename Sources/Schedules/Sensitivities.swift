/// What is carried forward in place of records: ∂state/∂θ, or something smaller in its place. The kind says whether the gradient
/// that comes of it is exact; how many bytes a network's take is a ``SensitivitySizes``.
public enum Sensitivities: Hashable, Sendable {
    /// All of ∂state/∂θ, the influence matrix, carried from step to step: real-time recurrent learning (Williams & Zipser 1989, doi
    /// 10.1162/neco.1989.1.2.270). Exact.
    case influence
    /// The same matrix, carried over a block of recorded steps at once by backpropagation within the block (Schmidhuber 1992, doi
    /// 10.1162/neco.1992.4.2.243). Exact.
    case influenceOverRecords
    /// Of the matrix what a parameter does to the state of its own unit: SnAp-1 (Menick et al. 2021, arXiv 2006.07232). Biased.
    case unit
    /// The same, where a fixed number leads from the state to the next one: RFLO (Murray 2019, doi 10.7554/eLife.43299). Biased.
    case leak(Double)
    /// The same, where what the cell's memory keeps leads there: e-prop (Bellec et al. 2020, doi 10.1038/s41467-020-17236-y). Biased.
    case own
    /// A product of two vectors drawn so that its mean is the matrix: UORO (Tallec & Ollivier 2018, arXiv 1702.05043).
    case rankOne(draw: Int)
    /// A Kronecker product drawn so that its mean is the matrix: KF-RTRL (Mujika et al. 2018, arXiv 1805.10842).
    case kronecker(draw: Int)
}

extension Sensitivities {
    /// Whether the gradient is that of full unrolling.
    public var isExact: Bool {
        switch self {
        case .influence, .influenceOverRecords: true
        case .unit, .leak, .own, .rankOne, .kronecker: false
        }
    }

    /// Whether it is carried over records that are there already; else the network goes forward with it.
    public var needsRecords: Bool { self == .influenceOverRecords }

    /// Another draw of what is drawn; what is not stays as it is.
    func drawn(_ draw: Int) -> Sensitivities {
        switch self {
        case .rankOne: .rankOne(draw: draw)
        case .kronecker: .kronecker(draw: draw)
        default: self
        }
    }
}

extension Sensitivities: CustomStringConvertible {
    /// As printouts have it.
    public var description: String {
        switch self {
        case .influence: "influence"
        case .influenceOverRecords: "influence over records"
        case .unit: "influence within units"
        case .leak(let leak): "traces with leak \(leak)"
        case .own: "traces of the memory"
        case .rankOne(let draw): "product of vectors, draw \(draw)"
        case .kronecker(let draw): "Kronecker product, draw \(draw)"
        }
    }
}

/// What a network's sensitivities take, in bytes as the allocator hands them out.
public struct SensitivitySizes: Hashable, Sendable {
    /// The influence matrix with what carries it from step to step.
    public var influence: Int
    /// The same with what carries it over blocks, whatever their length.
    public var influenceOverRecords: Int
    /// For every n steps of a block, begun ones too, what their unit adjoints take besides.
    public var chunkOfBlock: Int
    public var chunk: Int
    /// A value for each parameter and part of a unit's state.
    public var traces: Int
    /// Two vectors; a Kronecker product.
    public var rankOne, kronecker: Int

    /// Sizes, in bytes; `chunk` in steps.
    public init(
        influence: Int = 0, influenceOverRecords: Int = 0, chunkOfBlock: Int = 0, chunk: Int = 1, traces: Int = 0,
        rankOne: Int = 0, kronecker: Int = 0
    ) {
        self.influence = influence
        self.influenceOverRecords = influenceOverRecords
        self.chunkOfBlock = chunkOfBlock
        self.chunk = chunk
        (self.traces, self.rankOne, self.kronecker) = (traces, rankOne, kronecker)
    }

    /// - Parameter block: the most steps that they are carried over at once.
    package func bytes(of sensitivities: Sensitivities, block: Int) -> Int {
        switch sensitivities {
        case .influence: influence
        case .influenceOverRecords:
            saturatingSum(influenceOverRecords, saturatingProduct((block + chunk - 1) / chunk, chunkOfBlock))
        case .unit, .leak, .own: traces
        case .rankOne: rankOne
        case .kronecker: kronecker
        }
    }
}

/// Sensitivities that are held: which, and the most steps that they were carried over at once.
public struct HeldSensitivities: Hashable, Sendable {
    /// What they are.
    public var kind: Sensitivities
    /// In steps.
    public var block: Int

    /// Of a kind, carried over at most this many steps at once.
    public init(_ kind: Sensitivities, block: Int) { (self.kind, self.block) = (kind, block) }
}
