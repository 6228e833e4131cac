import Files
import Foundation
import Reports
import Shapes
import Trials

/// The structured log of `--verbose`: one event a line, `key=value` words, the time first. Values with anything but plain
/// characters are in quotes, escaped as in JSON.
enum Log {
    static func write(_ event: String, _ fields: [(String, String)]) {
        _ = Descriptor.write(line(event, fields, at: Date()) + "\n", to: STDERR_FILENO)
    }

    static func line(_ event: String, _ fields: [(String, String)], at time: Date) -> String {
        let stamp = time.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return ([("time", stamp), ("event", event)] + fields).map { "\($0)=\(quoted($1))" }.joined(separator: " ")
    }

    /// The factors that distinguish trials of a sweep on sight, and the name that does so for certain.
    static func words(_ trial: Trial) -> [(String, String)] {
        [("trial", trial.identifier), ("cell", trial.cell.rawValue), ("length", "\(trial.length)")]
            + [("hidden", "\(trial.hidden)"), ("batch", "\(trial.batch)"), ("strategy", "\(trial.strategy)")]
    }

    private static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            byte > UInt8(ascii: " ") && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        if plain, !text.isEmpty { return text }
        return text.quotedForJSON()
    }
}
