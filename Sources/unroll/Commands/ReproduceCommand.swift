import ArgumentParser
import Experiments
import Foundation
import Quantities
import Reports
import Runner
import Trials

struct ReproduceCommand: TablePrinting {
    static let tables = [
        ColumnList("Columns", Table(verdicts: []).columns),
        ColumnList("Columns of CSV and JSON", Table([JudgedClaim]()).columns),
    ]

    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Holds published claims against measurements.",
        discussion: """
            Runs the experiments that the claims need and that are not measured yet, then judges each: reproduced, not \
            reproduced, or inconclusive. --check judges what is there and runs nothing.

            --set changes what is measured, such as repetitions, a limit or a width; the claims are judged by what then comes out.

            Each claim has a verdict on record. Exit code 0: every verdict is the one on record; a timed claim that noise \
            leaves inconclusive is no error. Exit code 1: a verdict is another one, a claim has no measurements, or a trial \
            failed. Claims about other frameworks are judged where they are measured, or named: 'make engines' makes \
            what measures them.

              unroll reproduce
              unroll reproduce C1 C2
              unroll reproduce C1 --results wider --set hidden=512
              unroll reproduce --check --format markdown
              unroll reproduce D3 --check --verbose

            \(Claim.all.map { "\($0.id)  \($0.short) (\($0.cited))" }.joined(separator: "\n"))
            """)

    @Argument(
        help: "Claims by their letters, such as C1; all when none is given.",
        transform: { text in
            guard let claim = Claim.named(text) else {
                throw ParameterError(unknown: text, kind: "claim", of: Claim.all.map(\.id))
            }
            return claim
        })
    var claims: [Claim] = []
    @Option(help: "Where results are.", transform: pathArgument) var results = "results"
    @Option(help: "Where experiment files are.", transform: pathArgument) var experiments = "experiments"
    @OptionGroup var set: SetOption
    @Option(help: "How to show the verdicts.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions
    @Flag(name: .customLong("check"), help: "Judge the results that are there; run nothing.") var isCheck = false
    @Flag(name: .customLong("fresh"), help: "Measure everything again.") var isFresh = false
    @Flag(name: .customLong("mix-builds"), help: "Judge by rows of several builds or machines together.")
    var mixesBuilds = false
    @OptionGroup var volume: Volume

    func validate() throws {
        guard !isCheck || set.overrides.isEmpty else {
            throw ValidationError("'\(Override.option)' changes what is measured, and '--check' measures nothing")
        }
        let none: [JudgedClaim] = []
        switch format {
        case .csv, .json: try options.expect(among: Table(none).columns)
        case .table, .markdown: try options.expect(among: Table(verdicts: none).columns)
        }
    }

    func run() throws {
        let isAll = claims.isEmpty
        let asked = isAll ? Claim.all : claims
        var (names, paths): ([String], [String]) = ([], [])
        for claim in asked {
            let folder = experiments + (claim.isOfEngines ? "/engines" : "")
            for name in claim.experiments where !names.contains(name) {
                names.append(name)
                if !(isAll && claim.isOfEngines) { paths.append("\(folder)/\(name).yaml") }
            }
        }
        if !isCheck {
            var files = try reporting { try paths.map { try ExperimentFile($0, setting: set.overrides) } }
            for index in files.indices { try reporting { try files[index].experiment.readContents() } }
            let run = ExperimentRun(
                results: results, isFresh: isFresh, mixesBuilds: mixesBuilds, verbosity: volume.verbosity)
            // A trial that fails weakens a claim, and has a row that says so.
            for file in files { _ = try run.run(file, trials: file.experiment.trials) }
        }
        var rows: [String: [Row]] = [:]
        // As compare and report read them: by what the rows are of, wherever they are.
        let hasAny = (try? Results.files(at: results)) != nil
        let read = hasAny ? try readResults(at: results, of: Set(names)).flatMap(\.rows) : []
        let byName = Dictionary(grouping: read, by: \.experiment)
        for name in names {
            rows[name] = byName[name]?.mixed(mixesBuilds)
            rows[name]?.reportMixtures()
        }
        let judgements = asked.filter { claim in
            !isAll || !claim.isOfEngines || claim.experiments.allSatisfy { rows[$0] != nil }
        }.map { JudgedClaim(claim: $0, verdict: $0.judge(rows)) }
        try show(judgements)
        try expectKnown(judgements, rows: rows)
    }

    /// Ends the command with 1 when anything is not as it is known to be, and says what.
    private func expectKnown(_ judgements: [JudgedClaim], rows: [String: [Row]]) throws {
        var faults: [String] = []
        func note(_ standing: JudgedClaim.Standing, _ text: String) {
            let claims = judgements.filter { $0.standing == standing }.map(\.claim.id)
            if !claims.isEmpty { faults.append("\(text): \(claims.joined(separator: ", "))") }
        }
        note(.changed, "another verdict than on record")
        note(.notMeasured, "not measured")
        for (name, rows) in rows.sorted(by: { $0.key < $1.key }) {
            let failed = Set(rows.filter { $0.status != .ok }.map(\.trial)).count
            if failed > 0 { faults.append("\(name): \(counted(failed, "trial")) failed") }
        }
        guard faults.isEmpty else { throw fail(faults.joined(separator: "; "), code: Exit.failed) }
    }

    /// Programs get all that is known of a claim; people a table that fits their terminal or page, and with --verbose the
    /// rest below it.
    private func show(_ judgements: [JudgedClaim]) throws {
        switch format {
        case .csv, .json: try options.show(Table(judgements), as: format)
        case .table, .markdown:
            try options.show(Table(verdicts: judgements), as: format)
            if format == .markdown { print("\n" + judgements.sums) } else { Terminal.show("\n" + judgements.sums) }
            if format == .markdown, judgements.contains(where: { $0.remark != nil }) { print() }
            for judgement in judgements {
                guard let remark = judgement.remark else { continue }
                if format == .markdown {
                    print("- \(judgement.claim.id): \(remark)")
                } else {
                    Terminal.show("\(judgement.claim.id)  \(remark)")
                }
            }
            guard volume.verbose else { return }
            for judgement in judgements {
                let heading = judgement.claim.id
                print(format == .markdown ? "\n**\(heading)**\n" : "\n\(heading)")
                for detail in judgement.claim.details {
                    let line = "\(detail.name): \(detail.text)"
                    if format == .markdown { print("- \(line)") } else { Terminal.show("  \(line)") }
                }
            }
        }
    }
}
