import Foundation
import Testing

/// `make help` says what each target of the Makefile does.
@Suite struct MakefileTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func make(_ arguments: String...) throws -> String {
        let ending = try Scratch().run(
            "/usr/bin/env", ["make", "--no-print-directory", "--directory", MakefileTests.root] + arguments)
        try #require(ending.code == 0, "\(ending)")
        return ending.output
    }

    /// Names of the targets, as .PHONY lists them: no target is a file.
    private func targets() throws -> [String] {
        let text = try String(contentsOfFile: MakefileTests.root + "/Makefile", encoding: .utf8)
            .replacingOccurrences(of: "\\\n", with: " ")
        let list = try #require(text.split(separator: "\n").first { $0.hasPrefix(".PHONY: ") })
        return list.split(separator: " ").dropFirst().map(String.init)
    }

    @Test func helpDescribesEveryTarget() throws {
        // A target begins a line, what it does follows at the same column, and continues below it.
        let help = try make("help")
        let described = help.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        let names = described.map { String($0.prefix { $0 != " " }) }
        #expect(try names.sorted() == targets().sorted())
        for line in described {
            #expect(line.dropFirst(16).first == " " && line.dropFirst(17).first?.isUppercase == true, "\(line)")
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func everyRuleIsListed() throws {
        let text = try String(contentsOfFile: MakefileTests.root + "/Makefile", encoding: .utf8)
        let rules = text.split(separator: "\n").compactMap { line -> String? in
            guard let colon = line.firstIndex(of: ":"), line[colon...].dropFirst().first != "=" else { return nil }
            let name = line[..<colon]
            return name.allSatisfy { $0.isLowercase || $0 == "-" } ? String(name) : nil
        }
        #expect(try Set(rules) == Set(targets()))
    }

    /// `make exhaustive` finds a suite by the name of its file.
    @Test func suitesWithShortenedListsAreNamedAsTheirFiles() throws {
        let tests = MakefileTests.root + "/Tests"
        let paths = try #require(FileManager.default.subpaths(atPath: tests)).filter { $0.hasSuffix(".swift") }
        var shortened: [String] = []
        for path in paths {
            let text = try String(contentsOfFile: "\(tests)/\(path)", encoding: .utf8)
            guard text.hasPrefix("import CaseLists\n") || text.contains("\nimport CaseLists\n") else { continue }
            let name = String(URL(fileURLWithPath: path).lastPathComponent.prefix { !"+.".contains($0) })
            #expect(text.contains("struct \(name) {") || text.contains("extension TrainingTests.\(name) {"), "\(path)")
            if !shortened.contains(name) { shortened.append(name) }
        }
        #expect(!shortened.isEmpty)
        let command = try make("--dry-run", "exhaustive")
        #expect(command.contains("UNROLL_EXHAUSTIVE=1 "))
    }

    /// Swift Testing waits for any child with WNOWAIT once a test has expected a process to end, and that wait spins on every program
    /// that has ended: the tests that start most of them are in a process without.
    @Test func noTestOfCommandsExpectsAProcessToEnd() throws {
        let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let word = "processExits" + "With"
        for path in try #require(FileManager.default.subpaths(atPath: own)) where path.hasSuffix(".swift") {
            #expect(try !String(contentsOfFile: "\(own)/\(path)", encoding: .utf8).contains(word), "\(path)")
        }
        let runs = try make("--dry-run", "test").split(separator: "\n").filter { $0.hasPrefix(".ci/tests ") }
        #expect(
            runs.map { $0.split(separator: " ").suffix(2).joined(separator: " ") } == [
                "--filter '^CommandTests\\.'", "--skip '^CommandTests\\.'",
            ])
    }

    @Test("`make` alone says what there is")
    func helpIsTheDefault() throws { #expect(try make() == make("help")) }
}
