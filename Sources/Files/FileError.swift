import Glibc

/// What the system refused to do with a file: what was tried, and its words for why.
package struct FileError: Error, Hashable, CustomStringConvertible {
    package let path: String
    /// What was tried, as in "cannot write it".
    package let doing: String
    package let reason: String

    package init(_ path: String, doing: String, reason: String) {
        self.path = path
        self.doing = doing
        self.reason = reason
    }

    /// - Parameter number: the system's error number, by default that of the last call.
    package init(_ path: String, doing: String, number: Int32 = errno) {
        self.init(path, doing: doing, reason: String(cString: strerror(number)))
    }

    package var description: String { "\(path): cannot \(doing): \(reason)" }
}
