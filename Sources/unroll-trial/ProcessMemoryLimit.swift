import Glibc
import Machine
import Quantities

/// What this process may take beyond what it has: the memory limit of its trial, enforced by the kernel.
///
/// The limit speaks of tensors, whose peak is predicted; this holds whatever else a process takes, a leak as well as a
/// library's buffers. By RLIMIT_DATA, which counts private writable pages. RLIMIT_AS would count the address space that
/// threads reserve and never use, RLIMIT_RSS is not enforced by Linux, a control group needs rights that
/// containers do not give, and a look at the resident set now and then comes too late for a single large allocation.
enum ProcessMemoryLimit {
    /// Stacks of threads, what the validator and the audit note.
    private static let margin = 256 << 20
    private static let stack = 8 << 20

    /// The limit is what the strategy may need and, because jemalloc keeps address space for the arena that asked, what the
    /// gradient's reference may need as well; each with a quarter more, the steps in which jemalloc takes it.
    ///
    /// - Throws: ``UsageError`` where the kernel does not say what the process has, or takes no limit.
    static func set(_ memory: Bytes, reference: Bytes, threads: Int) throws {
        guard let present else {
            throw UsageError.memoryLimit("/proc/self/status does not tell VmData, or cannot be read")
        }
        let tensors = memory.count.addingReportingOverflow(min(memory, reference).count)
        // As much as that limits nothing.
        guard !tensors.overflow, tensors.partialValue < Int.max / 4 else { return }
        let bytes = present + tensors.partialValue / 4 * 5 + margin + threads * stack
        // A lower limit that is in force already stays.
        guard Resource.data.lower(to: bytes) else { throw UsageError.memoryLimit(String(cString: strerror(errno))) }
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
