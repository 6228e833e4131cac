import Experiments
import Foundation
import Testing
import Trials

/// `unroll train`: whole texts with times masked, curves, checkpoints and what goes wrong.
struct TrainCommandTests {
    static let model = ["--task", "adding", "--input", "2", "--hidden", "5", "--batch", "4", "--length", "12"]

    func train(_ scratch: Scratch, _ words: String...) throws -> Ending {
        try scratch.run(Program.unroll.path, ["train"] + TrainCommandTests.model + words)
    }

    /// Fields of a curve without those of times.
    func curve(_ text: String) -> [[String]] {
        cells(text).map { Array($0[..<8]) + $0[10...] }
    }

    @Test("A table for people: three strategies side by side, times masked")
    func table() throws {
        let ending = try train(
            Scratch(), "--strategy", "full", "--strategy", "segmented:length=4", "--strategy", "truncated:window=3",
            "--updates", "20")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        var lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // A number, its unit where there is one.
        let spaces = /[ ]+/
        let times = /[0-9.]+ (ns|µs|ms|s)  +×[0-9.]+  +[0-9]+/
        #expect(lines.count == 7)
        for line in 3..<6 { lines[line] = lines[line].replacing(times, with: "TIMES").replacing(spaces, with: " ") }
        lines[2] = lines[2].replacing(spaces, with: " ")
        #expect(
            lines == [
                "cell=lstm layers=1 input=2 hidden=5 batch=4 length=12 task=adding inputs=streamed "
                    + "scalar=float threads=1 seed=1 updates=20 optimizer=adam clip=1",
                "",
                "strategy status updates loss quality peak peak ratio wall time ratio steps/s exact gap",
                "full ok 20 1.55 0 150 KiB 1.00 TIMES yes 0 B",
                "segmented:length=4 ok 20 1.55 0 147 KiB 0.98 TIMES yes 0 B",
                "truncated:window=3 ok 20 1.55 0 146 KiB 0.97 TIMES no 0 B", "",
            ])
    }

    @Test("Streams: parameters change at every stride, and what was learned is judged by streams held out")
    func streams() throws {
        func train(_ words: String...) throws -> Ending {
            try Scratch().run(
                Program.unroll.path,
                [
                    "train", "--task", "stream:mean=20", "--input", "8", "--hidden", "6", "--batch", "4", "--length",
                    "60",
                    "--updates", "12", "--format", "csv",
                ] + words)
        }
        let truncated = "truncated:window=10"
        let ending = try train("--strategy", truncated, "--update-each", "stride")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let online = cells(ending.output)
        #expect(online[0][5] == "held_out_quality" && Double(online[1][5])! > 0)
        let once = try cells(train("--strategy", truncated).output)
        #expect(once[1][3] != online[1][3])
        let refused = try train("--strategy", "full", "--update-each", "stride")
        #expect(refused.code == 64)
        #expect(
            refused.complaint.hasPrefix(
                "Error: 'update_each' is 'stride', but strategy 'full' has no strides; allowed: truncated, forward, snap, rflo, eprop, uoro, kf, adaptive, or 'sequence'\n"
            ))
    }

    @Test("Help: all of it but the model's options, which other commands have too")
    func help() throws {
        let ending = try Scratch().unroll("train", "--help")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let model = try #require(ending.output.range(of: "MODEL:\n"))
        let options = try #require(ending.output.range(of: "OPTIONS:\n"))
        let own = String(ending.output[..<model.lowerBound]) + String(ending.output[options.lowerBound...])
        expect(
            Ending(0, output: own),
            Ending(0, output: TrainCommandTests.helpText))
    }

    static let helpText = """
        OVERVIEW: Trains one network under one strategy or several: memory, time and
        what is learned.

        Every update is a training step, then the optimiser. A task that draws its data
        shows no sequence twice: loss and quality are of data the parameters have not
        been trained on. A text continues from update to update, and so does the
        network's state. Several strategies train side by side, an update each in turn.
        Bits depend on the seed alone: all strategies but truncated give the gradient
        of full bit for bit, and have its curve to the last digit.

          unroll train --task adding --strategy full --updates 2000 --until 'loss<0.01'
          unroll train --task reber --strategy full --strategy segmented \\
            --updates 500 --output curve.csv --plot curve.svg
          unroll train --task text:file=book.txt --input 256 --strategy \\
            truncated:window=64 --updates 900 --checkpoint a.st --every 100
          unroll train --task adding --strategy full --updates 900 --resume a.st

        The learning curve is CSV, a row an update, written as it lands; at the end a
        table holds the strategies side by side. Loss and quality there are means over
        the last tenth of the updates; times are compared by the update; a step is a
        time step of the whole batch. Ctrl-C ends the training after its update, and
        writes the checkpoint that was asked for.

        USAGE: unroll train [<options>] --strategy <strategy> ... --updates <updates>

        OPTIONS:
          --strategy <strategy>   How far to unroll and what to keep; given again,
                                  another to train with it. 'unroll measure --help'
                                  lists them.
          --updates <updates>     Updates of the parameters.
          --until <goal>          End sooner when the mean of the last 10 updates is
                                  there: loss<0.01, quality>0.95.
          --update-each <update-each>
                                  Change the parameters after every sequence of T
                                  steps, or at every stride of a truncation. (values:
                                  sequence, stride; default: sequence)
          --optimizer <optimizer> What changes the parameters. (values: sgd, momentum,
                                  adam; default: adam)
          --learning-rate <learning-rate>
                                  Its step size. (default: 0.001)
          --clip <clip>           The largest norm of the gradient; 0 for no limit.
                                  (default: 1.0)
          --validation <validation>
                                  The part of a file's sequences that no update sees,
                                  to be judged by at the end. (default: 0)
          --output <file>         Write the learning curve as CSV.
          --plot <file>           Draw it as SVG; needs gnuplot.
          --checkpoint <file>     Write a checkpoint at the end, and when interrupted:
                                  safetensors with PyTorch's names. One strategy only.
          --every <updates>       Write it after every N updates as well.
          --resume <file>         Continue from a checkpoint as if the training had
                                  never stopped; rows of the curve from there on are
                                  replaced. Learning rate, clip, updates, threads and
                                  the files may be others; so may the strategy where it
                                  makes the same updates to the last bit, as all but
                                  truncated do. What else differs is refused.
          --disk <dir>            Where states on disk go, for strategy multistage.
          --format <format>       How to show the table. (values: table, markdown, csv,
                                  json; default: table)
          --columns <name,…>      Only these columns, in this order, by their names in
                                  CSV. Without it, a terminal too narrow for the table
                                  gets the most important ones.
          --quiet                 Say nothing but errors.
          --verbose               Log every step, an event a line.
          --version               Show the version.
          -h, --help              Show help information.

        COLUMNS:
          strategy              How far was unrolled and what was kept.
          status                ok, or why the training failed.
          updates               Updates that were made.
          loss                  Mean over the last tenth of the updates.
          quality               The task's own figure over the same updates.
          held_out_quality      The same of sequences that no update saw.
          held_out_loss         The loss on sequences that no update saw.
          peak_bytes            Peak memory: the most live bytes of all tensors at one
                                time, as the allocator counts them.
          peak_ratio            That over full unrolling's or the first's.
          wall_seconds          Time of all updates, s.
          time_ratio            Time of an update over full unrolling's or the first's.
          steps_per_second      Time steps of the whole batch in a second.
          gradient_exact        Whether the gradient is full unrolling's.
          prediction_gap_bytes  Measured less predicted peak, bytes.

        """

    @Test("One CSV of three strategies: a row an update, strategies with the bits of full the same to the last digit")
    func curves() throws {
        let scratch = try Scratch()
        let ending = try train(
            scratch, "--strategy", "full", "--strategy", "binomial:slots=2", "--strategy", "truncated:window=3",
            "--updates", "6", "--output", "c.csv", "--format", "csv")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(scratch.contents == ["c.csv"])
        let rows = cells(try scratch.read("c.csv"))
        #expect(rows[0] == LearningCurve.header)
        #expect(rows.count == 1 + 3 * 6)
        func of(_ strategy: String) -> [[String]] { rows.filter { $0[2] == strategy } }
        #expect(of("full").map { $0[4] } == (0..<6).map(String.init))
        // Loss, quality and the gradient's norm.
        #expect(of("full").map { $0[5...7] } == of("binomial:slots=2").map { $0[5...7] })
        #expect(of("full").map { $0[5...7] } != of("truncated:window=3").map { $0[5...7] })
        for row in rows.dropFirst() {
            #expect(try #require(Double(row[8])) > 0 && Double(row[9])! == 12 / Double(row[8])!)
        }
        let table = ending.table
        #expect(table.map { $0[0] } == ["strategy", "full", "binomial:slots=2", "truncated:window=3"])
        let peak = try #require(table[0].firstIndex(of: "peak_bytes"))
        for line in table.dropFirst() {
            #expect(of(line[0]).allSatisfy { $0[10] == line[peak] })
            #expect(line.last == "0")
        }
        // Another thread changes nothing of it.
        _ = try train(scratch, "--strategy", "full", "--updates", "6", "--output", "d.csv", "--threads", "2")
        #expect(Array(try curve(scratch.read("d.csv")).dropFirst()).map { $0[5...7] } == of("full").map { $0[5...7] })
    }
}
