import Files
import Glibc

/// A line on standard output, there at once: a process waits for it at the other end of a pipe.
///
/// - Throws: ``FileError``; nothing is worth measuring when no process reads.
func writeLine(_ line: String) throws(FileError) {
    guard Descriptor.write(line + "\n", to: STDOUT_FILENO) else {
        throw FileError("standard output", doing: "write it")
    }
}

/// A line on standard error.
func reportError(_ line: String) { _ = Descriptor.write(line + "\n", to: STDERR_FILENO) }
