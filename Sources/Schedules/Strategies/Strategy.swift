public import Quantities

/// A family of schedules and its parameters, as users write it: `truncated:window=64,stride=32`.
///
/// Which families there are, what they take and a line about each says ``vocabulary``. Their sources: truncation, Williams &
/// Peng 1990 (doi 10.1162/neco.1990.2.4.490); uniform checkpoints and bisection, Chen et al. 2016 (arXiv 1604.06174);
/// binomial, Griewank & Walther 2000 (doi 10.1145/347837.347846); internal and mixed, Gruslys et al. 2016 (arXiv 1606.03401);
/// two tiers and unknown lengths, Stumm & Walther 2009 and 2010 (doi 10.1137/080718036, 10.1137/080742439); randomized
/// truncation, Tallec & Ollivier 2017 (arXiv 1705.08209); forward, Williams & Zipser 1989 and Schmidhuber 1992 (doi
/// 10.1162/neco.1989.1.2.270, 10.1162/neco.1992.4.2.243); windows chosen by a bound, Aicher, Foti & Fox 2019 (arXiv 1905.07473);
/// reversible, MacKay et al. 2018 (arXiv 1810.10999).
public struct Strategy: Sendable {
    /// Every family, the simplest first: from full unrolling, which keeps everything, to those with a parameter to choose, several
    /// kinds of memory or chance. The one list that parsing, messages, help, plans, plots and tests read.
    package static let families: [any StrategyFamily.Type] = [
        FullStrategy.self, TruncatedStrategy.self, SegmentedStrategy.self, BisectionStrategy.self,
        BinomialStrategy.self,
        InternalStrategy.self, MixedStrategy.self, OnlineStrategy.self, MultistageStrategy.self, InferenceStrategy.self,
        RandomizedStrategy.self, ForwardStrategy.self, SnapStrategy.self, RFLOStrategy.self, EpropStrategy.self,
        UOROStrategy.self, KroneckerStrategy.self, AdaptiveStrategy.self, ReversibleStrategy.self,
    ]

    /// The words of all families, the simplest first, with what each takes and a line about it.
    public static let vocabulary = Vocabulary("strategy", families.map { $0.signature })

    /// The largest parameter taken; beyond it step counts could overflow.
    package static let largest = 1_000_000_000

    let member: any StrategyFamily

    package init(_ member: some StrategyFamily) { self.member = member }

    /// Reads `word` or `word:parameter=value,…`.
    ///
    /// - Throws: ``Quantities/ParameterError``, with the nearest word and with what is allowed.
    public init(_ text: String) throws(ParameterError) {
        let (index, arguments) = try Strategy.vocabulary.read(text)
        member = try Strategy.families[index].init(arguments)
    }

    /// Makes a strategy of its word and its parameters as text.
    package init(word: String, parameters: [(name: String, text: String)]) throws(ParameterError) {
        let index = try Strategy.vocabulary.index(of: word)
        let arguments = try Strategy.families[index].signature.arguments(parameters, of: Strategy.vocabulary.kind)
        member = try Strategy.families[index].init(arguments)
    }

    /// The strategy of this family that needs the fewest bytes.
    package init(smallestOf family: any PlannableFamily.Type, length: Int, footprint: Footprint) {
        member = family.smallest(length: length, footprint: footprint)
    }

    /// The strategy as one of this family; nil where it is of another.
    package func member<Family: StrategyFamily>(of family: Family.Type) -> Family? { member as? Family }

    package var family: any StrategyFamily.Type { type(of: member) }
    package var traits: StrategyTraits { family.traits }
    package var usesDisk: Bool { traits.contains(.usesDisk) }
    package var cutsAdjoint: Bool { traits.contains(.cutsAdjoint) }
    /// What it carries forward in place of records; nil for nothing.
    package var sensitivities: Sensitivities? { member.sensitivities }
    /// The family's word, and the column it is grouped by.
    public var name: String { family.word }
    /// How simple it is, 0 the simplest.
    package var simplicity: Int { Strategy.families.firstIndex { $0 == family }! }
}

extension Strategy: Hashable {
    public static func == (left: Strategy, right: Strategy) -> Bool {
        left.member.isEqual(to: right.member)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(family))
        member.hash(into: &hasher)
    }
}

extension Strategy: CustomStringConvertible {
    public var description: String { family.signature.text(of: member.parameters) }
}

/// What the family says.
extension Strategy {
    /// Whether it is written with any.
    package var hasParameters: Bool { !member.parameters.isEmpty }

    /// The schedule for a sequence.
    ///
    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - footprint: sizes for the strategies that choose by them. Of several lanes, it is the schedule of each: slots are
    ///     each lane's, a budget of bytes is all lanes' together.
    ///   - losses: where in a window the loss enters.
    /// - Precondition: there is one: see ``infeasibility(length:footprint:)``.
    public func schedule(length: Int, footprint: Footprint, losses: LossPlacement = .newest) -> any Schedule {
        member.schedule(length: length, footprint: footprint, losses: losses)
    }

    /// Whether the schedule depends on the footprint.
    public var choosesBySize: Bool { member.choosesBySize }

    /// The strategy with what it chose by the sizes, for people: `segmented (length 41)`.
    ///
    /// - Parameter length: T, at least 1.
    package func asChosen(length: Int, footprint: @autoclosure () -> Footprint) -> String {
        guard choosesBySize, let segment = value(of: .segment, length: length, footprint: footprint()) else {
            return description
        }
        return "\(self) (length \(segment))"
    }

    /// Why there is no schedule of `length` steps; nil where there is one.
    public func infeasibility(length: Int, footprint: @autoclosure () -> Footprint) -> Infeasibility? {
        member.infeasibility(length: length, footprint: footprint)
    }

    /// What the strategy puts in a column that repeats a parameter; nil for columns it has nothing for.
    package func value(of column: StrategyColumn, length: Int, footprint: @autoclosure () -> Footprint) -> Int? {
        member.value(of: column, length: length, footprint: footprint)
    }

    /// The most steps, of `length`, that one backward pass goes over.
    package func reach(length: Int) -> Int { member.reach(length: length) }

    /// Of how many draws the gradient is the mean; nil where one schedule makes all of it.
    package var draws: Int? { member.draws }

    /// The exponent of T in the bytes of states and records, and in the time; nil where no simple power is known.
    package var bytesExponent: Double? { member.bytesExponent }
    package var timeExponent: Double? { member.timeExponent }
}

/// Which families have what.
extension Strategy {
    /// Whether parameters can be trained by its gradient.
    package var trains: Bool { family.trains }

    /// Whether its records are there for backward alone, and may be less than exact.
    package var recordsForBackward: Bool { family.recordsForBackward }

    /// Whether it saves states that may be less than exact.
    package var savesStates: Bool { traits.contains(.savesStates) }

    /// Whether it is offered to those who train.
    package var isPlannable: Bool { family is any PlannableFamily.Type }

    /// Families that can be planned with, in the list's order; of several lanes none that cuts or carries sensitivities.
    ///
    /// - Parameters:
    ///   - sensitivities: whether the network's can be carried.
    ///   - undoing: whether its steps can be undone.
    ///   - packing: what of it is kept in fewer bits.
    package static func plannable(
        disk: Bool, lanes: Int = 1, sensitivities: Bool = true, undoing: Bool = false, packing: Packing = []
    ) -> [any PlannableFamily.Type] {
        families.compactMap { $0 as? any PlannableFamily.Type }.filter {
            (disk || !$0.traits.contains(.usesDisk)) && (lanes == 1 || !$0.traits.contains(.cutsAdjoint))
                && (lanes == 1 && sensitivities || !$0.traits.contains(.carriesSensitivities))
                && (undoing || !$0.traits.contains(.undoesSteps))
                && (!packing.contains(.records) || $0.recordsForBackward)
                && (!packing.contains(.states) || $0.traits.contains(.savesStates))
        }
    }

    /// The words of the families of which something is true, for messages.
    package static func words(where isMeant: (any StrategyFamily.Type) -> Bool) -> [String] {
        families.filter(isMeant).map { $0.word }
    }

    /// Strategies over the ranges of all parameters, those with the exact gradient first.
    package static func survey(
        length: Int, footprint: Footprint, sensitivities: Bool = true, packing: Packing = []
    ) -> [Strategy] {
        let families = plannable(
            disk: false, lanes: footprint.lanes, sensitivities: sensitivities,
            undoing: footprint.lanes == 1 && footprint.buffer.word > 0, packing: packing)
        let exact = families.filter { !$0.traits.contains(.cutsAdjoint) }
        let cutting = families.filter { $0.traits.contains(.cutsAdjoint) }
        return (exact + cutting).flatMap { $0.survey(length: length, footprint: footprint) }
    }

    /// 4, 16, 64, … below a length.
    static func powersOfFour(below length: Int) -> [Int] {
        Array(sequence(first: 4) { $0 * 4 }.prefix { $0 < length })
    }
}
