import Networks
import Trials

extension Network {
    /// Draws every parameter as the trial says: the one start of whatever is measured, trained or compared with.
    func initialize(for trial: Trial) {
        initialize(seed: trial.seed, orthogonal: trial.recurrentWeights.scale)
    }
}
