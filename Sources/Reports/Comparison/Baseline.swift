import Quantities
package import Schedules

/// The strategy others are compared with: one in full, `binomial:slots=8`, or the only one of its name, `binomial`.
package struct Baseline: Hashable, Sendable {
    package let text: String
    private let strategy: Strategy?

    /// Full unrolling.
    package static let full = Baseline(strategy: .full)

    package init(strategy: Strategy) {
        text = strategy.description
        self.strategy = strategy
    }

    /// Reads a strategy's full text or its name.
    ///
    /// - Throws: ``BaselineError`` when it is neither.
    package init(_ text: String) throws(BaselineError) {
        strategy = try? Strategy(text)
        if let strategy {
            self.text = strategy.description
        } else if let index = try? Strategy.vocabulary.index(of: text) {
            self.text = Strategy.vocabulary.words[index]
        } else {
            throw .unknown(text)
        }
    }

    /// The baseline among strategies measured under the same factors; nil when it is not there.
    ///
    /// - Throws: ``BaselineError`` when a name stands for several.
    func find(in strategies: [Strategy]) throws(BaselineError) -> Strategy? {
        if let strategy, strategies.contains(strategy) { return strategy }
        let named = strategies.filter { $0.name == text }
        guard named.count <= 1 else { throw .ambiguous(text, named) }
        return named.first
    }
}

/// Why a text names no baseline.
package enum BaselineError: Error, Hashable, CustomStringConvertible {
    case unknown(String)
    case ambiguous(String, [Strategy])

    package var description: String {
        switch self {
        case .unknown(let text):
            "\(ParameterError(unknown: text, kind: "baseline", of: Strategy.vocabulary.words).found); allowed: a strategy such as binomial:slots=8, or its name when it is the only "
                + "one (\(Strategy.vocabulary.words.joined(separator: ", ")))"
        case .ambiguous(let text, let strategies):
            "baseline '\(text)' is several strategies; give one in full: "
                + strategies.map(\.description).joined(separator: ", ")
        }
    }
}
