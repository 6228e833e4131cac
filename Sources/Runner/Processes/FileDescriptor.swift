import Files
import Glibc
import Machine
import Synchronization

/// This process's end of a pipe to a child. Closed with its last owner, and never inherited by another child.
final class FileDescriptor: Sendable {
    let descriptor: Int32

    deinit { close(descriptor) }

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Held while a pipe is made and while a child is started: Swift does not see pipe2(2), which would make a pipe
    /// that no child inherits in one step.
    static let making = Mutex(())

    /// A pipe, the end to read from first.
    static func pipe() throws(SpawnError) -> (read: FileDescriptor, write: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        let code = making.withLock { _ in
            guard Glibc.pipe(&ends) == 0 else { return errno }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return 0
        }
        guard code == 0 else { throw SpawnError(executable: "a pipe", reason: SystemLimits().words(for: code)) }
        return (FileDescriptor(ends[0]), FileDescriptor(ends[1]))
    }

    /// Makes reading answer at once.
    func doNotWait() { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }

    enum Reading {
        case bytes([UInt8])
        case nothing, end
    }

    /// What has arrived; waits for it unless it is set not to.
    func read(limit: Int = 1 << 14) -> Reading {
        var bytes = Array(repeating: UInt8(0), count: limit)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            if count > 0 { return .bytes(Array(bytes[..<count])) }
            if count == 0 { return .end }
            if errno != EINTR { return errno == EAGAIN ? .nothing : .end }
        }
    }

    /// Writes a short text; false when there is no reader any more.
    func write(_ text: String) -> Bool { Descriptor.write(text, to: descriptor) }
}
