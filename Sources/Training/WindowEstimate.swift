import Kernels
import Networks
package import Schedules

/// What an estimate of a window says: see ``Schedules/Adaptation``.
package struct WindowEstimate: Sendable {
    /// K: the mean over the windows of the estimate, rounded up.
    package let window: Int
    /// δ(K − 1) of the mean profile; not finite where nothing bounds it.
    package let relativeBias: Double
    /// β of the mean profile.
    package let decay: Double
    /// The steps that were gone and the time they took; its loss and its gradient are of no update.
    let pass: Pass
    /// Forward steps that the passes' schedules predict.
    let predictedForwardSteps: Int
}

extension WindowEstimate {
    /// One made before a checkpoint, of which the window alone is known.
    init(resuming window: Int) {
        self.init(window: window, relativeBias: .nan, decay: .nan, pass: Pass(), predictedForwardSteps: 0)
    }
}

extension Executor {
    /// How strongly the loss of one step is felt lag by lag, in a separate pass. What was in the gradient is gone, and the state that
    /// the next update begins with is untouched.
    ///
    /// - Parameter observe: called after every action.
    /// - Throws: ``StateFileError``, never: nothing goes to disk.
    package func profile(
        _ estimate: LagEstimate, observe: ((ScheduledAction) -> Void)? = nil
    ) throws(StateFileError) -> (profile: LagProfile, pass: Pass) {
        var sum = Array(repeating: 0.0, count: network.stateWidth)
        var norms: [Double] = []
        var cumulative: [Double] = []
        func add(_ streams: [Double]) {
            norms.append(streams.reduce(0, +) / Double(streams.count))
            cumulative.append(sum.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(streams.count))
        }
        let pass = try run(
            estimate,
            observe: { [network] scheduled in
                if case .backward(let steps, let injecting) = scheduled.action {
                    if !injecting.isEmpty { add(network.lossAdjoint(at: steps.lowerBound, addingTo: &sum)) }
                    add(network.stateAdjoint(addingTo: &sum))
                }
                observe?(scheduled)
            }, isRehearsal: true)
        return (LagProfile(norms: norms, cumulativeNorms: cumulative), pass)
    }

    /// An estimate of the window on the present data, with the parameters as they are.
    ///
    /// - Returns: nil where no step has a loss.
    /// - Throws: ``StateFileError``, never: nothing goes to disk.
    package func estimate(_ adaptation: Adaptation) throws(StateFileError) -> WindowEstimate? {
        let counted = source.counted(of: 0..<length)
        guard !counted.isEmpty else { return nil }
        let passes = adaptation.estimates(over: counted, length: length)
        var total = Pass()
        var (windows, predicted) = (0, 0)
        var profiles: [LagProfile] = []
        for estimate in passes {
            let (profile, pass) = try profile(estimate)
            profiles.append(profile)
            windows += adaptation.window(of: profile)
            predicted += Replay(estimate).work.forward
            total.addWork(of: pass)
        }
        let window = (windows + passes.count - 1) / passes.count
        let mean = LagProfile(meanOf: profiles)
        let biases = mean.relativeBiases
        return WindowEstimate(
            window: window, relativeBias: biases[min(window, biases.count) - 1], decay: mean.decay, pass: total,
            predictedForwardSteps: predicted)
    }
}

extension Pass {
    /// Adds steps and times that another pass took besides.
    mutating func addWork(of other: Pass) {
        forwardSteps += other.forwardSteps
        recomputedSteps += other.recomputedSteps
        backwardSteps += other.backwardSteps
        injections += other.injections
        forward += other.forward
        backward += other.backward
    }
}
