import Testing

/// `unroll plan` without prices: whole texts.
struct PlanCommandTests {
    @Test func nothingFits() throws {
        expect(
            try Scratch().unroll(
                "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length",
                "50", "--budget", "32KiB"),
            Ending(
                1,
                output: """
                    cell=elman layers=1 input=4 hidden=8 batch=2 length=50 task=noise inputs=streamed scalar=float threads=1 optimizer=adam

                    strategy              predicted peak  states   records  forward steps per step  predicted time  relative time  fits  pareto  exact pareto
                    full                        56.8 KiB     0 B  3.19 KiB                    1.00               –              –  no    no      yes
                    truncated:window=1          53.7 KiB     0 B     128 B                    1.00               –              –  no    yes     not applicable
                    segmented (length 6)        54.4 KiB   512 B     448 B                    1.96               –              –  no    no      yes
                    bisection                   54.1 KiB   448 B     128 B                    3.66               –              –  no    no      yes
                    binomial:slots=1            53.8 KiB    64 B     128 B                   25.50               –              –  no    no      no
                    internal:slots=1            53.8 KiB    64 B     128 B                   25.50               –              –  no    no      no
                    mixed:memory=192            53.8 KiB    64 B     128 B                   24.52               –              –  no    no      yes
                    online:slots=1              53.8 KiB    64 B     128 B                   25.50               –              –  no    no      no
                    forward                     65.7 KiB     0 B       0 B                    1.00               –              –  no    no      no

                    pareto: no other has fewer bytes and fewer forward steps; exact pareto: no other with the exact gradient has
                    nothing fits in 32.0 KiB: the smallest, binomial:slots=1, needs 22272 bytes more

                    """))
    }

    /// Exit code 1 as before: what fits is not what was asked for.
    @Test("Where nothing exact fits and a window does, '--inexact' is named")
    func windowThatFits() throws {
        let words = [
            "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length", "50",
            "--budget", "55000",
        ]
        let hint =
            "truncated:window=1 fits, in 53.7 KiB, with a gradient that a window cuts off: see '--inexact'"
        let ending = try Scratch().run(Program.unroll.path, words)
        #expect(ending.code == 1 && ending.output.contains(hint), "\(ending.output)")
        let allowed = try Scratch().run(Program.unroll.path, words + ["--inexact"])
        #expect(allowed.code == 0 && !allowed.output.contains(hint))
    }

    @Test("The best strategy says the length it chose, as its line does")
    func bestSaysWhatItChose() throws {
        let words = ["plan", "--length", "2000", "--budget", "256M", "--strategy", "checkpoint", "--offline"]
        let lines = try Scratch().run(Program.unroll.path, words).output.split(separator: "\n")
        let best = try #require(lines.first { $0.hasPrefix("best: segmented (length ") })
        let shown = best.dropFirst("best: ".count).prefix { $0 != "," }
        #expect(lines.contains { $0.hasPrefix("\(shown)  ") }, "\(lines)")
    }

    @Test func csvOfOneStrategy() throws {
        expect(
            try Scratch().unroll(
                "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length",
                "50", "--strategy", "full", "--format", "csv"),
            Ending(
                0,
                output: """
                    strategy,predicted_peak_bytes,weights_bytes,gradients_bytes,inputs_bytes,states_bytes,records_bytes,workspace_bytes,optimizer_bytes,alignment_bytes,sensitivities_bytes,buffer_bytes,predicted_disk_bytes,forward_steps_per_step,predicted_seconds,predicted_seconds_low,predicted_seconds_high,relative_time,fits,pareto,pareto_exact
                    full,58112,1472,1472,0,0,3264,48960,2944,0,0,0,0,1.0,,,,,true,true,true

                    """))
    }

    @Test func longestAndLargest() throws {
        expect(
            try Scratch().unroll(
                "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length",
                "50", "--budget", "128KiB", "--max-length"),
            Ending(
                0,
                output: """
                    strategy                     max length, steps  max batch, sequences  length bound by  batch bound by
                    full                                      1190                    24  budget           budget
                    truncated:window=1                   100000000                   160  cap              budget
                    segmented (length 596)                  355215                    64  budget           budget
                    bisection                            100000000                    96  cap              budget
                    binomial:slots=1                     100000000                   160  cap              budget
                    internal:slots=1                     100000000                   160  cap              budget
                    mixed:memory=192                         16384                   160  table            budget
                    online:slots=1                       100000000                   160  cap              budget
                    multistage:memory=1,disk=50                  –                     –  not applicable   not applicable
                    forward                              100000000                     7  cap              budget

                    for the largest batch: segmented (length 6)
                    budget: one more does not fit; where there is no number, not even one does
                    cap: one more fits, and is beyond the 100000000 steps or 65536 sequences that unroll takes
                    table: with one more step the table of 'mixed' is too large to be made
                    multistage: keeps states on disk, where '--disk DIR' says

                    """))
    }

    @Test func jsonOfNone() throws {
        expect(
            try Scratch().unroll(
                "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length",
                "1", "--budget", "0", "--strategy", "full", "--format", "json"),
            Ending(
                1,
                output: """
                    {
                      "budget_bytes": 0,
                      "best": null,
                      "short_by_bytes": 54976,
                      "strategies": [
                        {"strategy": "full", "predicted_peak_bytes": 54976, "weights_bytes": 1472, "gradients_bytes": 1472, "inputs_bytes": 0, "states_bytes": 0, "records_bytes": 128, "workspace_bytes": 48960, "optimizer_bytes": 2944, "alignment_bytes": 0, "sensitivities_bytes": 0, "buffer_bytes": 0, "predicted_disk_bytes": 0, "forward_steps_per_step": 1.0, "predicted_seconds": null, "predicted_seconds_low": null, "predicted_seconds_high": null, "relative_time": null, "fits": false, "pareto": true, "pareto_exact": true}
                      ]
                    }

                    """))
    }

    @Test func allFitsOneStep() throws {
        expect(
            try Scratch().unroll(
                "plan", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2", "--offline", "--length",
                "1", "--budget", "1TiB"),
            Ending(
                0,
                output: """
                    cell=elman layers=1 input=4 hidden=8 batch=2 length=1 task=noise inputs=streamed scalar=float threads=1 optimizer=adam

                    strategy            predicted peak  states  records  forward steps per step  predicted time  relative time  fits  pareto  exact pareto
                    full                      53.7 KiB     0 B    128 B                    1.00               –              –  yes   yes     yes
                    truncated:window=1        53.7 KiB     0 B    128 B                    1.00               –              –  yes   yes     yes
                    segmented:length=1        53.7 KiB     0 B    128 B                    1.00               –              –  yes   yes     yes
                    bisection                 53.7 KiB    64 B    128 B                    1.00               –              –  yes   yes     yes
                    binomial:slots=1          53.7 KiB    64 B    128 B                    1.00               –              –  yes   yes     yes
                    internal:slots=1          53.7 KiB    64 B     64 B                    1.00               –              –  yes   yes     yes
                    mixed:memory=128          53.7 KiB    64 B     64 B                    1.00               –              –  yes   yes     yes
                    online:slots=1            53.7 KiB    64 B    128 B                    1.00               –              –  yes   yes     yes
                    forward                   65.7 KiB     0 B      0 B                    1.00               –              –  yes   no      no

                    pareto: no other has fewer bytes and fewer forward steps; exact pareto: no other with the exact gradient has
                    best: full, 53.7 KiB of 1.00 TiB, 1.00 TiB to spare

                    """))
    }

    @Test func maxLengthNeedsABudget() throws {
        expect(
            try Scratch().unroll("plan", "--max-length"),
            Ending(
                64,
                complaint: """
                    Error: '--max-length' needs '--budget BYTES'
                    Usage: unroll plan <options>
                      See 'unroll plan --help' for more information.

                    """))
    }

    /// What is timed, and what is drawn, is said before anything is timed.
    @Test(arguments: [
        (["--grid", "0"], "'--grid' is 0; allowed: from 1 to 10000"),
        (
            ["--grid", "5", "--check", "results"],
            "'--check' is of results, '--grid' of trials that are timed: one of them"
        ),
        (["--grid", "5", "--offline"], "'--offline' measures nothing, '--grid' does"),
        (["--each"], "'--each' is of predictions that are held against times: see '--check' and '--grid'"),
    ]) func gridThatIsNone(words: [String], error: String) throws {
        let ending = try Scratch().run(Program.unroll.path, ["plan"] + words)
        #expect(ending.code == 64 && ending.complaint.hasPrefix("Error: \(error)\n"), "\(ending.complaint)")
    }

    @Test func bothDirections() throws {
        expect(
            try Scratch().unroll(
                "plan", "--bidirectional", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2",
                "--offline", "--length", "50", "--budget", "128KiB"),
            Ending(
                0,
                output: """
                    cell=elman layers=1 input=4 hidden=8 batch=2 length=50 task=noise inputs=streamed bidirectional=true scalar=float threads=1 optimizer=adam

                    strategy             predicted peak    states   records  forward steps per step  predicted time  relative time  fits  pareto  exact pareto
                    full                       93.1 KiB       0 B  6.38 KiB                    1.00               –              –  yes   yes     yes
                    segmented:length=50        93.1 KiB       0 B  6.38 KiB                    1.00               –              –  yes   yes     yes
                    bisection                  87.8 KiB     832 B     256 B                    3.66               –              –  yes   yes     yes
                    binomial:slots=49          93.1 KiB  6.13 KiB     256 B                    1.98               –              –  yes   no      no
                    internal:slots=50          93.1 KiB     128 B  6.25 KiB                    1.00               –              –  yes   yes     yes
                    mixed:memory=6528          93.1 KiB     128 B  6.25 KiB                    1.00               –              –  yes   yes     yes
                    online:slots=49            93.1 KiB  6.13 KiB     256 B                    1.98               –              –  yes   no      no

                    truncated: not defined for bidirectional layers: one direction begins at the end of the sequence, and what it brings to a cut comes from all the steps after it
                    pareto: no other has fewer bytes and fewer forward steps; exact pareto: no other with the exact gradient has
                    best: full, 93.1 KiB of 128 KiB, 34.9 KiB to spare

                    """))
    }

    @Test func longestOfBothDirections() throws {
        expect(
            try Scratch().unroll(
                "plan", "--bidirectional", "--cell", "elman", "--input", "4", "--hidden", "8", "--batch", "2",
                "--offline", "--length", "50", "--budget", "256KiB", "--max-length"),
            Ending(
                0,
                output: """
                    strategy                     max length, steps  max batch, sequences  length bound by  batch bound by
                    full                                       641                    16  budget           budget
                    truncated:window=1                           –                     –  not applicable   not applicable
                    segmented (length 44)                     1280                    28  budget           budget
                    bisection                                 1280                    30  budget           budget
                    binomial:slots=1                          1280                    30  budget           budget
                    internal:slots=1                          1280                    30  budget           budget
                    mixed:memory=384                          1280                    30  budget           budget
                    online:slots=1                            1280                    30  budget           budget
                    multistage:memory=1,disk=50                  –                     –  not applicable   not applicable
                    forward                                      –                     –  not applicable   not applicable

                    for the largest batch: segmented (length 7)
                    budget: one more does not fit; where there is no number, not even one does
                    truncated: not defined for bidirectional layers: one direction begins at the end of the sequence, and what it brings to a cut comes from all the steps after it
                    multistage: keeps states on disk, where '--disk DIR' says

                    """))
    }

    @Test func nothingCutsBothWays() throws {
        expect(
            try Scratch().unroll("plan", "--bidirectional", "--strategy", "truncated:window=4"),
            Ending(
                64,
                complaint: """
                    Error: strategy 'truncated:window=4' is not defined for bidirectional layers: one direction begins at the end of the sequence, and what it brings to a cut comes from all the steps after it; allowed: full, segmented, bisection, binomial, internal, mixed, online, multistage, inference
                    Usage: unroll plan <options>
                      See 'unroll plan --help' for more information.

                    """))
    }

    @Test func unreadableBudget() throws {
        expect(
            try Scratch().unroll("plan", "--budget", "99999999TiB"),
            Ending(
                64,
                complaint: """
                    Error: The value '99999999TiB' is invalid for '--budget <bytes>': 'budget' is '99999999TiB'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576
                    Help:  --budget <bytes>  What all tensors together may take, such as 256MiB.
                    Usage: unroll plan <options>
                      See 'unroll plan --help' for more information.

                    """))
    }
}
