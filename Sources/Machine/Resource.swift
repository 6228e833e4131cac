import Glibc

/// What a process may take, as getrlimit(2) has it.
package enum Resource: String, CaseIterable, Sendable {
    case addressSpace = "RLIMIT_AS"
    case data = "RLIMIT_DATA"
    case processes = "RLIMIT_NPROC"
    case descriptors = "RLIMIT_NOFILE"

    /// As the shell calls it.
    package var command: String {
        switch self {
        case .addressSpace: "ulimit -v"
        case .data: "ulimit -d"
        case .processes: "ulimit -u"
        case .descriptors: "ulimit -n"
        }
    }

    package var name: String { "\(rawValue), \(command)" }

    private var number: __rlimit_resource_t {
        switch self {
        case .addressSpace: __rlimit_resource_t(RLIMIT_AS.rawValue)
        case .data: __rlimit_resource_t(RLIMIT_DATA.rawValue)
        case .processes: __rlimit_resource_t(__RLIMIT_NPROC.rawValue)
        case .descriptors: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        }
    }

    /// The limit in force, in bytes or pieces; nil when there is none.
    package var limit: Int? {
        var limit = rlimit()
        // RLIM_INFINITY is all ones.
        guard getrlimit(number, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
        return Int(limit.rlim_cur)
    }

    /// Lowers the limit to this, or leaves a lower one; false when the kernel refuses.
    package func lower(to value: Int) -> Bool {
        var limit = rlimit()
        guard getrlimit(number, &limit) == 0 else { return false }
        limit.rlim_cur = min(limit.rlim_cur, rlim_t(value))
        limit.rlim_max = min(limit.rlim_max, rlim_t(value))
        return setrlimit(number, &limit) == 0
    }
}
