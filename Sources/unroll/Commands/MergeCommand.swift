import ArgumentParser
import Experiments
import Files
import Runner

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Joins the files of an experiment's shards.",
        discussion: """
            Writes measurements.csv, environment.json and the comparison, as one run would have left them. Rows of the same \
            trial and repetition must agree in all that is counted and not timed. Shards that are missing are named, and \
            nothing is written. The shards' own files stay.

              unroll merge results/sequence-length
              unroll merge node1/results node2/results --into results
            """)

    @Argument(help: "Files of shards, or directories that hold them.", transform: pathArgument) var results: [String]
    @Option(
        help: ArgumentHelp(
            "Where the result goes, a directory for each experiment; next to the first file when not given.",
            valueName: "results"), transform: pathArgument)
    var into: String?
    @Flag(name: .customLong("partial"), help: "Join what is there; what is missing is named all the same.")
    var isPartial = false
    @Flag(
        name: .customLong("mix-builds"),
        help: "Join rows of several builds, and of several machines among trials that are compared.")
    var mixesBuilds = false
    @Flag(help: "Say nothing but errors.") var quiet = false

    func run() throws {
        let parts = try results.flatMap { try ResultsMerge.Part.find(at: $0) }
        var names: [String] = []
        for part in parts where !names.contains(part.experiment.name) { names.append(part.experiment.name) }
        var isWhole = true
        for name in names {
            let own = parts.filter { $0.experiment.name == name }
            let directory = into.map { "\($0)/\(name)" } ?? own[0].directory
            // A directory that the command line names may be a link; one that is found below it may not.
            let isNamed = into == nil && results.contains { $0 == own[0].directory || $0 == own[0].directory + "/" }
            if !isNamed { try Folder.expectOwn(directory) }
            let merge = ResultsMerge(
                own, into: directory, isPartial: isPartial, mixesBuilds: mixesBuilds, compare: writeComparison)
            let printer = EventPrinter(quiet ? .quiet : .usual, name: name, directory: directory)
            isWhole = try merge.run(report: printer.show) && isWhole
        }
        if !isWhole { throw ExitCode(Exit.failed) }
    }
}
