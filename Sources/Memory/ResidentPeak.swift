import Glibc

/// The peak resident set of this process, VmHWM, as the kernel counts it: jemalloc's memory, BLAS's, code and all.
///
/// Not `ru_maxrss`: a child inherits its parent's across fork.
public enum ResidentPeak {
    /// Lowers the peak to what is resident now. False where the kernel does not allow it.
    public static func restart() -> Bool {
        let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return write(file, "5", 1) == 1
    }

    /// The peak in bytes; nil where /proc does not tell.
    public static var bytes: Int? {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8192) { text in
            let length = read(file, text.baseAddress, text.count)
            guard length > 0 else { return nil }
            let status = String(decoding: text[..<length], as: UTF8.self)
            guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
            return Int(line.filter(\.isNumber)).map { $0 * 1024 }
        }
    }
}
