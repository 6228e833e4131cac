package import Schedules
import Vectors

extension Shape {
    /// Why a strategy does not go with this network, in a sentence; nil where it does.
    package func refusal(of strategy: Strategy) -> String? {
        if multipliesPairs, !strategy.recordsForBackward, !strategy.traits.contains(.keepsNothing) {
            let why =
                strategy.sensitivities == nil && !strategy.traits.contains(.undoesSteps)
                ? "it starts again from records, which are rounded where products are"
                : "its products are of Float or Double"
            return
                "\(why); allowed: scalar "
                + Precision.allCases.filter { $0 != .bfloat16 }.map(\.rawValue).joined(separator: ", ") + ", or "
                + Strategy.words { $0.recordsForBackward || $0.traits.contains(.keepsNothing) }.joined(separator: ", ")
        }
        if records != .native, !strategy.recordsForBackward {
            return
                "it keeps no records for backward alone, which are those that may be in fewer bits; allowed: records "
                + "native, or "
                + Strategy.words { $0.recordsForBackward }.joined(separator: ", ")
        }
        if packsStates, !strategy.savesStates {
            return "it saves no states that could be in fewer bits; allowed: states native, or "
                + Strategy.words { $0.traits.contains(.savesStates) }.joined(separator: ", ")
        }
        if let sensitivities = strategy.sensitivities { return refusal(of: sensitivities) }
        guard strategy.traits.contains(.undoesSteps), !cell.kind.isReversible || isBidirectional else { return nil }
        let able = Cell.allCases.filter { $0.kind.isReversible }.map { "\($0.kind.word):bits=b" }
        return "it undoes steps, which takes a cell that can be inverted, in one direction; allowed: cell "
            + able.joined(separator: ", ") + ", one direction"
    }

    /// Whether what a strategy carries forward leaves nothing out in this network; false of those that carry nothing.
    package func hasExactSensitivities(_ strategy: Strategy) -> Bool { strategy.sensitivities.map(isExact) ?? false }

    /// Whether the gradient that sensitivities of a kind make in this network is full unrolling's. A value for each parameter and its
    /// own unit is all there is in one layer whose gates see no other unit's state (Irie et al. 2023, arXiv 2305.19044).
    private func isExact(_ sensitivities: Sensitivities) -> Bool {
        switch sensitivities {
        case .influence, .influenceOverRecords: true
        case .unit, .own: layers == 1 && !cell.hasHiddenMatrix && refusal(of: sensitivities) == nil
        case .leak, .rankOne, .kronecker: false
        }
    }
}
