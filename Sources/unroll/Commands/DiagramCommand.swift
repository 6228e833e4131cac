import ArgumentParser
import Experiments
import Files
import Foundation
import Quantities
import Reports
import Trials

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draws the unrolled network and what of it is in memory.",
        discussion: """
            An SVG picture: inputs x(t), states h(t) and outputs y(t) of every step, the one set of weights they share, the \
            cuts of a truncation, and what is in memory after an action: records, saved states, or nothing. Actions are counted \
            from 0, as 'unroll schedule --format csv' lists them.

              unroll diagram --strategy binomial:slots=3 --length 12 > peak.svg
              unroll diagram --strategy truncated:window=4 --length 12 --at 3 --output cut.svg
              unroll diagram --strategy segmented --length 16 --at all --output frames
            """)

    @OptionGroup var strategy: StrategyOption
    @Option(
        help: "T, time steps; at most \(Diagram.longest), beyond which steps cannot be distinguished.",
        transform: wholeNumber) var length: Int
    @Option(help: "L, stacked layers, at most \(Diagram.mostLayers).".withDefault(1), transform: wholeNumber)
    var layers = 1
    @Option(
        help: ArgumentHelp(
            "The moment: after this action, at the first peak, or a picture after each.",
            valueName: "index|peak|all"))
    var at = "peak"
    @Option(
        help: ArgumentHelp("Where to write: a file, or for all moments a directory.", valueName: "path"),
        transform: pathArgument)
    var output: String?

    /// More would fill a folder with pictures that are not looked at.
    private static let mostPictures = 1000

    func validate() throws {
        guard (1...Diagram.longest).contains(length) else {
            throw ValidationError(
                "'length' is '\(length)'; allowed: a whole number from 1 to \(Diagram.longest); for longer sequences "
                    + "'unroll schedule' draws in text")
        }
        guard (1...Diagram.mostLayers).contains(layers) else {
            throw ValidationError("'layers' is '\(layers)'; allowed: a whole number from 1 to \(Diagram.mostLayers)")
        }
        try strategy.expectSchedule(length: length)
        guard at != "all" || output != nil else {
            throw ValidationError("'--at all' writes many pictures; it needs '--output' with a directory")
        }
    }

    func run() throws {
        let diagram = Diagram(strategy.strategy, length: length, layers: layers)
        if at == "all", let output {
            try writeAll(diagram, to: output)
            return
        }
        guard let index = at == "peak" ? diagram.peak : Int(decimal: at), (0..<diagram.actions).contains(index) else {
            throw fail(
                "'at' is '\(at)'; allowed: 0 to \(diagram.actions - 1), peak, or all", code: Exit.usage)
        }
        let picture = diagram.svg(after: index)
        if let output {
            try writing(output) { try OutputFile.write(picture, to: output) }
        } else {
            print(picture, terminator: "")
        }
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
    }
}
