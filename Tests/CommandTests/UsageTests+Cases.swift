import Quantities
import Testing
import Trials

/// Wrong words, and what is said of them.
extension UsageTests {
    /// - Parameters:
    ///   - words: the command line, words separated by spaces.
    ///   - help: the line after `Help:`; nil where there is none.
    static let cases: [(words: String, error: String, help: String?)] = [
        (
            "schedule --strategy nope --length 4", invalid("nope", "unknown strategy 'nope'; allowed: \(names)"),
            strategyHelp
        ),
        (
            "diagram --strategy mixed:memory=2 --length 12",
            "strategy 'mixed:memory=2': 'memory' is 2 bytes, 1 too few for states and records; allowed: at least 3 bytes",
            nil
        ),
        (
            "schedule --strategy mixed:memory=2 --length 12",
            "strategy 'mixed:memory=2': 'memory' is 2 bytes, 1 too few for states and records; allowed: at least 3 bytes",
            nil
        ),
        (
            "schedule --strategy binomial --length 4",
            invalid(
                "binomial", "strategy 'binomial' has no 'slots'; allowed: binomial:slots=…, such as binomial:slots=8"),
            strategyHelp
        ),
        (
            "schedule --strategy full:slots=3 --length 4",
            invalid("full:slots=3", "strategy 'full' has 'slots'; allowed: no parameters"), strategyHelp
        ),
        (
            "schedule --strategy full: --length 4",
            invalid("full:", "strategy 'full' has ':' and nothing after it; allowed: no parameters"), strategyHelp
        ),
        (
            "schedule --strategy binomial:slots=0 --length 4",
            invalid(
                "binomial:slots=0",
                "strategy 'binomial': 'slots' is '0'; allowed: a whole number from 1 to 1000000000"), strategyHelp
        ),
        (
            "schedule --strategy segmented:window=3 --length 4",
            invalid("segmented:window=3", "strategy 'segmented' has 'window'; allowed: length"),
            strategyHelp
        ),
        (
            "schedule --strategy truncated:window=2,stride=3 --length 4",
            invalid(
                "truncated:window=2,stride=3", "strategy 'truncated': 'stride' is '3'; allowed: 1 to the window, 2"),
            strategyHelp
        ),
        (
            "schedule --strategy truncated:window=2,window=3 --length 4",
            invalid(
                "truncated:window=2,window=3", "strategy 'truncated' has 'window' twice; allowed: each parameter once"),
            strategyHelp
        ),
        ("schedule --strategy full --length 0", "'length' is '0'; allowed: a whole number from 1 to 100000000", nil),
        (
            "schedule --strategy full --length 100000001",
            "'length' is '100000001'; allowed: a whole number from 1 to 100000000", nil
        ),
        (
            "schedule --strategy full", "Missing expected argument '--length <length>'",
            "--length <length>  T, time steps."
        ),
        (
            "measure --strategy full --hidden 0 --export e.safetensors",
            "'hidden' is '0'; allowed: a whole number from 1 to 65536", nil
        ),
        (
            "measure --strategy full --length 100000001 --timeline t.csv",
            "'length' is '100000001'; allowed: a whole number from 1 to 100000000", nil
        ),
        (
            "measure --strategy full --task adding --input 1",
            "'input' is 1, but task 'adding' has at least 2 input channels", nil
        ),
        (
            "measure --strategy full --task copying --export e.safetensors",
            invalidTask("copying", "unknown task 'copying'; allowed: \(tasks)"), taskHelp
        ),
        (
            "measure --strategy full --task copy --evidence e.csv",
            invalidTask("copy", "task 'copy' has no 'delay'; allowed: copy:delay=…, such as copy:delay=10"), taskHelp
        ),
        (
            "measure --strategy full --task copy:delay=ten",
            invalidTask(
                "copy:delay=ten", "task 'copy': 'delay' is 'ten'; allowed: a whole number from 1 to 99999999"), taskHelp
        ),
        (
            "measure --strategy full --task reber:delay=1",
            invalidTask("reber:delay=1", "task 'reber' has 'delay'; allowed: no parameters"), taskHelp
        ),
        (
            "measure --strategy full --task copy:delay=10 --length 10",
            "'length' is 10, but task 'copy:delay=10' has at least 11 steps", nil
        ),
        (
            "measure --strategy full --task text:file=a.txt",
            "'input' is 64, but task 'text:file=a.txt' has at least 256 input channels", nil
        ),
        (
            "measure --strategy full --repetitions 0",
            "'repetitions' is '0'; allowed: a whole number from 1 to 10000", nil
        ),
        (
            "measure --strategy full --warmup 10001", "'warmup' is '10001'; allowed: a whole number from 0 to 10000",
            nil
        ),
        (
            "measure --strategy full --cell lstn",
            "The value 'lstn' is invalid for '--cell <cell>': 'cell' is 'lstn' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N",
            "--cell <cell>  Recurrent cell. elman is also called rnn. (values: elman, lstm, gru, linear, peephole, elstm, mingru, minlstm, lru, slstm, layernorm, projected, leapgru, revgru, revlstm; default: lstm)"
        ),
        (
            "measure --strategy truncated:window=4 --bidirectional",
            "strategy 'truncated:window=4' is not defined for bidirectional layers: one direction begins at the end of the "
                + "sequence, and what it brings to a cut comes from all the steps after it; allowed: full, segmented, "
                + "bisection, binomial, internal, mixed, online, multistage, inference", nil
        ),
        (
            "train --strategy full --updates 0", "'updates' is '0'; allowed: a whole number from 1 to 100000000", nil
        ),
        (
            "train --strategy full", "Missing expected argument '--updates <updates>'",
            "--updates <updates>  Updates of the parameters."
        ),
        ("train --strategy full --updates 5 --strategy full", "strategy 'full' is given twice", nil),
        (
            "measure --strategy segmented --strategy full --strategy segmented", "strategy 'segmented' is given twice",
            nil
        ),
        (
            "measure --strategy full --strategy segmented --export e.safetensors",
            "'--export' is of one strategy; give one strategy", nil
        ),
        (
            "measure --strategy full --strategy segmented --timeline t.csv",
            "'--timeline' is of one strategy; give one strategy", nil
        ),
        (
            "measure --strategy full --strategy segmented --evidence e.csv",
            "'--evidence' is of one strategy; give one strategy", nil
        ),
        (
            "measure --strategy full --strategy segmented --disk .",
            "no strategy here keeps anything on disk; leave '--disk' out", nil
        ),
        (
            "measure --hidden 64 --strategy full --hidden=128",
            "'--hidden' is given twice, '64' and '128'; allowed: once; \(several)", nil
        ),
        (
            "train --strategy full --updates 5 --learning-rate 0.1 --learning-rate 0.1",
            "'--learning-rate' is given twice, '0.1' and '0.1'; allowed: once; \(several)", nil
        ),
        (
            "schedule --strategy full --strategy segmented --length 4",
            "'--strategy' is given twice, 'full' and 'segmented'; allowed: once; \(several)", nil
        ),
        (
            "compare r --format csv --baseline full --format json",
            "'--format' is given twice, 'csv' and 'json'; allowed: once", nil
        ),
        (
            "run x.yaml --memory 1GiB --sbatch=-a --sbatch=-b --memory=2GiB",
            "'--memory' is given twice, '1GiB' and '2GiB'; allowed: once", nil
        ),
        ("benchmark --roofline --gauges", "'--gauges' and '--roofline' exclude each other", nil),
        ("benchmark --plot p.svg", "'--plot' needs '--roofline', which it draws", nil),
        ("benchmark --gauges --plot p.svg --output c.csv", "'--plot' needs '--roofline', which it draws", nil),
        (
            "benchmark --roofline --strategy segmented --output c.csv",
            "'--roofline' with '--strategy segmented'; allowed: full", nil
        ),
        (
            "benchmark --roofline --hidden 0 --plot p.svg",
            "'hidden' is '0'; allowed: a whole number from 1 to 65536", nil
        ),
        (
            "benchmark --roofline --columns work,roof",
            "'--columns': unknown column 'roof'; allowed: work, hidden, batch, length, threads, reread_bytes, intensity, gigabytes, gflops, roof_gflops, level, limit, share, share_low, share_high, serial_share",
            nil
        ),
        ("benchmark --rounds 0 --rounds 1", "'--rounds' is given twice, '0' and '1'; allowed: once", nil),
        ("reproduce --results a --check --results b", "'--results' is given twice, 'a' and 'b'; allowed: once", nil),
        (
            "train --strategy full --strategy segmented --updates 5 --checkpoint c.st",
            "'--checkpoint' is of one training; give one strategy", nil
        ),
        (
            "train --strategy full --strategy segmented --updates 5 --resume c.st",
            "'--resume' is of one training; give one strategy", nil
        ),
        (
            "train --strategy full --updates 5 --every 2", "'--every' needs '--checkpoint', the file that is written",
            nil
        ),
        (
            "train --strategy full --updates 5 --checkpoint c.st --every 0",
            "'every' is '0'; allowed: a whole number from 1", nil
        ),
        (
            "train --strategy full --updates 5 --learning-rate 0 --output c.csv",
            "'learning_rate' is '0'; allowed: a number above 0, at most 1000", nil
        ),
        (
            "train --strategy full --updates 5 --clip=-1",
            "'clip' is '-1'; allowed: a number above 0, at most 1000000, or 0 for no limit", nil
        ),
        (
            "train --strategy full --updates 5 --optimizer rmsprop",
            "The value 'rmsprop' is invalid for '--optimizer <optimizer>': 'optimizer' is 'rmsprop'; allowed: sgd, momentum, adam",
            "--optimizer <optimizer>  What changes the parameters. (values: sgd, momentum, adam; default: adam)"
        ),
        (
            "train --strategy full --updates 5 --until loss=1",
            "The value 'loss=1' is invalid for '--until <goal>': allowed: \(Goal.allowed)",
            "--until <goal>  End sooner when the mean of the last 10 updates is there: loss<0.01, quality>0.95."
        ),
        (
            "train --strategy full --updates 5 --task noise --until quality>0.5",
            "task 'noise' has no quality to be judged by", nil
        ),
        (
            "train --strategy multistage:memory=2,disk=2 --updates 5",
            "strategy 'multistage:memory=2,disk=2' keeps states on disk: say where with '--disk DIR'", nil
        ),
        ("run x.yaml --nonsense", "Unknown option '--nonsense'", nil),
        (
            "run", "Missing expected argument '<experiments> ...'",
            "<experiments>  Experiment files, YAML; - is standard input."
        ),
        (
            "run x.yaml --shard 4/3",
            "The value '4/3' is invalid for '--shard <i/n>': allowed: I/N, such as 2/3, I from 1 to N, N at most 1000",
            "--shard <i/n>  Measure one part of N; every trial is in one part."
        ),
        (
            "run x.yaml --memory much",
            "The value 'much' is invalid for '--memory <bytes>': allowed: \(bytes)",
            "--memory <bytes>  What a trial may take, instead of limits.memory."
        ),
        ("run x.yaml --partition long", "'--partition' needs '--executor slurm'", nil),
        ("run x.yaml --sbatch=--qos=low", "'--sbatch' needs '--executor slurm'", nil),
        (
            "run x.yaml --executor slurm --shard 1/2",
            "'--shard' is for one part; with '--executor slurm' give '--shards'",
            nil
        ),
        (
            "run x.yaml --executor slurm --shards 0", "'shards' is '0'; allowed: a whole number from 1 to 1000", nil
        ),
        (
            "merge", "Missing expected argument '<results> ...'",
            "<results>  Files of shards, or directories that hold them."
        ),
        ("run x.yaml --quiet --verbose", "'--quiet' and '--verbose' exclude each other", nil),
        (
            "run x.yaml --only size=6",
            "The value 'size=6' is invalid for '--only <key=value>': unknown key 'size'; allowed: cell, layers, input, "
                + "hidden, batch, length, strategy, task, inputs, input_projection, bidirectional, variant, recurrent_weights, "
                + "scalar, threads, seed, updates, update_each, optimizer, learning_rate, clip, weights, "
                + "validation, engine, records, rounding, states", onlyHelp
        ),
        ("reproduce --quiet --verbose", "'--quiet' and '--verbose' exclude each other", nil),
        (
            "reproduce ZZ",
            "The value 'ZZ' is invalid for '<claims>': unknown claim 'ZZ'; allowed: A1, A2, A3, A4, A5, A6, A7, A8, B1, B2, B3, B4, B5, B6, B7, "
                + "C1, C2, C3, C4, C5, D1, D2, D3, D4, D5, D6, D7, D8, E1, E2, E3, E4, E5, E6, F1, F2, F3, F4, F5, F6, F7, F8, F9, G1, G2, H1, H2, H3, I1, I2, K1, K2, K3, K4, K5",
            "<claims>  Claims by their letters, such as C1; all when none is given."
        ),
        ("benchmark --rounds 0", "'rounds' is '0'; allowed: a whole number from 1 to 1000", nil),
        (
            "compare", "Missing expected argument '<results> ...'",
            "<results>  measurements.csv files, or directories that hold them."
        ),
    ]
}
