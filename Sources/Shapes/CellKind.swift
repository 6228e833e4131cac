public import Vectors

/// A kind of recurrent cell: one file says everything about it, and one word in ``CellKinds`` adds it. Layers, gradients,
/// optimisers, export, checkpoints, predicted bytes and FLOPs are made of what it says.
///
/// It has gates, each with a product W x + b and, where there is U, one U h + d; from these and its state the equations make the
/// next state, a row of the batch at a time; those of most kinds, unit by unit: see ``UnitwiseCellKind``. Forward always writes a record; when it is not kept, it is the network's scratch. Hence the
/// arithmetic is the same whether recording or not, and what is run again comes out as the same bits.
public protocol CellKind: SendableMetatype {
    /// What experiments, flags and results call it.
    static var word: String { get }
    /// What else people call it: read as the word, whatever its capitals, and never written.
    static var aliases: [String] { get }
    /// What sentences call it.
    static var name: String { get }
    /// What it computes, an equation each; what is primed is after the step, and × by a vector is element by element.
    static var equations: [String] { get }
    /// PyTorch's module that computes the same; nil where it has none.
    static var torchModule: String? { get }

    /// Names of the gates in PyTorch's order. A record begins with a value of each, [B, gates, H], which the cell
    /// keeps there.
    static var gates: [String] { get }
    /// How many parts of H numbers h has, made one after the other in a step: 1; or 2 halves. Then the gates are the first half's and after
    /// them the second's, each part of the memory and of what is kept is one half's and the next one the other's, h last, and U of a half's
    /// gates sees the other half of h: the first one's as it is before the step, the second one's as it is after it. The equations are of a
    /// half, its gates and parts numbered from 0.
    static var phases: Int { get }
    /// How many gates of a phase, the last ones, have U h + d apart from W x + b. The former is not recorded: one product makes it again
    /// for a whole block of steps.
    static var splitGates: Int { get }
    /// What a state has besides h, each [B, H]. A record has them too, after the gates.
    static var memory: [StatePart] { get }
    /// What else a record has, each [B, H], after the memory.
    static var kept: [String] { get }
    /// What is trained, under PyTorch's names.
    static var parameters: [CellParameter] { get }
    /// Whether h is P m, [B, R], of what the equations give, m, [B, H]: the word has `width=R` with it.
    static var projects: Bool { get }
    /// Whether h itself goes into the next one, and not only through U.
    static var carriesHidden: Bool { get }
    /// Whether a record's gates are the sums W x + b themselves, of which the equations back make the activations again. It is a
    /// cell without U, and ``Variant/recomputeGates`` makes the sums again too, from x.
    static var recordsSums: Bool { get }
    /// Whether a record begins with a value of each gate; the equations back read none where it does not, and there is no U.
    static var recordsGates: Bool { get }
    /// The recorded gates that the equations back multiply by themselves, and nothing else of a record in a way that is not linear:
    /// two roundings of these that do not know of each other, ``RecordedStep/gate(_:)`` and ``RecordedStep/other(gate:)``, leave the
    /// mean gradient what it is. Nil where that is not so, and there is no such repair.
    static var squared: [String]? { get }
    /// The gates and parts of a record that ``hidden(_:)`` reads, all that is unpacked where h alone is asked for; nil for any.
    static var hiddenFrom: [String]? { get }
    /// Vectors with a number for each unit that are made of the parameters of that kind, once for all steps. The equations read them
    /// as these, after them.
    static var prepared: [String] { get }
    /// Makes them for a unit, of its own parameters.
    static func prepare(_ parameters: [Double]) -> [Double]
    /// What a unit's parameters of that kind start at, given a draw for each, uniform in ±1; nil where they start as all others.
    static func initial(_ draws: [Double]) -> [Double]?
    /// Whether the variant of one product for all gates is measured with it.
    static var fusesGates: Bool { get }
    /// Whether a step can be undone: the word has `bits=b` with it, the most bits of a number that a step forgets. Its state is in
    /// ``FixedPoint``: either two halves, where ``change(of:_:least:)`` makes the next of h and of the memory, if there is one; or h and
    /// one memory m, where h' is what it makes of m, and m' = h.
    static var isReversible: Bool { get }
    /// i, where the numbers of such a state are 2ⁱ at most.
    static var integerBits: Int { get }

    /// Whether the equations of a unit read other units of its row, and not only through U: a row is then one thread's.
    static var spansUnits: Bool { get }
    /// From the products to the next state, for some units of a row; for all of them where the equations span units.
    static func forward<S: Real>(row: ForwardStep<S>, units: Range<Int>)
    /// From the adjoint of the state after the step to those of the products, of the memory before it and, where the cell
    /// carries it, of h before it. What goes through U is added later.
    static func backward<S: Real>(row: BackwardStep<S>, units: Range<Int>)
    /// h after a step, made of the step's record.
    static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector

    /// Of a cell whose steps can be undone: the gates alone, from the products into the record.
    static func activate<S: Real>(_ step: ForwardStep<S>)
    /// The share of a number that stays and what enters besides it, from the gates of a record.
    ///
    /// - Parameters:
    ///   - part: which number: of two halves 0 is the memory, where there is one, and the last one is h. What enters may be made of the
    ///     parts before it as they are after the step, which the record then has.
    ///   - least: 2⁻ᵇ.
    static func change<S: Real>(
        of part: Int, _ record: RecordedStep<S>, least: S
    ) -> (share: S.Vector, entering: S.Vector)
}

extension CellKind {
    public static var aliases: [String] { [] }
    public static var torchModule: String? { nil }
    public static var phases: Int { 1 }
    public static var splitGates: Int { 0 }
    public static var spansUnits: Bool { true }
    public static var memory: [StatePart] { [] }
    public static var kept: [String] { [] }
    public static var projects: Bool { false }
    public static var carriesHidden: Bool { false }
    public static var recordsSums: Bool { false }
    public static var recordsGates: Bool { true }
    public static var squared: [String]? { nil }
    public static var hiddenFrom: [String]? { nil }
    public static var prepared: [String] { [] }
    public static func prepare(_ parameters: [Double]) -> [Double] { [] }
    public static func initial(_ draws: [Double]) -> [Double]? { nil }
    public static var fusesGates: Bool { false }
    public static var isReversible: Bool { false }
    public static var integerBits: Int { 0 }

    public static func activate<S: Real>(_ step: ForwardStep<S>) { preconditionFailure("no step of it is undone") }
    public static func change<S: Real>(
        of part: Int, _ record: RecordedStep<S>, least: S
    ) -> (share: S.Vector, entering: S.Vector) { preconditionFailure("no step of it is undone") }
}

/// A kind whose equations see a unit alone: they are said of one, which is a vector of them.
public protocol UnitwiseCellKind: CellKind {
    static func forward<S: Real>(_ step: ForwardStep<S>)
    static func backward<S: Real>(_ step: BackwardStep<S>)
}

extension UnitwiseCellKind {
    public static var spansUnits: Bool { false }

    // The equations are there twice, for whole vectors and for the last units, which a closure would not be.
    @inlinable @inline(__always)
    public static func forward<S: Real>(row: ForwardStep<S>, units: Range<Int>) {
        @inline(__always)
        func forward(_ unit: Int, _ count: Int) { Self.forward(row.at(row: 0, unit: unit, count: count)) }
        forVectors(of: S.self, units, forward)
    }

    @inlinable @inline(__always)
    public static func backward<S: Real>(row: BackwardStep<S>, units: Range<Int>) {
        @inline(__always)
        func backward(_ unit: Int, _ count: Int) { Self.backward(row.at(row: 0, unit: unit, count: count)) }
        forVectors(of: S.self, units, backward)
    }
}

/// A part of a state besides h.
public struct StatePart: Hashable, Sendable {
    public let name: String
    /// What it is called in exported files, where it enters the first step.
    public let exported: String

    public init(_ name: String, exported: String) { (self.name, self.exported) = (name, exported) }
}

/// One parameter of a cell: PyTorch's name without the layer, and what it is.
public struct CellParameter: Hashable, Sendable {
    public enum Use: Hashable, Sendable {
        /// W, [gates·H, D].
        case inputMatrix
        /// U, [gates·H, H]; of a cell that projects, [gates·H, R].
        case hiddenMatrix
        /// b, [gates·H].
        case inputBias
        /// d, [gates·H].
        case hiddenBias
        /// A number for each unit, [H], which the equations read.
        case units
        /// P, [R, H].
        case projection
    }

    public let name: String
    public let use: Use

    public init(_ name: String, _ use: Use) { (self.name, self.use) = (name, use) }

    /// W, U, b and d as PyTorch's recurrent layers have them.
    public static let standard = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("weight_hh", .hiddenMatrix),
        CellParameter("bias_ih", .inputBias), CellParameter("bias_hh", .hiddenBias),
    ]
}

/// What is made for every kind of cell.
public protocol CellVisitor {
    mutating func visit<Kind: CellKind>(_ kind: Kind.Type)
}
