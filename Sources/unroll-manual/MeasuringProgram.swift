import Foundation
import Runner

/// `unroll` next to this program: what it says of itself and of results.
struct MeasuringProgram {
    private let program: OtherProgram

    init() throws {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw ManualError("this program's own path is not known: /proc is not mounted")
        }
        let directory = URL(fileURLWithPath: own).deletingLastPathComponent().path
        // A width for help that does not depend on a terminal.
        let variables = Variables().setting("PATH", to: directory).setting("COLUMNS", to: "100")
        program = try OtherProgram("unroll", in: variables)
    }

    /// Every command and option, as the parser has them.
    func help() throws -> CommandHelp {
        let dump = try program.call(["--experimental-dump-help"], most: 1 << 24)
        struct Dump: Decodable { let command: CommandHelp }
        return try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
    }

    /// The lines of a command's help that say how it is called.
    func usage(of command: String) throws -> String {
        let lines = try program.call(["help", command]).components(separatedBy: "\n")
        guard let first = lines.firstIndex(where: { $0.hasPrefix("USAGE: ") }) else {
            throw ManualError("'unroll help \(command)' has no line that begins with 'USAGE: '")
        }
        let usage = lines[first...].prefix { !$0.isEmpty }
        return usage.map { String($0.dropFirst("USAGE: ".count)) }.joined(separator: "\n")
    }

    /// What results say of every claim, in the order of the catalogue.
    func verdicts(_ results: String) throws -> [ClaimVerdict] {
        let json = try program.call(["reproduce", "--check", "--format", "json", "--results", results], most: 1 << 24)
        return try JSONDecoder().decode([ClaimVerdict].self, from: Data(json.utf8))
    }

    func draw(_ drawing: Drawing, in directory: String) throws {
        try program.call(drawing.arguments + ["\(directory)/\(drawing.file)"])
    }
}
