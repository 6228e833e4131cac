package import Quantities

/// The gauge held against a program whose allocations are known: twice, with few blocks and with more, for what its heap
/// has besides is the same in both.
package struct GaugeSelfTest: Sendable {
    /// By how much the peaks of the heap differ, and how far that is off at most.
    package let found, bound: Bytes

    package static let threads = 2
    /// A size of blocks that allocators have as such: their usable size is the same.
    private static let block = Bytes(1 << 20)
    /// Blocks of a thread.
    private static let (few, more) = (8, 40)

    package var expected: Bytes {
        Bytes(GaugeSelfTest.threads * (GaugeSelfTest.more - GaugeSelfTest.few) * GaugeSelfTest.block.count)
    }

    package var isPassed: Bool { abs(found.count - expected.count) <= bound.count }

    /// - Throws: ``RunError``, ``SpawnError``.
    package init(_ program: TrialProgram) throws {
        let readings = try [GaugeSelfTest.few, GaugeSelfTest.more].map { count in
            let words = [
                program.executable, "blocks", "threads=\(GaugeSelfTest.threads)", "count=\(count)",
                "bytes=\(GaugeSelfTest.block.count)",
            ]
            return try GaugedProgram(words, GaugeOptions(isExact: false, takesSites: false, rate: 20)).run()
        }
        let peaks = try readings.map { reading throws(RunError) in
            guard reading.exitCode == 0, let peak = reading.heapPeak, let bound = reading.bound else {
                throw .probeFailed(reading.notes.first ?? "it ended with exit code \(reading.exitCode)")
            }
            return (peak: peak, bound: bound)
        }
        found = Bytes(peaks[1].peak.count - peaks[0].peak.count)
        bound = Bytes(peaks[0].bound.count + peaks[1].bound.count)
    }
}
