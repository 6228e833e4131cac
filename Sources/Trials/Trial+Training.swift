import Schedules

extension Trial {
    /// Whether an update begins with the state in which the one before ended: a text continues, sequences do not, and what goes
    /// over it from its end has no state to begin with.
    package var carriesState: Bool {
        task.carriesState && updates > 0 && !bidirectional
    }

    /// Whether parameters change at strides within T steps, and not at their end alone.
    package var changesAtStrides: Bool {
        updateInterval == .stride && strategy.summation(length: length) != .chain
    }

    /// Whether a training by the other's strategy and update interval makes the same updates to the last bit, all other factors
    /// being the same. Exact gradients are not enough: those of overlapping windows of T steps are summed in another order.
    /// Where parameters change at every stride, another stride is another training.
    package func makesSameUpdates(as other: Trial) -> Bool {
        strategy.summation(length: length) == other.strategy.summation(length: other.length)
            && changesAtStrides == other.changesAtStrides
            // What is in fewer bits differs by strategy: backward reads records of some steps and states of others.
            && (!rounds || strategy == other.strategy)
    }

    /// A short name that is the same for a training and for those resumed from it: of every factor that no resume may change.
    /// A strategy that makes the same updates has it too, and so has a text that was moved.
    package var trainingIdentifier: String {
        var training = ignoring(Trial.resumable)
        training.updates = 1
        if content != nil { training.task = task.movedTo("") }
        if weightsContent != nil { training.weights = weights?.movedTo("") }
        return training.identifier
    }

    private static let resumable = Factor.having(.resumable).union([.strategy])

    /// Sequences, or streams of T steps, that a training by CTC is judged by at its end and that no update sees.
    package static let heldOut = 32
}
