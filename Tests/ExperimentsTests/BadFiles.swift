import Experiments
import Testing

let badStrategies: [BadFile] = [
    .good(
        "unknown strategy", replacing: "- full", with: "- fool",
        "f.yaml:7:5: unknown strategy 'fool'; allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
    ),
    .good(
        "unknown strategy with parameters", replacing: "- full", with: "- fool: {a: 1}",
        "f.yaml:7:5: unknown strategy 'fool'; allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
    ),
    .good(
        "a parameter too many", replacing: "- full", with: "- full: {window: 1}",
        "f.yaml:7:11: strategy 'full' has a mapping; allowed: 'full' alone, which takes no parameters"),
    .good(
        "unknown parameter", replacing: "stride: 8", with: "slide: 8",
        "f.yaml:8:35: unknown key 'slide' (nearest: 'stride') in strategy 'truncated'; allowed: window, stride"),
    .good(
        "stride beyond the window", replacing: "stride: 8", with: "stride: [8, 32]",
        "f.yaml:8:47: 'stride' is '32'; allowed: 1 to the window, 16"),
    .good(
        "zero window", replacing: "[16, 64]", with: "[16, 0]",
        "f.yaml:8:30: 'window' is '0'; allowed: a whole number from 1 to 1000000000"),
    .good(
        "an empty list of windows", replacing: "[16, 64]", with: "[]",
        "f.yaml:8:25: 'window' is an empty list; allowed: a whole number from 1 to 1000000000, or a list of them"),
    .good(
        "a missing parameter", replacing: "binomial:slots=4", with: "binomial",
        "f.yaml:9:5: strategy 'binomial' has no 'slots'; allowed: binomial: {slots: 8}"),
    .good(
        "a parameter without a mapping", replacing: "binomial:slots=4", with: "binomial: slots=4",
        "f.yaml:9:15: strategy 'binomial' is 'slots=4'; allowed: a mapping of slots"),
    .good(
        "a parameter of a text", replacing: "slots=4", with: "slots=many",
        "f.yaml:9:5: 'slots' is 'many'; allowed: a whole number from 1 to 1000000000"),
    .good(
        "a strategy twice", replacing: "binomial:slots=4", with: "truncated:window=64,stride=8",
        "f.yaml:9:5: strategy 'truncated:window=64,stride=8' is listed twice; allowed: each strategy once"),
    .good(
        "two strategies in one", replacing: "- binomial:slots=4", with: "- {full: , segmented: }",
        "f.yaml:9:5: a strategy is a mapping; allowed: one of a list of \(strategyList)"),
    .good(
        "a strategy that is a number", replacing: "- full", with: "- [full]",
        "f.yaml:7:5: a strategy is a list; allowed: one of a list of \(strategyList)"),
    BadFile(
        "strategies without a list",
        "experiment: a\nmodel: {cell: lstm, hidden: 8}\nlength: 8\nstrategies: full\n",
        "f.yaml:4:13: 'strategies' is 'full'; allowed: a list of \(strategyList)"),
]

let badForms: [BadFile] = [
    BadFile("an empty file", "", "f.yaml:1:1: the file is empty; allowed: an experiment, as in 'experiment: name'"),
    BadFile(
        "a comment", "# nothing\n", "f.yaml:1:1: the file is empty; allowed: an experiment, as in 'experiment: name'"),
    BadFile("a list", "- a\n", "f.yaml:1:1: the file is a list; allowed: a mapping of \(fileKeys)"),
    BadFile("a word", "\nword\n", "f.yaml:2:1: the file is 'word'; allowed: a mapping of \(fileKeys)"),
    .good(
        "unknown key", replacing: "warmup: 2", with: "warm-up: 2",
        "f.yaml:15:1: unknown key 'warm-up' (nearest: 'warmup') in the file; allowed: \(fileKeys)"),
    .good(
        "unknown key of the model", replacing: "layers", with: "depth",
        "f.yaml:3:30: unknown key 'depth' in model; allowed: cell, layers, input, hidden, bidirectional, weights"),
    .good(
        "a truncation of two directions", replacing: "layers: 1", with: "bidirectional: [false, true]",
        """
        f.yaml:8:5: strategy 'truncated:window=16,stride=8' is not defined for bidirectional layers: one direction begins at \
        the end of the sequence, and what it brings to a cut comes from all the steps after it; allowed: with \
        'bidirectional: true', full, segmented, bisection, binomial, internal, mixed, online, multistage, inference
        """),
    .good(
        "a direction that is none", replacing: "layers: 1", with: "bidirectional: both",
        "f.yaml:3:45: 'bidirectional' is 'both'; allowed: false, true"),
    .good(
        "a key twice", replacing: "warmup: 2", with: "seed: 2",
        "f.yaml:15:1: key 'seed' is given more than once; allowed: each key once"),
    .good(
        "a key twice in the model", replacing: "layers: 1", with: "input: 1",
        "f.yaml:3:30: key 'input' is given more than once; allowed: each key once"),
    .good(
        "a key twice, once in quotes", replacing: "warmup: 2", with: "\"batch\": 2",
        "f.yaml:4:1: key 'batch' is given more than once; allowed: each key once"),
    .good(
        "no name", replacing: "experiment: sequence-length\n", with: "",
        "f.yaml:1:1: 'experiment' is missing; allowed: a name of lower-case letters, digits and hyphens"),
    .good(
        "no cell", replacing: "cell: [elman, lstm], ", with: "",
        "f.yaml:3:8: 'cell' is missing; allowed: elman, lstm, gru, linear, peephole, "
            + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N, or a list of them"
    ),
    .good(
        "no length", replacing: "length: [64, 128]\n", with: "",
        "f.yaml:1:1: 'length' is missing; allowed: a whole number from 1 to 100000000, or a list of them"),
    .good(
        "an anchor", replacing: "[64, 128]", with: "&sizes [64, 128]",
        "f.yaml:5:9: an anchor or alias; allowed: plain values; put text that begins with '&' in quotes"),
    .good(
        "an alias", replacing: "[64, 128]", with: "[64, *sizes]",
        "f.yaml:5:14: an anchor or alias; allowed: plain values; put text that begins with '*' in quotes"),
    .good(
        "a tag", replacing: "batch: 32", with: "batch: !!str 32",
        "f.yaml:4:8: a tag; allowed: plain values; put text that begins with '!' in quotes"),
    .good(
        "an open bracket", replacing: "[64, 128]", with: "[64, 128",
        "f.yaml:6:11: no YAML: while parsing a flow sequence: did not find expected ',' or ']'; allowed: YAML 1.1"),
    .good(
        "a tab", replacing: "  - full", with: "\t- full",
        """
        f.yaml:7:1: no YAML: while scanning for the next token: found character that cannot start any token; \
        allowed: YAML 1.1
        """
    ),
    .good(
        "a control character", replacing: "How far?", with: "How\u{7}far?",
        "f.yaml:2:14: control character U+0007; allowed: printable text"),
    BadFile(
        "two documents", goodFile + "---\nexperiment: b\n",
        "f.yaml:18:1: another document begins; allowed: one document a file"),
]
