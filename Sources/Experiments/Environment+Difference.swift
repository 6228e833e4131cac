extension Environment {
    /// The first thing that makes rows of the two not belong in one file; nil when they do.
    ///
    /// Two runs are of the same build when their measuring program is the same to the byte. Where an older version did not
    /// note that, the commit and what differed from it must be the same.
    package func difference(from other: Environment) -> String? {
        if let program = programFingerprint, let otherProgram = other.programFingerprint {
            if program != otherProgram {
                return "build (\(program) of commit \(source), now \(otherProgram) of \(other.source))"
            }
        } else if commit != other.commit {
            return "commit (\(commit ?? "none"), now \(other.commit ?? "none"))"
        } else if dirty == true || other.dirty == true,
            differenceFingerprint == nil || differenceFingerprint != other.differenceFingerprint
        {
            return "state of the source: it has changes that are in no commit"
        }
        if cpuModel != other.cpuModel {
            return "processor (\(cpuModel ?? "unknown"), now \(other.cpuModel ?? "unknown"))"
        }
        if jemallocVersion != other.jemallocVersion {
            return "jemalloc (\(jemallocVersion), now \(other.jemallocVersion))"
        }
        if jemallocConfiguration != other.jemallocConfiguration {
            return "setting of jemalloc (\(jemallocConfiguration), now \(other.jemallocConfiguration))"
        }
        if blasVersion != other.blasVersion || blasConfiguration != other.blasConfiguration {
            return "BLAS (\(blasVersion) \(blasConfiguration), now \(other.blasVersion) \(other.blasConfiguration))"
        }
        if swiftVersion != other.swiftVersion { return "Swift (\(swiftVersion), now \(other.swiftVersion))" }
        if let warmup, let now = other.warmup, warmup != now { return "warm-up (\(warmup), now \(now))" }
        return nil
    }

    /// The commit as it is shown.
    private var source: String {
        (commit.map { String($0.prefix(12)) } ?? "none") + (dirty == true ? " with changes" : "")
    }
}
