import Experiments
import Files
import Foundation
import Machine
import Quantities
import Reports
import Runner
import Trials

/// How much is said on standard error.
enum Verbosity { case quiet, usual, verbose }

/// Shows on standard error what a run says of itself: one line that changes on a terminal, sentences for what is to be known,
/// nothing when it is quiet but errors, a log when it is verbose.
final class EventPrinter {
    let verbosity: Verbosity
    /// What runs: an experiment or a task; the program where it is neither.
    let name: String
    /// Where results go.
    private let directory: String
    private let shard: Shard?

    let start = ContinuousClock.now
    /// Seconds from which on a run says where they went.
    private static let long = 10.0
    var sweep = SweepProgress()
    var training: TrainingProgress
    /// When the line of a training was last written, or where lines cannot be written over how a sweep gets on.
    var shown: ContinuousClock.Instant?
    /// Whether it was said that a network is timed.
    private var saidThatItTimes = false

    init(
        _ verbosity: Verbosity, name: String = "unroll", directory: String = "", shard: Shard? = nil,
        training: TrainingProgress = TrainingProgress(updates: 0, trainings: 0)
    ) {
        self.verbosity = verbosity
        self.name = name
        self.directory = directory
        self.shard = shard
        self.training = training
    }

    func show(_ event: Event) {
        switch event {
        case .started, .trialStarted, .rowFinished, .trialFailed, .finished:
            sweep.update(event)
            if verbosity == .verbose { logSweep(event) } else { showSweep(event) }
        case .trainingStarted, .trainingResumed, .trainingReady, .updated, .trainingFailed, .trainingsEnded:
            training.update(event)
            showTraining(event)
        case .counting, .timing, .checking, .preparing, .round, .calibrated: showStatus(event)
        case .warning(let text): if verbosity != .quiet { writeError("unroll: \(text)\n") }
        case .jobRows(let job, let rows, let all):
            let counts = "\(rows) of \(all) rows, job \(job.number)"
            switch verbosity {
            case .quiet: break
            case .usual: StatusLine.show("\(name): \(counts)", counts)
            case .verbose:
                Log.write("waiting", [("experiment", name), ("job", job.text), ("rows", "\(rows)")])
            }
        case .jobEnded: clear()
        case .jobElsewhere(let other):
            note("\(directory): \(SlurmRecord.fileName) is of \(other.shown()), which its job measures into")
        case .noRoom(let needed, let there):
            writeError(
                "unroll: no times are predicted: timing this network takes \(needed), more than this machine's memory, "
                    + "\(there)\n")
        case .pricesNotKept(let reason): writeError("unroll: prices are not kept: \(reason)\n")
        case .experimentFinished, .nothingMissing:
            let part = shard.map { ", shard \($0)" } ?? ""
            let next = shard == nil ? "; next: unroll compare \(directory.quotedForShell)" : ""
            if let finding { note("\(name): \(finding)") }
            if case .experimentFinished(let summary) = event, summary.effort.wall >= EventPrinter.long,
                let sentence = summary.effort.sentence
            {
                note("\(name)\(part): \(sentence)")
            }
            if let text = text(event) { note("\(name)\(part): \(text), in \(directory)\(next)") }
        case .rowsLeftOut, .unknownOrigins, .otherSources, .workers, .joined, .rowsNotJoined, .rowsTogether,
            .joinedInPart, .jobFound, .jobSubmitted, .jobLeft, .jobUncertain, .rowsMeasuredAgain, .memoryRaised:
            if let text = text(event) { note("\(name): \(text)") }
        }
    }

    /// What all rows of the experiment have found, those of earlier runs among them; a part of one has found nothing yet.
    private var finding: String? {
        guard shard == nil,
            let rows = try? Results.read(file: "\(directory)/\(Results.fileName)").rows
        else { return nil }
        return Answer.sentence(rows).plain
    }

    /// What is to be known of an event, in a sentence; nil for nothing.
    private func text(_ event: Event) -> String? {
        switch event {
        case .experimentFinished(let summary):
            "\(counted(summary.complete, "trial")) measured" + (summary.failed > 0 ? ", \(summary.failed) failed" : "")
        case .nothingMissing(let trials): "nothing is missing of \(counted(trials, "trial"))"
        case .rowsLeftOut(let sentence): sentence
        case .unknownOrigins(let rows):
            "\(counted(rows, "row")) of an unknown build or machine, for no \(Environment.fileName) next to them "
                + "describes it; the new rows are not compared with them"
        case .otherSources(let earlier, let now):
            "rows of \(earlier.map(\.source).joined(separator: ", ")) stay next to those of \(now.source): the measuring "
                + "program is the same"
        case .workers(let workers): workers.note
        case .joined(let merge):
            "\(counted(merge.trials, "trial")) of \(counted(merge.files, "file")) joined"
                + (merge.failed > 0 ? ", \(merge.failed) failed" : "") + ", in \(directory)"
        case .rowsNotJoined(let sentence): "not joined: \(sentence)"
        case .rowsTogether(let rows): Mixture(rows)?.description
        case .joinedInPart(let absent): absent
        case .jobFound(let job): "job array \(job.number) is still there"
        case .jobSubmitted(let job, let shards, let all):
            "job array \(job.number), \(counted(shards, "shard")) of \(all)"
        case .jobLeft: "when it has ended: unroll merge \(directory)"
        case .jobUncertain(let job, let failure): "\(failure); waiting for job array \(job.number) all the same"
        case .rowsMeasuredAgain(let rows, let backup):
            "\(counted(rows, "row")) measured again by a task, whose log slurm.*.log says why; kept in \(backup)"
        case .memoryRaised(let memory): "what was out of memory runs again with \(memory)"
        default: nil
        }
    }

    /// In words, or in the log as a whole.
    private func note(_ line: String) {
        switch verbosity {
        case .quiet: break
        case .usual: writeError(line + "\n")
        case .verbose: Log.write("note", [("message", line)])
        }
    }

    func clear() {
        if verbosity == .usual { StatusLine.clear() }
    }

    /// On a terminal one line that changes; else nothing.
    private func showStatus(_ event: Event) {
        switch event {
        case .counting(let trial, let index, let all):
            let counts = "counting trial \(index) of \(all)"
            StatusLine.show("\(counts), \(trial.strategy)", counts)
        case .timing(.start): StatusLine.show("timing a start")
        case .timing(.draws): StatusLine.show("timing draws")
        case .timing(.network(let index, let all)): StatusLine.show("timing network \(index) of \(all)")
        case .timing(.changes(let index, let all)): StatusLine.show("timing updates within a pass, \(index) of \(all)")
        case .checking(let index, let all):
            if !saidThatItTimes, !Terminal.isErrorRewritable { writeError("unroll: timing \(all) networks\n") }
            saidThatItTimes = true
            StatusLine.show("network \(index) of \(all)")
        case .preparing(let index, let all):
            if !Terminal.isErrorRewritable, !saidThatItTimes {
                writeError(
                    "unroll: timing steps of this network, once: it takes some seconds, and '--offline' does without\n")
                saidThatItTimes = true
            }
            StatusLine.show(
                "timing steps of this network, once: preparing trial \(index) of \(all)",
                "timing: trial \(index) of \(all)")
        case .round(let round, let all):
            StatusLine.show(
                "timing steps of this network, once: round \(round) of \(all)", "timing: round \(round) of \(all)")
        default: StatusLine.clear()
        }
    }

    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}

extension Environment {
    /// The build of unroll in words.
    fileprivate var source: String {
        "commit " + (commit.map { String($0.prefix(12)) } ?? "none") + (dirty == true ? " with changes" : "")
            + (unrollFingerprint.map { " (\($0))" } ?? "")
    }
}
