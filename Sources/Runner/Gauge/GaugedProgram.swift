import CGauge
import Glibc
package import Quantities

/// A program that is run in this one's place with the library loaded that counts its live bytes, and those of all that it starts.
package struct GaugedProgram: Sendable {
    private let words: [String]
    private let variables: Variables
    private let library: String
    private let options: GaugeOptions

    /// - Parameters:
    ///   - words: the program, sought as a shell does, and its arguments.
    ///   - variables: of its environment.
    /// - Throws: ``RunError`` where the library is not beside this program.
    package init(
        _ words: [String], variables: Variables = Variables.atStart, _ options: GaugeOptions
    ) throws(RunError) {
        self.words = words
        self.variables = variables
        self.options = options
        library = try GaugeLibrary.path()
    }

    /// Runs it to its end.
    ///
    /// - Parameter report: hears at every sample of the bytes that are live, and of the most until then.
    /// - Throws: ``SpawnError`` where it does not start, ``RunError`` where no memory can be shared with it.
    package func run(
        report: (_ live: Bytes, _ peak: Bytes, _ elapsed: Duration) -> Void = { _, _, _ in }
    ) throws -> GaugeReading {
        var page = try GaugePage(slack: options.isExact ? 0 : GaugeOptions.slack, takesSites: options.takesSites)
        let settings = variables.setting("LD_PRELOAD", to: GaugeLibrary.preloaded(library, before: variables))
            .setting(UNROLL_GAUGE_VARIABLE, to: page.path)
        var timeline = GaugeTimeline()
        let began = ContinuousClock.now
        func sample() {
            page.endTheDead()
            let (least, most) = page.takeBucket()
            timeline.add(GaugeTimeline.Bucket(end: ContinuousClock.now - began, least: least, most: most))
        }
        var process = try ForegroundProcess(words, variables: settings)
        let (status, resident) = process.wait(every: .seconds(1) / options.rate) {
            sample()
            report(page.live, page.peak, ContinuousClock.now - began)
        }
        sample()
        return GaugeReading(
            page, status: status, resident: resident.map { Bytes($0) }, duration: ContinuousClock.now - began,
            timeline: timeline,
            takesSites: options.takesSites)
    }
}

/// How a program is gauged.
package struct GaugeOptions: Hashable, Sendable {
    /// Whether every block is added up at once.
    package let isExact: Bool
    /// Whether the places that allocate are sampled.
    package let takesSites: Bool
    /// Samples of the timeline a second.
    package let rate: Int

    package init(isExact: Bool, takesSites: Bool, rate: Int) {
        (self.isExact, self.takesSites, self.rate) = (isExact, takesSites, rate)
    }

    /// Bytes that a thread may hold, or have given back, before it adds them up.
    package static let slack = 16 << 10
}
