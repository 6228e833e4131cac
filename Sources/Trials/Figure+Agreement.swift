import Shapes

/// How far two measurements of one trial may be apart when both are right.
package enum Reproducibility: Hashable, Sendable {
    /// Bytes of tensors and counts: the same in every run, on every machine.
    case exact
    /// A real number, the same in every run of one build on one kind of processor, and elsewhere as its instructions round:
    /// multiply-adds fused or not, sums of more or fewer lanes.
    case rounded
    /// What a run takes: times, and what the kernel or the allocator keeps besides the tensors.
    case ofRun
}

extension Figure {
    /// Whether two values of this figure can both be right, measured in the same trial.
    ///
    /// A loss may differ by the bound relative to the larger of the two; distances and cosines of gradients are relative to
    /// a gradient already, and each of the two gradients may differ by the bound. Where there is no bound, all values agree,
    /// and so do those of a figure that differs from run to run.
    package func agrees(_ one: Value, _ other: Value, in trial: Trial) -> Bool {
        switch reproducibility {
        case .exact: return one == other
        case .ofRun: return true
        case .rounded:
            guard one != other, let bound = trial.roundingBound else { return true }
            let scale = self == .loss ? max(one.number.magnitude, other.number.magnitude) : 2
            return abs(one.number - other.number) <= bound * scale
        }
    }
}

extension Trial {
    /// How far rounding can move the loss and the gradient of one training step, relative to their size: γₖ = k·u/(1 − k·u)
    /// for k roundings in a row, each of unit roundoff u (Higham, Accuracy and Stability of Numerical Algorithms, 2002,
    /// lemma 3.1). A value passes T steps of L layers, forward and back, each a sum over inputs and state, and then the sum
    /// over steps and sequences; no step is taken to enlarge what comes in.
    ///
    /// Nil where nothing can be said: k·u reaches 1, or updates feed the rounding of one step to all that follow.
    package var roundingBound: Double? {
        guard updates == 0 else { return nil }
        let terms = 2 * Double(length) * Double(layers) * Double(max(input, hidden) + hidden)
        let roundings = terms + Double(length) * Double(batch) * Double(outputs)
        let unit = precision.unitRoundoff
        let error = roundings * unit
        return error < 1 ? error / (1 - error) : nil
    }
}
