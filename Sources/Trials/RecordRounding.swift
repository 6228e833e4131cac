package import Quantities
package import Shapes

/// How records are rounded that are kept in fewer bits, and of how many draws the gradient is the mean where that is random.
package struct RecordRounding: Hashable, Sendable {
    package let rounding: Rounding
    package let draws: Int

    package static let nearest = RecordRounding(.nearest)
    package static let mostDraws = 100_000_000

    package init(_ rounding: Rounding, draws: Int = 1) { (self.rounding, self.draws) = (rounding, draws) }
}

extension RecordRounding: RawRepresentable {
    /// The words, and how they are read: `nearest`, `stochastic` or `stochastic:draws=1000`.
    package static let vocabulary: Vocabulary = {
        let draws = TextParameter("draws", .whole(1...mostDraws), isRequired: false, example: "1000")
        return Vocabulary(
            "rounding",
            [
                Signature(Rounding.nearest.rawValue, about: "to the nearest number there is"),
                Signature(
                    Rounding.stochastic.rawValue, [draws], about: "by chance, so that the mean is the number itself"),
                Signature(
                    Rounding.independent.rawValue, [draws],
                    about: "the same, with two roundings of what the equations multiply by itself"),
            ])
    }()

    package init?(rawValue: String) {
        guard let (index, arguments) = try? RecordRounding.vocabulary.read(rawValue) else { return nil }
        self.init(Rounding.allCases[index], draws: arguments.whole("draws") ?? 1)
    }

    package var rawValue: String { rounding.rawValue + (draws == 1 ? "" : ":draws=\(draws)") }
}
