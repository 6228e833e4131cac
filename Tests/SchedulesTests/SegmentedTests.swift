import Schedules
import Testing

@Suite struct SegmentedTests {
    /// C = 2T − the last segment's length; one record a step of a segment; a state for every segment but the last.
    @Test(arguments: Array(1...64) + [100, 1000]) func counts(length: Int) {
        for segment in 1...length + 2 {
            let counts = Simulator(Segmented(length: length, segment: segment), footprint: .counting).counts
            let whole = min(segment, length)
            let last = length % whole == 0 ? whole : length % whole
            var expected = Simulator.Counts()
            expected.forward = 2 * length - last
            expected.recorded = length
            expected.recomputed = length - last
            expected.backward = length
            expected.peakStates = (length - last) / whole
            expected.peakRecords = whole
            #expect(counts == expected, "segment \(segment)")
        }
    }

    /// The best segment is the first with the smallest peak among all that could be simulated.
    @Test(arguments: Array(1...40) + [63, 64, 65, 100, 127])
    func bestSegmentIsTheBestOfAll(length: Int) {
        for state in [0, 1, 2, 3, 10, 64, 1000] {
            for record in [0, 1, 2, 5, 7, 64, 320] {
                let footprint = Footprint(constant: Usage(), state: state, record: record)
                let peaks = (1...length).map {
                    Simulator(Segmented(length: length, segment: $0), footprint: footprint).peakBytes
                }
                let best = 1 + peaks.firstIndex(of: peaks.min()!)!
                #expect(
                    Segmented.bestSegment(length: length, state: state, record: record) == best,
                    "state \(state), record \(record)")
            }
        }
    }

    /// The same of several lanes, which wait for one another.
    @Test(arguments: Array(1...24) + [63, 64, 65])
    func bestSegmentOfSeveralLanes(length: Int) {
        for lanes in [2, 4, 6] {
            for (state, record) in [(1, 1), (2, 5), (1, 4), (10, 1), (1000, 7), (0, 3), (3, 0)] {
                let footprint = Footprint(constant: Usage(), state: state, record: record, lanes: lanes)
                let peaks = (1...length).map {
                    Simulator(Segmented(length: length, segment: $0), footprint: footprint).peakBytes
                }
                let best = 1 + peaks.firstIndex(of: peaks.min()!)!
                #expect(
                    Segmented.bestSegment(length: length, state: state, record: record, lanes: lanes) == best,
                    "\(lanes) lanes, state \(state), record \(record)")
            }
        }
    }

    /// Near S* = √(state · T / record), and the memory near twice √(state · record · T).
    @Test(arguments: [(4096, 1, 1, 64), (4096, 1, 4, 32), (65536, 1, 1, 256), (65536, 4, 1, 512)])
    func bestSegmentIsNearTheRoot(length: Int, state: Int, record: Int, root: Int) {
        let best = Segmented.bestSegment(length: length, state: state, record: record)
        let footprint = Footprint(constant: Usage(), state: state, record: record)
        let peak = Simulator(Segmented(length: length, segment: best), footprint: footprint).peakBytes
        #expect(abs(best - root) <= root / 8)
        #expect(abs(peak - 2 * root * record) <= root * record / 8)
    }

    @Test func actionsOfAShortOne() {
        #expect(
            text(Segmented(length: 5, segment: 2)) == """
                save 0
                advance 0..<2
                save 2
                advance 2..<4
                advance 4..<5 recording
                backward 4..<5
                release 4..<5
                restore 2
                discard 2
                advance 2..<4 recording
                backward 2..<4
                release 2..<4
                restore 0
                discard 0
                advance 0..<2 recording
                backward 0..<2
                release 0..<2
                """)
    }

    @Test func needsAStep() async {
        await #expect(processExitsWith: .failure) { _ = Segmented(length: 0, segment: 1) }
        await #expect(processExitsWith: .failure) { _ = Segmented(length: 1, segment: 0) }
    }
}
