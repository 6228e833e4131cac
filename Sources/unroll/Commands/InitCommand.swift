import ArgumentParser
import Experiments
import Files
import Foundation
import Presets
import Quantities

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Writes an experiment file to begin with.",
        discussion: """
            The file has a comment at every line. Presets are networks that others have published, with the strategies that \
            their memory is asked about. The experiment is named as the file, where that can be a name.

              unroll init
              unroll init my-network.yaml
              unroll init --list
              unroll init --preset char-rnn
              unroll init - | unroll run - --set hidden=16 --dry-run
            """)

    @Argument(
        help: "The file to write, PRESET.yaml where none is given; - is standard output.", transform: pathArgument)
    var file: String?
    @Option(
        help: "Which file; '--list' shows them.".withDefault(Preset.begin),
        transform: { name in
            guard let preset = Preset.all.first(where: { $0.name == name }) else {
                throw ParameterError(unknown: name, kind: "preset", of: Preset.all.map(\.name))
            }
            return preset
        })
    var preset: Preset?
    @Flag(help: "List the presets; write nothing.") var list = false
    @Flag(help: "Replace a file that is there.") var force = false

    func validate() throws {
        guard !list || (file == nil && preset == nil && !force) else {
            throw ValidationError("'--list' writes nothing; leave the rest out")
        }
    }

    func run() throws {
        if list { return try showPresets() }
        let preset = preset ?? Preset.all[0]
        let path = file ?? "\(preset.name).yaml"
        let text = preset.text(named: name(of: path) ?? preset.name)
        guard path != "-" else { return print(text, terminator: "") }
        guard force || access(path, F_OK) != 0 else {
            throw fail("'\(path)' is there already; '--force' replaces it", code: Exit.usage)
        }
        try writing(path) { try OutputFile.write(text, to: path) }
        Terminal.show("wrote \(path); what it would measure: unroll run \(path) --dry-run")
    }

    /// The file's own name, where it can be an experiment's.
    private func name(of path: String) -> String? {
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return Experiment.isName(name) && name != "-" ? name : nil
    }

    private func showPresets() throws {
        for preset in Preset.all {
            let experiment = try reporting { try Experiment(text: preset.text, file: preset.name) }
            let width = Preset.all.map(\.name.count).max() ?? 0
            let padding = String(repeating: " ", count: width - preset.name.count)
            Terminal.show("\(preset.name)\(padding)  \(experiment.question)")
        }
    }
}
