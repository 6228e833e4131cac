import Experiments
import Testing

/// A file with one thing wrong, and the whole message it must give.
struct BadFile: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let message: String

    init(_ name: String, _ text: String, _ message: String) {
        testDescription = name
        self.text = text
        self.message = message
    }

    /// A good file, with one line in place of another.
    static func good(
        _ name: String, replacing old: String, with new: String, _ message: String
    ) -> BadFile {
        let text = goodFile.replacing(old, with: new)
        precondition(text != goodFile, "'\(old)' is not in the file")
        return BadFile(name, text, message)
    }
}

let goodFile = """
    experiment: sequence-length
    question: How far?
    model: {cell: [elman, lstm], layers: 1, input: 64, hidden: [128, 256]}
    batch: 32
    length: [64, 128]
    strategies:
      - full
      - truncated: {window: [16, 64], stride: 8}
      - binomial:slots=4
    task: adding
    inputs: streamed
    scalar: float
    threads: 1
    repetitions: 5
    warmup: 2
    seed: 1
    limits: {memory: 8GiB, time: 10min}

    """

let fileKeys =
    "experiment, question, model, batch, length, strategies, task, inputs, input_projection, variant, recurrent_weights, scalar, "
    + "threads, repetitions, warmup, seed, updates, update_each, optimizer, learning_rate, clip, validation, engine, "
    + "records, rounding, states, "
    + "together, limits, disk"
let strategyList =
    "full, truncated: {window, stride?}, segmented: {length?}, bisection, binomial: {slots}, internal: {slots}, "
    + "mixed: {memory}, online: {slots}, multistage: {memory, disk}, inference, randomized: {window, draws?}, "
    + "forward: {block?}, snap: {order}, rflo: {leak?}, eprop, uoro: {draws?}, kf: {draws?}, "
    + "adaptive: {tolerance, most?, every?}, reversible"

private let values: [BadFile] = [
    .good(
        "zero hidden", replacing: "[128, 256]", with: "[128, 0]",
        "f.yaml:3:66: 'hidden' is '0'; allowed: a whole number from 1 to 65536"),
    .good(
        "unknown cell", replacing: "[elman, lstm]", with: "[elman, lstn]",
        "f.yaml:3:23: 'cell' is 'lstn' (nearest: 'lstm'); allowed: elman, lstm, gru, linear, peephole, "
            + "elstm, mingru, minlstm, lru, slstm, layernorm, projected:width=N, leapgru:bits=N, revgru:bits=N, revlstm:bits=N"
    ),
    .good(
        "negative layers", replacing: "layers: 1", with: "layers: -1",
        "f.yaml:3:38: 'layers' is '-1'; allowed: a whole number from 1 to 64"),
    .good(
        "a number as text", replacing: "batch: 32", with: "batch: \"32\"",
        "f.yaml:4:8: 'batch' is the text '32'; allowed: a whole number from 1 to 65536, or a list of them"),
    .good(
        "a broken number", replacing: "batch: 32", with: "batch: 3.5",
        "f.yaml:4:8: 'batch' is '3.5'; allowed: a whole number from 1 to 65536"),
    .good(
        "a number too large for the machine", replacing: "seed: 1", with: "seed: 99999999999999999999",
        "f.yaml:16:7: 'seed' is '99999999999999999999'; allowed: a whole number from 0 to 9223372036854775807"),
    .good(
        "nothing", replacing: "batch: 32", with: "batch:",
        "f.yaml:4:7: 'batch' is empty; allowed: a whole number from 1 to 65536, or a list of them"),
    .good(
        "a mapping", replacing: "batch: 32", with: "batch: {a: 1}",
        "f.yaml:4:8: 'batch' is a mapping; allowed: a whole number from 1 to 65536, or a list of them"),
    .good(
        "a list in a list", replacing: "[64, 128]", with: "[64, [128]]",
        "f.yaml:5:14: 'length' is a list; allowed: a whole number from 1 to 100000000, or a list of them"),
    .good(
        "an empty list", replacing: "[64, 128]", with: "[]",
        "f.yaml:5:9: 'length' is an empty list; allowed: a whole number from 1 to 100000000, or a list of them"),
    .good(
        "a value twice", replacing: "[64, 128]", with: "[64, 128, 64]",
        "f.yaml:5:19: 'length' lists '64' twice; allowed: each value once"),
    .good(
        "too narrow for the task", replacing: "input: 64", with: "input: [64, 1]",
        "f.yaml:3:53: 'input' is '1'; allowed: with task 'adding', at least 2"),
    .good(
        "unknown task", replacing: "adding", with: "copying",
        "f.yaml:10:7: unknown task 'copying'; allowed: adding, noise, copy, reber, text, labelling, stream, file"),
    .good(
        "task without its parameter", replacing: "adding", with: "[noise, copy]",
        "f.yaml:10:15: task 'copy' has no 'delay'; allowed: copy:delay=…, such as copy:delay=10"),
    .good(
        "task with a wrong parameter", replacing: "adding", with: "copy:delay=-1",
        "f.yaml:10:7: task 'copy': 'delay' is '-1'; allowed: a whole number from 1 to 99999999"),
    .good(
        "task as a mapping", replacing: "adding", with: "{copy: {delay: 1}}",
        "f.yaml:10:7: 'task' is a mapping; allowed: adding, noise:[outputs=N], copy:delay=N, reber, text:file=PATH,"
            + "[encoding=bytes|utf8], labelling, stream:mean=N,[em=true|false], "
            + "file:path=PATH,[loss=squared|cross-entropy|ctc],[outputs=N],[labels=N],[batch_first=true|false],[zero_infinity=true|false], or a list of them"
    ),
    .good(
        "a task twice", replacing: "adding", with: "[copy:delay=5, copy:delay=5]",
        "f.yaml:10:22: 'task' lists 'copy:delay=5' twice; allowed: each value once"),
    .good(
        "too narrow for a text", replacing: "adding", with: "text:file=a.txt",
        "f.yaml:3:48: 'input' is '64'; allowed: with task 'text:file=a.txt', at least 256"),
    .good(
        "too short for the task", replacing: "adding", with: "copy:delay=64",
        "f.yaml:5:10: 'length' is '64'; allowed: with task 'copy:delay=64', at least 65"),
    .good(
        "too narrow for a text, and no width given",
        replacing: """
            input: 64, hidden: [128, 256]}
            batch: 32
            length: [64, 128]
            strategies:
              - full
              - truncated: {window: [16, 64], stride: 8}
              - binomial:slots=4
            task: adding
            """,
        with: "hidden: 128}\nlength: 64\nstrategies: [full]\ntask: text:file=a.txt",
        "f.yaml:6:7: 'input' is '64'; allowed: with task 'text:file=a.txt', at least 256"),
    .good(
        "unknown inputs", replacing: "streamed", with: "here",
        "f.yaml:11:9: 'inputs' is 'here'; allowed: streamed, resident"),
    .good(
        "unknown scalar", replacing: "float", with: "half",
        "f.yaml:12:9: 'scalar' is 'half'; allowed: float, double, bfloat16"),
    .good(
        "threads", replacing: "threads: 1", with: "threads: 1000",
        "f.yaml:13:10: 'threads' is '1000'; allowed: a whole number from 1 to 256"),
    .good(
        "no repetitions", replacing: "repetitions: 5", with: "repetitions: 0",
        "f.yaml:14:14: 'repetitions' is '0'; allowed: a whole number from 1 to 10000"),
    .good(
        "warm-up", replacing: "warmup: 2", with: "warmup: [1, 2]",
        "f.yaml:15:9: 'warmup' is a list; allowed: a whole number from 0 to 10000"),
    .good(
        "name", replacing: "sequence-length", with: "Sequence length",
        "f.yaml:1:13: 'experiment' is 'Sequence length'; allowed: lower-case letters, digits and hyphens, at most 100"),
    .good(
        "question", replacing: "How far?", with: "[why]", "f.yaml:2:11: 'question' is a list; allowed: a text"),
    .good(
        "memory", replacing: "8GiB", with: "8 bananas",
        """
        f.yaml:17:18: 'memory' is '8 bananas'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576, more \
        than 0
        """),
    .good(
        "time", replacing: "10min", with: "0s",
        """
        f.yaml:17:30: 'time' is '0s'; allowed: a time such as 30s, 10min, 2h or a number of seconds, more than 0 \
        and at most 8760h
        """),
    .good(
        "unknown limit", replacing: "memory: 8GiB", with: "disk: 8GiB",
        "f.yaml:17:10: unknown key 'disk' in limits; allowed: memory, time"),
    .good(
        "limits", replacing: "{memory: 8GiB, time: 10min}", with: "8GiB",
        "f.yaml:17:9: limits is '8GiB'; allowed: a mapping of memory, time"),
    .good(
        "too many trials", replacing: "length: [64, 128]",
        with: "length: [\((1...6251).map(String.init).joined(separator: ","))]",
        "f.yaml:1:1: the lists multiply to 100016 trials; allowed: at most 100000"),
]

/// What `together` may say, on line 16 of the good file, with and without what it says again.
private let tied =
    "batch, length, task, inputs, input_projection, variant, recurrent_weights, scalar, threads, seed, updates, update_each, "
    + "optimizer, learning_rate, clip, validation, engine, records, rounding, states, cell, layers, input, hidden, bidirectional, weights, strategies"

private let together: [BadFile] = [
    .good(
        "nothing together", replacing: "seed: 1", with: "together: []",
        "f.yaml:16:11: 'together' is an empty list; allowed: a list of mappings, as in '- {batch: 1, length: 64}', of \(tied)"
    ),
    .good(
        "together without a list", replacing: "seed: 1", with: "together: {seed: 1}",
        "f.yaml:16:11: 'together' is a mapping; allowed: a list of mappings, as in '- {batch: 1, length: 64}', of \(tied)"
    ),
    .good(
        "a line that is no mapping", replacing: "seed: 1", with: "together: [seed]",
        "f.yaml:16:12: a line of 'together' is 'seed'; allowed: a mapping of \(tied)"),
    .good(
        "an unknown key together", replacing: "seed: 1", with: "together: [{seed: 1, size: 3}]",
        "f.yaml:16:22: unknown key 'size' in a line of 'together'; allowed: \(tied)"),
    .good(
        "together and beside it", replacing: "seed: 1", with: "together: [{seed: 1, batch: 3}]",
        "f.yaml:16:22: 'batch' in 'together' and next to it; allowed: one of them"),
    .good(
        "lines of other keys", replacing: "seed: 1", with: "together: [{seed: 1, updates: 3}, {seed: 2}]",
        """
        f.yaml:16:35: a line of 'together' has seed, and the first seed, updates; allowed: the same keys in every line, \
        one at least
        """),
    .good(
        "an empty line", replacing: "seed: 1", with: "together: [{}]",
        """
        f.yaml:16:12: a line of 'together' has nothing, and the first nothing; allowed: the same keys in every line, one at \
        least
        """),
    .good(
        "a wrong value together", replacing: "seed: 1", with: "together: [{seed: 1}, {seed: -1}]",
        "f.yaml:16:30: 'seed' is '-1'; allowed: a whole number from 0 to 9223372036854775807"),
    .good(
        "a trial twice", replacing: "seed: 1", with: "together: [{seed: [1, 2]}, {seed: 2}]",
        "f.yaml:16:28: a line of 'together' makes a trial that another made; allowed: each trial once"),
    .good(
        "too many trials together", replacing: "seed: 1",
        with: "together: [{seed: [\((1...3125).map(String.init).joined(separator: ","))]}, {seed: 0}]",
        "f.yaml:1:1: the lists multiply to 100032 trials; allowed: at most 100000"),
    .good(
        "strides of full unrolling", replacing: "seed: 1", with: "update_each: stride",
        "f.yaml:7:5: strategy 'full' with 'update_each: stride'; allowed: truncated, forward, snap, rflo, eprop, uoro, kf, adaptive, which has strides"
    ),
    .good(
        "updates at no place", replacing: "seed: 1", with: "update_each: window",
        "f.yaml:16:14: 'update_each' is 'window'; allowed: sequence, stride"),
]

@Test(arguments: values + together + badStrategies + badForms)
func badFilesAreRefused(_ file: BadFile) {
    let error = #expect(throws: ExperimentError.self) { try Experiment(text: file.text, file: "f.yaml") }
    #expect(error?.description == file.message)
}

@Test func bytesThatAreNoText() {
    let error = #expect(throws: ExperimentError.self) {
        try Experiment(bytes: Array("experiment: a\nquestion: ".utf8) + [0xFF, 0x0A], file: "f.yaml")
    }
    #expect(error?.description == "f.yaml:2:1: the line is not UTF-8; allowed: UTF-8 text")
}

@Test func filesTooLarge() {
    let error = #expect(throws: ExperimentError.self) {
        try Experiment(bytes: Array(repeating: 0x23, count: (1 << 20) + 1), file: "f.yaml")
    }
    #expect(error?.description == "f.yaml:1:1: the file has more than 1048576 bytes; allowed: at most 1 MiB")
}

@Test func filesThatCannotBeRead() {
    let missing = #expect(throws: ExperimentError.self) { try Experiment(file: "/nowhere/f.yaml") }
    #expect(missing == .unreadable(file: "/nowhere/f.yaml", reason: "No such file or directory"))
    #expect(missing?.description == "/nowhere/f.yaml: cannot be read: No such file or directory")
    #expect(missing?.position == nil)
    let directory = #expect(throws: ExperimentError.self) { try Experiment(file: "/") }
    #expect(directory?.description == "/: cannot be read: Is a directory")
    let endless = #expect(throws: ExperimentError.self) { try Experiment(file: "/dev/zero") }
    #expect(endless?.description == "/dev/zero: cannot be read: It is a device")
}
