import CJemalloc
import Glibc
import Synchronization

/// A separate jemalloc arena, whose live bytes can be read exactly. One role, one heap.
///
/// Arenas are never destroyed: jemalloc keeps their number for the life of the process, so a heap is too.
public final class Heap: Sendable {
    private let arena: UInt32
    private let small: Control<Int>
    private let large: Control<Int>
    private let counted = Atomic(0)
    private let isCounting = Atomic(true)
    /// Names the limits that may be why there is no memory, for the message that the process ends with.
    let limits: @Sendable () -> [String]

    /// - Parameter limits: names the limits that may be why there is no memory, `4294967296 bytes of memory (memory.max)`;
    ///   asked only when an allocation is refused.
    /// - Throws: ``MemoryError`` when jemalloc has no further arena or no statistics.
    public init(limits: @escaping @Sendable () -> [String] = { [] }) throws(MemoryError) {
        self.limits = limits
        arena = try Control<UInt32>("arenas.create").read()
        // Until its next epoch jemalloc knows no figures of a new arena.
        try Control<UInt64>("epoch").write(1)
        small = try Control("stats.arenas.\(arena).small.allocated")
        large = try Control("stats.arenas.\(arena).large.allocated")
    }

    /// Live bytes, in the size classes jemalloc handed out. Call ``Statistics/refresh()`` first.
    public var liveBytes: Int { small.value + large.value }

    /// Live bytes by what jemalloc has of each block that was taken or given back, without its figures being gathered. Only the heap
    /// knows its arena: these are the arena's ``liveBytes``. They are counted up to ``stopCounting()``.
    package var countedBytes: Int { counted.load(ordering: .relaxed) }

    /// Blocks are not looked at any longer: what is timed need not count.
    package func stopCounting() { isCounting.store(false, ordering: .relaxed) }

    /// What jemalloc has of a block, added or taken away.
    private func count(_ block: UnsafeMutableRawPointer, _ sign: Int) {
        guard isCounting.load(ordering: .relaxed) else { return }
        counted.wrappingAdd(sign * sallocx(block, 0), ordering: .relaxed)
    }

    /// Memory for `size` bytes, aligned to 64. Nil when there is none.
    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let block = mallocx(size, unroll_aligned_arena_flags(arena)) else { return nil }
        count(block, 1)
        unroll_tell_allocated(block, size, Heap.usableSize(size))
        return block
    }

    func free(_ memory: UnsafeMutableRawPointer) {
        count(memory, -1)
        unroll_tell_freed(memory)
        dallocx(memory, unroll_arena_flags(arena))
    }

    /// The bytes jemalloc hands out when asked for `size`: its size class (65,537 gives 81,920).
    public static func usableSize(_ size: Int) -> Int {
        nallocx(size, unroll_aligned_arena_flags(0))
    }
}

/// What jemalloc could not do.
public enum MemoryError: Error, Hashable, CustomStringConvertible {
    case control(String, code: Int32)
    case notTheAllocator

    public var description: String {
        switch self {
        case .control(let name, let code):
            code == EAGAIN || code == ENOMEM
                ? "jemalloc refused '\(name)': \(String(cString: strerror(ENOMEM)))"
                : "jemalloc refused '\(name)' (error \(code)); libjemalloc 5.3.0 or newer is needed"
        case .notTheAllocator: "malloc is not jemalloc's in this process; link libjemalloc before libc"
        }
    }
}
