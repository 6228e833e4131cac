import Glibc
import Kernels
import Networks
import Noise
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// What tasks show, against what they say they show.
    @Suite struct TaskTests {
        /// This file is the text.
        static let text = TrainingTask.text(file: #filePath)
        /// One of each in the list, and some more: those whose losses are of steps.
        static let tasks =
            TrainingTask.everyKind.filter { $0.criterion != .ctc } + [.copy(delay: 1), .copy(delay: 5)]
        /// Its characters, of which the task does not say how many there are.
        static let characters = TrainingTask.text(file: #filePath, encoding: .utf8)
        /// Those of sequences that are aligned with labels; their data are tested in ``LabellingTests``.
        static let labellings = TrainingTask.everyKind.filter { $0.criterion == .ctc }.map { task in
            // Of sequences that end within the few steps of these tests.
            task.definition is StreamTask ? .stream(mean: 7, expectation: true) : task
        }

        /// Inputs and targets of all steps, step by step; nil where nothing counts.
        func data<S: Scalar>(
            _: S.Type, _ trial: Trial, update: Int = 0
        ) throws -> (inputs: [[S]], targets: [[S]?], source: Source<S>) {
            let source = try Source<S>(trial, update: update)
            var input = Array(repeating: S(7), count: trial.batch * trial.input)
            let size = trial.task.criterion.targets(batch: trial.batch, outputs: trial.outputs)
            var target = Array(repeating: S(7), count: size)
            var (inputs, targets): ([[S]], [[S]?]) = ([], [])
            for step in 0..<trial.length {
                input.withUnsafeMutableBufferPointer {
                    source.input(at: step, into: Matrix($0.baseAddress!, rows: trial.batch, columns: trial.input))
                }
                inputs.append(input)
                let counts = !source.counted(of: step..<step + 1).isEmpty
                if counts { target.withUnsafeMutableBufferPointer { source.target(at: step, into: $0.baseAddress!) } }
                targets.append(counts ? target : nil)
            }
            return (inputs, targets, source)
        }

        func trial(_ task: TrainingTask, length: Int, batch: Int = 3, seed: Int = 1) throws -> Trial {
            try Trial(
                cell: .elman, input: TaskTests.channels(task), hidden: 4, batch: batch, length: length, task: task,
                seed: seed)
        }

        /// Of characters, more than this file has.
        static func channels(_ task: TrainingTask) -> Int {
            task == characters ? 130 : max(3, task.leastInput)
        }

        /// Rows with one 1, as its place; nil where all is 0.
        func symbols(_ inputs: [[Float]], batch: Int, _ sequence: Int) -> [Int?] {
            inputs.map { input in
                let width = input.count / batch
                let row = input[sequence * width..<(sequence + 1) * width]
                #expect(row.allSatisfy { $0 == 0 || $0 == 1 } && row.reduce(0, +) <= 1)
                return row.firstIndex(of: 1).map { $0 - row.startIndex }
            }
        }

        /// What counts is counted: before anything has run, and as PyTorch would count it.
        @Test(arguments: tasks + [characters]) func elements(task: TrainingTask) throws {
            for length in Set([task.leastLength, 8, 17, 31]).sorted() where length >= task.leastLength {
                let trial = try trial(task, length: length)
                let (_, targets, source) = try data(Float.self, trial)
                let found = targets.compactMap(\.self).joined()
                #expect(source.elements == (task.criterion == .crossEntropy ? found.count { $0 >= 0 } : found.count))
                #expect(source.elements > 0 && source.weight == 1 / Float(source.elements))
                #expect(found.allSatisfy { $0.isFinite && $0 < Float(max(2, trial.outputs)) })
                let counted = source.counted(of: 0..<length)
                #expect(targets.indices.filter { targets[$0] != nil } == Array(counted))
            }
        }

        /// The same data in Float and Double, rounded; other data for another update, and for another seed if it is drawn.
        @Test(arguments: tasks + [characters]) func dataFollowSeedAndUpdate(task: TrainingTask) throws {
            let trial = try trial(task, length: 17, batch: 4)
            let (inputs, targets, source) = try data(Float.self, trial)
            let double = try data(Double.self, trial)
            // A number of the adding problem is rounded once more in Float, a sum of two three times.
            for (a, b) in zip(inputs.joined(), double.inputs.joined()) {
                #expect(abs(a - Float(b)) <= (task == .adding ? 0x1p-23 : 0))
            }
            for (a, b) in zip(targets, double.targets) {
                for (a, b) in zip(a ?? [], b ?? []) { #expect(abs(a - Float(b)) <= (task == .adding ? 0x1p-22 : 0)) }
                #expect((a == nil) == (b == nil))
            }
            var seen: Set = [inputs]
            for update in 1...20 {
                let other = try data(Float.self, trial, update: update)
                #expect(seen.insert(other.inputs).inserted)
                let moved = source.at(update: update)
                #expect(moved.elements == other.source.elements)
                var input = inputs[0]
                input.withUnsafeMutableBufferPointer {
                    moved.input(at: 0, into: Matrix($0.baseAddress!, rows: trial.batch, columns: trial.input))
                }
                #expect(input == other.inputs[0])
            }
            #expect(try data(Float.self, trial, update: 0).inputs == inputs)
            let other = try data(Float.self, self.trial(task, length: 17, batch: 4, seed: 2))
            #expect((other.inputs == inputs) == [TaskTests.text, TaskTests.characters].contains(task))
        }

        /// What a network that says the same everywhere comes to: the variance of numbers, or the entropy of classes.
        @Test(arguments: tasks) func baselineLosses(task: TrainingTask) throws {
            guard let baseline = task.definition.baselineLoss else { return }
            let (_, targets, _) = try data(Double.self, trial(task, length: task.leastLength + 30, batch: 2000))
            let all = targets.compactMap(\.self).joined()
            let count = Double(all.count)
            let found: Double
            if task.criterion == .crossEntropy {
                let shares = Dictionary(grouping: all, by: \.self).values.map { Double($0.count) / count }
                found = -shares.reduce(0) { $0 + $1 * log($1) }
            } else {
                let mean = all.reduce(0, +) / count
                found = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            }
            // Of 2000 sums the variance is known within 1/√2000, and five of these.
            #expect(abs(found / baseline - 1) < 5 / 2000.0.squareRoot(), "\(task): \(found)")
        }

        @Test(arguments: [1, 2, 10]) func copyIsOfTheStepsBefore(delay: Int) throws {
            let (batch, length) = (50, 200)
            let (inputs, targets, _) = try data(Float.self, trial(.copy(delay: delay), length: length, batch: batch))
            var counts = Array(repeating: 0, count: CopyTask.symbols)
            for sequence in 0..<batch {
                let symbols = try symbols(inputs, batch: batch, sequence).map { try #require($0) }
                for step in 0..<length {
                    counts[symbols[step]] += 1
                    #expect(targets[step].map { Int($0[sequence]) } == (step < delay ? nil : symbols[step - delay]))
                }
            }
            // Four symbols, equally likely: within five standard errors.
            let all = Double(batch * length)
            for count in counts { #expect(abs(Double(count) - all / 4) < 5 * (all * 3 / 16).squareRoot()) }
        }

        /// The grammar as a regular expression, worked out by hand: an automaton of another kind.
        static let grammar: String = {
            let upper = "(?:XT*VP)*(?:S|XT*VV)"
            return "B(?:TS*X\(upper)|PT*V(?:V|P\(upper)))E"
        }()

        static func letters(_ string: some Sequence<ReberString.Symbol>) -> String {
            string.map { "\($0)" }.joined().uppercased()
        }

        @Test func reberStringsAreOfTheGrammar() throws {
            let grammar = try Regex(TaskTests.grammar)
            for known in ["BTXSE", "BPVVE", "BTSSXXTVVE", "BPTVPXVPXVPSE", "BPVPXTTTVPSE"] {
                #expect(try grammar.wholeMatch(in: known) != nil)
            }
            #expect(try grammar.wholeMatch(in: "BTXXE") == nil)
            let all = 40_000
            var found: [String: Int] = [:]
            for key in 0..<all {
                let string = TaskTests.letters(ReberString(key: noiseKey(UInt64(key))))
                let inner = string.dropFirst(2).dropLast(2)
                #expect(try grammar.wholeMatch(in: String(inner)) != nil, "\(string)")
                #expect(string.hasPrefix("B") && string.hasSuffix("E"))
                let second = string.dropFirst().first
                #expect(second == "T" || second == "P")
                #expect(string.dropLast().last == second, "\(string)")
                found[string, default: 0] += 1
            }
            // A choice between two is even: a string with this number of choices, the embedding's among them.
            for (string, choices) in [("BTBTXSETE", 4), ("BPBTXSEPE", 4), ("BTBPVVETE", 4), ("BTBTSXXVVETE", 7)] {
                let share = 1 / Double(1 << choices)
                let error = (share * (1 - share) / Double(all)).squareRoot()
                #expect(abs(Double(found[string] ?? 0) / Double(all) - share) < 5 * error, "\(string)")
            }
        }

        /// A limit leaves out what is longer, and short strings as likely against each other as before.
        @Test(arguments: [9, 10, 12, 30]) func reberStringsHaveALimit(longest: Int) throws {
            let lengths = (0..<2000).map { key in
                ReberString(key: noiseKey(3, UInt64(key)), longest: longest).reduce(0) { count, _ in count + 1 }
            }
            #expect(lengths.min() == ReberString.shortest && lengths.max()! <= longest)
            #expect(longest > 12 || lengths.max() == longest)
        }

        /// A sequence is one string: its symbols in, the next ones out; then nothing, and nothing counts.
        @Test(arguments: [8, 9, 17, 64]) func reberSequencesArePadded(length: Int) throws {
            let batch = 40
            let (inputs, targets, _) = try data(Float.self, trial(.reber, length: length, batch: batch))
            let grammar = try Regex(TaskTests.grammar)
            var ends: Set<Int> = []
            for sequence in 0..<batch {
                let symbols = symbols(inputs, batch: batch, sequence)
                let steps = symbols.prefix { $0 != nil }.map { $0! }
                #expect(symbols.dropFirst(steps.count).allSatisfy { $0 == nil })
                let next = targets.map { $0.map { Int($0[sequence]) } ?? -1 }
                #expect(next[steps.count...].allSatisfy { $0 == -1 })
                #expect(Array(next[..<(steps.count - 1)]) == Array(steps.dropFirst()))
                let string = TaskTests.letters(
                    (steps + [next[steps.count - 1]]).map { ReberString.Symbol(rawValue: $0)! })
                #expect(try grammar.wholeMatch(in: String(string.dropFirst(2).dropLast(2))) != nil)
                #expect(string.hasSuffix("E") && string.dropLast().last == string.dropFirst().first)
                ends.insert(steps.count)
            }
            #expect(length == 8 ? ends == [8] : ends.count > 1)
        }

        /// Streams continue where the update before ended, each in its part of the file, and begin again at its end.
        @Test func textStreams() throws {
            let (batch, length) = (3, 17)
            let path = "/tmp/unroll-tests-\(getpid())-text"
            let bytes = (0..<200).map { UInt8(truncatingIfNeeded: 37 * $0 * $0 + 11 * $0) }
            let file = fopen(path, "w")!
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            defer { unlink(path) }
            let trial = try trial(.text(file: path), length: length, batch: batch)
            // 66 bytes each: three updates of 17 and the byte after.
            for update in 0..<7 {
                let (inputs, targets, _) = try data(Float.self, trial, update: update)
                for sequence in 0..<batch {
                    let first = sequence * 66 + update % 3 * length
                    let expected = bytes[first..<first + length + 1].map { Int($0) }
                    #expect(symbols(inputs, batch: batch, sequence) == expected.dropLast())
                    #expect(targets.map { Int($0![sequence]) } == Array(expected.dropFirst()))
                }
            }
        }

        @Test func textsThatCannotBeRead() throws {
            let base = "/tmp/unroll-tests-\(getpid())-"
            func write(_ name: String, _ count: Int) {
                let file = fopen(base + name, "w")!
                for _ in 0..<count { fputc(97, file) }
                fclose(file)
            }
            write("empty", 0)
            write("short", 53)
            write("enough", 54)
            defer { for name in ["empty", "short", "enough"] { unlink(base + name) } }
            for (path, message) in [
                (base + "missing", "cannot read '\(base)missing': No such file or directory"),
                ("/tmp", "'/tmp' is not a regular file; a text is"),
                (base + "empty", "'\(base)empty' is empty; there is nothing to predict"),
                (
                    base + "short",
                    "'\(base)short' has 53 bytes; 3 sequences of 17 steps, and the byte after each, take 54"
                ),
            ] {
                let trial = try trial(.text(file: path), length: 17)
                #expect(throws: TaskDataError.self) { try Source<Float>(trial) }
                do { _ = try Source<Float>(trial) } catch { #expect(error.description == message) }
            }
            #expect(try data(Float.self, trial(.text(file: base + "enough"), length: 17)).source.elements == 51)
        }
    }
}

extension TrainingTask {
    /// One of each in the list; this file is the text.
    static let everyKind = vocabulary.signatures.filter { $0.word != "file" }
        .map { try! TrainingTask($0.example).movedTo(#filePath) }
}
