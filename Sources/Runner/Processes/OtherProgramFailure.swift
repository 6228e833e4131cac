import Experiments
import Files
import Quantities

/// The ways in which another program fails to answer.
package enum OtherProgramFailure: Error, Hashable, CustomStringConvertible {
    /// It is in no directory of `PATH`.
    case missing(String)
    case notStarted(String, String)
    case timedOut(String, Duration, String)
    case exit(String, Int32, String)
    case signal(String, Int32, String)
    case tooMuchOutput(String, most: Int)
    /// What it said is no answer.
    case unexpected(String, String)
    /// The system keeps its exit code from this process.
    case lost(String)
    /// What the environment says of how long programs may take.
    case limit(String)

    package var description: String {
        switch self {
        case .missing(let program): "'\(program)' is in no directory of PATH"
        case .notStarted(let program, let reason): "\(program) does not start: \(reason)"
        case .timedOut(let program, let limit, let words):
            "\(program) does not end within \(limit.inSeconds) s and is killed\(said(words))"
        case .exit(let program, let code, let words): "\(program) failed with exit code \(code)\(said(words))"
        case .signal(let program, let number, let words): "\(program) was killed by signal \(number)\(said(words))"
        case .tooMuchOutput(let program, let most): "\(program) printed more than \(Bytes(most)) and is killed"
        case .unexpected(let program, let text):
            text.isEmpty ? "\(program) gave no answer" : "unexpected output of \(program): '\(text)'"
        case .lost(let program):
            "the exit code of \(program) is lost: whatever started this process ignores SIGCHLD, and must not"
        case .limit(let found): "\(found); allowed: \(Duration.allowed)"
        }
    }

    private func said(_ words: String) -> String { words.isEmpty ? "" : ": \(words)" }

    /// A program's words on one line that steers no terminal; of many the end, where the reason stands.
    package static func shortened(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").shown()
        return words.count <= longest ? words : "… " + words.suffix(longest)
    }

    private static let longest = 500
}
