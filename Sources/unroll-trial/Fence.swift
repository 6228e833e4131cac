import Glibc
import Memory

/// What this process may take beyond what it has: the memory limit of its trial, enforced by the kernel.
///
/// The limit speaks of tensors, whose peak is predicted; this holds whatever else a process takes, a leak as well as a
/// library's buffers. By RLIMIT_DATA, which counts private writable pages. RLIMIT_AS would count the address space that
/// threads and BLAS reserve and never use, RLIMIT_RSS is not enforced by Linux, a control group needs rights that
/// containers do not give, and a look at the resident set now and then comes too late for a single large allocation.
enum Fence {
    /// How many times the limit is given: jemalloc takes address space in steps that grow by a quarter and keeps it for the
    /// arena that asked, and the gradient's reference, which may itself be as large as the limit, leaves its pages to
    /// arenas that the strategy may use less.
    private static let factor = 2
    /// Stacks of threads, BLAS's buffers, what the validator and the audit note.
    private static let margin = 256 << 20

    /// - Throws: ``Misuse`` where the kernel does not say what the process has, or takes no limit.
    static func set(_ memory: Bytes) throws {
        guard let present = present else { throw Misuse.fence("/proc/self/status does not tell VmData") }
        let (twice, overflow) = memory.count.multipliedReportingOverflow(by: factor)
        guard !overflow, twice < Int.max / 2 else { return }
        let bytes = rlim_t(present + twice + margin)
        var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
        guard setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0 else {
            throw Misuse.fence(String(cString: strerror(errno)))
        }
    }

    /// Private writable bytes now.
    private static var present: Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = Array(repeating: CChar(0), count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if text.hasPrefix("VmData:") { return Int(text.filter(\.isNumber)).map { $0 * 1024 } }
        }
        return nil
    }
}
