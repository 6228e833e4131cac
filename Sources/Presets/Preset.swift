/// An experiment file that is part of the program, as experiments/presets had it when it was built; see Plugins/EmbedPresets.
package struct Preset: Hashable, Sendable {
    /// The file's name, without its ending.
    package let name: String
    /// Its content.
    package let text: String

    /// In the order of their names, the one to begin with first.
    package static let all: [Preset] = {
        let all = embeddedPresets().map { Preset(name: $0.name, text: $0.text) }
        return all.filter { $0.name == begin } + all.filter { $0.name != begin }
    }()

    /// The name of the one to begin with, which explains every line; the others are networks that somebody published.
    package static let begin = "first-sweep"

    /// The text with another name of the experiment, which is the name of the directory of its results.
    package func text(named name: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let key = "experiment: "
        guard let index = lines.firstIndex(where: { $0.hasPrefix(key) }) else {
            preconditionFailure("preset '\(self.name)' has no line '\(key)NAME'")
        }
        lines[index] = key + name
        return lines.joined(separator: "\n")
    }
}
