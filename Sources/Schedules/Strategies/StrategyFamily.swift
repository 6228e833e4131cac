package import Quantities

/// A family of strategies. One file of this folder, beside its schedule, says all of it; its values are the strategies that its
/// parameters make. Nothing outside the folder knows a family by name: parsing, help, errors, the planner, plots and tests go
/// over ``Strategy/families``.
///
/// Values are a few numbers, so that a ``Strategy`` is copied without counting references.
package protocol StrategyFamily: Hashable, Sendable {
    /// The word, its parameters with their ranges, and a line for help.
    static var signature: Signature { get }
    static var traits: StrategyTraits { get }

    /// Makes a strategy of parameters that have been read.
    ///
    /// - Throws: ``ParameterError`` where they do not go together.
    init(_ arguments: Arguments) throws(ParameterError)

    /// The parameters in their one spelling, those with their default left out.
    var parameters: [(name: String, text: String)] { get }

    /// What the strategy puts in a column that repeats a parameter; nil for columns it has nothing for.
    ///
    /// - Parameter footprint: asked for where the parameter follows from sizes.
    func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int?

    /// The schedule of `length` steps. Of several lanes it is each one's: slots are each lane's, a budget of bytes is all
    /// lanes' together.
    func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule

    /// Whether the schedule depends on the footprint.
    var choosesBySize: Bool { get }

    /// Why there is no schedule of `length` steps; nil where there is one.
    ///
    /// - Parameter footprint: asked for where it matters.
    func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility?

    /// What is carried forward in place of records; nil for nothing.
    var sensitivities: Sensitivities? { get }

    /// The order in which the gradient of `length` steps is summed.
    func summation(length: Int) -> Strategy.Summation

    /// The most steps, of `length`, that one backward pass goes over.
    func reach(length: Int) -> Int

    /// Of how many draws the gradient is the mean; nil where one schedule makes all of it.
    var draws: Int? { get }

    /// The exponent of T in the bytes of states and records, for long sequences; nil where no simple power is known.
    var bytesExponent: Double? { get }

    /// The exponent of T in the time.
    var timeExponent: Double? { get }

    /// How the window is chosen from time to time; nil where the parameters say all.
    var adaptation: Adaptation? { get }
}

extension StrategyFamily {
    /// The family's word.
    package static var word: String { signature.word }
    /// Whether parameters can be trained by its gradient.
    package static var trains: Bool { Self.self is any PlannableFamily.Type || traits.contains(.trains) }
    /// Whether its records are there for backward alone, and may be less than exact.
    package static var recordsForBackward: Bool {
        traits.isDisjoint(with: [.carriesSensitivities, .undoesSteps, .restartsFromRecords, .keepsNothing])
    }
    package var sensitivities: Sensitivities? { nil }
    package var adaptation: Adaptation? { nil }
}

/// A family that can be planned with: it trains, and what it takes follows from its parameters.
package protocol PlannableFamily: StrategyFamily {
    /// The strategy that needs the fewest bytes.
    static func smallest(length: Int, footprint: Footprint) -> Self

    /// The fewest bytes that the family can do with, all roles together.
    static func leastBytes(length: Int, footprint: Footprint) -> Int

    /// Where the fewest bytes take long to find, or fall now and then with the length: a bound below them that is found at once
    /// and never falls. Nil where they are such themselves.
    static func leastBytesBound(length: Int, footprint: Footprint) -> Int?

    /// The strategies that may be the fastest within a budget; none where none fits.
    static func candidates(within limit: MemoryLimit) -> Candidates

    /// Strategies over the range of the parameters, powers of four.
    static func survey(length: Int, footprint: Footprint) -> [Strategy]
}

/// What is true of all strategies of a family.
package struct StrategyTraits: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The adjoint may be dropped before the first step.
    package static let cutsAdjoint = StrategyTraits(rawValue: 1 << 0)
    /// The loss is sent back stride by stride, and parameters can be updated then.
    package static let hasStrides = StrategyTraits(rawValue: 1 << 1)
    /// States are kept on disk, which needs a directory.
    package static let usesDisk = StrategyTraits(rawValue: 1 << 2)
    /// One draw's gradient is right in the mean over draws alone.
    package static let isRightInMeanOnly = StrategyTraits(rawValue: 1 << 3)
    /// Made for sequences whose length is not known in advance: of a known one another family is never slower.
    package static let isForUnknownLengths = StrategyTraits(rawValue: 1 << 4)
    /// States and records are held to a number of bytes that the strategy is given.
    package static let keepsToBytes = StrategyTraits(rawValue: 1 << 5)
    /// What the schedule takes is found by going through its actions: it has no ``Schedule/tally``.
    package static let isFolded = StrategyTraits(rawValue: 1 << 6)
    /// Sensitivities are carried forward: it needs steps in their order, and a loss that is of each.
    package static let carriesSensitivities = StrategyTraits(rawValue: 1 << 7)
    /// Parameters can be trained by its gradient, though no plan offers it.
    package static let trains = StrategyTraits(rawValue: 1 << 8)
    /// It is there for a stream that does not end: nothing grows with its length, and no gradient waits for its end.
    package static let needsNoEnd = StrategyTraits(rawValue: 1 << 9)
    /// Steps are undone: it needs a cell that can be inverted.
    package static let undoesSteps = StrategyTraits(rawValue: 1 << 10)
    /// Steps are run again from the state that a record contains.
    package static let restartsFromRecords = StrategyTraits(rawValue: 1 << 11)
    /// Nothing is kept for backward.
    package static let keepsNothing = StrategyTraits(rawValue: 1 << 12)
    /// Steps are run again from saved states, of which there are others than that of the beginning, which is 0.
    package static let savesStates = StrategyTraits(rawValue: 1 << 13)
}

/// A column of results that repeats a parameter.
package enum StrategyColumn: String, CaseIterable, Sendable {
    case window, stride, slots, segment
}

/// Why a strategy has no schedule for a network and a length.
public struct Infeasibility: Error, Hashable, CustomStringConvertible {
    /// What was found, for messages.
    public let found: String
    /// What is allowed in its place, for messages.
    public let allowed: String
    /// The fewest bytes of states and records, of all lanes, that the family can do with.
    public let leastBytes: Int
    /// Whether the strategy is given fewer than those; else no number of bytes would help.
    public let isTooFewBytes: Bool

    public var description: String { "\(found); allowed: \(allowed)" }
}

extension TextParameter {
    /// A parameter that counts something.
    static func count(_ name: String, from least: Int = 1, isRequired: Bool = true) -> TextParameter {
        TextParameter(name, .whole(least...Strategy.largest), isRequired: isRequired)
    }
}
