package import Quantities

/// What the recurrent weights, U of each gate, are at the start.
package enum RecurrentWeights: Hashable, Sendable {
    /// Drawn from ±1/√H, as all other weights are.
    case uniform
    /// An orthogonal matrix times a scale: it turns a vector and changes its length by the scale, no more and no less.
    case orthogonal(scale: Double)

    /// Beyond so much a state overflows within few steps.
    package static let largestScale = 2.0

    /// λ; nil where there is none.
    package var scale: Double? { if case .orthogonal(let scale) = self { scale } else { nil } }
}

extension RecurrentWeights: RawRepresentable {
    /// The words, and how they are read: `uniform`, or `orthogonal:0.9`.
    package static let vocabulary = Vocabulary(
        "recurrent weights",
        [
            Signature("uniform", about: "drawn from ±1/√H, as all other weights are"),
            Signature(
                "orthogonal", [TextParameter("scale", .number(atMost: largestScale), isBare: true, example: "0.9")],
                about: "an orthogonal matrix times a scale"),
        ])
    package static let allowed =
        vocabulary.spellings.joined(separator: ", ") + " with a scale above 0 and at most \(largestScale)"

    package init?(rawValue: String) {
        guard let (_, arguments) = try? RecurrentWeights.vocabulary.read(rawValue) else { return nil }
        self = arguments.number("scale").map { .orthogonal(scale: $0) } ?? .uniform
    }

    package var rawValue: String {
        switch self {
        case .uniform: "uniform"
        case .orthogonal(let scale): "orthogonal:\(scale)"
        }
    }
}
