package import Quantities

/// What a gauged program took.
package struct GaugeReading: Sendable {
    /// The most live bytes of all its processes together; nil where none of them could be seen.
    package let peak: Bytes?
    /// How far off that is at most.
    package let bound: Bytes?
    /// The most of blocks of the heap, and of private anonymous mappings of its own, each by itself.
    package let heapPeak, mappedPeak: Bytes?
    /// The most resident memory of one of its processes; nil where it is not more than this program's own.
    package let residentPeak: Bytes?
    package let allocations, processes, mostThreads: Int
    package let duration: Duration
    package let phases: [GaugePhase]
    package let timeline: GaugeTimeline
    package let sites: [GaugeSite]
    package let status: Children.ExitStatus
    /// What else is to be known of these figures, a sentence each.
    package let notes: [String]

    static let mostSites = 10

    init(
        _ page: borrowing GaugePage, status: Children.ExitStatus, resident: Bytes?, duration: Duration,
        timeline: GaugeTimeline, takesSites: Bool
    ) {
        let isSeen = page.processes > 0 && page.allocations > 0
        peak = isSeen ? page.peak : nil
        bound = isSeen ? page.bound : nil
        (heapPeak, mappedPeak) = isSeen ? (page.heapPeak, page.mappedPeak) : (nil, nil)
        residentPeak = resident
        (allocations, processes, mostThreads) = (page.allocations, page.processes, page.mostThreads)
        self.duration = duration
        phases = page.phases(until: GaugePage.now)
        self.timeline = timeline
        sites = takesSites ? page.sites(most: GaugeReading.mostSites) : []
        self.status = status
        var notes: [String] = []
        if page.processes == 0 {
            notes.append(
                "the program cannot be seen inside: it is linked statically, is set-user-id, or drops LD_PRELOAD")
        } else if !isSeen {
            notes.append("no allocation was seen: the program makes none, or is linked with another allocator")
        }
        if page.unplaced > 0 {
            notes.append("\(page.unplaced) processes too many at once: what they held when they ended still counts")
        }
        if page.lostSites > 0 { notes.append("\(page.lostSites) samples of sites found no room") }
        if page.isInUse {
            notes.append("processes that it started are still running; what they take later is not counted")
        }
        self.notes = notes
    }

    /// As a shell has it: of a signal 128 and its number.
    package var exitCode: Int32 {
        switch status {
        case .exit(let code): code
        case .signal(let number): 128 + number
        case .lost: 1
        }
    }
}
