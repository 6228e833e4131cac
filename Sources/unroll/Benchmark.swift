import ArgumentParser
import Experiments
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Full unrolling's rate as a share of this machine's large products, in the same run.",
        discussion: """
            Round by round: products of 2048³, then one training step of each cell. The share is the median of the rounds' \
            own. By default T 512, B 32, D = H = 512.

            With --gauges: one training step with all gauges read, then one without any, for a strategy of few actions and \
            one of many. What it takes more is the median of the rounds' own.
            """)

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
        try options.expect(among: gauges ? Benchmark.gaugesColumns : Benchmark.ratesColumns)
    }

    private static let gaugesColumns = [
        Table.Column("work", .text), Table.Column("gauges_seconds", title: "with gauges", .seconds),
        Table.Column("bare_seconds", title: "without", .seconds),
        Table.Column("more_percent", title: "more, %", .decimal),
        Table.Column("more_percent_low", title: "low", .decimal, rank: 2, group: "more_percent"),
        Table.Column("more_percent_high", title: "high", .decimal, rank: 2, group: "more_percent"),
    ]

    private static let ratesColumns = [
        Table.Column("work", .text), Table.Column("gflops", title: "GFLOP/s", .decimal),
        Table.Column("share", .share), Table.Column("share_low", title: "low", .share, rank: 2, group: "share"),
        Table.Column("share_high", title: "high", .share, rank: 2, group: "share"),
    ]

    private func trials() throws -> [Trial] {
        do {
            return try [Cell.elman, .lstm, .gru].map {
                try Trial(cell: $0, input: hidden, hidden: hidden, batch: batch, length: length, threads: threads)
            }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    func run() throws {
        noteWorkers([threads])
        let children = Children()
        let watch = try InterruptionGuard(children)
        let table = try withExtendedLifetime(watch) {
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
        var table = Table(columns: Benchmark.gaugesColumns)
        for strategy in [Strategy.full, .binomial(slots: 8)] {
            for var trial in try trials() {
                trial.strategy = strategy
                let process = try program.measure(trial, warmup: 1, children: children)
                try process.waitUntilReady(within: nil)
                var (with, without): ([Double], [Double]) = ([], [])
                for _ in 0..<rounds {
                    with.append(try process.repeatOnce(within: nil)[.wallSeconds]?.number ?? .nan)
                    without.append(try process.repeatBare(within: nil)[.wallSeconds]?.number ?? .nan)
                }
                try process.finish()
                let more = Sample(zip(with, without).map { 100 * ($0 / $1 - 1) })
                let interval = more.medianInterval()
                table.append([
                    .text("\(trial.cell.rawValue) \(strategy)"), Sample(with).median.map(Table.Entry.real),
                    Sample(without).median.map(Table.Entry.real), more.median.map(Table.Entry.real),
                    (interval?.low).map(Table.Entry.real), (interval?.high).map(Table.Entry.real),
                ])
            }
        }
        return table
    }

    /// Rates of training beside those of large products.
    private func ratesTable(_ children: Children) throws -> Table {
        let program = try trialProgram()
        var table = Table(columns: Benchmark.ratesColumns)
        let products = try program.products(threads: threads, children: children)
        try products.waitUntilReady(within: nil)
        let cells = try trials().map { trial in
            let process = try program.measure(trial, warmup: 1, children: children)
            try process.waitUntilReady(within: nil)
            return (trial, process)
        }
        var reference: [Double] = []
        var rates: [[Double]] = cells.map { _ in [] }
        for _ in 0..<rounds {
            reference.append(try Throughput.rate(products.repeatOnce(within: nil)))
            for (index, (_, process)) in cells.enumerated() {
                rates[index].append(try Throughput.rate(process.repeatOnce(within: nil)))
            }
        }
        table.append([.text("products 2048³"), Sample(reference).median.map { .real($0 / 1e9) }, nil, nil, nil])
        for (index, (trial, _)) in cells.enumerated() {
            let shares = Sample(zip(rates[index], reference).map { $0 / $1 })
            let interval = shares.medianInterval()
            table.append([
                .text("\(trial.cell.rawValue) full"), Sample(rates[index]).median.map { .real($0 / 1e9) },
                shares.median.map(Table.Entry.real), (interval?.low).map(Table.Entry.real),
                (interval?.high).map(Table.Entry.real),
            ])
        }
        return table
    }
}

/// Rates of arithmetic, from figures of the measured process.
enum Throughput {
    /// FLOP/s of a repetition.
    static func rate(_ measurement: Measurement) -> Double {
        guard let flops = measurement[.flops]?.number, let seconds = measurement[.wallSeconds]?.number, seconds > 0
        else { return .nan }
        return flops / seconds
    }

    /// The median rate of large products, in FLOP/s.
    static func products(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws -> Double {
        try median(of: program.products(threads: threads, children: children), rounds: rounds, rate)
    }

    /// The median rate of multiply-adds in registers, in FLOP/s.
    static func multiplyAdds(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws -> Double {
        try median(of: program.multiplyAdds(threads: threads, children: children), rounds: rounds, rate)
    }

    /// The median rate of copies from memory to memory, in bytes read or written a second.
    static func copies(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws -> Double {
        try median(of: program.copies(threads: threads, children: children), rounds: rounds) { copy in
            copy[.wallSeconds].map { 2 * Double(Roofline.copied.count) / $0.number } ?? .nan
        }
    }

    /// The median and the largest time of a meeting of threads, in seconds, over rounds.
    static func meetings(
        _ program: TrialProgram, threads: Int, rounds: Int, children: Children
    ) throws -> (median: Double, most: Double) {
        let times = try sample(of: program.meetings(threads: threads, children: children), rounds: rounds) { round in
            round[.wallSeconds].map { $0.number / Double(Roofline.meetings) } ?? .nan
        }
        return (times.median ?? .nan, times.values.last ?? .nan)
    }

    private static func median(
        of process: TrialProcess, rounds: Int, _ rate: (Measurement) -> Double
    ) throws -> Double {
        try sample(of: process, rounds: rounds, rate).median ?? .nan
    }

    private static func sample(
        of process: TrialProcess, rounds: Int, _ rate: (Measurement) -> Double
    ) throws -> Sample {
        try process.waitUntilReady(within: .seconds(60))
        var rates: [Double] = []
        for _ in 0..<rounds { rates.append(try rate(process.repeatOnce(within: .seconds(60)))) }
        try process.finish()
        return Sample(rates)
    }
}
