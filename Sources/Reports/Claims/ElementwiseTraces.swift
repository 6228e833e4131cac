import Memory
import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// F5: where a unit's state depends on no other unit, there is nothing to leave out.
    package static let elementwiseTraces = Claim(
        id: "F5", short: "element-wise: exact, cheap RTRL",
        source:
            "Irie, Gopalakrishnan & Schmidhuber, Exploring the promise and limits of real-time recurrent learning, 2023, arXiv "
            + "2305.19044",
        cited: "Irie 2023",
        statement:
            "Where the recurrence is element by element, a value for each parameter of a layer, carried forward, is real-time "
            + "recurrent learning: the exact gradient, in memory that grows with the parameters alone.",
        published:
            "exact; derived here: 2H(D + 2) values a stream of an eLSTM, less than unrolling from T* = 2(D + 2)/3 on",
        convention:
            "one layer, SnAp-1, Double: ‖g − g*‖/‖g*‖ against full unrolling; traces: bytes of sensitivities, less the size classes "
            + "of all others of that role, against those of the formula; less: exact peaks of all tensors at neighbouring lengths",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "at most 1e-10; traces exactly; less from the step on that shapes predict, exactly",
        known: .reproduced,
        needs: [.gradientRelativeError, .sensitivitiesBytes, .peakBytes],
        concerns: { row in
            !row.trial.cell.hasHiddenMatrix && row.trial.layers == 1 && row.trial.precision == .double
                && [.full, .snap(order: 1)].contains(row.trial.strategy)
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.strategy, .length]).map(judgeTraces), farthestFrom: 1)
        })

    private static let experiment = "elementwise-traces"

    private static func judgeTraces(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = "\(trial.network), D \(trial.input)"
        let carried = rows.filter { $0.trial.strategy == .snap(order: 1) }
        guard let error = carried.largest(.gradientRelativeError), let bytes = carried.largest(.sensitivitiesBytes)
        else { return Verdict(.inconclusive, "no SnAp-1 of \(place)") }
        guard error <= 1e-10 else {
            return Verdict(.notReproduced, "gradient error \(Table.scientific(error)) (\(place))", value: error)
        }
        let (shape, traces) = (trial.shape, traces(trial))
        let others = Footprint(shape, residentSteps: 0).sensitivities.traces - usable(laidOut(shape), shape)
        let found = Int(bytes) - others
        guard found == usable(traces, shape) else {
            return Verdict(
                .notReproduced, "\(found) bytes of traces, and not \(usable(traces, shape)) (\(place))", value: 0)
        }
        let values = Double(traces) / Double(trial.batch * trial.cell.recordParts * trial.hidden)
        guard let from = rows.measuredCrossing(of: .snap(order: 1), below: .full) else {
            return Verdict(.inconclusive, "no two neighbouring lengths at which \(place) turns")
        }
        let isPredicted = from == trial.crossing(of: .snap(order: 1), below: .full, in: 1...longest)
        return Verdict(
            isPredicted ? .reproduced : .notReproduced,
            "error \(Table.scientific(error)), \(traces / trial.batch) values a stream, less from T \(from) on where values alone "
                + "say \(Table.fixed(values, 1)) (\(place))",
            value: Double(from) / values)
    }

    /// Beyond any crossing of a width that is measured.
    private static let longest = 1 << 30

    /// The formula: of an eLSTM 2H(D + 2) a stream; of a cell whose gates do not see its state a column of W and the bias, for each
    /// gate and part of the state.
    private static func traces(_ trial: Trial) -> Int {
        let gates = trial.cell.gates
        return trial.batch * trial.cell.stateParts * trial.hidden
            * (gates * (trial.input + 1) + trial.cell.unitsParts)
    }

    /// Elements of the tensor as the network lays it out.
    private static func laidOut(_ shape: Shape) -> Int {
        SensitivityLayout(shape, hasJacobians: false).traces.first { $0.name.hasSuffix("traces") }!.elements
    }

    private static func usable(_ elements: Int, _ shape: Shape) -> Int {
        Heap.usableSize(elements * shape.precision.bytes)
    }
}
