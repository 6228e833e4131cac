import ArgumentParser
import Experiments
import Files
import Foundation
import Planning
import Quantities
import Reports
import Trials

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes results for reading: pages, tables and pictures.",
        discussion: """
            Next to each measurements.csv: report.md and its pictures as SVG, drawn by gnuplot. In a directory of several \
            experiments also README.md over all. The same as one page that needs nothing else, report.html: trials to explore, \
            the network to play, tables to filter and to sort. Where timelines/ID.csv is what 'unroll measure --timeline' wrote \
            of the trial of this identifier, its measured bytes are played beside the predicted.

            Questions are read from the experiment files beside the results. Of several experiments README.md has all, and \
            claims.csv and claims.md the published claims that they answer.
            Without gnuplot all but the pictures is written. A picture that gnuplot does not draw, or not with every mark, is \
            named in its page instead, and the command ends with 69.

              unroll report results
              unroll report results/sequence-length
            """)

    @Argument(help: "Directories that hold measurements.csv, or hold directories that do.", transform: pathArgument)
    var results: [String]
    @Option(help: "Where experiment files are, for results that have none beside them.", transform: pathArgument)
    var experiments = "experiments"
    @Flag(name: .customLong("mix-builds"), help: "Compare rows of several builds or machines with each other.")
    var mixesBuilds = false

    func run() throws {
        let gnuplot = Gnuplot.find()
        if gnuplot == nil {
            writeError(
                "unroll: no gnuplot here, so no pictures are drawn; install it with: apt-get install -y gnuplot-nox\n")
        }
        let drawings = try results.flatMap { try report($0, gnuplot: gnuplot) }
        try drawings.expectAll()
    }

    /// The command as it was given, results first.
    private var again: String {
        let options =
            (experiments == "experiments" ? [] : ["--experiments", experiments])
            + (mixesBuilds ? ["--mix-builds"] : [])
        return (["unroll", "report"] + (results + options).map(\.quotedForShell)).joined(separator: " ")
    }

    /// - Returns: the pictures, drawn or not.
    private func report(_ path: String, gnuplot: Gnuplot?) throws -> [Rendering] {
        guard !path.hasSuffix(".csv") else {
            throw ValidationError("'\(path)' is a file; a report takes the directory that holds it")
        }
        var all = try readResults(at: path).filter { !$0.rows.isEmpty }
        for index in all.indices { all[index].rows = all[index].rows.mixed(mixesBuilds) }
        all.flatMap(\.rows).reportMixtures()
        guard !all.isEmpty else { throw fail("\(path): no rows to report", code: Exit.badFile) }
        let rows = Dictionary(grouping: all.flatMap(\.rows), by: \.experiment)
        let judgements = Claim.all.filter { $0.experiments.allSatisfy { rows[$0] != nil } }
            .map { JudgedClaim(claim: $0, verdict: $0.judge(rows)) }
        let plots = all.map { Plot.all($0.rows) }
        let drawings = try gnuplot?.draw(plots.flatMap(\.self)) ?? []
        var rest = drawings[...]
        var reports: [ExperimentReport] = []
        for (results, plots) in zip(all, plots) {
            let folder = URL(fileURLWithPath: results.file).deletingLastPathComponent().relativePath
            if folder != path { try Folder.expectOwn(folder) }
            let own = Array(rest.prefix(plots.count))
            rest.removeFirst(own.count)
            for case .rendered(let picture) in own {
                try OutputFile.write(picture.svg, in: folder, as: "\(picture.plot.name).svg")
            }
            var report = try self.report(results, folder: folder, drawings: own, judgements: judgements)
            try OutputFile.write(report.markdown, in: folder, as: "report.md")
            let last = URL(fileURLWithPath: folder).lastPathComponent
            report.folder =
                last.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._")))
                ?? last
            reports.append(report)
        }
        var page = Page(reports, judgements: judgements, again: [again])
        try add(readTimelines(in: "\(path)/\(MeasuredTimeline.folder)"), to: &page)
        let hasOverview = access("\(path)/\(Results.fileName)", F_OK) != 0
        if hasOverview {
            try OutputFile.write(page.markdown, in: path, as: "README.md")
            if !judgements.isEmpty {
                try OutputFile.write(Table(judgements).text(as: .csv), in: path, as: "claims.csv")
                try OutputFile.write(Table(judgements).text(as: .markdown), in: path, as: "claims.md")
            }
        }
        try OutputFile.write(page.html, in: path, as: "report.html")
        var pictures = 0
        for case .rendered in drawings { pictures += 1 }
        let pages = reports.count == 1 ? "" : "in \(reports.count) folders of it "
        Terminal.show(
            "wrote \(path)/report.html\(hasOverview ? ", \(path)/README.md" : ""), and \(pages)report.md with "
                + "\(counted(pictures, "picture")) in all")
        return drawings
    }

    /// By the trials' identifiers, which are the names of their files; none where none was measured.
    private func readTimelines(in folder: String) throws -> [String: MeasuredTimeline] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [:] }
        var timelines: [String: MeasuredTimeline] = [:]
        for name in names.sorted() where name.hasSuffix(".csv") {
            timelines[String(name.dropLast(4))] = try readTimeline("\(folder)/\(name)")
        }
        return timelines
    }

    private func add(_ timelines: [String: MeasuredTimeline], to page: inout Page) throws {
        do throws(MeasuredTimeline.Failure) {
            try page.add(timelines)
        } catch {
            throw fail("\(MeasuredTimeline.folder): \(error)", code: Exit.badFile)
        }
    }

    private func report(
        _ results: Results, folder: String, drawings: [Rendering], judgements: [JudgedClaim]
    ) throws -> ExperimentReport {
        let name = results.rows[0].experiment
        // The copy beside the rows is of what was measured; the file it was made from may be gone, or ask something else now.
        let (own, copy) = ("\(experiments)/\(name).yaml", "\(folder)/\(ExperimentFile.copyName)")
        let experiment = try [copy, own].first { (path: String) in access(path, F_OK) == 0 }.map { file in
            try reporting { try Experiment(file: file) }
        }
        let file = [own, copy].first { (path: String) in access(path, F_OK) == 0 }
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent().relativePath
        let environment = try reporting { try Environment.read(from: folder) }
        let accuracy = Accuracy(results.rows)
        return ExperimentReport(
            name, question: experiment?.question ?? "", rows: results.rows,
            judgements: judgements.filter { $0.claim.experiments.contains(name) }, drawings: drawings,
            accuracy: accuracy.lines.isEmpty ? nil : PlanTables.accuracy(accuracy),
            environment: results.facts ?? environment?.facts ?? [("environment", "not recorded")],
            again: [
                "unroll run \(file?.quotedForShell ?? "EXPERIMENT.yaml")"
                    + (above == "results" ? "" : " --results \(above.quotedForShell)") + " --fresh", again,
            ])
    }
}

extension Results {
    /// Of every environment that the rows name, for people to read; nil when they name none or one alone.
    fileprivate var facts: [(name: String, value: String)]? {
        var keys: [String] = []
        for row in rows where !keys.contains(row.origin.key) { keys.append(row.origin.key) }
        guard keys.count > 1 else { return keys.first.flatMap { environments[$0]?.facts } }
        return keys.flatMap { key -> [(name: String, value: String)] in
            let heading = [
                ("environment", "\(Origin(key: key).text), \(counted(rows.count { $0.origin.key == key }, "row"))")
            ]
            return heading + (environments[key]?.facts ?? [("build and machine", "not recorded")])
        }
    }
}

extension Environment {
    /// For people to read.
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("processor", "\(cpuModel ?? "unknown"), \(cores) cores"), ("memory", Bytes(memoryBytes).description),
            ("kernel", kernel), ("Swift", swiftVersion), ("jemalloc", "\(jemallocVersion), \(jemallocConfiguration)"),
            ("BLAS", "\(blasVersion), \(blasConfiguration)"),
            ("commit", (commit ?? "none") + (dirty == true ? ", with changes that are in no commit" : "")),
        ] + (startTime.map { [("time", $0 + (endTime.map { " to \($0)" } ?? ", not ended"))] } ?? [])
    }
}
