import Glibc

/// Removes the files of saved states when a signal ends the process, and lets it end.
///
/// A handler may do little: the directory's name stands ready as a C string, and the files are named by number. One
/// directory a process.
enum SignalCleaning {
    // SIGPIPE comes when nobody reads the rows any more, as when the one who asked for them was killed.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGPIPE]

    static func begin(_ directory: String) {
        coveredFiles = 0
        let name = strdup(directory)
        directoryDescriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        directoryName = name
        for number in signals {
            signal(number) { number in
                removeCoveredFiles()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Files up to this number may exist.
    static func cover(_ number: Int) { coveredFiles = max(coveredFiles, number + 1) }

    static func end() {
        for number in signals { signal(number, SIG_DFL) }
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
    guard directoryDescriptor >= 0, let directoryName else { return }
    for number in 0..<coveredFiles {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 24) { name in
            var (rest, place) = (number, 23)
            name[place] = 0
            repeat {
                place -= 1
                name[place] = CChar(48 + rest % 10)
                rest /= 10
            } while rest > 0
            _ = unlinkat(directoryDescriptor, name.baseAddress! + place, 0)
        }
    }
    rmdir(directoryName)
}
