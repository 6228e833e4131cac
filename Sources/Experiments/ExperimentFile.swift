import Files

/// An experiment and the file that says it: results keep a copy, so that they say what they answer.
package struct ExperimentFile: Hashable, Sendable {
    package let path: String
    /// The file's content; with values in place of those in it, what it says then.
    package let text: String
    package var experiment: Experiment

    /// Its name next to the results.
    package static let copyName = "experiment.yaml"

    /// The path that stands for standard input.
    package static let standardInput = "-"

    /// Reads an experiment file.
    ///
    /// - Parameters:
    ///   - path: of the file, or ``standardInput``.
    ///   - overrides: values in the place of the file's.
    /// - Throws: ``ExperimentError`` with the position of what was found and what is allowed.
    package init(_ path: String, setting overrides: [Override] = []) throws(ExperimentError) {
        let isInput = path == ExperimentFile.standardInput
        let path = isInput ? "standard input" : path
        self.path = path
        let bytes: [UInt8]
        do {
            bytes =
                try isInput
                ? FileBytes.readStandardInput(limit: Document.largestFile)
                : FileBytes.read(path, limit: Document.largestFile)
        } catch {
            switch error {
            case .system(let reason): throw .unreadable(file: path, reason: reason)
            case .tooLarge:
                throw .malformed(
                    FilePosition(file: path, line: 1, column: 1),
                    found: "the file has more than \(Document.largestFile) bytes", allowed: "at most 1 MiB")
            }
        }
        var document = try Document(bytes: bytes, file: path)
        for override in overrides { try document.set(override) }
        experiment = try Experiment(document)
        text = overrides.isEmpty ? String(decoding: bytes, as: UTF8.self) : document.text(with: overrides)
    }
}
