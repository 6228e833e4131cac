import Experiments
import Foundation
import Testing
import Trials

@Suite struct LearningCurveTests {
    private let file = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString).csv"

    private func trial(_ strategy: String = "full", seed: Int = 1) throws -> Trial {
        try Trial(words: ["strategy=\(strategy)", "task=adding", "length=100", "seed=\(seed)", "updates=9"])
    }

    private func update(_ number: Int, loss: Double = 0.5) -> TrainingUpdate {
        TrainingUpdate(update: number, loss: loss, quality: 0.25, wallSeconds: 0.5, recentLoss: 0.5)
    }

    private func write(_ curve: LearningCurve, _ trial: Trial, _ updates: Range<Int>, loss: Double = 0.5) throws {
        for number in updates { try curve.append(update(number, loss: loss), of: trial, peakBytes: 4096) }
    }

    private var text: String {
        get throws { try String(contentsOfFile: file, encoding: .utf8) }
    }

    private static let header =
        "task,cell,strategy,seed,update,loss,quality,gradient_norm,wall_seconds,steps_per_second,peak_bytes,training,learning_rate,clip,perplexity,window\n"

    private func writeTwo() throws {
        let curve = try LearningCurve(file: file)
        #expect(try text == LearningCurveTests.header)
        try curve.append(
            TrainingUpdate(update: 0, loss: 0.5, gradientNorm: 2, wallSeconds: 0.25, recentLoss: 0.5),
            of: trial("truncated:window=4,stride=2"), peakBytes: nil)
        try write(curve, trial(seed: 3), 7..<8)
    }

    @Test func rows() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        try writeTwo()
        #expect(
            try text == LearningCurveTests.header
                + "adding,lstm,\"truncated:window=4,stride=2\",1,0,0.5,,2.0,0.25,400.0,,\(trial().trainingIdentifier),0.001,0,,\n"
                + "adding,lstm,full,3,7,0.5,0.25,,0.5,200.0,4096,\(trial(seed: 3).trainingIdentifier),0.001,0,,\n")
        // A new training begins a new file.
        _ = try LearningCurve(file: file)
        #expect(try text == LearningCurveTests.header)
    }

    /// What was trained after the checkpoint is trained again; all else stays, and a torn line goes.
    @Test func goingOn() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        try write(LearningCurve(file: file), trial(), 0..<6)
        try write(LearningCurve(file: file, continuing: trial(seed: 2), at: 0), trial(seed: 2), 0..<3)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("adding,lstm,full,1,6,0.".utf8))
        try handle.close()
        try write(LearningCurve(file: file, continuing: trial(), at: 4), trial(), 4..<7, loss: 0.75)
        let rows = try text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",")[3...5].joined(separator: " ")
        }
        #expect(
            rows == [
                "1 0 0.5", "1 1 0.5", "1 2 0.5", "1 3 0.5", "2 0 0.5", "2 1 0.5", "2 2 0.5", "1 4 0.75", "1 5 0.75",
                "1 6 0.75",
            ])
    }

    /// Trainings that differ in what has no column, or in what a resume may change.
    @Test func trainingsOfOneNameAreKeptApart() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        func trial(_ words: String...) throws -> Trial {
            try Trial(words: ["task=adding", "length=100", "updates=9"] + words)
        }
        let (wide, narrow) = (try trial(), try trial("hidden=64"))
        try write(LearningCurve(file: file), wide, 0..<4)
        try write(LearningCurve(file: file, continuing: narrow, at: 2), narrow, 2..<4, loss: 0.75)
        #expect(try text.split(separator: "\n").count == 1 + 4 + 2)
        // The same training, at another rate from update 3 on.
        let faster = try trial("learning_rate=0.01", "clip=2", "threads=2")
        try write(LearningCurve(file: file, continuing: faster, at: 3), faster, 3..<5, loss: 0.25)
        let rows = try text.split(separator: "\n").dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return ([fields[4], fields[5]] + fields[12...13]).joined(separator: " ")
        }
        #expect(
            rows == [
                "0 0.5 0.001 0", "1 0.5 0.001 0", "2 0.5 0.001 0", "2 0.75 0.001 0", "3 0.75 0.001 0", "3 0.25 0.01 2",
                "4 0.25 0.01 2",
            ])
    }

    /// A file without the columns that came later: its rows are known by those that it has.
    @Test func anOlderFileGoesOn() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let header = LearningCurve.header.dropLast(5).joined(separator: ",")
        let rows = (0..<3).map { "adding,lstm,full,1,\($0),0.5,0.25,,0.5,200.0,4096" }
        try Data("\(header)\n\(rows.joined(separator: "\n"))\n".utf8).write(to: URL(fileURLWithPath: file))
        try write(LearningCurve(file: file, continuing: trial(), at: 2), trial(), 2..<3, loss: 0.75)
        #expect(
            try text == LearningCurveTests.header + "\(rows[0]),,,,,\n\(rows[1]),,,,,\n"
                + "adding,lstm,full,1,2,0.75,0.25,,0.5,200.0,4096,\(trial().trainingIdentifier),0.001,0,,\n")
    }

    /// A file of before perplexity and the window.
    @Test func aFileWithoutTheLastColumnsGoesOn() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let header = LearningCurve.header.dropLast(2).joined(separator: ",")
        let row = "adding,lstm,full,1,0,0.5,0.25,,0.5,200.0,4096,\(try trial().trainingIdentifier),0.001,0"
        try Data("\(header)\n\(row)\n".utf8).write(to: URL(fileURLWithPath: file))
        _ = try LearningCurve(file: file, continuing: trial(), at: 2)
        #expect(try text == LearningCurveTests.header + "\(row),,\n")
    }

    /// e to the loss, of tasks with classes; the window where one is chosen.
    @Test func perplexityAndWindow() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let trial = try Trial(words: ["task=copy:delay=3", "length=100", "updates=9"])
        let curve = try LearningCurve(file: file)
        try curve.append(
            TrainingUpdate(update: 0, loss: 0, wallSeconds: 1, window: 7, recentLoss: 0), of: trial, peakBytes: nil)
        #expect(try text.hasSuffix(",1.0,7\n"))
    }

    @Test(arguments: [
        ("a,b\n1,2\n", 1, "the file is no learning curve: its first line is not the header of one"),
        (LearningCurveTests.header + "1,2\n", 2, "the line is no row of a learning curve"),
        (LearningCurveTests.header + "adding,lstm,full,1,x,0.5,,,1,1,1\n", 2, "the line is no row of a learning curve"),
        (LearningCurveTests.header + "adding,\"lstm\n", 2, "a quoted field does not end"),
    ])
    func anotherFileIsRefusedAndStays(content: String, line: Int, reason: String) throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        let error = try #require(throws: ResultsError.self) {
            try LearningCurve(file: file, continuing: trial(), at: 1)
        }
        #expect(error.description == "\(file):\(line): \(reason)")
        #expect(try text == content)
    }

    @Test func withoutAFileItBegins() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        try write(LearningCurve(file: file, continuing: trial(), at: 4), trial(), 4..<5)
        #expect(
            try text == LearningCurveTests.header
                + "adding,lstm,full,1,4,0.5,0.25,,0.5,200.0,4096,\(trial().trainingIdentifier),0.001,0,,\n")
        #expect(throws: ResultsError.self) { try LearningCurve(file: "/none/there.csv") }
    }

    @Test("Two trainings do not write one file, whoever of them began it or took its place")
    func oneWriter() throws {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let first = try LearningCurve(file: file)
        try write(first, trial(), 0..<3)
        for _ in 0..<2 {
            let error = try #require(throws: ResultsError.self) { try LearningCurve(file: file) }
            #expect(!error.isMalformed)
            #expect(error.description == "\(file): cannot write it: another training is writing it; give another name")
            #expect(throws: ResultsError.self) { try LearningCurve(file: file, continuing: trial(), at: 1) }
        }
        try write(first, trial(), 3..<4)
        #expect(try text.split(separator: "\n").count == 5)
    }
}
