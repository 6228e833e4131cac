import Experiments
import Foundation
import Testing
import Trials

/// A network and data from files, as the command line takes them.
struct WeightsCommandTests {
    /// A GRU of two layers, and its data, as `--export` leaves them.
    private func scratch() throws -> Scratch {
        let scratch = try Scratch()
        let ending = try scratch.unroll(
            "measure", "--cell", "gru", "--layers", "2", "--input", "7", "--hidden", "5", "--batch", "4", "--length",
            "9",
            "--task", "reber", "--scalar", "double", "--strategy", "full", "--repetitions", "1", "--export",
            "net.safetensors")
        #expect(ending.code == 0, "\(ending)")
        return scratch
    }

    private static let own = [
        "--weights", "net.safetensors", "--task", "file:path=net.safetensors", "--scalar", "double",
    ]

    @Test("A network and its data need no other word, and have the loss that they had") func measure() throws {
        let scratch = try scratch()
        let words = ["measure", "--strategy", "full", "--repetitions", "1", "--format", "csv"]
        let there = try scratch.run(
            Program.unroll.path,
            words + [
                "--cell", "gru", "--layers", "2", "--input", "7", "--hidden", "5", "--batch", "4", "--length", "9",
                "--task",
                "reber", "--scalar", "double",
            ])
        let here = try scratch.run(Program.unroll.path, words + WeightsCommandTests.own)
        #expect(here.code == 0 && here.complaint.isEmpty, "\(here)")
        let rows = try [there, here].map { try Results(bytes: Array($0.output.utf8), file: "a").rows[0] }
        #expect(rows[0][.loss] == rows[1][.loss] && rows[1][.loss] != nil)
        #expect(rows[1][.predictionGapBytes] == 0 && rows[0][.peakBytes] == rows[1][.peakBytes])
        let trial = rows[1].trial
        #expect("\(trial.task)" == "file:path=net.safetensors,loss=cross-entropy,outputs=7")
        #expect(trial.content == trial.weightsContent && trial.content != nil)
    }

    @Test("What is wrong is a sentence, and 65; a file that is not there is 74") func errors() throws {
        let scratch = try scratch()
        func measure(_ words: String...) throws -> Ending {
            try scratch.run(Program.unroll.path, ["measure", "--strategy", "full"] + words)
        }
        expect(
            try measure("--weights", "net.safetensors", "--hidden", "6"),
            Ending(65, complaint: "unroll: 'net.safetensors' has a network with 'hidden' 5, and 'hidden' is '6'\n"))
        expect(
            try measure("--weights", "none.safetensors"),
            Ending(74, complaint: "unroll: cannot read 'none.safetensors': No such file or directory\n"))
        expect(
            try measure("--task", "file:path=net.safetensors", "--length", "10"),
            Ending(65, complaint: "unroll: 'net.safetensors' has 9 steps, and 'length' is '10'; allowed: at most 9\n"))
        try scratch.write(
            """
            experiment: mine
            model: {weights: net.safetensors, hidden: 6}
            length: 9
            strategies: [full]

            """, to: "mine.yaml")
        expect(
            try scratch.unroll("run", "mine.yaml"),
            Ending(
                65,
                complaint:
                    "unroll: mine.yaml:2:18: 'net.safetensors' has a network with 'hidden' 5, and 'hidden' is '6'\n"))
    }

    @Test("Each seed of a file may have its own weights, which then are nowhere else") func together() throws {
        let scratch = try scratch()
        _ = try scratch.unroll(
            "measure", "--weights", "net.safetensors", "--batch", "2", "--length", "9", "--strategy", "full",
            "--repetitions", "1", "--seed", "2", "--export", "other.safetensors")
        func run(_ model: String) throws -> Ending {
            try scratch.write(
                """
                experiment: mine
                model: {\(model)}
                batch: 2
                length: 9
                together:
                  - {seed: 1, weights: net.safetensors}
                  - {seed: 2, weights: other.safetensors}
                strategies: [full]
                repetitions: 1
                warmup: 0

                """, to: "mine.yaml")
            return try scratch.unroll("run", "mine.yaml", "--results", ".")
        }
        let ending = try run("cell: gru")
        #expect(ending.code == 0, "\(ending)")
        let rows = try Results(bytes: Array(scratch.read("mine/measurements.csv").utf8), file: "a").rows
        #expect(rows.map(\.trial.seed) == [1, 2] && rows.allSatisfy { $0.trial.layers == 2 && $0.trial.hidden == 5 })
        #expect(rows.map { $0.trial.weights?.path } == ["net.safetensors", "other.safetensors"])
        try expect(
            run("weights: net.safetensors"),
            Ending(
                65,
                complaint:
                    "unroll: mine.yaml:6:15: 'weights' in 'together' and next to it; allowed: one of them\n"))
    }

    @Test(
        "A number that is none ends whatever reads it, with its name and index",
        arguments: [
            ("inputs", "has nan in 'inputs' at [0, 0, 0]; allowed: finite numbers"),
            ("weight_ih_l0", "has nan in 'weight_ih_l0' at [0, 0]; allowed: finite numbers"),
        ])
    func notFinite(tensor: String, sentence: String) throws {
        let scratch = try scratch()
        let path = "\(scratch.path)/net.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let start = try #require(try SafetensorsHeader(path: path, as: "a test")[tensor]).bytes.lowerBound
        bytes.replaceSubrange(start..<start + 8, with: withUnsafeBytes(of: Double.nan) { Array($0) })
        try bytes.write(to: URL(fileURLWithPath: path))
        for words in [
            ["measure", "--strategy", "full"], ["train", "--strategy", "full", "--updates", "1"],
            ["advise", "--offline"],
        ] {
            let ending = try scratch.run(Program.unroll.path, words + WeightsCommandTests.own)
            #expect(ending.code == 65 && ending.complaint.contains("'net.safetensors' \(sentence)"), "\(ending)")
        }
    }

    /// Other weights to begin with, or other sequences held out, are another training.
    @Test func resuming() throws {
        let scratch = try scratch()
        let net = ["--weights", "net.safetensors"]
        func train(_ updates: Int, _ words: [String]) throws -> Ending {
            let own = ["--task", "file:path=net.safetensors", "--batch", "2", "--scalar", "double", "--quiet"]
            return try scratch.run(
                Program.unroll.path, ["train", "--strategy", "full", "--updates", "\(updates)"] + own + words)
        }
        let begun = try train(1, net + ["--validation", "0.5", "--checkpoint", "half.safetensors"])
        #expect(begun.code == 0, "\(begun)")
        let before = scratch.contents
        for (words, difference) in [
            (net + ["--validation", "0.25"], "'validation' is '0.5' there and '0.25' here"),
            (net, "'validation' is '0.5' there and '0' here"),
            (
                ["--weights", "half.safetensors", "--validation", "0.5"],
                "'weights' is 'net.safetensors' there and 'half.safetensors' here; 'weights_content' is '"
            ),
            (
                ["--cell", "gru", "--layers", "2", "--hidden", "5", "--validation", "0.5"],
                "'weights' is 'net.safetensors' there and '' here; 'weights_content' is '"
            ),
        ] {
            let ending = try train(2, words + ["--resume", "half.safetensors", "--output", "curve.csv"])
            #expect(ending.code == 65 && ending.output.isEmpty, "\(ending)")
            let sentence = "unroll: 'half.safetensors' is of another training: \(difference)"
            #expect(ending.complaint.hasPrefix(sentence) && ending.complaint.count { $0 == "\n" } == 1, "\(ending)")
        }
        #expect(scratch.contents == before)
        let same = try train(2, net + ["--validation", "0.5", "--resume", "half.safetensors"])
        #expect(same.code == 0, "\(same)")
    }

    @Test("Plans and diagrams take the network from the file") func shapes() throws {
        let scratch = try scratch()
        let model = ["--cell", "gru", "--layers", "2", "--input", "7", "--hidden", "5", "--task", "reber"]
        func plan(_ words: [String]) throws -> [[String]] {
            let ending = try scratch.run(
                Program.unroll.path, ["plan", "--offline", "--format", "csv", "--length", "50"] + words)
            #expect(ending.code == 0, "\(ending)")
            return ending.table
        }
        #expect(try plan(model) == plan(["--weights", "net.safetensors", "--task", "reber"]))
        func diagram(_ words: [String]) throws -> Ending {
            try scratch.run(
                Program.unroll.path, ["diagram", "--strategy", "binomial:slots=2", "--length", "6"] + words)
        }
        let drawn = try diagram(["--weights", "net.safetensors"])
        let same = try diagram(["--layers", "2"])
        #expect(drawn.code == 0 && drawn == same, "\(drawn.complaint)")
    }

    @Test("An experiment sweeps files of weights, and a training begins with one") func experiments() throws {
        let scratch = try scratch()
        let trained = try scratch.run(
            Program.unroll.path,
            [
                "train", "--strategy", "full", "--updates", "3", "--checkpoint", "later.safetensors", "--quiet",
                "--format", "csv",
            ]
                + ["--validation", "0.5", "--batch", "2"] + WeightsCommandTests.own)
        #expect(trained.code == 0 && trained.table.first?.contains("held_out_loss") == true, "\(trained)")
        try scratch.write(
            """
            experiment: mine
            model: {weights: [net.safetensors, later.safetensors]}
            task: "file:path=net.safetensors"
            length: 9
            scalar: double
            strategies: [full, segmented]
            repetitions: 1

            """, to: "mine.yaml")
        let ending = try scratch.unroll("run", "mine.yaml")
        #expect(ending.code == 0, "\(ending)")
        let rows = try Results.read(file: "\(scratch.path)/results/mine/measurements.csv").rows
        #expect(rows.count == 4 && rows.allSatisfy { $0[.predictionGapBytes] == 0 && $0.trial.hidden == 5 })
        #expect(Set(rows.map { $0[.loss] }).count == 2 && Set(rows.map(\.trial.weightsContent)).count == 2)
    }
}
