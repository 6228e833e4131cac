import Files
import Glibc
import Quantities
import Shapes
package import Trials

/// A learning curve as CSV: a tidy row for every update of every training, written as it lands.
///
/// Perplexity is e to the loss, of tasks whose loss is a cross-entropy; the window is there where estimates choose one.
package final class LearningCurve {
    package static let header = [
        "task", "cell", "strategy", "seed", "update", "loss", "quality", "gradient_norm", "wall_seconds",
        "steps_per_second", "peak_bytes", "training", "learning_rate", "clip", "perplexity", "window",
    ]
    /// The headers of older files: without perplexity and window; before those, without what says which training a row is of.
    private static let olderHeaders = [2, 5].map { Array(header.dropLast($0)) }
    private static let training = header.firstIndex(of: "training")!
    private static let factors: [Factor] = [.task, .cell, .strategy, .seed]

    private let file: String
    private let output: OutputFile
    /// Of a regular file, as long as this lives: two trainings at once would write over each other.
    private let lock: FileLock?
    /// The file as it was found, which the lock is of; negative for none.
    private let claim: Int32

    /// Begins the file; what was there is gone. A FIFO or a device gets the rows as they come, and is not read.
    ///
    /// - Parameters:
    ///   - trial: a training that continues: its rows in the file stay, but for those from this update on, and so do those of
    ///     other trainings.
    /// - Throws: ``ResultsError``; also when another training writes it, or one continues and what is there is no learning curve.
    package init(file: String, continuing trial: Trial? = nil, at update: Int = 0) throws(ResultsError) {
        self.file = file
        (claim, lock) = try LearningCurve.claim(file)
        var text = CSV.line(LearningCurve.header)
        if let trial, try LearningCurve.isRegular(file) {
            for fields in try LearningCurve.rows(file) where !LearningCurve.isRedone(fields, by: trial, from: update) {
                text += CSV.line(fields)
            }
        }
        do {
            output = try OutputFile(file)
            try output.write(text)
        } catch {
            throw ResultsError(error)
        }
        do throws(FileLock.Failure) { try lock?.lock(output.descriptor) } catch {
            throw LearningCurve.refusal(error, of: file)
        }
        do { try output.commit() } catch { throw ResultsError(error) }
    }

    deinit { if claim >= 0 { close(claim) } }

    /// What the user should know of a file system without locks; nil where it has them.
    package var warning: String? { lock?.warning }

    /// The right to write a regular file, which is made where there is none.
    private static func claim(_ file: String) throws(ResultsError) -> (Int32, FileLock?) {
        let destination: Destination
        do { destination = try Destination(file) } catch { throw ResultsError(error) }
        guard case .file(let folder, let name) = destination else { return (-1, nil) }
        let path = "\(folder)/\(name)"
        let claim = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
        guard claim >= 0 else { throw .system(file: file, doing: "write it", reason: FileBytes.reason(errno)) }
        do throws(FileLock.Failure) {
            return (claim, try FileLock(path, descriptor: claim))
        } catch {
            close(claim)
            throw refusal(error, of: file)
        }
    }

    private static func refusal(_ failure: FileLock.Failure, of file: String) -> ResultsError {
        switch failure {
        case .system(let error): return ResultsError(error)
        case .held(let owner):
            let other = "another training is writing it" + (owner.map { ", \($0)" } ?? "")
            return .system(file: file, doing: "write it", reason: "\(other); give another name")
        }
    }

    private static func isRegular(_ file: String) throws(ResultsError) -> Bool {
        do {
            guard case .file(let folder, let name) = try Destination(file) else { return false }
            return access("\(folder)/\(name)", F_OK) == 0
        } catch {
            throw ResultsError(error)
        }
    }

    /// Adds a row: one write.
    package func append(_ update: TrainingUpdate, of trial: Trial, peakBytes: Int?) throws(ResultsError) {
        let rate = update.wallSeconds > 0 ? String(Double(trial.length) / update.wallSeconds) : ""
        let fields =
            LearningCurve.factors.map { trial[$0] } + [
                String(update.update), String(update.loss), update.quality.map { String($0) } ?? "",
                update.gradientNorm.map { String($0) } ?? "", String(update.wallSeconds), rate,
                peakBytes.map { String($0) } ?? "", trial.trainingIdentifier, trial[.learningRate], trial[.clip],
                trial.task.criterion == .crossEntropy ? String(exp(update.loss)) : "",
                update.window.map { String($0) } ?? "",
            ]
        do {
            try output.write(CSV.line(fields))
            try output.flush()
        } catch {
            throw ResultsError(error)
        }
    }

    private static func isRedone(_ fields: [String], by trial: Trial, from update: Int) -> Bool {
        guard let number = Int(decimal: fields[factors.count]), number >= update else { return false }
        let training = fields[training]
        // Without its training a row is known by the four columns that it has.
        return training.isEmpty
            ? fields.prefix(factors.count).elementsEqual(factors.map { trial[$0] })
            : training == trial.trainingIdentifier && fields[2] == trial[.strategy]
    }

    /// The rows of a file; a last line without its end is left out.
    private static func rows(_ file: String) throws(ResultsError) -> [[String]] {
        var bytes: [UInt8]
        do {
            bytes = try FileBytes.read(file, limit: Results.largestFile)
        } catch {
            throw ResultsError(error, reading: file)
        }
        _ = CSV.removeTruncatedLine(&bytes)
        let table: (header: CSV.Record, rows: [CSV.Record])?
        do throws(CSVError) {
            table = try CSV.table(bytes)
        } catch {
            throw .malformed(file: file, line: error.line, error.reason.rawValue)
        }
        guard let table else { return [] }
        let first = table.header
        guard first.fields == header || olderHeaders.contains(first.fields) else {
            throw .malformed(
                file: file, line: 1, "the file is no learning curve: its first line is not the header of one")
        }
        for record in table.rows {
            guard record.fields.count == first.fields.count, let update = Int(decimal: record.fields[factors.count]),
                (0..<Trial.largestUpdates).contains(update)
            else {
                throw .malformed(file: file, line: record.line, "the line is no row of a learning curve")
            }
        }
        let absent = Array(repeating: "", count: header.count - first.fields.count)
        return table.rows.map { $0.fields + absent }
    }
}
