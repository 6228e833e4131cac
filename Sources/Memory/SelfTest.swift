import CJemalloc
import Glibc

/// Holds every gauge against a spike of known size before anything is measured with it.
public enum SelfTest {
    /// A gauge that missed the spike.
    public struct Failure: Error, Hashable, CustomStringConvertible {
        /// Which gauge, in words.
        public let gauge: String
        /// Bytes that it should have seen.
        public let expected: Int
        /// Bytes that it saw.
        public let found: Int

        public var description: String {
            "gauge self-test: \(gauge) saw \(found) bytes of a spike of \(expected)"
        }
    }

    /// The size of the spike: large enough for every gauge, and no larger, for every trial begins with it and the kernel clears its
    /// pages.
    public static let spike = 2 << 20

    /// stats.allocated counts what thread caches hold as allocated; they fill in steps of up to this.
    private static let caches = 1 << 18

    /// - Throws: ``MemoryError`` or the first ``Failure``.
    public static func run() throws {
        let statistics = try Statistics()
        let thread = try ThreadPeak()
        let heap = try Heap()

        let resets = ResidentPeak.restart()
        let residentBefore = ResidentPeak.bytes
        statistics.refresh()
        let heapBefore = heap.liveBytes
        let allocatedBefore = statistics.read().allocated
        let threadBefore = thread.restart()

        var during = 0
        var allocatedDuring = 0
        do {
            let buffer = Buffer<UInt8>(count: spike, in: heap)
            // Through a C call, so that the optimiser cannot remove the buffer; and every page is touched.
            memset(buffer.start, 1, buffer.count)
            statistics.refresh()
            during = heap.liveBytes
            allocatedDuring = statistics.read().allocated
        }
        statistics.refresh()

        try expect("the heap's live bytes", spike, during - heapBefore, within: 0)
        try expect("the heap's live bytes afterwards", 0, heap.liveBytes - heapBefore, within: 0)
        try expect("stats.allocated", spike, allocatedDuring - allocatedBefore, within: caches)
        try expect("thread.peak", spike, thread.bytesAboveReset, within: 1 << 17)
        try expect("the thread's live bytes afterwards", 0, thread.liveBytes - threadBefore, within: 1 << 16)
        if resets, let before = residentBefore, let after = ResidentPeak.bytes, after - before < spike / 2 {
            throw Failure(gauge: "VmHWM", expected: spike, found: after - before)
        }

        // malloc itself must be jemalloc's, or the process's figures leave out what is not a tensor.
        let size = 3 << 20
        guard let block = malloc(size) else { throw MemoryError.notTheAllocator }
        statistics.refresh()
        let plain = statistics.read().allocated
        let usable = malloc_usable_size(block)
        free(block)
        statistics.refresh()
        guard plain - statistics.read().allocated >= size, usable == nallocx(size, 0) else {
            throw MemoryError.notTheAllocator
        }
        // What the spike has touched is not to be part of any later peak.
        statistics.purge()
    }

    private static func expect(_ gauge: String, _ expected: Int, _ found: Int, within slack: Int) throws(Failure) {
        guard abs(found - expected) <= slack else { throw Failure(gauge: gauge, expected: expected, found: found) }
    }
}
