import Glibc

/// The system's refusal in its own words, with the limits that may be the reason.
package struct SystemFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - what: what could not be done.
    ///   - code: errno.
    package init(_ what: String, _ code: Int32, limits: SystemLimits = SystemLimits()) {
        description = "\(what): \(limits.words(for: code))"
    }
}

extension SystemLimits {
    /// The system's words for an error, and the limits that may be why.
    package func words(for code: Int32) -> String {
        let reasons = self.reasons(for: code)
        return String(cString: strerror(code))
            + (reasons.isEmpty ? "" : "; allowed: " + reasons.joined(separator: ", "))
    }

    /// The limits that make calls fail with this error, each with its place.
    package func reasons(for code: Int32) -> [String] {
        func files(_ limit: Limit) -> String { "\(limit.value) open files (\(limit.source))" }
        func threads(_ limit: Limit) -> String { "\(limit.value) processes and threads (\(limit.source))" }
        return switch code {
        case EMFILE: descriptors.map { [files($0)] } ?? []
        // A thread is refused where there may be no more of them, and where there is no room for its stack.
        case EAGAIN: (tasks.map { [threads($0)] } ?? []) + memoryReasons
        case ENOMEM: memoryReasons
        default: []
        }
    }

    /// The least limit on memory below the machine's own.
    private var memoryReasons: [String] {
        let least = memoryLimit
        guard memory.count > 1 else { return [] }
        return ["\(least.value) bytes of memory (\(least.source))"]
    }
}
