import Glibc
import Memory
import Quantities
import Testing

@Suite struct GaugesTests {
    /// In a separate process: the figures of the whole process would see the other tests'.
    @Test func selfTestPasses() async {
        await #expect(processExitsWith: .success) { try SelfTest.run() }
    }

    /// Trials run it at their start, but it may be run again.
    @Test func selfTestPassesTwice() async {
        await #expect(processExitsWith: .success) {
            try SelfTest.run()
            try SelfTest.run()
        }
    }

    @Test func threadPeakSeesASpike() async {
        await #expect(processExitsWith: .success) {
            let gauge = try ThreadPeak()
            let heap = try Heap()
            let before = gauge.restart()
            do {
                let spike = Buffer<UInt8>(count: 4 << 20, in: heap)
                memset(spike.start, 1, spike.count)
            }
            let after = gauge.liveBytes
            guard abs(gauge.bytesAboveReset - 4 << 20) <= 1 << 17, abs(after - before) <= 1 << 16 else { exit(1) }
        }
    }

    @Test func residentPeakSeesTouchedPages() async {
        await #expect(processExitsWith: .success) {
            let heap = try Heap()
            // Where the peak cannot be lowered there is nothing to hold it against.
            guard ResidentPeak.restart(), let before = ResidentPeak.bytes else { exit(0) }
            do {
                let spike = Buffer<UInt8>(count: 64 << 20, in: heap)
                memset(spike.start, 1, spike.count)
            }
            guard let after = ResidentPeak.bytes, after - before >= 60 << 20 else { exit(1) }
        }
    }

    /// The allocator of this very process is jemalloc, malloc's callers included.
    @Test func mallocIsJemallocs() async {
        await #expect(processExitsWith: .success) {
            let statistics = try Statistics()
            statistics.refresh()
            let before = statistics.read()
            let size = 32 << 20
            guard let block = malloc(size) else { exit(1) }
            // The kernel fills it: the optimiser would remove a block that is only written and freed.
            let zeros = open("/dev/zero", O_RDONLY)
            guard read(zeros, block, size) == size else { exit(1) }
            statistics.refresh()
            let during = statistics.read()
            guard during.allocated - before.allocated >= size else { exit(2) }
            guard during.active >= during.allocated, during.resident >= during.active, during.mapped > 0 else {
                exit(3)
            }
            free(block)
        }
    }

    @Test func versionAndConfiguration() {
        #expect(Jemalloc.version.hasPrefix("5."))
        #expect(Jemalloc.configuration.hasPrefix("config.prof="))
        #expect(Jemalloc.configuration.contains("config.stats=true"))
    }

    @Test func errorsNameTheRemedy() {
        #expect(
            MemoryError.control("epoch", code: 2).description
                == "jemalloc refused 'epoch' (error 2); libjemalloc 5.3.0 or newer is needed")
        #expect(
            MemoryError.notTheAllocator.description
                == "malloc is not jemalloc's in this process; link libjemalloc before libc")
    }
}
