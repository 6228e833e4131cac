import CGauge
import Glibc
import Machine
package import Quantities

/// The page of memory that a gauged program and its descendants add their live bytes to, and this process reads. It has
/// no file that could be left behind: descendants open it through this process.
struct GaugePage: ~Copyable {
    private let page: UnsafeMutablePointer<unroll_gauge_page>
    private let descriptor: Int32

    /// - Parameters:
    ///   - slack: bytes that a thread may be off by before it adds them up; 0: every block is added at once.
    ///   - takesSites: whether callers of blocks are sampled.
    /// - Throws: ``RunError`` where the system has no memory for it.
    init(slack: Int, takesSites: Bool) throws(RunError) {
        descriptor = SharedMemory.open("unroll-gauge")
        let bytes = unroll_gauge_bytes()
        guard descriptor >= 0, ftruncate(descriptor, bytes) == 0,
            let made = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), made != MAP_FAILED
        else { throw .notShared(String(cString: strerror(errno))) }
        page = made.bindMemory(to: unroll_gauge_page.self, capacity: 1)
        page.pointee.version = UInt32(UNROLL_GAUGE_VERSION)
        page.pointee.takes_sites = takesSites ? 1 : 0
        page.pointee.slack = Int64(slack)
        page.pointee.phases = 1
        page.pointee.began = GaugePage.now
    }

    deinit {
        munmap(page, unroll_gauge_bytes())
        close(descriptor)
    }

    /// How descendants find it.
    var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func read(_ number: KeyPath<unroll_gauge_page, Int64>) -> Int {
        var value = page.pointee[keyPath: number]
        return Int(unroll_gauge_read(&value))
    }

    /// Live bytes of all processes now.
    var live: Bytes { Bytes(read(\.live.0)) }
    var peak: Bytes { Bytes(read(\.peak.0)) }
    /// The most of the heap's blocks, and of private anonymous mappings, each by itself.
    var heapPeak: Bytes { Bytes(read(\.peak.1)) }
    var mappedPeak: Bytes { Bytes(read(\.peak.2)) }
    var allocations: Int { read(\.allocations) }
    var processes: Int { read(\.processes) }
    var mostThreads: Int { read(\.most_threads) }
    /// Processes that found no place in its table.
    var unplaced: Int { read(\.unplaced) }
    /// Samples whose site found no place in its table.
    var lostSites: Int { read(\.sites_lost) }

    /// How far the peak is off at most: what threads had not added up, and what children gave back that may have been
    /// their parents'.
    var bound: Bytes { Bytes(read(\.slack) * mostThreads + read(\.most_doubtful)) }

    /// The least and the most live bytes since this was last asked for.
    mutating func takeBucket() -> (least: Bytes, most: Bytes) {
        var least: Int64 = 0
        var most: Int64 = 0
        unroll_gauge_take_bucket(page, &least, &most)
        return (Bytes(Int(least)), Bytes(Int(most)))
    }

    /// Takes out processes that ended without a word, as one that is killed does.
    mutating func endTheDead() {
        let all = unroll_gauge_processes(page)!
        for index in 0..<Int(UNROLL_GAUGE_PROCESSES) {
            let identifier = all[index].identifier
            guard identifier > 0, kill(identifier, 0) != 0, errno == ESRCH else { continue }
            unroll_gauge_end(page, all + index, identifier)
        }
    }

    /// Whether some process is still there.
    var isInUse: Bool {
        let all = unroll_gauge_processes(page)!
        return (0..<Int(UNROLL_GAUGE_PROCESSES)).contains { all[$0].identifier != 0 }
    }

    /// The phases, in the order in which they first began. What came before the first mark has no name, and is left out where
    /// nothing has been marked.
    func phases(until end: Int64) -> [GaugePhase] {
        let all = unroll_gauge_phases(page)!
        let count = Int(page.pointee.phases)
        guard count > 1 else { return [] }
        return (0..<count).map { index in
            let name = withUnsafeBytes(of: all[index].name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let own = index == Int(page.pointee.current) ? end - page.pointee.began : 0
            return GaugePhase(
                name: name, peak: Bytes(Int(all[index].peak)),
                duration: .nanoseconds(all[index].nanoseconds + own))
        }
    }

    /// The sites of the most live bytes, by the samples.
    func sites(most count: Int) -> [GaugeSite] {
        let all = unroll_gauge_sites(page)!
        let found = (0..<Int(UNROLL_GAUGE_SITES)).filter { all[$0].depth > 0 }
        return found.sorted { all[$0].peak > all[$1].peak }.prefix(count).map { index in
            let site = all + index
            let frames = (0..<site.pointee.depth).map { frame in
                let symbol = String(cString: unroll_gauge_symbol(site, frame))
                return symbol.isEmpty
                    ? "0x" + String(unroll_gauge_frame(site, frame), radix: 16) : symbol.withDemangledSymbol
            }
            return GaugeSite(
                process: Int(site.pointee.process), peak: Bytes(Int(site.pointee.peak)), frames: frames)
        }
    }
}

/// A phase of a program, as it has marked it: all times of one name together.
package struct GaugePhase: Hashable, Sendable {
    /// Empty before the first mark.
    package let name: String
    package let peak: Bytes
    package let duration: Duration
}

/// A place in a program that allocates.
package struct GaugeSite: Hashable, Sendable {
    package let process: Int
    /// The most live bytes, by samples.
    package let peak: Bytes
    /// The callers, innermost first: `symbol file`, `+offset file` where the file exports no symbol there, or the
    /// address where the process ended without a word.
    package let frames: [String]
}
