import Schedules
import Shapes
import Vectors

extension Trial {
    /// Of how many draws the gradient is the mean, of schedules, of roundings or of both together; nil where nothing is left to chance.
    package var draws: Int? {
        guard rounding.rounding.isRandom else { return strategy.draws }
        return max(rounding.draws, strategy.draws ?? 1)
    }

    /// Why records cannot be kept as they are asked for, in a sentence; nil where they can.
    var recordsRefusal: String? {
        let rounding = rounding.rounding
        if packsStates, engine != .unroll {
            return
                "'states' is '\(states.rawValue)', but engine '\(engine.rawValue)' keeps its own; allowed: native, or "
                + "engine unroll"
        }
        guard records != .native || multipliesPairs && engine == .unroll && strategy.recordsForBackward else {
            return rounding == .nearest
                ? nil
                : "'rounding' is '\(rounding.rawValue)', but native records are not rounded; allowed: nearest, or records "
                    + "in fewer bits"
        }
        if engine != .unroll {
            return
                "'records' is '\(records.rawValue)', but engine '\(engine.rawValue)' keeps its own; allowed: native, or "
                + "engine unroll"
        }
        if rounding == .independent, cell.kind.squared == nil {
            let able = Cell.allCases.filter { $0.kind.squared != nil }.map(\.rawValue).joined(separator: ", ")
            return "'rounding' is 'independent', but two roundings do not make up for what cell '\(cell)' does to its "
                + "record; allowed: nearest, stochastic, or cell \(able)"
        }
        if updates > 0, self.rounding.draws > 1 {
            return "'rounding' is '\(self.rounding.rawValue)', but an update is by one draw; allowed: "
                + "\(rounding.rawValue), or updates 0"
        }
        return nil
    }
}
