package import Schedules

extension Shape {
    /// Why a strategy does not go with this network, in a sentence; nil where it does.
    package func refusal(of strategy: Strategy) -> String? {
        if let sensitivities = strategy.sensitivities { return refusal(of: sensitivities) }
        guard strategy.traits.contains(.undoesSteps), !cell.kind.isReversible || isBidirectional else { return nil }
        let able = Cell.allCases.filter { $0.kind.isReversible }.map { "\($0.kind.word):bits=b" }
        return "it undoes steps, which takes a cell that can be inverted, in one direction; allowed: cell "
            + able.joined(separator: ", ") + ", one direction"
    }
}
