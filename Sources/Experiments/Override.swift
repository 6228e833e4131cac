package import Quantities
import Trials

/// A value in the place of what an experiment file says: `hidden=512`.
package struct Override: Hashable, Sendable {
    /// The option that gives one, for messages.
    package static let option = "--set"

    /// The keys on the way to it: `model`, `hidden`.
    package let path: [String]
    /// The value, in YAML.
    let value: String
    /// As it was given.
    private let text: String

    /// Reads `key=value`. The key is one of a file's; of those within another it is written `limits.memory`, and a factor of the
    /// model may be written alone, as everywhere.
    ///
    /// - Throws: ``ParameterError`` where the key is none. The value is looked at with the file.
    package init(_ text: String) throws(ParameterError) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let path = Override.paths.first(where: { $0.key == sides[0] })?.path else {
            throw ParameterError(
                unknown: sides[0], kind: "key", of: Override.paths.filter(\.isShown).map(\.key),
                others: Override.paths.map(\.key))
        }
        self.path = path
        self.text = text
        value = sides.count == 2 ? sides[1] : ""
    }

    /// The key as messages have it.
    package var key: String { path.joined(separator: ".") }

    /// Where the value stands, for messages.
    var position: FilePosition { FilePosition(option: "\(Override.option) \(shortened(text))") }

    /// Whether one of the two leaves nothing of what the other says.
    package func contradicts(_ other: Override) -> Bool {
        path.starts(with: other.path) || other.path.starts(with: path)
    }

    /// Every key that may be set, by each of its names; those that are shown in messages by one.
    private static let paths: [(key: String, path: [String], isShown: Bool)] =
        Experiment.keys.map { ($0, [$0], true) }
        + Factor.ofModel.flatMap { factor in
            let path = ["model", factor.rawValue]
            return [(factor.rawValue, path, true), (path.joined(separator: "."), path, false)]
        }
        + Limits.keys.map { ("limits.\($0)", ["limits", $0], true) }
}
