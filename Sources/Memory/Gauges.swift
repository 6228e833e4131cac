/// jemalloc's figures for the whole process.
package struct Statistics: Sendable {
    private let epoch: Control<UInt64>
    private let allocated: Control<Int>
    private let active: Control<Int>
    private let resident: Control<Int>
    private let mapped: Control<Int>
    private let purgeAll: Control<Int>

    package init() throws(MemoryError) {
        epoch = try Control("epoch")
        allocated = try Control("stats.allocated")
        active = try Control("stats.active")
        resident = try Control("stats.resident")
        mapped = try Control("stats.mapped")
        // jemalloc's number for all arenas at once, MALLCTL_ARENAS_ALL.
        purgeAll = try Control("arena.4096.purge")
    }

    /// Bytes of the process under jemalloc. `allocated` is what was asked for, `active` the pages it stands on,
    /// `resident` with jemalloc's own data and pages it has not given back, `mapped` the address space.
    package struct Reading: Hashable, Sendable {
        package var allocated = 0
        package var active = 0
        package var resident = 0
        package var mapped = 0

        package init() {}
    }

    /// Makes jemalloc gather its figures anew; what is read next is of this moment. About 7 µs.
    package func refresh() { epoch.write(1) }

    /// Gives every free page of the process back to the system, so that the next peak of resident memory is not of the
    /// past.
    package func purge() { purgeAll.trigger() }

    package func read() -> Reading {
        var reading = Reading()
        reading.allocated = allocated.value
        reading.active = active.value
        reading.resident = resident.value
        reading.mapped = mapped.value
        return reading
    }
}

/// The peak of what the calling thread holds, as jemalloc counts it: independent of the arenas' figures, costs nothing
/// while training runs. It is brought up to date every 64 KiB or so, hence exact for large blocks and blind to a small
/// spike.
package struct ThreadPeak: Sendable {
    private let reset: Control<Int>
    private let peak: Control<UInt64>
    private let allocated: Control<UInt64>
    private let deallocated: Control<UInt64>

    package init() throws(MemoryError) {
        reset = try Control("thread.peak.reset")
        peak = try Control("thread.peak.read")
        allocated = try Control("thread.allocated")
        deallocated = try Control("thread.deallocated")
    }

    /// What the thread has allocated and not given back.
    package var liveBytes: Int { Int(allocated.value) - Int(deallocated.value) }

    /// Starts a new peak here; answers what is live, on which ``bytesAboveReset`` stands.
    package func restart() -> Int {
        reset.trigger()
        return liveBytes
    }

    /// The most the thread held above what it held at the last ``restart()``.
    package var bytesAboveReset: Int { Int(peak.value) }
}
