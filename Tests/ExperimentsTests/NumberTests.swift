import Experiments
import Glibc
import Quantities
import Testing
import Trials

/// Numbers are decimal in every key of an experiment file: what YAML's versions and Swift's readers take for different ones is
/// refused where it stands.
@Suite struct NumberTests {
    /// Every key with a number, in a file that is good with `5` in its place, or with what goes with it.
    static let keys: [(key: String, file: String)] = {
        func file(_ lines: String) -> String {
            "experiment: a\nstrategies: [full]\n" + lines + "\n"
        }
        let model = "model: {cell: lstm, hidden: 8}\n"
        var keys: [(String, String)] = [
            ("layers", file("model: {cell: lstm, hidden: 8, layers: NUMBER}\nlength: 8")),
            ("input", file("model: {cell: lstm, hidden: 8, input: NUMBER}\nlength: 8")),
            ("hidden", file("model: {cell: lstm, hidden: NUMBER}\nlength: 8")),
            ("length", file(model + "length: NUMBER")),
        ]
        for key in [
            "batch", "threads", "seed", "updates", "learning_rate", "clip", "repetitions", "warmup",
        ] { keys.append((key, file(model + "length: 8\n\(key): NUMBER"))) }
        for key in ["batch", "length", "seed", "clip"] where key != "length" {
            keys.append((key + " in a list", file(model + "length: 8\n\(key): [7, NUMBER]")))
            keys.append((key + " together", file(model + "length: 8\ntogether: [{\(key): NUMBER}]")))
        }
        keys.append(("memory", file(model + "length: 8\nlimits: {memory: NUMBER}")))
        keys.append(("time", file(model + "length: 8\nlimits: {time: NUMBER}")))
        let rest = "experiment: a\nlength: 8\n" + model
        for (strategy, others) in [
            ("truncated: {window: NUMBER}", ""), ("truncated: {window: 9, stride: NUMBER}", ""),
            ("segmented: {length: NUMBER}", ""), ("binomial: {slots: [NUMBER]}", ""), ("internal: {slots: NUMBER}", ""),
            ("online: {slots: NUMBER}", ""), ("multistage: {memory: NUMBER, disk: 1}", "disk: /tmp\n"),
            ("multistage: {memory: 1, disk: NUMBER}", "disk: /tmp\n"), ("randomized: {window: NUMBER}", ""),
            ("randomized: {window: 3, draws: NUMBER}", ""), ("truncated:window=NUMBER", ""),
            ("\"binomial:slots=NUMBER\"", ""),
        ] { keys.append((strategy, rest + others + "strategies:\n  - \(strategy)\n")) }
        for task in ["copy:delay=NUMBER", "stream:mean=NUMBER"] {
            keys.append((task, file(model + "length: 8\ntask: \(task)")))
        }
        keys.append(
            ("recurrent_weights", file(model + "length: 8\nrecurrent_weights: orthogonal:NUMBER")))
        return keys
    }()

    @Test(arguments: keys.indices) func decimalAlone(index: Int) throws {
        let (key, file) = NumberTests.keys[index]
        let good = key == "recurrent_weights" ? "1" : "5"
        #expect(throws: Never.self, "\(key)") {
            try Experiment(text: file.replacing("NUMBER", with: good), file: "f.yaml")
        }
        for text in [
            "0x5", "0X5", "05", "005", "0o5", "0b1", "1_0", "1:30", "+05", "-05", "5e", "0x1p2", ".inf", ".nan", "inf",
            "nan", "infinity", "٥", "5-", "--5",
        ] {
            // Where a colon begins a mapping within a list, another sentence refuses it.
            let error = #expect(throws: ExperimentError.self, "\(key): \(text)") {
                try Experiment(text: file.replacing("NUMBER", with: text), file: "f.yaml")
            }
            let (line, column) = place(of: file)
            #expect(
                (error?.position?.line ?? 0) == line, "\(key): \(text): \(error.map(String.init(describing:)) ?? "")")
            #expect((1...column).contains(error?.position?.column ?? 0), "\(key): \(text)")
        }
    }

    private func place(of file: String) -> (line: Int, column: Int) {
        let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        let line = lines.firstIndex { $0.contains("NUMBER") }!
        return (line + 1, lines[line].utf8.count)
    }

    @Test(arguments: [
        (
            "hidden: 8", "hidden: 010",
            "'hidden' is '010', and numbers are decimal here, without leading zeros; allowed: "
        ),
        (
            "hidden: 8", "hidden: 0x10",
            "'hidden' is '0x10', and numbers are decimal here, without leading zeros; allowed: "
        ),
        (
            "hidden: 8", "hidden: 1_0",
            "'hidden' is '1_0', and numbers are decimal here, without leading zeros; allowed: "
        ),
        ("hidden: 8", "hidden: x", "'hidden' is 'x'; allowed: "),
    ])
    func itSaysWhy(old: String, new: String, message: String) {
        let file = "experiment: a\nmodel: {cell: lstm, hidden: 8}\nlength: 8\nstrategies: [full]\n"
        let error = #expect(throws: ExperimentError.self) {
            try Experiment(text: file.replacing(old, with: new), file: "f.yaml")
        }
        #expect(error?.description.hasPrefix("f.yaml:2:29: " + message) == true)
    }

    /// Spellings of one number, each by the standard library's reading of it.
    @Test func decimals() {
        for text in ["0", "-0", "+5", "5", "1024", "9223372036854775807", "-9223372036854775808"] {
            #expect(Int(decimal: text) == Int(text), "\(text)")
            #expect(Double(decimal: text) == Double(text), "\(text)")
        }
        for text in ["0.5", ".5", "5.", "1e3", "1E-05", "1.5e+10", "-2.25", "1e-400", "0e0"] {
            #expect(Double(decimal: text) == Double(text), "\(text)")
            #expect(Int(decimal: text) == nil, "\(text)")
        }
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "00", "01", "00.5", "0x1", "1 ", " 1", "1e400", "1.2.3", "nan", "inf",
        ] {
            #expect(Double(decimal: text) == nil && Int(decimal: text) == nil, "\(text)")
        }
        #expect(Int(decimal: "9223372036854775808") == nil)
    }
}

/// What is no file is refused in a sentence and not waited for, by every reader of a whole file.
@Suite struct IrregularFileTests {
    @Test(arguments: ["fifo", "/dev/zero", "/"]) func refused(kind: String) throws {
        let path = kind.hasPrefix("/") ? kind : "/tmp/unroll-tests-\(getpid())-\(kind)"
        if kind == "fifo" { mkfifo(path, 0o600) }
        defer { if kind == "fifo" { unlink(path) } }
        let reason =
            kind == "fifo"
            ? "It is a pipe into which nothing is written"
            : kind == "/" ? "Is a directory" : "It is a device"
        let experiment = #expect(throws: ExperimentError.self) { try ExperimentFile(path) }
        #expect(experiment?.description == "\(path): cannot be read: \(reason)")
        let results = #expect(throws: ResultsError.self) { try Results.read(file: path) }
        #expect(results?.description == "\(path): cannot read it: \(reason)")
    }

    /// As a shell's `<(command)` hands it over.
    @Test func aPipeIsRead() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let text = "experiment: a\nmodel: {cell: lstm, hidden: 8}\nlength: 8\nstrategies: [full]\n"
        #expect(write(ends[1], text, text.utf8.count) == text.utf8.count)
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try Experiment(file: "/dev/fd/\(ends[0])").name == "a")
    }
}
