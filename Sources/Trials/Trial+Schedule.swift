package import Schedules
package import Shapes

extension Trial {
    /// O, the width of the head.
    package var outputs: Int { task.outputs(input: input) }

    /// The network's dimensions.
    package var shape: Shape {
        var shape = Shape(
            cell: cell, layers: layers, input: input, hidden: hidden, outputs: outputs, batch: batch,
            precision: precision, inputProjection: inputProjection, criterion: task.criterion,
            directions: bidirectional ? 2 : 1,
            alignment: task.mostLabels(length: length).map { AlignmentShape(steps: alignedSteps, labels: $0) },
            variant: variant, weightReplicas: variant == .untied ? length : 1, threads: threads)
        (shape.records, shape.rounding, shape.states) = (records, rounding.rounding, states)
        return shape
    }

    /// Steps whose forward variables CTC keeps: no more than backward comes back to.
    private var alignedSteps: Int {
        strategy.reach(length: length)
    }

    /// Predicted sizes.
    package var footprint: Footprint {
        Footprint(
            shape, residentSteps: inputs == .resident ? length : 0, length: length, optimizer: optimizer,
            carriesState: carriesState)
    }

    /// The roles that have bytes in a training step under the trial's strategy.
    package var roles: Set<Role> {
        let constant = footprint.constant
        var roles = Set(Role.allCases.filter { constant[$0] > 0 }).union([.states, .records])
        if strategy.traits.contains(.carriesSensitivities) { roles.insert(.sensitivities) }
        if strategy.traits.contains(.undoesSteps) { roles.insert(.buffer) }
        return roles
    }

    /// The strategy's schedule for this trial's length and sizes; of a bidirectional network that of each lane.
    package var schedule: any Schedule {
        strategy.schedule(length: length, footprint: footprint, losses: losses)
    }

    /// Whether what the strategy carries forward leaves nothing out in this network.
    package var hasExactSensitivities: Bool { shape.hasExactSensitivities(strategy) }

    /// The strategy with what it chose by the network's sizes, for people: `segmented (length 41)`.
    package var strategyAsChosen: String { strategy.asChosen(length: length, footprint: footprint) }

    /// Where in a backward pass the loss enters.
    package var losses: LossPlacement { task.criterion == .ctc ? .oldest : .newest }

    /// What the schedule takes of the footprint.
    package var demand: Demand { Demand(schedule, footprint: footprint) }
}
