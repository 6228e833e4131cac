import Glibc

/// An output that a child process writes: a name where a file is replaced, else a descriptor that is opened here. The
/// child's standard output is a pipe to this process; only here `/dev/stdout` is what the user means by it.
package final class HandedOutput: Sendable {
    /// As the user wrote it.
    package let path: String
    /// Nil where the child opens the path.
    package let descriptor: Int32?

    /// - Throws: ``FileError`` where nothing can be written there.
    package init(_ path: String) throws(FileError) {
        self.path = path
        let opened: Int32
        switch try Destination(path) {
        case .file:
            try Destination.expectWritable(path)
            descriptor = nil
            return
        case .descriptor(let number): opened = fcntl(number, F_DUPFD_CLOEXEC, HandedOutput.first)
        case .stream(let name):
            let stream = OutputFile.open(stream: name)
            guard stream >= 0 else { throw FileError(path, doing: "write it") }
            opened = fcntl(stream, F_DUPFD_CLOEXEC, HandedOutput.first)
            close(stream)
        }
        guard opened >= 0 else { throw FileError(path, doing: "write it") }
        descriptor = opened
    }

    deinit { if let descriptor { close(descriptor) } }

    /// A child has its outputs from 3 on. Those handed over are above all of these, so that none takes another's number.
    private static let first: Int32 = 8
}
