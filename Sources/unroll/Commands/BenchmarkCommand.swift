import ArgumentParser
import Experiments
import Files
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
        ColumnList("Columns of '--roofline'", MeasuredRoofline.columns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "The rate of a training step as a share of this machine's large products, in the same run.",
        discussion: """
            Round by round: multiply-adds in registers, products of 2048³, then one training step of each cell. Shares are \
            medians of the rounds' own. By default full unrolling, T 512, B 32, D = H = 512.

            With --gauges: one training step with all gauges read, then one without any, for a strategy of few actions and \
            one of many. What it takes more is the median of the rounds' own.

            With --roofline: what limits a training step. Round by round: multiply-adds in registers, reading from each level of \
            cache and from memory, then a step of full unrolling for each cell, size and batch. A step that does I operations for \
            each byte of weights, gradients and records it goes over reaches at most what registers do, and I times what is read \
            from the level that holds the weights it reads again. By default H from 64 doubled up to 1024 and B 32, 4 and 1; \
            --hidden gives the largest H, which is halved down to 64, and --batch one B. T is such that a step takes some 0.1 s, \
            128 to 8192, or that of --length. --plot draws it, --output keeps all columns as CSV:

              unroll benchmark --roofline --threads 1 --plot roofline.svg --output roofline.csv
            """)

    @Option(help: "What is timed.".withDefault("full"), transform: { try Strategy($0) }) var strategy = Strategy.full
    @Option(help: "Threads a product may use.".withDefault(Host.cores), transform: wholeNumber) var threads = Host.cores
    @Option(help: "Rounds.".withDefault(7), transform: wholeNumber) var rounds = 7
    @Option(help: "T, time steps.".withDefault(512), transform: wholeNumber) var length: Int?
    @Option(help: "D and H.".withDefault(512), transform: wholeNumber) var hidden: Int?
    @Option(help: "B, sequences side by side.".withDefault(32), transform: wholeNumber) var batch: Int?
    @Flag(help: "What reading the gauges costs, instead.") var gauges = false
    @Flag(help: "What limits a step, instead: by size and batch, under the machine's limits.") var roofline = false
    @Option(
        help: ArgumentHelp("Draw the roofline as SVG; needs gnuplot.", valueName: "file"), transform: pathArgument)
    var plot: String?
    @Option(help: ArgumentHelp("Write all columns as CSV too.", valueName: "file"), transform: pathArgument)
    var output: String?
    @Option(help: "How to show it.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions

    func validate() throws {
        guard (1...1000).contains(rounds) else {
            throw ValidationError("'rounds' is '\(rounds)'; allowed: a whole number from 1 to 1000")
        }
        guard !gauges || !roofline else { throw ValidationError("'--gauges' and '--roofline' exclude each other") }
        guard plot == nil || roofline else {
            throw ValidationError("'--plot' needs '--roofline', which it draws")
        }
        guard strategy == .full || !roofline else {
            throw ValidationError("'--roofline' with '--strategy \(strategy)'; allowed: \(Strategy.full)")
        }
        _ = try trials()
        try options.expect(among: possibleColumns)
    }

    private var possibleColumns: [Table.Column] {
        if roofline { return MeasuredRoofline.columns }
        return gauges ? GaugesLine.columns.map(\.column) : RateLine.columns.map(\.column)
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

    /// What is timed, checked before anything is.
    private func trials() throws -> [Trial] {
        do {
            guard !roofline else { return try rooflineTrials() }
            return try BenchmarkCommand.cells.map {
                try trial($0, hidden: hidden ?? 512, batch: batch ?? 32, length: length ?? 512)
            }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Those that PyTorch has.
    static let cells = Cell.allCases.filter { $0.kind.torchModule != nil }

    func trial(_ cell: Cell, hidden: Int, batch: Int, length: Int) throws -> Trial {
        var trial = try Trial(
            cell: cell, hidden: hidden, batch: batch, length: length, strategy: strategy, threads: threads)
        // Of the two the option is H.
        trial.input = hidden
        return trial
    }

    func run() throws {
        try expectWritable([output, plot])
        let gnuplot = try Gnuplot.find(for: plot)
        noteWorkers([threads])
        let trials = try trials()
        let children = Children()
        let (table, picture) = try InterruptionGuard.during(children) { () -> (Table, Plot?) in
            try reporting {
                guard roofline else {
                    return (try gauges ? gaugesTable(trials, children) : ratesTable(trials, children), nil)
                }
                let measured = try measuredRoofline(trials, children)
                return (measured.table, measured.plot)
            }
        }
        if let output { try writing(output) { try OutputFile.write(table.text(as: .csv), to: output) } }
        if format == .table {
            let shape = roofline ? "" : "T \(trials[0].length), B \(trials[0].batch), D = H = \(trials[0].hidden), "
            Terminal.show("\(shape)Float, threads \(threads), \(counted(rounds, "round"))\n")
        }
        try options.show(table, as: format)
        if let plot, let picture { try gnuplot?.draw(picture, to: plot) }
    }

    /// Steps with gauges against steps without, of one process.
    private func gaugesTable(_ trials: [Trial], _ children: Children) throws -> Table {
        let program = try trialProgram()
        var lines: [GaugesLine] = []
        for strategy in [Strategy.full, .binomial(slots: 8)] {
            for var trial in trials {
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
    private func ratesTable(_ trials: [Trial], _ children: Children) throws -> Table {
        let program = try trialProgram()
        let machine = [
            (work: "multiply-adds", process: try program.multiplyAdds(threads: threads, children: children)),
            (work: "products 2048³", process: try program.products(threads: threads, children: children)),
        ]
        let steps = try trials.map { trial in
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
