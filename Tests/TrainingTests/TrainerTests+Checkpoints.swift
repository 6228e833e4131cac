import CaseLists
import Foundation
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

/// Trainings that are stopped and resumed.
extension TrainingTests.TrainerTests {
    // MARK: Checkpoints

    /// A file that is removed with the test.
    func withFile<Answer>(_ body: (String) throws -> Answer) rethrows -> Answer {
        let path = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    /// Stopped at any update and resumed as in a new process: every bit as if it had never stopped.
    @Test(arguments: UpdateRule.allCases, [0, 1, 3, 6])
    func goesOnAsIfNeverStopped(rule: UpdateRule, stop: Int) throws {
        for strategy in [Strategy.full, .binomial(slots: 3), .truncated(window: 7, stride: 3)] {
            try compare(trial(strategy, cell: .gru, optimizer: rule), Float.self, stop: stop)
            try compare(trial(strategy, precision: .double, optimizer: rule, hidden: 17), Double.self, stop: stop)
        }
        var online = try trial(.truncated(window: 7, stride: 3), optimizer: rule)
        online.updateInterval = .stride
        try compare(online, Float.self, stop: stop)
    }

    func compare<S: Scalar>(_ trial: Trial, _: S.Type, stop: Int) throws {
        let whole = try outcome(trial, S.self)
        try withFile { path in
            let first = try Session<S>(trial, heaps: TrainingTests.heaps)
            let begun = try Trainer(first)
            for _ in 0..<stop { _ = try begun.update() }
            try begun.save(to: path)
            #expect(!FileManager.default.fileExists(atPath: path + ".new"))

            let second = try Session<S>(trial, heaps: TrainingTests.heaps)
            // Whatever the process did before leaves no trace.
            try second.prepare(warmup: 1)
            let resumed = try Trainer(second)
            _ = try resumed.update()
            try resumed.resume(from: path)
            #expect(resumed.curve.count == stop)
            while resumed.curve.count < trial.updates { _ = try resumed.update() }
            #expect(resumed.curve.losses == whole.losses)
            #expect(parameters(second) == whole.parameters)
        }
    }

    /// An exact strategy may resume for another, and threads and storage do not matter.
    @Test func anotherExactStrategyGoesOn() throws {
        let whole = try outcome(trial(), Float.self)
        try withFile { path in
            let begun = try Trainer(try Session<Float>(trial(), heaps: TrainingTests.heaps))
            for _ in 0..<3 { _ = try begun.update() }
            try begun.save(to: path)
            let session = try Session<Float>(
                trial(.binomial(slots: 2), threads: 2, inputs: .resident), heaps: TrainingTests.heaps)
            let resumed = try Trainer(session)
            try resumed.resume(from: path)
            while resumed.curve.count < 6 { _ = try resumed.update() }
            #expect(resumed.curve.losses == whole.losses && parameters(session) == whole.parameters)
        }
    }

    /// Exact is not enough to resume for another strategy: the updates must be the same ones, to the last bit.
    @Test func anotherStrategyGoesOnWhereUpdatesAreTheSame() throws {
        func trial(_ strategy: Strategy, _ interval: UpdateInterval) throws -> Trial {
            var trial = try self.trial(strategy)
            trial.task = .noise
            trial.updateInterval = interval
            return trial
        }
        // T is 23.
        let trials = try [
            trial(.full, .sequence), trial(.binomial(slots: 2), .sequence),
            trial(.truncated(window: 23, stride: 23), .sequence),
            trial(.truncated(window: 30, stride: 25), .stride),
            trial(.truncated(window: 23, stride: 5), .sequence),
            trial(.truncated(window: 99, stride: 5), .sequence),
            trial(.truncated(window: 23, stride: 5), .stride), trial(.truncated(window: 99, stride: 5), .stride),
            trial(.truncated(window: 23, stride: 6), .stride), trial(.truncated(window: 22, stride: 6), .stride),
        ]
        let outcomes = try trials.map { try outcome($0, Float.self) }
        for (one, first) in zip(trials, outcomes) {
            try withFile { path in
                let begun = try Trainer(try Session<Float>(one, heaps: TrainingTests.heaps))
                for _ in 0..<3 { _ = try begun.update() }
                try begun.save(to: path)
                for (other, second) in zip(trials, outcomes) {
                    let comment = "\(one.words), \(other.words)" as Comment
                    let isSame = first.losses == second.losses && first.parameters == second.parameters
                    #expect(one.makesSameUpdates(as: other) == isSame, comment)
                    let session = try Session<Float>(other, heaps: TrainingTests.heaps)
                    let resumed = try Trainer(session)
                    guard isSame else {
                        #expect(throws: CheckpointError.self, comment) { try resumed.resume(from: path) }
                        continue
                    }
                    try resumed.resume(from: path)
                    while resumed.curve.count < 6 { _ = try resumed.update() }
                    #expect(parameters(session) == second.parameters, comment)
                }
            }
        }
    }

    func error(_ path: String, _ trial: Trial) throws -> String? {
        let trainer = try Trainer(try Session<Float>(trial, heaps: TrainingTests.heaps))
        return #expect(throws: CheckpointError.self) { try trainer.resume(from: path) }?.description
    }

    @Test func anotherTrainingIsRefused() throws {
        try withFile { path in
            let begun = try Trainer(try Session<Float>(trial(), heaps: TrainingTests.heaps))
            for _ in 0..<3 { _ = try begun.update() }
            try begun.save(to: path)
            for (other, difference) in [
                (try trial(cell: .gru), "'cell' is 'lstm' there and 'gru' here"),
                (try trial(seed: 2), "'seed' is '1' there and '2' here"),
                (try trial(hidden: 13), "'hidden' is '12' there and '13' here"),
                (
                    try trial(.truncated(window: 7, stride: 7)),
                    "'strategy' is 'full' there and 'truncated:window=7' here"
                ),
                (
                    try trial(optimizer: .sgd, clip: 0),
                    "'optimizer' is 'adam' there and 'sgd' here"
                ),
            ] {
                #expect(try error(path, other) == "'\(path)' is of another training: \(difference)")
            }
            #expect(
                try error(path, trial(updates: 2))
                    == "'\(path)' has made 3 updates already, more than 'updates', 2")
        }
    }

    /// Cut anywhere, the file is refused, and nothing has changed.
    @Test func damagedFilesAreRefused() throws {
        try withFile { path in
            let session = try Session<Float>(trial(updates: 3), heaps: TrainingTests.heaps)
            let trainer = try Trainer(session)
            _ = try trainer.update()
            try trainer.save(to: path)
            let learned = parameters(session)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            func refusal(_ damaged: Data) throws -> String? {
                try damaged.write(to: URL(fileURLWithPath: path))
                let error = #expect(throws: CheckpointError.self) { try trainer.resume(from: path) }
                #expect(parameters(session) == learned && trainer.curve.count == 1)
                return error?.description
            }
            for count in [1, 7, 8, 9, 100, bytes.count / 2, bytes.count - 8, bytes.count - 1] {
                let text = try refusal(bytes.prefix(count))
                #expect(text?.hasPrefix("'\(path)' is cut short: it has \(count) bytes of ") == true, "\(count)")
            }
            #expect(try refusal(Data()) == "'\(path)' is no safetensors file: it is empty")
            #expect(
                try refusal(Data("a text, and no checkpoint".utf8))?.hasPrefix(
                    "'\(path)' is no safetensors file: its header would have ") == true)
            #expect(
                try refusal(Data([2, 0, 0, 0, 0, 0, 0, 0]) + Data("[]".utf8))
                    == "'\(path)' is no safetensors file: its header is no JSON object")
            let foreign = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            #expect(
                try refusal(Data([UInt8(foreign.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data((foreign + "1234").utf8))
                    == "'\(path)' is no checkpoint of a training; 'unroll train --checkpoint' writes them")
            // Whatever byte of the header is another: refused, or read without harm. It never crashes.
            let length = Int(bytes[0]) + Int(bytes[1]) << 8
            for place in stride(from: 8, to: 8 + length, by: 3) {
                var damaged = bytes
                damaged[place] ^= 0x15
                try damaged.write(to: URL(fileURLWithPath: path))
                try? trainer.resume(from: path)
            }
            try bytes.write(to: URL(fileURLWithPath: path))
            try trainer.resume(from: path)
            #expect(parameters(session) == learned)
            try FileManager.default.removeItem(atPath: path)
            #expect(try error(path, trial()) == "cannot read '\(path)': No such file or directory")
        }
    }
}
