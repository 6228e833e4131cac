import Quantities

/// A block of a heap. Owning it is keeping its bytes alive: they are given back when the buffer ends.
///
/// Not an Array: its 32-byte header would push a power-of-two payload into the next size class, a quarter larger.
public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    /// The first element, aligned to 64 bytes.
    public let start: UnsafeMutablePointer<Element>
    /// Elements, at least one.
    public let count: Int
    private let heap: Heap

    /// Uninitialised memory for `count` elements. Ends the process with a message when the system has no more.
    public init(count: Int, in heap: Heap) {
        precondition(count > 0, "a buffer has at least one element")
        let size = count * MemoryLayout<Element>.stride
        guard let memory = heap.allocate(size) else {
            endOutOfMemory(allocating: Bytes(size), limits: heap.limits())
        }
        start = memory.bindMemory(to: Element.self, capacity: count)
        self.count = count
        self.heap = heap
    }

    deinit { heap.free(start) }
}
