import ArgumentParser
import Experiments
import Files
import Foundation
import Quantities
import Reports
import Schedules
import Trials

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draws the unrolled network and what of it is in memory.",
        discussion: """
            An SVG picture: inputs x(t), states h(t) and outputs y(t) of every step, the one set of weights they share, where \
            a step can be undone arrows both ways, the cuts of a truncation, and what is in memory after an action: records, saved states, or nothing. Actions are counted \
            from 0, as 'unroll schedule --format csv' lists them. Strategies that go by sizes go by those of the model as soon \
            as one of its options is given; without any, a state and a record count a byte each.

              unroll diagram --strategy binomial:slots=3 --length 12 > peak.svg
              unroll diagram --strategy segmented --length 24 --hidden 256 > chosen.svg
              unroll diagram --strategy truncated:window=4 --length 12 --at 3 --output cut.svg
              unroll diagram --strategy segmented --length 16 --at all --output frames
              unroll diagram --strategy full --length 8 --cell mingru > unitwise.svg

            With --play a page instead, for any length, in which the network goes through its schedule action by action, with \
            the live bytes of each role of a model beside it: predicted, and measured where a timeline of the same trial is given.

              unroll diagram --strategy binomial:slots=4 --length 32 --play binomial.html
              unroll measure --strategy segmented --length 64 --timeline sawtooth.csv
              unroll diagram --strategy segmented --length 64 --play segmented.html --timeline sawtooth.csv
            """)

    @OptionGroup var strategy: StrategyOption
    @Option(
        help: "T, time steps; of a picture at most \(Diagram.longest), beyond which steps cannot be told apart.",
        transform: wholeNumber) var length: Int
    @Option(
        name: .customLong("layers"),
        help: "L, stacked layers, of a picture at most \(Diagram.mostLayers).".withDefault(1), transform: wholeNumber)
    private var givenLayers: Int?
    @Option(
        help: ArgumentHelp(
            "The moment: after this action, at the first peak, or a picture after each.",
            valueName: "index|peak|all"))
    var at = "peak"
    @Option(
        help: ArgumentHelp("Where to write: a file, or for all moments a directory.", valueName: "path"),
        transform: pathArgument)
    var output: String?
    @Option(
        help: ArgumentHelp("Write a page that plays the schedule; needs no other file.", valueName: "file"),
        transform: pathArgument)
    var play: String?
    @Option(
        help: ArgumentHelp(
            "Live bytes to show in it, as 'unroll measure --timeline' writes them.", valueName: "file"),
        transform: pathArgument)
    var timeline: String?
    @OptionGroup(title: "The model whose sizes a strategy goes by, and whose bytes a page shows")
    var model: DiagramOptions

    /// More would fill a folder with pictures that are not looked at.
    private static let mostPictures = 1000

    func validate() throws {
        guard play == nil else {
            guard at == "peak", output == nil else {
                throw ValidationError("'--play' writes a page of all moments; leave '--at' and '--output' out")
            }
            _ = try trial()
            return
        }
        guard timeline == nil else { throw ValidationError("'--timeline' is shown in a page; say where with '--play'") }
        guard (1...Diagram.longest).contains(length) else {
            throw ValidationError(
                "'length' is '\(length)'; allowed: a whole number from 1 to \(Diagram.longest); for longer sequences "
                    + "'unroll schedule' draws in text, and '--play' writes a page")
        }
        let layers = try layers
        guard (1...Diagram.mostLayers).contains(layers) else {
            throw ValidationError("'layers' is '\(layers)'; allowed: a whole number from 1 to \(Diagram.mostLayers)")
        }
        if model.given.isEmpty { try strategy.expectSchedule(length: length) } else { _ = try trial() }
        guard at != "all" || output != nil else {
            throw ValidationError("'--at all' writes many pictures; it needs '--output' with a directory")
        }
    }

    func run() throws {
        if let play {
            try writePlayer(to: play)
            return
        }
        let trial = model.given.isEmpty ? nil : try trial()
        let diagram = Diagram(
            strategy.strategy, length: length, layers: try layers, footprint: trial?.footprint ?? .counting,
            link: trial.map { StateLink($0.cell) })
        if at == "all", let output {
            try writeAll(diagram, to: output)
            return
        }
        guard let index = at == "peak" ? diagram.peak : Int(decimal: at), (0..<diagram.actions).contains(index) else {
            throw fail(
                "'at' is '\(at)'\(ParameterError.hint(to: at, of: ["peak", "all"])); allowed: 0 to "
                    + "\(diagram.actions - 1), peak, or all", code: Exit.usage)
        }
        let picture = diagram.svg(after: index)
        if let output {
            try writing(output) { try OutputFile.write(picture, to: output) }
            showWritten(output, "\(diagram.title), after action \(index) of 0 to \(diagram.actions - 1)")
        } else {
            print(picture, terminator: "")
        }
    }

    private func trial() throws -> Trial {
        let layers: [Factor: String] = givenLayers.map { [.layers: String($0)] } ?? [:]
        let trial = try model.trial(strategy.strategy, layers.merging([.length: String(length)]) { $1 })
        guard !trial.bidirectional else {
            throw ValidationError(
                "the weights are of two directions, of which each has a schedule; allowed: one direction")
        }
        return trial
    }

    /// Those that are given, or that the file of weights has.
    private var layers: Int {
        get throws {
            if let givenLayers { return givenLayers }
            return model.given.contains(.weights) ? try trial().layers : 1
        }
    }

    private func writePlayer(to file: String) throws {
        guard var lane = PlayerLane(try trial()) else {
            throw fail(
                "the schedule of '\(strategy.strategy)' over \(length) steps is too long for a page: at most "
                    + "\(PlayerLane.mostActions) actions, and actions times steps at most \(PlayerLane.mostWork)",
                code: Exit.usage)
        }
        if let timeline {
            let measured = try readTimeline(timeline)
            do throws(MeasuredTimeline.Failure) {
                try lane.add(measured)
            } catch {
                throw fail("\(timeline): \(error)", code: Exit.badFile)
            }
        }
        let page = Player([lane]).html
        try writing(file) { try OutputFile.write(page, to: file) }
        let measured = timeline.map { ", with the bytes measured in \($0)" } ?? ""
        showWritten(
            file,
            "\(lane.trial.strategyAsChosen) over \(counted(length, "step")), "
                + "\(counted(lane.actions.count, "action")) to play\(measured)")
    }

    private func writeAll(_ diagram: Diagram, to directory: String) throws {
        guard diagram.actions <= DiagramCommand.mostPictures else {
            throw fail(
                "\(diagram.actions) actions; at most \(DiagramCommand.mostPictures) pictures are written: give one with "
                    + "--at, or a shorter length", code: Exit.usage)
        }
        try reporting { try Folder.make(directory) }
        let digits = String(diagram.actions - 1).count
        for index in 0..<diagram.actions {
            let number = String(index)
            let name = String(repeating: "0", count: digits - number.count) + number
            try reporting { try OutputFile.write(diagram.svg(after: index), in: directory, as: "\(name).svg") }
        }
        Terminal.show("wrote \(directory): \(counted(diagram.actions, "picture")) of \(diagram.title)")
    }
}
