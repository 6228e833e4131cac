package import Trials

extension Environment {
    /// One of the things that rows must have in common to be compared.
    package struct Condition: Hashable, Sendable {
        package let name: String
        /// The same text for the same thing.
        package let value: String
        /// As it is shown; the value when there is nothing to add.
        package let shown: String
        /// Whether it is the machine's, and no build's: bytes and steps do not depend on it, times do.
        package let isOfMachine: Bool

        init(_ name: String, _ value: String, shown: String? = nil, isOfMachine: Bool = false) {
            self.name = name
            self.value = value
            self.shown = shown ?? value
            self.isOfMachine = isOfMachine
        }
    }

    /// All that rows must have in common: what makes the build, then what makes the machine.
    ///
    /// A build is the measuring program to the byte, the libraries that it finds, and the warm-up. Where an older version did not
    /// note the program, it is the commit and what differed from it. A machine is its host's name, processor, the number of
    /// processors the process may use and their time, the memory it may use, and the kernel.
    ///
    /// What may differ without making times another's: when and in which folder it ran, who ran it, what else the machine did
    /// meanwhile (times are paired, so that this hits all alike), uptime, free memory and disks; memory by less than a
    /// sixteenth, as a kernel's own reserve differs from boot to boot; and this program's commit, as long as the measuring program is
    /// the same to the byte. A container has its own host name: one that is started again under another name is another machine,
    /// unless it is given one (`--hostname`).
    package var conditions: [Condition] {
        var conditions = [build]
        func add(_ name: String, _ value: String, isOfMachine: Bool = false) {
            conditions.append(Condition(name, value, isOfMachine: isOfMachine))
        }
        add("jemalloc", jemallocVersion)
        add("setting of jemalloc", jemallocConfiguration)
        add("BLAS", "\(blasVersion) \(blasConfiguration)")
        add("Swift", swiftVersion)
        let warmupTime = warmupSeconds.map { "\(1000 * $0) ms" }
        add("warm-up", warmup.map(String.init) ?? warmupTime ?? "unknown")
        add("processor", cpuModel ?? "unknown", isOfMachine: true)
        add("host", hostName ?? "unknown", isOfMachine: true)
        add("number of processors", String(cores), isOfMachine: true)
        add("limit of processor time", processorQuota.map { "\($0)" } ?? "none", isOfMachine: true)
        conditions.append(
            Condition(
                "memory", String(Environment.rounded(memoryBytes)), shown: "\(memoryBytes) bytes", isOfMachine: true))
        add("kernel", kernel, isOfMachine: true)
        return conditions
    }

    private var build: Condition {
        let source = commit.map { $0 == "unknown" ? $0 : String($0.prefix(12)) } ?? "none"
        let changed = dirty == true ? " with changes" : ""
        if let program = programFingerprint {
            return Condition("build", program, shown: "\(program) of commit \(source)\(changed)")
        }
        return Condition(
            "build", "\(commit ?? "none") \(dirty.map { "\($0)" } ?? "") \(differenceFingerprint ?? "")",
            shown: "commit \(source)\(changed)")
    }

    /// Up to the next sixteenth of the largest power of two within. As a record says it: any number.
    private static func rounded(_ bytes: Int) -> UInt {
        guard bytes >= 16 else { return UInt(max(0, bytes)) }
        let step: UInt = 1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount - 4)
        return (UInt(bytes) + step - 1) / step * step
    }

    /// The first thing that makes rows of the two not belong together; nil when they do.
    package func difference(from other: Environment) -> String? {
        zip(conditions, other.conditions).first { $0.value != $1.value }
            .map { "\($0.name) (\($0.shown), now \($1.shown))" } ?? engineDifference(from: other)
    }

    /// An engine that both have, and whose program is another one. Which engines there are does not matter: rows of each stand
    /// for themselves.
    private func engineDifference(from other: Environment) -> String? {
        (engines ?? [:]).sorted { $0.key < $1.key }.lazy.compactMap { name, own -> String? in
            guard let others = other.engines?[name], others != own else { return nil }
            return "program of engine '\(name)' (\(own), now \(others))"
        }.first
    }

    /// Whether the two are of the same build, on whatever machines.
    package func isSameBuild(as other: Environment) -> Bool { origin.build == other.origin.build }

    /// What a row measured here carries.
    package var origin: Origin {
        func text(_ isOfMachine: Bool) -> String {
            Fingerprint.of(
                conditions.filter { $0.isOfMachine == isOfMachine }.map { "\($0.name)=\($0.value)\n" }.joined())
        }
        var origin = Origin(key: key)
        origin.build = text(false)
        origin.machine = text(true)
        return origin
    }

    /// A short text that is the same for the same build on the same machine, to the last thing that is recorded of them.
    package var key: String { Fingerprint.of(identity.json) }

    /// Without what is of a run and not of the build or the machine.
    package var identity: Environment {
        var identity = self
        (identity.startTime, identity.endTime, identity.effort, identity.mixed) = (nil, nil, nil, nil)
        return identity
    }
}
