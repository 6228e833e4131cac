import BuildStamp
import Experiments
import Reports
import Runner
import Trials

extension Environment {
    /// This machine and this build, now.
    ///
    /// - Parameters:
    ///   - answers: what the measuring program says of its libraries.
    ///   - warmup: training steps before the first repetition.
    /// - Throws: a failed command when a program cannot be read.
    init(_ program: TrialProgram, answers: [String: String], warmup: Int) throws {
        func answer(_ key: String) -> String { answers[key] ?? "unknown" }
        self.init(
            commit: BuildStamp.commit, dirty: BuildStamp.hasChanges,
            jemallocVersion: answer("jemalloc_version"), jemallocConfiguration: answer("jemalloc_configuration"),
            blasVersion: answer("blas_version"), blasConfiguration: answer("blas_configuration"))
        unrollVersion = Unroll.version
        unrollFingerprint = try fingerprint("/proc/self/exe")
        programFingerprint = try fingerprint(program.executable)
        self.warmup = warmup
    }

    /// Whether it is of this machine and of this measuring program.
    func isOf(_ program: TrialProgram) -> Bool {
        origin.machine == Environment.thisMachine && programFingerprint == Fingerprint.ofFile(program.executable)
    }

    /// The text that rows measured on this machine have for it.
    static var thisMachine: String {
        Environment(jemallocVersion: "", jemallocConfiguration: "", blasVersion: "", blasConfiguration: "").origin
            .machine
    }
}

private func fingerprint(_ program: String) throws -> String {
    guard let fingerprint = Fingerprint.ofFile(program) else {
        throw fail("cannot read '\(program)'", code: Exit.system)
    }
    return fingerprint
}

extension [Row] {
    /// These rows with what `--mix-builds` asks for: those of several builds and machines are compared across them.
    func mixed(_ isAskedFor: Bool) -> [Row] { isAskedFor && !mixtures.isEmpty ? mixed() : self }

    /// Says on standard error what of them is by several builds or machines.
    func complainOfMixtures() {
        for (experiment, mixture) in mixtures {
            let remedy = mixture.isAskedFor ? "" : "; --mix-builds compares them all the same"
            complain("unroll: \(experiment): \(mixture)\(remedy)\n")
        }
    }
}
