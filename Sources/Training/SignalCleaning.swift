import Glibc

/// Removes the files of saved states when a signal ends the process, and lets it end.
///
/// A handler may do little: the directory's name stands ready as a C string, and the files are named by number. One
/// directory a process.
enum SignalCleaning {
    // SIGPIPE comes when no process reads the rows any more, as when the parent was killed.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGPIPE]

    /// What was done about each signal before.
    nonisolated(unsafe) private static var handlers: [(number: Int32, before: __sighandler_t?)] = []

    /// - Parameter directory: about to be made.
    static func begin(_ directory: String) {
        coveredFiles = 0
        directoryName = strdup(directory)
        handlers = signals.map { number in
            let before = signal(number) { number in
                removeCoveredFiles()
                signal(number, SIG_DFL)
                raise(number)
            }
            return (number, before)
        }
    }

    /// The directory is there, and files may come.
    static func open() {
        guard let directoryName else { return }
        directoryDescriptor = Glibc.open(directoryName, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    /// Files up to this number may exist.
    static func cover(_ number: Int) { coveredFiles = max(coveredFiles, number + 1) }

    static func end() {
        for (number, before) in handlers { signal(number, before) }
        if directoryDescriptor >= 0 { close(directoryDescriptor) }
        directoryDescriptor = -1
        free(directoryName)
        directoryName = nil
    }
}

// Globals of constants, for a handler may not wait for one to be made.
nonisolated(unsafe) private var directoryName: UnsafeMutablePointer<CChar>?
nonisolated(unsafe) private var directoryDescriptor: Int32 = -1
nonisolated(unsafe) private var coveredFiles = 0

/// Only what is allowed in a signal handler: no memory is asked for.
private func removeCoveredFiles() {
    guard let directoryName else { return }
    for number in 0..<coveredFiles where directoryDescriptor >= 0 {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 24) { name in
            var (rest, position) = (number, 23)
            name[position] = 0
            repeat {
                position -= 1
                name[position] = CChar(48 + rest % 10)
                rest /= 10
            } while rest > 0
            _ = unlinkat(directoryDescriptor, name.baseAddress! + position, 0)
        }
    }
    rmdir(directoryName)
}
