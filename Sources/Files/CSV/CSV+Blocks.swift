import Glibc

extension CSV {
    /// A file as blocks of whole records, one after the other: of a file of any size a block is held.
    ///
    /// A line feed ends a record where the quotes before it are even in number, as RFC 4180 has them.
    package final class Blocks {
        private let file: Int32
        private let size: Int
        private var pending: [UInt8] = []
        /// Whether what was looked at so far ends within quotes.
        private var isQuoted = false
        /// How much of `pending` is whole records.
        private var whole = 0
        private var isAtEnd = false
        /// The last line had no end, and was left out; known when the last block was read.
        package private(set) var isTruncated = false

        /// No record is longer; what has more is handed on as it is.
        package static let longestRecord = 1 << 24

        /// - Parameter size: how much is read at once.
        package init(_ path: String, size: Int = 1 << 18) throws(FileBytes.Failure) {
            file = try FileBytes.open(path).file
            self.size = size
        }

        deinit { close(file) }

        /// The next block; nil at the end.
        package func next() throws(FileBytes.Failure) -> [UInt8]? {
            while whole == 0, !isAtEnd, pending.count <= Blocks.longestRecord { try read() }
            guard whole == 0 else { return take(whole) }
            if isAtEnd { isTruncated = CSV.removeTruncatedLine(&pending) || isTruncated }
            return pending.isEmpty ? nil : take(pending.count)
        }

        private func take(_ count: Int) -> [UInt8] {
            let rest = Array(pending[count...])
            pending.removeSubrange(count...)
            defer { (pending, whole) = (rest, 0) }
            return pending
        }

        private func read() throws(FileBytes.Failure) {
            let before = pending.count
            pending += repeatElement(0, count: size)
            let count = pending.withUnsafeMutableBytes { bytes in
                var count = Glibc.read(file, bytes.baseAddress! + before, size)
                while count < 0, errno == EINTR { count = Glibc.read(file, bytes.baseAddress! + before, size) }
                return count
            }
            let reason = errno
            pending.removeSubrange((before + max(0, count))...)
            guard count >= 0 else { throw .system(FileBytes.reason(reason)) }
            isAtEnd = count == 0
            for index in before..<pending.count {
                if pending[index] == CSV.quote { isQuoted.toggle() }
                if pending[index] == CSV.feed, !isQuoted { whole = index + 1 }
            }
        }
    }
}
