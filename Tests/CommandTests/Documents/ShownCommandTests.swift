import CaseLists
import Foundation
import Testing

/// Every command that README.md and the manual show is run, in the order of the page, in a directory with this repository's
/// experiments and results: README's and the tutorial's in the suite, those of all pages in `make exhaustive`.
struct ShownCommandTests {
    /// Commands that are not run here, and why.
    private static let notRun: [(start: String, reason: String)] = [
        ("make ", "builds, installs or measures for minutes; that the target is there is tested below"),
        ("UNROLL_MARCH=", "builds anew"),
        ("unroll init - |", "a pipe of two commands; SetCommandTests runs it"),
        ("unroll history v1.0..", "reads commits of git; HistoryCommandTests makes some"),
        ("unroll history HEAD", "reads commits of git; HistoryCommandTests makes some"),
        ("git clone ", "needs a network"),
        ("unroll doctor", "times the machine for a quarter of a minute; MachineCommandTests runs it"),
        ("unroll reproduce C1 ", "measures at full sizes; ReproduceCommandTests runs it at small ones"),
        ("unroll run experiments/hidden-size.yaml --executor slurm", "needs a cluster; SlurmTests submit to one"),
    ]

    private static func isRun(_ line: String) -> Bool {
        !notRun.contains { (line + " ").hasPrefix($0.start) }
    }

    @Test(
        arguments: Document.all.filter {
            Cases.areExhaustive || $0.path == "README.md" || $0.path.hasSuffix(".tutorial")
        })
    func commands(_ document: Document) throws {
        let scratch = try Scratch()
        if !(try document.parts().isEmpty) { try ShownCommandTests.copy(into: scratch) }
        for part in try document.parts() {
            switch part {
            case .file(let name, let text): try scratch.write(text, to: name)
            case .commands(let commands):
                var printed = ""
                // What a block shows the whole output of is run there.
                let lines = commands.lines.filter { !document.text.contains("<!-- \($0) -->") }
                for line in lines where ShownCommandTests.isRun(line) {
                    let sides = line.components(separatedBy: " #")
                    let words = try ShownCommandTests.words(sides[0], in: scratch)
                    let ending = try scratch.run(Program.unroll.path, words)
                    // `# ends with 1` says that a command is to fail.
                    let code = sides.dropFirst().first?.components(separatedBy: "ends with ").dropFirst().first
                    let expected = Int32(code?.prefix { $0.isNumber } ?? "0")
                    #expect(ending.code == expected, "\(document): \(line): \(ending)")
                    printed += ending.output + ending.complaint
                }
                if let shown = commands.shown { expect(printed, shows: shown, "\(document): \(commands.lines)") }
            }
        }
    }

    /// Experiments as they are, and a copy of the results: a command may write beside them.
    private static func copy(into scratch: Scratch) throws {
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: "\(scratch.path)/experiments", withDestinationPath: "\(Document.root)/experiments")
        try files.copyItem(atPath: "\(Document.root)/results", toPath: "\(scratch.path)/results")
    }

    /// The words after `unroll`, as a shell would part them where there is nothing to expand but quotes.
    private static func words(_ line: String, in scratch: Scratch) throws -> [String] {
        let ending = try scratch.run("/bin/sh", ["-c", "printf '%s\\n' \(line)"])
        let words = ending.output.split(separator: "\n").map(String.init)
        try #require(words.first == "unroll", "'\(line)' is no command of this project; say why it is not run")
        return Array(words.dropFirst())
    }

    /// Expects each shown line to be the next line that is printed. `…` stands for anything; alone in a line, for any lines. Times
    /// and ratios of times are a machine's, and the width of columns follows from them.
    private func expect(_ printed: String, shows shown: [String], _ place: String) {
        var rest = printed.components(separatedBy: "\n").map(Self.normal)[...]
        var mayLeaveOut = true
        for line in shown {
            if line == "…" {
                mayLeaveOut = true
                continue
            }
            let pieces = Self.normal(line).components(separatedBy: "…")
            let found = mayLeaveOut ? rest.firstIndex { Self.has(pieces, in: $0) } : rest.indices.first
            guard let found, Self.has(pieces, in: rest[found]) else {
                Issue.record("\(place): '\(line)' is not printed in its place:\n\(printed)")
                return
            }
            rest = rest[(found + 1)...]
            mayLeaveOut = false
        }
    }

    /// Whether a line is these pieces with anything between them.
    private static func has(_ pieces: [String], in line: String) -> Bool {
        guard pieces.count > 1 else { return pieces[0] == line }
        guard line.hasPrefix(pieces[0].trimmingCharacters(in: .whitespaces)) else { return false }
        var rest = line[...]
        for piece in pieces.map({ $0.trimmingCharacters(in: .whitespaces) }) where !piece.isEmpty {
            guard let range = rest.range(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return pieces.last!.isEmpty || rest.isEmpty
    }

    private static func normal(_ line: String) -> String {
        line.replacing(/×?[0-9][0-9.]*(e[+-]?[0-9]+)? (ns|µs|ms|s|min)\b/, with: "TIME")
            .replacing(/×[0-9.]+/, with: "RATIO").replacing(#/ +/#, with: " ").trimmingCharacters(in: .whitespaces)
    }

    // MARK: What is not run

    /// Examples in help, which the manual shows too, ask for minutes of measuring and for files of the reader's: in an empty
    /// directory they end, or are ended, and with anything but wrong usage.
    @Test func examplesOfHelpAreTaken() throws {
        let dump = try object(Scratch().unroll("--experimental-dump-help").output)
        let root = try #require(dump["command"] as? [String: Any])
        let commands = [root] + (root["subcommands"] as? [[String: Any]] ?? [])
        var count = 0
        for command in commands {
            let text = (command["discussion"] as? String ?? "").replacing("\\\n", with: " ")
            for line in text.split(separator: "\n") where line.hasPrefix("  unroll ") {
                guard ShownCommandTests.isRun(line.trimmingCharacters(in: .whitespaces)) else { continue }
                let scratch = try Scratch()
                let words = try ShownCommandTests.words(line.components(separatedBy: " > ")[0], in: scratch)
                let ending = try scratch.start(words).wait(upTo: .milliseconds(500))
                #expect(ending?.code != 64, "\(line): \(ending.map(\.description) ?? "")")
                count += 1
            }
        }
        #expect(count > 30)
    }

    /// Words that a line of code begins with when it is a command.
    private static let programs = ["unroll", "make", "git", "swift", "docc", "sbatch", "python3", "cd"]

    @Test(arguments: Document.all)
    func whatIsNotRunSaysWhy(_ document: Document) {
        for line in document.otherCode {
            let first = line.split(separator: " ").first.map(String.init) ?? ""
            guard ShownCommandTests.programs.contains(first) || first.contains("=") && line.contains(" make ") else {
                continue
            }
            #expect(!ShownCommandTests.isRun(line), "\(document): '\(line)' is neither run nor said why not")
        }
    }

    @Test func targetsAreThere() throws {
        let makefile = try Document("Makefile").text
        for document in Document.all {
            let code = document.text.matches(of: /(?:`|^ {4}|\n(?: {4})?)make ([a-z-]+)/)
            for match in code {
                #expect(makefile.contains("\n\(match.1):"), "\(document): no target '\(match.1)'")
            }
        }
    }

    @Test func mentionedCommandsAreThere() throws {
        let known = Set(try HelpEntry.all().compactMap(\.command.first))
        for document in Document.all {
            for match in document.text.matches(of: /`unroll ([a-z]+)/) {
                #expect(known.contains(String(match.1)), "\(document): no command '\(match.1)'")
            }
        }
    }
}
