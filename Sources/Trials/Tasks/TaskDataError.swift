/// A task's file that cannot be trained on.
package enum TaskDataError: Error, Hashable, CustomStringConvertible {
    case file(DataFileError)
    /// Not a file of tensors.
    case tensors(SafetensorsError)
    /// Not the bytes that the trial is of.
    case other(path: String, there: Content, asked: Content)
    /// Written to since it was opened.
    case changed(path: String)
    /// Not what the task or the trial can take: what is wrong with it, in the task's words.
    case unfit(path: String, String)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .tensors(let error): error.description
        case .other(let path, let there, let asked):
            "'\(path)' is '\(there)' now, and the trial is of '\(asked)': other bytes are another trial"
        case .changed(let path):
            "'\(path)' was written to while it was read; what was measured of it is of neither content"
        case .unfit(let path, let what): "'\(path)' \(what)"
        }
    }
}
