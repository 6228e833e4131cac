import Glibc

/// Elements in separate pages, 0 at first: what no figure of memory is to count, for it is not the network's.
struct AnonymousMapping<Element: BitwiseCopyable & FixedWidthInteger>: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutablePointer<Element>
    private let count: Int

    /// - Parameter path: of the file that they are for.
    /// - Throws: ``TaskDataError`` when the system has none.
    init(_ count: Int, for path: String) throws(TaskDataError) {
        let memory = mmap(
            nil, count * MemoryLayout<Element>.stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            throw .file(.system(path: path, reason: String(cString: strerror(errno))))
        }
        start = memory.assumingMemoryBound(to: Element.self)
        self.count = count
    }

    deinit { munmap(start, count * MemoryLayout<Element>.stride) }

    subscript(place: Int) -> Element {
        get {
            precondition(place >= 0 && place < count)
            return start[place]
        }
        nonmutating set {
            precondition(place >= 0 && place < count)
            start[place] = newValue
        }
    }
}
