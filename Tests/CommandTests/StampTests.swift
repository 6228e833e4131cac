import Foundation
import Testing

/// The commit that a build is stamped with: Plugins/StampBuild/stamp.sh over repositories of all kinds.
struct StampTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Plugins/StampBuild/stamp.sh").path

    private func git(_ scratch: Scratch, _ arguments: String...) throws -> String {
        let own = [
            "-C", "\(scratch.path)/package", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.hooksPath=",
        ]
        let ending = try scratch.run("/usr/bin/git", own + arguments)
        try #require(ending.code == 0, "git \(arguments): \(ending)")
        return ending.output.trimmingCharacters(in: .newlines)
    }

    /// A package under git with one source file.
    private func package() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("// swift-tools-version: 6.2\n", to: "package/Package.swift")
        try scratch.write("let one = 1\n", to: "package/Sources/one.swift")
        _ = try git(scratch, "init", "-q")
        _ = try git(scratch, "add", ".")
        _ = try git(scratch, "commit", "-q", "-m", "first")
        return scratch
    }

    private func stamp(_ scratch: Scratch, _ package: String = "package", before: String = "") throws -> String {
        let command = "\(before) exec /bin/sh '\(StampTests.script)' '\(scratch.path)/\(package)' out"
        let ending = try scratch.run("/bin/sh", ["-c", command])
        try #require(ending == Ending(0))
        #expect(!scratch.exists("out/Stamp.swift.new"))
        return try scratch.read("out/Stamp.swift")
    }

    private func text(_ commit: String, _ changes: String) -> String {
        "@inline(never) func stampedCommit() -> String { \"\(commit)\" }\n"
            + "@inline(never) func stampedChanges() -> Bool? { \(changes) }\n"
    }

    @Test("A commit without a change of any file is another commit; changes and new files are named, results are none")
    func states() throws {
        let scratch = try package()
        let first = try git(scratch, "rev-parse", "HEAD")
        #expect(first.count == 40)
        #expect(try stamp(scratch) == text(first, "false"))
        // What a run leaves, here or in a commit's place.
        try scratch.write("x", to: "package/results/a/measurements.csv")
        #expect(try stamp(scratch) == text(first, "false"))
        _ = try git(scratch, "commit", "-q", "--allow-empty", "-m", "second")
        let second = try git(scratch, "rev-parse", "HEAD")
        #expect(second != first)
        #expect(try stamp(scratch) == text(second, "false"))
        try scratch.write("let two = 2\n", to: "package/Sources/two.swift")
        #expect(try stamp(scratch) == text(second, "true"))
        _ = try git(scratch, "add", "Sources")
        #expect(try stamp(scratch) == text(second, "true"))
        _ = try git(scratch, "commit", "-q", "-m", "third")
        let third = try git(scratch, "rev-parse", "HEAD")
        #expect(try stamp(scratch) == text(third, "false"))
        try scratch.write("let one = 3\n", to: "package/Sources/one.swift")
        #expect(try stamp(scratch) == text(third, "true"))
        _ = try git(scratch, "rm", "-q", "-f", "Sources/one.swift")
        #expect(try stamp(scratch) == text(third, "true"))
        // The user's own settings and a hook's variables change nothing.
        _ = try git(scratch, "config", "status.showUntrackedFiles", "no")
        _ = try git(scratch, "reset", "-q", "--hard")
        try scratch.write("let two = 2\n", to: "package/Sources/three.swift")
        #expect(try stamp(scratch, before: "GIT_DIR=/nowhere GIT_INDEX_FILE=/nowhere") == text(third, "true"))
    }

    @Test("An archive has no commit, not even within somebody else's repository, nor where there is no git")
    func unknown() throws {
        let scratch = try package()
        try scratch.write("// swift-tools-version: 6.2\n", to: "archive/Package.swift")
        try scratch.write("// swift-tools-version: 6.2\n", to: "package/vendor/Package.swift")
        for place in ["archive", "package/vendor"] { #expect(try stamp(scratch, place) == text("unknown", "nil")) }
        try scratch.write("", to: "bin/none")
        let programs = "for name in sh cat mkdir mv; do ln -sf /bin/$name bin/$name; done; PATH=\"$PWD/bin\""
        #expect(try stamp(scratch, before: programs) == text("unknown", "nil"))
        // Tracked by the repository around it, it has that one's commit.
        _ = try git(scratch, "add", "vendor")
        _ = try git(scratch, "commit", "-q", "-m", "vendored")
        #expect(try stamp(scratch, "package/vendor") == text(git(scratch, "rev-parse", "HEAD"), "false"))
    }

    @Test("The same stamp is not written again, or everything that it is in would be built again")
    func unchanged() throws {
        let scratch = try package()
        let one = try stamp(scratch)
        let file = URL(fileURLWithPath: scratch.path + "/out/Stamp.swift")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: file.path)
        #expect(try stamp(scratch) == one)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 1000))
    }

    @Test("New files are listed and not read: a pipe hangs nobody, and a large file costs nothing")
    func untracked() throws {
        let scratch = try package()
        mkfifo(scratch.path + "/pipe", 0o600)
        symlink(scratch.path + "/pipe", scratch.path + "/package/link")
        symlink("/dev/zero", scratch.path + "/package/zeros")
        try scratch.write("", to: "package/large")
        // Nobody can read it: whoever tried would fail, or not come back from 700 GB.
        truncate(scratch.path + "/package/large", 700 << 30)
        #expect(try stamp(scratch) == text(git(scratch, "rev-parse", "HEAD"), "true"))
        // Nor does a run in that folder.
        try scratch.write(FileErrorTests.tiny, to: "package/tiny.yaml")
        let ending = try scratch.start(
            ["run", "tiny.yaml", "--only", "cell=elman", "--only", "length=6"], directory: scratch.path + "/package"
        ).wait()
        expect(
            ending.withoutAnswers,
            Ending(0, complaint: "tiny: 2 trials measured, in results/tiny; next: unroll compare results/tiny\n"))
        let commit = try scratch.json("package/results/tiny/environment.json")["commit"] as? String
        #expect(try commit != git(scratch, "rev-parse", "HEAD"))
    }

    @Test(
        "Settings of a user's own change no stamp",
        arguments: [
            "[color]\nui = always", "[status]\nshort = true\nbranch = false\nrelativePaths = false\nshowStash = true",
            "[status]\nshowUntrackedFiles = no", "[column]\nui = always", "[alias]\nstatus = log\nls-files = log",
            "[core]\nquotePath = false\npager = false\nfsmonitor = /nowhere",
            "[diff]\nignoreSubmodules = all\nrenames = copies",
        ])
    func settings(_ setting: String) throws {
        let scratch = try package()
        let commit = try git(scratch, "rev-parse", "HEAD")
        try scratch.write(setting + "\n", to: ".harness-home/.gitconfig")
        let home = "HOME=\"$PWD/.harness-home\""
        #expect(try stamp(scratch, before: home) == text(commit, "false"))
        try scratch.write("let two = 2\n", to: "package/Sources/two.swift")
        #expect(try stamp(scratch, before: home) == text(commit, "true"))
    }

    /// Words in place of or around git's answer; nothing but a commit gets into the program.
    @Test(
        "What else git prints is no answer, and one that does not answer is no commit",
        arguments: [
            ("echo Welcome; echo '# help'; git \"$@\"; echo Bye; echo '1 of 2'", true),
            ("echo Achtung >&2; git \"$@\"", true),
            ("echo deadbeef", false), ("exit 0", false), ("echo fatal; exit 128", false), ("sleep 60", false),
            ("echo Package.swift; echo '# branch.oid \" + evil() + \"'", false),
            ("echo Package.swift; echo '# branch.oid (initial)'", false), ("git \"$@\"; kill -9 $$", false),
        ])
    func standIns(_ script: String, isAnswer: Bool) throws {
        let scratch = try package()
        let commit = try git(scratch, "rev-parse", "HEAD")
        try scratch.write(
            program: "#!/bin/sh\ngit() { /usr/bin/git \"$@\"; }\n\(script)\n", to: ".harness-bin/git")
        let limit = script.hasPrefix("sleep") ? "0.3" : "30"
        let found = try stamp(scratch, before: "UNROLL_PROGRAM_TIMEOUT=\(limit) PATH=\"$PWD/.harness-bin:$PATH\"")
        #expect(found == (isAnswer ? text(commit, "false") : text("unknown", "nil")))
    }
}
