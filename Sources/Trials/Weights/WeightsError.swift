import Shapes

/// A file that a network's parameters cannot be taken from.
package enum WeightsError: Error, Hashable, CustomStringConvertible {
    case unreadable(SafetensorsError)
    /// What is wrong with the file: a sentence with the tensor's name, and the shapes where it is about them.
    case unfit(path: String, String)
    /// A factor that was chosen otherwise than the file says.
    case differs(path: String, Factor, there: String, here: String)
    /// Not the bytes that the trial is of.
    case other(path: String, there: Content, asked: Content)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .unfit(let path, let what): "'\(path)' \(what)"
        case .differs(let path, let factor, let there, let here):
            "'\(path)' has a network with '\(factor.rawValue)' \(there), and '\(factor.rawValue)' is '\(here)'"
        case .other(let path, let there, let asked):
            "'\(path)' is '\(there)' now, and the trial is of '\(asked)': other bytes are another trial"
        }
    }

    /// Whether the system, and not the file, is what is wrong.
    package var isSystem: Bool { if case .unreadable(.file) = self { true } else { false } }
}
