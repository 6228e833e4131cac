import ArgumentParser
import Experiments
import Files
import Glibc
import Runner

/// Makes the manual of its catalogue. What the programs know is asked of them: commands of the parser, columns and factors of
/// their tables, claims of their list.
/// `make docs` runs the toolchain's docc between the two commands.
@main
struct UnrollManual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unroll-manual", abstract: "Makes the manual: pages for docc, and a site of what docc makes.",
        subcommands: [PagesCommand.self, SiteCommand.self])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as FileError {
            end(error.description, 74)
        } catch let error as ManualError {
            end(error.description, 65)
        } catch let error as OtherProgramFailure {
            end(error.description, 69)
        } catch {
            exit(withError: error)
        }
    }

    private static func end(_ message: String, _ code: Int32) -> Never {
        _ = Descriptor.write("unroll-manual: \(message.shown(keepsLines: true))\n", to: STDERR_FILENO)
        Glibc.exit(code)
    }
}

/// What is wrong with the catalogue, or with what a program said.
struct ManualError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
