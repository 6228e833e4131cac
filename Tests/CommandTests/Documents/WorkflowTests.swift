import Foundation
import Testing

/// What the manual shows as a GitHub workflow does what it says: its commands are run, with this build in the place of both.
struct WorkflowTests {
    private let page: Document
    /// The page's fences of YAML, in order.
    private let fences: [String]

    init() throws {
        page = try Document("\(Document.catalogue)/History.md")
        fences = page.text.components(separatedBy: "```yaml\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0] }
    }

    private func workflow() throws -> String { try #require(fences.first { $0.contains("\njobs:\n") }) }

    /// The steps' commands that call unroll, each with the lines that it goes on in.
    private func commands() throws -> [String] {
        try workflow().replacing(#/\\\n +/#, with: "").split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.contains(".build/release/unroll ") }
    }

    @Test("It measures both builds and compares them")
    func runs() throws {
        let scratch = try Scratch()
        let experiment = try #require(fences.first { $0.hasPrefix("experiment: ") })
        try scratch.write(experiment, to: "project/check.yaml")
        let programs = "\(scratch.path)/project/.build/release", before = "\(scratch.path)/before/.build/release"
        for folder in [programs, before] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/unroll", withDestinationPath: Program.unroll.path)
        }
        let commands = try commands()
        #expect(commands.count == 3)
        // Times of a machine on which other tests run are no reason to fail here.
        let script = commands.map { line in
            line.replacing("unroll history ", with: "unroll history --tolerance 9 ")
        }
        let ending = try scratch.start(
            "/bin/bash",
            ["-ec", (["export GITHUB_STEP_SUMMARY=summary; set -o pipefail"] + script).joined(separator: "\n")],
            directory: "\(scratch.path)/project"
        ).wait()
        #expect(ending.code == 0, "\(ending)")
        #expect(scratch.exists("results-before/check/measurements.csv") && scratch.exists("project/history.svg"))
        #expect(try scratch.read("project/summary").hasPrefix("| "), "\(ending)")
    }

    @Test("A step that pipes does so in bash, whose pipes can fail")
    func shell() throws {
        #expect(try workflow().contains("pipefail") && workflow().contains("defaults: { run: { shell: bash } }"))
    }

    @Test("It reads what a branch has committed")
    func committed() throws {
        let line = try #require(fences.first { $0.contains("github.base_ref") })
        let scratch = try Scratch()
        try scratch.write("experiment,", to: "repository/file")
        let git = "git -c user.name=a -c user.email=a@example.org -c commit.gpgsign=false"
        let script = """
            cd repository; git init -q; git add .; \(git) commit -qm one; git update-ref refs/remotes/origin/main HEAD
            \(line.replacing("- run: unroll", with: "'\(Program.unroll.path)'").replacing("${{ github.base_ref }}", with: "main"))
            """
        let ending = try scratch.run(
            "/bin/bash", ["-ec", "export GITHUB_STEP_SUMMARY=summary\n" + script])
        #expect(ending.code == 0, "\(ending)")
        #expect(try scratch.read("repository/summary").hasPrefix("Nothing to compare: 0 commits"), "\(ending)")
    }
}
