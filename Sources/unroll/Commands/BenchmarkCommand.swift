import ArgumentParser
import Experiments
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

struct BenchmarkCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns", RateLine.columns.map(\.column)),
        ColumnList("Columns of '--gauges'", GaugesLine.columns.map(\.column)),
    ]

    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "The rate of a training step as a share of this machine's large products, in the same run.",
        discussion: """
            Round by round: multiply-adds in registers, products of 2048³, then one training step of each cell. Shares are \
            medians of the rounds' own. By default full unrolling, T 512, B 32, D = H = 512.

            With --gauges: one training step with all gauges read, then one without any, for a strategy of few actions and \
            one of many. What it takes more is the median of the rounds' own.
            """)

    @Option(help: "What is timed.".withDefault("full"), transform: { try Strategy($0) }) var strategy = Strategy.full
    @Option(help: "Threads a product may use.".withDefault(Host.cores), transform: wholeNumber) var threads = Host.cores
    @Option(help: "Rounds.".withDefault(7), transform: wholeNumber) var rounds = 7
    @Option(help: "T, time steps.".withDefault(512), transform: wholeNumber) var length = 512
    @Option(help: "D and H.".withDefault(512), transform: wholeNumber) var hidden = 512
    @Option(help: "B, sequences side by side.".withDefault(32), transform: wholeNumber) var batch = 32
    @Flag(help: "What reading the gauges costs, instead.") var gauges = false
    @Option(help: "How to show it.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions

    func validate() throws {
        guard (1...1000).contains(rounds) else {
            throw ValidationError("'rounds' is '\(rounds)'; allowed: a whole number from 1 to 1000")
        }
        _ = try trials()
        try options.expect(among: gauges ? GaugesLine.columns.map(\.column) : RateLine.columns.map(\.column))
    }

    /// A training step with all gauges read, next to one without any.
    private struct GaugesLine {
        let work: String
        let gauges: Sample
        let bare: Sample
        /// What the gauges take more, in per cent, round by round.
        let more: Sample

        static let columns: [ColumnDefinition<GaugesLine>] = [
            ColumnDefinition("work", .text, "What was timed.") { $0.work },
            ColumnDefinition("gauges_seconds", title: "with gauges", .seconds, "Median time with every gauge read, s.")
            { $0.gauges.median },
            ColumnDefinition("bare_seconds", title: "without", .seconds, "Median time with none read, s.") {
                $0.bare.median
            },
            ColumnDefinition("more_percent", title: "more, %", .decimal, "By how much the first is longer, %.") {
                $0.more.median
            },
            ColumnDefinition(
                "more_percent_low", title: "low", .decimal, "The lower end of its interval, %.", rank: 2,
                group: "more_percent"
            ) {
                $0.more.medianInterval()?.low
            },
            ColumnDefinition(
                "more_percent_high", title: "high", .decimal, "The upper end of its interval, %.", rank: 2,
                group: "more_percent"
            ) {
                $0.more.medianInterval()?.high
            },
        ]
    }

    /// The rate of some work next to that of large products.
    private struct RateLine {
        let work: String
        /// FLOP/s.
        let rate: Sample
        /// Of the products' rate, round by round; empty for the products themselves and what is before them.
        let share: Sample
        /// The same of the rate of multiply-adds in registers; empty for these.
        let registerShare: Sample

        static let columns: [ColumnDefinition<RateLine>] = [
            ColumnDefinition("work", .text, "What was timed.") { $0.work },
            ColumnDefinition(
                "gflops", title: "GFLOP/s", .decimal, "Median rate, 10⁹ floating-point operations a second."
            ) { $0.rate.median.map { $0 / 1e9 } },
            ColumnDefinition("share", .share, "The rate over that of large products in the same rounds.") {
                $0.share.median
            },
            ColumnDefinition(
                "share_low", title: "low", .share, "The lower end of its interval.", rank: 2, group: "share"
            ) {
                $0.share.medianInterval()?.low
            },
            ColumnDefinition(
                "share_high", title: "high", .share, "The upper end of its interval.", rank: 2, group: "share"
            ) {
                $0.share.medianInterval()?.high
            },
            ColumnDefinition(
                "register_share", title: "of registers", .share, "The rate over that of multiply-adds in registers.",
                rank: 1
            ) {
                $0.registerShare.median
            },
        ]
    }

    private func trials() throws -> [Trial] {
        do {
            return try Cell.allCases.filter { $0.kind.torchModule != nil }.map {
                try Trial(
                    cell: $0, input: hidden, hidden: hidden, batch: batch, length: length, strategy: strategy,
                    threads: threads)
            }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        noteWorkers([threads])
        let children = Children()
        let table = try InterruptionGuard.during(children) {
            try reporting { try gauges ? gaugesTable(children) : ratesTable(children) }
        }
        if format == .table {
            let times = "\(rounds) round\(rounds == 1 ? "" : "s")"
            Terminal.show("T \(length), B \(batch), D = H = \(hidden), Float, threads \(threads), \(times)\n")
        }
        try options.show(table, as: format)
    }

    /// Steps with gauges against steps without, of one process.
    private func gaugesTable(_ children: Children) throws -> Table {
        let program = try trialProgram()
        var lines: [GaugesLine] = []
        for strategy in [Strategy.full, .binomial(slots: 8)] {
            for var trial in try trials() {
                trial.strategy = strategy
                let process = try program.measure(trial, children: children)
                try process.waitUntilReady(within: nil)
                var (with, without): ([Double], [Double]) = ([], [])
                for _ in 0..<rounds {
                    with.append(try process.repeatOnce(within: nil)[.wallSeconds]?.number ?? .nan)
                    without.append(try process.repeatBare(within: nil)[.wallSeconds]?.number ?? .nan)
                }
                try process.finish()
                lines.append(
                    GaugesLine(
                        work: "\(trial.cell.rawValue) \(strategy)", gauges: Sample(with), bare: Sample(without),
                        more: Sample(zip(with, without).map { 100 * ($0 / $1 - 1) })))
            }
        }
        return Table(lines, columns: GaugesLine.columns)
    }

    /// Rates of training next to those of large products and of multiply-adds.
    private func ratesTable(_ children: Children) throws -> Table {
        let program = try trialProgram()
        let machine = [
            (work: "multiply-adds", process: try program.multiplyAdds(threads: threads, children: children)),
            (work: "products 2048³", process: try program.products(threads: threads, children: children)),
        ]
        let steps = try trials().map { trial in
            (
                work: "\(trial.cell.rawValue) \(strategy)",
                process: try program.measure(trial, children: children)
            )
        }
        let all = machine + steps
        for (_, process) in all { try process.waitUntilReady(within: nil) }
        var rates: [[Double]] = all.map { _ in [] }
        for _ in 0..<rounds {
            for index in all.indices {
                rates[index].append(try Throughput.rate(all[index].process.repeatOnce(within: nil)))
            }
        }
        let lines = all.indices.map { index in
            func share(of reference: Int) -> Sample {
                Sample(index > reference ? zip(rates[index], rates[reference]).map { $0 / $1 } : [])
            }
            return RateLine(
                work: all[index].work, rate: Sample(rates[index]), share: share(of: 1), registerShare: share(of: 0))
        }
        return Table(lines, columns: RateLine.columns)
    }
}
