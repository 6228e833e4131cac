import CSystem
import Glibc

/// What the machine, the control groups and the shell leave to this process, and where each limit stands: read in this one
/// place, by the program that admits trials and by the one that measures them.
package struct SystemLimits: Sendable {
    /// A number and the file or resource limit it was read from.
    package struct Limit: Hashable, Sendable {
        package let value: Int
        package let source: String

        package init(_ value: Int, source: String) {
            self.value = value
            self.source = source
        }
    }

    private let files: SystemFiles
    private let resources: @Sendable (Resource) -> Int?
    private let affinity: @Sendable () -> Int

    /// - Parameters:
    ///   - files: /proc and /sys.
    ///   - resources: what getrlimit(2) says.
    ///   - affinity: how many processors sched_getaffinity(2) allows; cpuset groups are in it.
    package init(
        files: SystemFiles = SystemFiles(), resources: @escaping @Sendable (Resource) -> Int? = { $0.limit },
        affinity: @escaping @Sendable () -> Int = { Int(unroll_allowed_processors()) }
    ) {
        self.files = files
        self.resources = resources
        self.affinity = affinity
    }

    // MARK: Memory

    /// Every limit on this process's memory in bytes, the least first; the machine's own memory is the last.
    ///
    /// A group's `memory.high` counts as its `memory.max` does: the kernel does not end a process beyond it but slows it down
    /// until it is of no use to measure.
    package var memory: [Limit] {
        let machine = physicalMemory
        let groups = ControlGroups(files)
        var limits: [Limit] = []
        for directory in groups.directories(of: "memory") {
            for name in ["memory.max", "memory.high", "memory.limit_in_bytes"] {
                let file = "\(directory)/\(name)"
                if let bytes = files.number(file) { limits.append(Limit(bytes, source: file)) }
            }
            // Of version 1: the least of the groups above too, those that are not visible here among them.
            let file = "\(directory)/memory.stat"
            if let bytes = files.number(after: "hierarchical_memory_limit ", in: file) {
                limits.append(Limit(bytes, source: file))
            }
        }
        for resource in [Resource.addressSpace, .data] {
            if let bytes = resources(resource) { limits.append(Limit(bytes, source: resource.name)) }
        }
        // Version 1 writes no limit as a number near 2⁶³.
        limits = limits.filter { $0.value < machine.value && $0.value >= 0 }
        return limits.enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }
            .map(\.element) + [machine]
    }

    /// The least of them: what the tensors of a trial must stay under.
    package var memoryLimit: Limit { memory[0] }

    private var physicalMemory: Limit {
        let file = "/proc/meminfo"
        if let kibibytes = files.number(after: "MemTotal:", in: file) { return Limit(kibibytes << 10, source: file) }
        return Limit(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)), source: "sysconf")
    }

    // MARK: Processors

    /// How many processors this process may keep busy: those it may run on, and no more than the time its groups are given.
    /// One and a half are one: the second thread would stand still half the time, and the first wait for it.
    package var processors: Limit {
        var least = Limit(max(1, affinity()), source: "sched_getaffinity")
        for directory in ControlGroups(files).directories(of: "cpu") {
            let both = files.words("\(directory)/cpu.max").map { Int($0) }
            var candidates: [(quota: Int?, period: Int?, file: String)] = []
            if both.count == 2 { candidates.append((both[0], both[1], "\(directory)/cpu.max")) }
            let old = "\(directory)/cpu.cfs_quota_us"
            candidates.append((files.number(old), files.number("\(directory)/cpu.cfs_period_us"), old))
            for case (let quota?, let period?, let file) in candidates where quota > 0 && period > 0 {
                let count = max(1, quota / period)
                if count < least.value { least = Limit(count, source: file) }
            }
        }
        return least
    }

    // MARK: Processes, threads and files

    /// How many processes and threads there may be, of this user or in this group; nil without a limit.
    package var tasks: Limit? {
        var limits = ControlGroups(files).directories(of: "pids").compactMap { directory in
            files.number("\(directory)/pids.max").map { Limit($0, source: "\(directory)/pids.max") }
        }
        if let count = resources(.processes) { limits.append(Limit(count, source: Resource.processes.name)) }
        return limits.min { $0.value < $1.value }
    }

    /// How many files may be open at once; nil without a limit.
    package var descriptors: Limit? {
        resources(.descriptors).map { Limit($0, source: Resource.descriptors.name) }
    }
}
