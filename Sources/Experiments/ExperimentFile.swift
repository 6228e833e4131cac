import Files

/// An experiment and the file that says it: results keep a copy, so that they say what they answer.
package struct ExperimentFile: Hashable, Sendable {
    package let path: String
    /// The file's content.
    package let text: String
    package var experiment: Experiment

    /// Its name next to the results.
    package static let copyName = "experiment.yaml"

    /// Reads an experiment file.
    ///
    /// - Throws: ``ExperimentError`` with the position of what was found and what is allowed.
    package init(_ path: String) throws(ExperimentError) {
        self.path = path
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path, limit: Document.largestFile)
        } catch {
            switch error {
            case .system(let reason): throw .unreadable(file: path, reason: reason)
            case .tooLarge:
                throw .malformed(
                    FilePosition(file: path, line: 1, column: 1),
                    found: "the file has more than \(Document.largestFile) bytes", allowed: "at most 1 MiB")
            }
        }
        experiment = try Experiment(bytes: bytes, file: path)
        text = String(decoding: bytes, as: UTF8.self)
    }
}
