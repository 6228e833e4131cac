package import Experiments
import Quantities
import Trials

extension Environment {
    /// This machine and this build, now.
    ///
    /// - Parameters:
    ///   - build: of this program.
    ///   - answers: what the measuring program says of its libraries.
    ///   - warmup: training steps before the first repetition; nil for as many as take ``Trials/Trial/warmupTime``.
    /// - Throws: ``RunError/unreadable(program:)``.
    package init(
        _ build: Build, _ program: TrialProgram, answers: [String: String], warmup: Int?
    ) throws(RunError) {
        func answer(_ key: String) -> String { answers[key] ?? "unknown" }
        func fingerprint(_ program: String) throws(RunError) -> String {
            guard let fingerprint = Fingerprint.ofFile(program) else { throw .unreadable(program: program) }
            return fingerprint
        }
        self.init(
            commit: build.commit, dirty: build.hasChanges,
            jemallocVersion: answer("jemalloc_version"), jemallocConfiguration: answer("jemalloc_configuration"),
            blasVersion: answer("blas_version"), blasConfiguration: answer("blas_configuration"))
        unrollVersion = build.version
        unrollFingerprint = try fingerprint("/proc/self/exe")
        programFingerprint = try fingerprint(program.executable)
        self.warmup = warmup
        warmupSeconds = warmup == nil ? Trial.warmupTime.inSeconds : nil
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
