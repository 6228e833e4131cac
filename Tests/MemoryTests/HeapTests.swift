import Memory
import Quantities
import Testing

@Suite struct HeapTests {
    private static let sizes = [
        1, 63, 64, 65, 128, 129, 192, 193, 1000, 4096, 4097, 14_336, 14_337, 16_384, 16_385, 65_536, 65_537, 1 << 20,
        (1 << 20) + 1, 10_000_000,
    ]

    @Test func liveBytesAreExact() throws {
        let statistics = try Statistics()
        let heap = try Heap()
        let other = try Heap()
        func live(_ heap: Heap) -> Int {
            statistics.refresh()
            return heap.liveBytes
        }
        #expect(live(heap) == 0)
        for size in HeapTests.sizes {
            do {
                let buffer = Buffer<UInt8>(count: size, in: heap)
                buffer.start.initialize(repeating: 1, count: size)
                #expect(live(heap) == Heap.usableSize(size), "\(size) bytes")
                #expect(Int(bitPattern: buffer.start) % 64 == 0, "\(size) bytes")
                #expect(buffer.count == size)
                let second = Buffer<UInt8>(count: size, in: heap)
                #expect(live(heap) == 2 * Heap.usableSize(size), "twice \(size) bytes")
                _ = consume second
                #expect(live(heap) == Heap.usableSize(size), "\(size) bytes after one of two")
                _ = consume buffer
            }
            #expect(live(heap) == 0, "after \(size) bytes")
        }
        #expect(live(other) == 0, "a heap sees its own buffers only")
    }

    /// What blocks have is what the arena has, at every size, until blocks are no longer looked at.
    @Test func blocksAreCounted() throws {
        let statistics = try Statistics()
        let heap = try Heap()
        let other = try Heap()
        #expect(heap.countedBytes == 0)
        for size in HeapTests.sizes {
            do {
                let buffer = Buffer<UInt8>(count: size, in: heap)
                statistics.refresh()
                #expect(heap.countedBytes == heap.liveBytes && heap.countedBytes == Heap.usableSize(size), "\(size)")
                _ = buffer.start
            }
            #expect(heap.countedBytes == 0 && other.countedBytes == 0, "after \(size) bytes")
        }
        heap.stopCounting()
        let buffer = Buffer<UInt8>(count: 100, in: heap)
        statistics.refresh()
        #expect(heap.countedBytes == 0 && heap.liveBytes == Heap.usableSize(100))
        _ = buffer.start
    }

    @Test func allSizesAtOnce() throws {
        let statistics = try Statistics()
        let heap = try Heap()
        func hold(_ sizes: ArraySlice<Int>, held: Int) {
            guard let size = sizes.first else { return }
            let buffer = Buffer<Double>(count: size, in: heap)
            let now = held + Heap.usableSize(8 * size)
            statistics.refresh()
            #expect(heap.liveBytes == now)
            hold(sizes.dropFirst(), held: now)
            statistics.refresh()
            #expect(heap.liveBytes == now)
            _ = consume buffer
        }
        hold(HeapTests.sizes.dropLast(2)[...], held: 0)
        statistics.refresh()
        #expect(heap.liveBytes == 0)
    }

    @Test(arguments: [
        (1, 64), (64, 64), (65, 128), (129, 192), (257, 320), (513, 640), (4097, 5120), (14_337, 16_384),
        (65_537, 81_920), (1 << 20, 1 << 20), ((1 << 20) + 1, 1_310_720), (10_000_000, 10_485_760),
    ])
    func usableSizes(size: Int, usable: Int) { #expect(Heap.usableSize(size) == usable) }

    @Test func aBufferHasElements() async {
        await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: 0, in: try Heap()) }
    }
}
