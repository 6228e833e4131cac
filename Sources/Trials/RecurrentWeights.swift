import Quantities

/// What the recurrent weights, U of each gate, are at the start.
package enum RecurrentWeights: Hashable, Sendable {
    /// Drawn from ±1/√H, as all other weights are.
    case uniform
    /// An orthogonal matrix times a scale: it turns a vector and changes its length by the scale, no more and no less.
    case orthogonal(scale: Double)

    /// Beyond so much a state overflows within few steps.
    package static let largestScale = 2.0
    package static let allowed = "uniform, orthogonal:SCALE with a scale above 0 and at most \(largestScale)"

    /// λ; nil where there is none.
    package var scale: Double? { if case .orthogonal(let scale) = self { scale } else { nil } }
}

extension RecurrentWeights: RawRepresentable {
    /// `uniform`, or `orthogonal:0.9`.
    package init?(rawValue: String) {
        if rawValue == "uniform" {
            self = .uniform
            return
        }
        let word = "orthogonal:"
        guard rawValue.hasPrefix(word), let scale = Double(decimal: rawValue.dropFirst(word.count)), scale > 0,
            scale <= RecurrentWeights.largestScale
        else { return nil }
        self = .orthogonal(scale: scale)
    }

    package var rawValue: String {
        switch self {
        case .uniform: "uniform"
        case .orthogonal(let scale): "orthogonal:\(scale)"
        }
    }
}
