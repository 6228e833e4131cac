import Experiments
import Foundation
import Testing
import Trials

/// `unroll history A..B`: what git has committed, without touching what lies there.
struct GitHistoryTests {
    private func text(peak: Int) throws -> String {
        let trial = try Trial(words: ["cell=lstm", "length=64", "strategy=full"])
        return Results.text(
            (1...2).map { repetition in
                var row = Row(experiment: "made-up", trial: trial, repetition: repetition, status: .ok)
                row.measurement[.peakBytes] = .integer(peak)
                return row
            })
    }

    private func git(_ scratch: Scratch, _ line: String) throws {
        let setting = "-c user.name=a -c user.email=a@example.org -c init.defaultBranch=main -c commit.gpgsign=false"
        let ending = try scratch.run("/bin/bash", ["-ec", line.replacing("git ", with: "git \(setting) ")])
        try #require(ending.code == 0, "\(ending)")
    }

    /// A repository with four commits below `project`: no results, 1000 bytes, something else, 1008 bytes.
    private func fixture() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write("a", to: "repository/project/file")
        try git(scratch, "cd repository; git init -q; git add .; git commit -qm none; git tag none")
        let file = "repository/project/results/made-up/measurements.csv"
        try scratch.write(text(peak: 1000), to: file)
        try git(scratch, "cd repository; git add .; git commit -qm first; git tag first")
        try scratch.write("b", to: "repository/project/file")
        try git(scratch, "cd repository; git commit -qam other; git tag other")
        try scratch.write(text(peak: 1008), to: file)
        try git(scratch, "cd repository; git commit -qam second; git tag second")
        // What lies there is another thing than what is committed.
        try scratch.write(text(peak: 5), to: file)
        try scratch.write("c", to: "repository/project/file")
        try git(scratch, "cd repository; git add project/file")
        return scratch
    }

    private func history(
        _ scratch: Scratch, _ words: String..., from folder: String = "repository/project"
    ) throws -> Ending {
        try scratch.start(
            Program.unroll.path, ["history"] + words + ["--columns", "strategy,finding,differences"],
            directory: "\(scratch.path)/\(folder)"
        ).wait()
    }

    private func name(_ scratch: Scratch, _ tag: String) throws -> String {
        try scratch.run("/usr/bin/env", ["git", "-C", "repository", "rev-parse", "--short", tag]).output
            .trimmingCharacters(in: .newlines)
    }

    @Test("Commits that touched the results, from the start of the range on; the repository stays as it is")
    func range() throws {
        let scratch = try fixture()
        let before = try scratch.run("/usr/bin/env", ["git", "-C", "repository", "status", "--porcelain"])
        let expected = Ending(
            1,
            output: """
                strategy  finding  differences
                full      grew     peak_bytes 1000, 1008 (repetition 1, 2)

                \(try name(scratch, "first")) to \(try name(scratch, "second")): 1 trial, 1 grew.

                """,
            complaint:
                "unroll: times of 1 trial are not judged: a single repetition has no interval, and seconds of two machines "
                + "do not compare\n")
        // Where the start has no results, the first that has some is the start.
        for range in ["first..second", "first..", "none..HEAD"] { try expect(history(scratch, range), expected) }
        for (folder, place) in [("repository", "project/results"), ("repository/project/results", ".")] {
            try expect(history(scratch, "first..", "--results", place, from: folder), expected)
        }
        let started = try history(scratch, "other..").output
        #expect(started == expected.output.replacing(try name(scratch, "first"), with: try name(scratch, "other")))
        let after = try scratch.run("/usr/bin/env", ["git", "-C", "repository", "status", "--porcelain"])
        #expect(before == after && before.output.contains("M  project/file"))
    }

    /// Results as a build of this commit would have measured them.
    private func write(_ scratch: Scratch, peak: Int, of commit: String?, to folder: String) throws {
        let trial = try Trial(words: ["cell=lstm", "length=64", "strategy=full"])
        let environment = Environment(
            commit: commit, jemallocVersion: "5", jemallocConfiguration: "", blasVersion: "0", blasConfiguration: "")
        var row = Row(experiment: "made-up", trial: trial, repetition: 1, status: .ok)
        row.measurement[.peakBytes] = .integer(peak)
        row.origin = environment.origin
        try scratch.write(Results.text([row]), to: "repository/\(folder)/measurements.csv")
        try scratch.write(environment.json, to: "repository/\(folder)/environment.json")
    }

    @Test("Directories are taken in the order of their commits where git knows them, else as they are given")
    func order() throws {
        let scratch = try fixture()
        func commit(_ tag: String) throws -> String {
            try scratch.run("/usr/bin/env", ["git", "-C", "repository", "rev-parse", tag]).output
                .trimmingCharacters(in: .newlines)
        }
        try write(scratch, peak: 1000, of: commit("first"), to: "a")
        try write(scratch, peak: 1100, of: commit("other"), to: "b")
        try write(scratch, peak: 1200, of: commit("second"), to: "c")
        func steps(_ words: [String]) throws -> (steps: [String], complaint: String) {
            let ending = try scratch.start(
                Program.unroll.path, ["history"] + words + ["--mix-builds", "--columns", "from,to,peak_bytes"],
                directory: "\(scratch.path)/repository"
            ).wait()
            let lines = ending.output.split(separator: "\n").filter { $0.hasSuffix(".") }
            return (lines.map { String($0.prefix { $0 != ":" }) }, ending.complaint)
        }
        let ordered = ["a to b", "b to c", "a to c"]
        let given = try steps(["a", "b", "c"])
        #expect(given.steps == ordered && !given.complaint.contains("in the order"), "\(given)")
        let turned = try steps(["c", "a", "b"])
        #expect(turned.steps == ordered, "\(turned)")
        #expect(turned.complaint.contains("unroll: in the order of their commits: a, b, c\n"), "\(turned)")
        // One that git does not know, and one of which nothing is known.
        for unknown in ["0123456789abcdef0123456789abcdef01234567", nil] {
            try write(scratch, peak: 1050, of: unknown, to: "a")
            #expect(try steps(["c", "a", "b"]).steps == ["c to a", "a to b", "c to b"])
        }
    }

    @Test("Ranges without anything to compare, and what is none")
    func nothing() throws {
        let scratch = try fixture()
        try expect(
            history(scratch, "first..other"),
            Ending(
                0,
                output:
                    "Nothing to compare: 1 commit of first..other, its start included, with another state of 'results'.\n"
            ))
        let unknown = try history(scratch, "nowhere..HEAD")
        #expect(unknown.code == 64 && unknown.complaint.hasPrefix("unroll: 'nowhere' is no commit here: git failed"))
        let outside = try history(scratch, "first..", "--results", "../../elsewhere")
        #expect(outside.code == 64 && outside.complaint.contains("is not below"))
        let bare = try scratch.start(
            "/usr/bin/env",
            ["GIT_CEILING_DIRECTORIES=\(scratch.path)/..", Program.unroll.path, "history", "first..second"]
        ).wait()
        // What the command needs is not on this machine: the words are right.
        #expect(bare.code == 69 && bare.complaint.contains("not a git repository"), "\(bare)")
        #expect(
            bare.complaint.hasPrefix("unroll: first..second takes the git repository that the results are committed in")
        )
        #expect(bare.complaint.hasSuffix("; run it inside of that, or name directories of results\n"))
        try expect(
            scratch.run("/usr/bin/env", ["PATH=/nowhere", Program.unroll.path, "history", "first..second"]),
            Ending(
                69,
                complaint:
                    "unroll: committed results are read by git, and 'git' is in no directory of PATH; install it with: "
                    + "apt-get install -y git\n"))
    }

    @Test("Bad results are named by their commit")
    func bad() throws {
        let scratch = try fixture()
        let file = "repository/project/results/made-up/measurements.csv"
        try scratch.write(String(text(peak: 1008).dropLast(3)), to: file)
        try git(scratch, "cd repository; git commit -qam torn; git tag torn")
        let ending = try history(scratch, "first..")
        let place = "\(try name(scratch, "torn")):project/results/made-up/measurements.csv:3"
        #expect(ending.code == 65 && ending.complaint.hasPrefix("unroll: \(place): the line is cut short"), "\(ending)")
    }
}
