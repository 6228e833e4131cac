import Reports
import Trials

extension [Row] {
    /// These rows with what `--mix-builds` asks for: those of several builds and machines are compared across them.
    func mixed(_ isAskedFor: Bool) -> [Row] { isAskedFor && !mixtures.isEmpty ? mixed() : self }

    /// Says on standard error what of them is by several builds or machines.
    func reportMixtures() {
        for (experiment, mixture) in mixtures {
            let remedy = mixture.isAskedFor ? "" : "; --mix-builds compares them all the same"
            writeError("unroll: \(experiment): \(mixture)\(remedy)\n")
        }
    }
}
