import Glibc
package import Trials

/// A learning curve as CSV: a tidy row for every update of every training, written as it lands.
package final class LearningCurve {
    package static let header = [
        "task", "cell", "strategy", "seed", "update", "loss", "quality", "gradient_norm", "wall_seconds",
        "steps_per_second", "peak_bytes",
    ]
    /// Of the header, what tells trainings apart.
    private static let factors: [Factor] = [.task, .cell, .strategy, .seed]

    private let file: String
    private let output: Int32

    /// Begins the file; what was there is gone.
    ///
    /// - Parameters:
    ///   - trial: a training that goes on: its rows in the file stay, but for those from this update on, and so do those of
    ///     other trainings.
    /// - Throws: ``ResultsError``; also when a training goes on and what is there is no learning curve.
    package init(file: String, goingOn trial: Trial? = nil, at update: Int = 0) throws(ResultsError) {
        self.file = file
        var text = CSV.line(LearningCurve.header)
        if let trial, access(file, F_OK) == 0 {
            for fields in try LearningCurve.rows(file) where !LearningCurve.isRedone(fields, by: trial, from: update) {
                text += CSV.line(fields)
            }
        }
        try WholeFile.write(text, to: file)
        output = open(file, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard output >= 0 else { throw .system(file: file, doing: "write it", reason: FileBytes.reason(errno)) }
    }

    deinit { if output >= 0 { close(output) } }

    /// Adds a row: one write.
    package func append(_ update: TrainingUpdate, of trial: Trial, peakBytes: Int?) throws(ResultsError) {
        let rate = update.wallSeconds > 0 ? String(Double(trial.length) / update.wallSeconds) : ""
        let fields =
            LearningCurve.factors.map { trial[$0] } + [
                String(update.update), String(update.loss), update.quality.map { String($0) } ?? "",
                update.gradientNorm.map { String($0) } ?? "", String(update.wallSeconds), rate,
                peakBytes.map { String($0) } ?? "",
            ]
        guard WholeFile.write(CSV.line(fields), to: output) else {
            throw .system(file: file, doing: "write it", reason: FileBytes.reason(errno))
        }
    }

    private static func isRedone(_ fields: [String], by trial: Trial, from update: Int) -> Bool {
        fields.prefix(factors.count).elementsEqual(factors.map { trial[$0] }) && Int(fields[factors.count])! >= update
    }

    /// The rows of a file; a last line without its end is left out.
    private static func rows(_ file: String) throws(ResultsError) -> [[String]] {
        var bytes: [UInt8]
        do {
            bytes = try FileBytes.read(file, limit: Results.largestFile)
        } catch {
            switch error {
            case .system(let reason): throw .system(file: file, doing: "read it", reason: reason)
            case .tooLarge:
                throw .malformed(file: file, line: 1, "the file has more than \(Results.largestFile) bytes")
            }
        }
        bytes.removeSubrange((bytes.lastIndex(of: CSV.feed).map { $0 + 1 } ?? 0)...)
        let records: [CSV.Record]
        do throws(CSVError) {
            records = try CSV.records(bytes)
        } catch {
            throw .malformed(file: file, line: error.line, error.reason.rawValue)
        }
        guard let first = records.first else { return [] }
        guard first.fields == header else {
            throw .malformed(
                file: file, line: 1, "the file is no learning curve: its first line is not the header of one")
        }
        for record in records.dropFirst() {
            guard record.fields.count == header.count, Int(record.fields[factors.count]) != nil else {
                throw .malformed(file: file, line: record.line, "the line is no row of a learning curve")
            }
        }
        return records.dropFirst().map(\.fields)
    }
}
