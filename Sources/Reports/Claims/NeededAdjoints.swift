import Schedules
import Shapes
import Trials

extension Claim {
    /// A6: of the gradients that are no parameters', those to the states are needed, those to the inputs are not.
    package static let neededAdjoints = Claim(
        id: "A6", short: "∂L/∂h is needed, ∂L/∂x is not",
        source: "A Gentle Introduction to RNN Unrolling, its discussion", cited: "Brownlee 2017",
        statement:
            "Backpropagation through time needs the gradient to every state; the gradient to the bottom layer's inputs "
            + "costs work and changes nothing.",
        published: "∂L/∂h is required, ∂L/∂x of the bottom layer is not",
        convention:
            "Double; all gradients against full unrolling's of the same network. With ∂L/∂x: no difference in any element, and "
            + "2·B·G·H·D FLOP a step more. Without ∂L/∂h from step to step: error and cosine those of windows of one step, "
            + "within 1e-12 (the steps add up in another order)",
        experiments: [experiment],
        trust: "D",
        tolerance: "with ∂x: identical, more FLOP; without ∂h: window 1",
        known: .reproduced,
        needs: [.gradientRelativeError, .gradientCosine, .flops],
        concerns: { row in
            let (strategy, variant) = (row.trial.strategy, row.trial.variant)
            return row.trial.precision == .double
                && (strategy == .full && variant != .fusedGates && variant != .untied
                    || strategy == .truncated(window: 1, stride: 1) && variant == .plain)
        },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.variant, .strategy])
            return .both(
                .deciding(networks.map(judgeInputs), farthestFrom: 0),
                .deciding(networks.map(judgeStates), farthestFrom: 0))
        })

    private static let experiment = "needed-adjoints"

    private static func judgeInputs(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = "\(trial.network), T \(trial.length)"
        func own(_ variant: Variant) -> [Row] {
            rows.filter { $0.trial.strategy == .full && $0.trial.variant == variant }
        }
        guard let error = own(.inputAdjoint).largest(.gradientRelativeError),
            let more = own(.inputAdjoint).largest(.flops), let less = own(.plain).largest(.flops)
        else { return Verdict(.inconclusive, "training with ∂x or without is missing of \(place)") }
        let shape = trial.shape
        let product = Double(2 * shape.batch * shape.columns * shape.input * trial.length)
        let isSame = error == 0 && more - less == product && product > 0
        return Verdict(
            isSame ? .reproduced : .notReproduced,
            "with ∂x \(error == 0 ? "0" : Table.scientific(error)) apart and \(plain(more - less)) FLOP more (\(place))",
            value: isSame ? 0 : max(error, abs(more - less - product)))
    }

    private static func judgeStates(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let place = "\(trial.network), T \(trial.length)"
        let without = rows.filter { $0.trial.variant == .noStateAdjoint }
        let window = rows.filter { $0.trial.strategy != .full }
        func values(_ rows: [Row]) -> (error: Double, cosine: Double)? {
            rows.largest(.gradientRelativeError).flatMap { error in rows.largest(.gradientCosine).map { (error, $0) } }
        }
        guard let one = values(without), let other = values(window) else {
            return Verdict(.inconclusive, "training without ∂h or windows of one step are missing of \(place)")
        }
        // Were the states' gradients not needed, both would be exact, and agree.
        let deviation = max(abs(one.error - other.error), abs(one.cosine - other.cosine))
        let holds = deviation <= 1e-12 && one.error > 1e-6
        return Verdict(
            holds ? .reproduced : .notReproduced,
            "without ∂h \(Table.fixed(one.error, 3)) from the gradient, a window of 1 "
                + "\(Table.fixed(other.error, 3)) (\(place))", value: deviation)
    }
}
