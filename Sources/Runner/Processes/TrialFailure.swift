import Glibc
package import Trials

/// Why a trial was not measured: what goes into its row.
package struct TrialFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let status: Status
    /// One line.
    package let message: String
    /// How the process ended and the last line it left on standard error, when it ended by itself before it answered.
    package let exit: Exit?

    package struct Exit: Hashable, Sendable {
        package let code: Int32
        package let errorLine: String
    }

    package init(status: Status, message: String) {
        self.init(status: status, message: message, exit: nil)
    }

    private init(status: Status, message: String, exit: Exit?) {
        self.status = status
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.exit = exit
    }

    /// How a process that gets no more memory ends: our buffers', the Swift runtime's, the system's and, where it multiplies, OpenBLAS's words.
    private static let wordsOfWant = [
        "out of memory", "could not allocate memory", "memory allocation", "cannot allocate memory",
    ]

    package var description: String { "\(status.rawValue): \(message)" }

    /// A process that ended before it answered.
    ///
    /// - Parameters:
    ///   - errorLine: the last line it left on standard error; may be empty.
    ///   - killedForMemory: whether the kernel ended processes for want of memory in the meantime.
    init(_ exitStatus: Children.ExitStatus, errorLine: String, killedForMemory: Bool) {
        let cause =
            switch exitStatus {
            case .exit(let code): "exit status \(code)"
            case .lost: "exit status lost"
            case .signal(let signal): "killed by signal \(signal), \(String(cString: strsignal(signal)))"
            }
        var exit: Exit?
        if case .exit(let code) = exitStatus { exit = Exit(code: code, errorLine: errorLine) }
        let starved = exitStatus == .signal(SIGKILL) && killedForMemory
        let exhausted = TrialFailure.wordsOfWant.contains { errorLine.lowercased().contains($0) }
        self.init(
            status: starved || exhausted ? .outOfMemory : .failed,
            message: errorLine.isEmpty ? cause : "\(errorLine) (\(cause))", exit: exit)
    }
}

/// The kernel's count of processes it ended for want of memory.
enum MemoryKills {
    /// Nil where /proc does not tell.
    static var count: Int? {
        let file = open("/proc/vmstat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let end = FileDescriptor(file)
        var text: [UInt8] = []
        while case .bytes(let bytes) = end.read() { text += bytes }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("oom_kill ") }.flatMap { Int($0.dropFirst(9)) }
    }
}
