import Foundation
import Testing

/// Folders of results that somebody else made: links under every name that is written there lead out of them, and nothing
/// outside changes.
@Suite("Nothing is written through a link") struct PlantedLinkTests {
    private static let names =
        ["report.md", "README.md", "report.html", "experiment.yaml", "environment.json", "slurm.job"]
        + ["comparison.csv", "comparison.md", "claims.csv", "claims.md"]
        + ["measurements.csv", "measurements.previous.csv", "measurements.2.previous.csv"]
        + ["measurements.1-of-2.csv", "environment.1-of-2.json", "experiment.1-of-2.yaml"]
        + ["tiny.submission.csv", "slurm.1-of-2.log", "slurm.yaml", "tiny.rescued.csv"]
        + ["experiment.previous.yaml", "environment.previous.json", "measurements.1-of-2.previous.csv"]

    /// What there is outside, by name.
    private static let victims = ["authorized_keys", "dangling"]

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        try scratch.write("ssh-ed25519 AAAA mine\n", to: "victim/authorized_keys")
        #expect(try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman", "--quiet").code == 0)
    }

    /// Every name, its temporary and its lock become a link out of the folder; what stood there stands beside it, read by the
    /// commands through the link where `keeping` says so.
    private func plant(in folder: String, keeping kept: Set<String> = []) throws {
        let pictures = ((try? FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/\(folder)")) ?? [])
            .filter { $0.hasSuffix(".svg") }
        let depth = String(repeating: "../", count: folder.split(separator: "/").count)
        for (index, name) in (PlantedLinkTests.names + pictures).enumerated() {
            for suffix in ["", ".new", ".lock", ".partial"] where !(suffix.isEmpty && kept.contains(name)) {
                let link = "\(scratch.path)/\(folder)/\(name)\(suffix)"
                try? FileManager.default.removeItem(atPath: link)
                let victim = PlantedLinkTests.victims[index % 2]
                try FileManager.default.createSymbolicLink(
                    atPath: link, withDestinationPath: "\(depth)victim/\(victim)")
            }
        }
    }

    private func expectNothingChanged(_ command: String) throws {
        #expect(try scratch.read("victim/authorized_keys") == "ssh-ed25519 AAAA mine\n", "\(command)")
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/victim")
        #expect(names == ["authorized_keys"], "\(command)")
    }

    /// What a command reads of a folder. `run --shard` reads the record of the shard's earlier run.
    private static let sources: Set = [
        "measurements.csv", "environment.json", "environment.1-of-2.json", "experiment.yaml",
    ]

    @Test("report, of one folder and of several")
    func report() throws {
        #expect(try scratch.unroll("report", "results").code == 0)
        for path in ["results", "results/tiny"] {
            try plant(in: "results/tiny", keeping: PlantedLinkTests.sources)
            if path == "results" { try plant(in: "results") }
            // A link is no folder of results here.
            try? FileManager.default.removeItem(atPath: scratch.path + "/results/measurements.csv")
            let ending = try scratch.unroll("report", path)
            #expect(ending.code == 0, "\(ending)")
            try expectNothingChanged("report \(path)")
            #expect(try scratch.read("\(path)/report.html").hasPrefix("<!doctype html>"))
        }
    }

    @Test("run: again, with more to measure, fresh, and as a shard")
    func run() throws {
        for words in [["--only", "cell=elman"], [], ["--fresh", "--only", "length=6"], ["--shard", "1/2"]] {
            try plant(in: "results/tiny", keeping: PlantedLinkTests.sources)
            let ending = try scratch.run(Program.unroll.path, ["run", "tiny.yaml", "--quiet"] + words)
            #expect(ending.code == 0, "\(ending)")
            try expectNothingChanged("run \(words)")
        }
        // A link that leads to other results is read, and replaced.
        try scratch.write(scratch.read("results/tiny/measurements.csv"), to: "elsewhere.csv")
        let rows = try scratch.read("elsewhere.csv")
        try FileManager.default.removeItem(atPath: scratch.path + "/results/tiny/measurements.csv")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/results/tiny/measurements.csv", withDestinationPath: "../../elsewhere.csv")
        #expect(try scratch.unroll("run", "tiny.yaml", "--quiet").code == 0)
        #expect(try scratch.read("elsewhere.csv") == rows)
        #expect(try scratch.read("results/tiny/measurements.csv").hasPrefix(rows.prefix(100)))
    }

    @Test("merge, into a new folder and where it stands")
    func merge() throws {
        for shard in ["1/2", "2/2"] {
            #expect(try scratch.unroll("run", "tiny.yaml", "--quiet", "--results", "parts", "--shard", shard).code == 0)
        }
        try FileManager.default.createDirectory(atPath: scratch.path + "/into/tiny", withIntermediateDirectories: true)
        let kept = Set(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/parts/tiny"))
        for (words, folder) in [(["parts", "--into", "into"], "into/tiny"), (["parts"], "parts/tiny")] {
            try plant(in: folder, keeping: folder == "parts/tiny" ? kept : [])
            // What leads to no results is refused before anything is written.
            if folder == "into/tiny" {
                #expect(try scratch.run(Program.unroll.path, ["merge"] + words).code == 65)
                try expectNothingChanged("merge \(words)")
            }
            try FileManager.default.removeItem(atPath: "\(scratch.path)/\(folder)/measurements.csv")
            let ending = try scratch.run(Program.unroll.path, ["merge"] + words)
            #expect(ending.code == 0, "\(ending)")
            try expectNothingChanged("merge \(words)")
            #expect(try scratch.read("\(folder)/measurements.csv").split(separator: "\n").count == 17)
        }
    }

    @Test("compare and reproduce --check write nothing")
    func readers() throws {
        try plant(in: "results/tiny", keeping: PlantedLinkTests.sources)
        for words in [["compare", "results"], ["reproduce", "--check"]] {
            _ = try scratch.run(Program.unroll.path, words)
            try expectNothingChanged("\(words)")
        }
    }

    @Test("A folder of results that is a link out of the one given is not written to")
    func linkedFolders() throws {
        let results = scratch.path + "/received"
        try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: scratch.path + "/results/tiny", toPath: scratch.path + "/victim/tiny")
        try FileManager.default.createSymbolicLink(atPath: results + "/tiny", withDestinationPath: "../victim/tiny")
        let before = scratch.contents
        let complaint =
            "unroll: received/tiny: cannot write there: it is a link to another directory; name that itself\n"
        for words in [
            ["run", "tiny.yaml", "--results", "received"], ["report", "received"], ["merge", "received"],
            ["merge", "victim/tiny", "--into", "received"],
        ] { try expect(scratch.run(Program.unroll.path, words), Ending(74, complaint: complaint)) }
        #expect(scratch.contents == before)
    }
}
