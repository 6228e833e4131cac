import ArgumentParser
import Files
import Foundation
import Quantities
import Reports
import Runner

struct GaugeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gauge",
        abstract: "The peak of any program's live bytes, with all that it starts, and how far it is off at most.",
        discussion: """
            The program runs as it would without: its output, terminal, signals and exit code are its own. A library that it \
            loads first counts, in every process and thread, the usable size of each block of malloc and its siblings, and \
            private anonymous mappings that the program makes itself. What is only reserved counts when it may be written to. \
            Stacks, shared memory and files that are mapped do not count. A program that is linked statically, is \
            set-user-id or has an allocator linked in cannot be seen inside, and has no peak.

            The report goes to standard error, or to '--output FILE'. A thread may be off by \
            \(GaugeOptions.slack >> 10) KiB before it adds up, which is the bound that is told; with '--exact' there is \
            none of it. The program begins a phase by unroll_mark("NAME"), which it finds among its symbols.

              unroll gauge -- python train.py
              unroll gauge --format json --output peak.json -- python train.py
              unroll gauge --vary length=256,512,1024 --budget 8GiB -- python train.py --length {length}
            """)

    @Flag(help: "Add up every block at once: no bound, and more time.") var exact = false
    @Flag(help: "The callers of the largest allocations, sampled.") var sites = false
    @Option(help: "Samples of the timeline a second.".withDefault(20), transform: wholeNumber) var rate = 20
    @Option(help: "How to show it.") var format: Table.Rendering = .table
    @Option(
        help: ArgumentHelp("Write the report here, not to standard error.", valueName: "file"), transform: pathArgument)
    var output: String?
    @Flag(help: "A line on standard error every second.") var progress = false
    @Option(
        help: ArgumentHelp(
            "Run it with each of these whole numbers in place of '{NAME}', and fit a line through the peaks.",
            valueName: "name=value,…"), transform: { try Variation($0) })
    var vary: Variation?
    @Option(
        help: ArgumentHelp("With '--vary': the largest value whose peak fits in this.", valueName: "bytes"),
        transform: byteBudget)
    var budget: Bytes?
    @Flag(help: "With '--budget': run it with that value, and say its peak.") var check = false
    @Argument(parsing: .postTerminator, help: "The program and its arguments, after '--'.")
    var command: [String] = []

    func validate() throws {
        guard (1...1000).contains(rate) else {
            throw ValidationError("'rate' is '\(rate)'; allowed: a whole number from 1 to 1000")
        }
        guard !command.isEmpty else {
            throw ValidationError("no program is named; it comes after '--': unroll gauge -- python train.py")
        }
        guard budget == nil || vary != nil else { throw ValidationError("'--budget' goes with '--vary'") }
        guard !check || budget != nil else { throw ValidationError("'--check' goes with '--budget'") }
        if let vary, vary.words(command, with: 0) == command {
            throw ValidationError("no word of the program has '\(vary.placeholder)', which '--vary' is to replace")
        }
    }

    func run() throws {
        try expectWritable([output])
        if let vary { return try run(varying: vary) }
        let reading = try gauge(command)
        try write(GaugeReport(reading, hasSites: sites).text(as: format, within: columns))
        if reading.exitCode != 0 { throw ExitCode(reading.exitCode) }
    }

    /// Runs it with one value after the other. What it says of itself in between is its own.
    private func run(varying vary: Variation) throws {
        func run(_ value: Int) throws -> VariedRun {
            let reading = try gauge(vary.words(command, with: value))
            guard reading.exitCode == 0 else {
                throw fail("with \(vary.name) \(value) it ended with exit code \(reading.exitCode)", code: Exit.failed)
            }
            guard let peak = reading.peak else {
                throw fail("with \(vary.name) \(value) there is no peak: \(reading.notes[0])", code: Exit.lacking)
            }
            return VariedRun(value: value, peak: peak, reading: reading)
        }
        var report = try VariedReport(vary, runs: vary.values.map(run), budget: budget)
        if check, let value = report.largest { report.check = try run(value) }
        try write(report.text(as: format, within: columns))
        // A budget that nothing fits in is an answer, and not the one that was hoped for.
        if budget != nil, report.largest == nil || report.isOverBudget { throw ExitCode(Exit.failed) }
    }

    private func gauge(_ words: [String]) throws -> GaugeReading {
        let options = GaugeOptions(isExact: exact, takesSites: sites, rate: rate)
        var next = Duration.seconds(1)
        do {
            return try GaugedProgram(words, options).run { live, peak, elapsed in
                guard progress, elapsed >= next else { return }
                next = elapsed + .seconds(1)
                writeError("unroll: \(Int(elapsed.inSeconds)) s, \(live) live, peak \(peak)\n")
            }
        } catch let error as SpawnError {
            // As a shell has it.
            throw fail(error.description, code: error.number == ENOENT ? 127 : 126)
        }
    }

    /// Of the terminal that the report goes to; nil for none.
    private var columns: Int? {
        output == nil && isatty(STDERR_FILENO) == 1 ? Terminal.errorColumns : nil
    }

    private func write(_ text: String) throws {
        guard let output else {
            _ = Descriptor.write(text, to: STDERR_FILENO)
            return
        }
        try writing(output) { try OutputFile.write(text, to: output) }
    }
}
