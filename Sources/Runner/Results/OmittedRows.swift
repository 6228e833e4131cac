import Experiments
import Quantities
import Trials

/// Which rows of an earlier file of results its new form has no more, why, and where they are: what every command that writes
/// results says of them.
struct OmittedRows {
    /// As it is now, with what its tasks' files hold where that was read.
    let experiment: Experiment
    /// Its file, as the user named it.
    let path: String
    /// Rows of another build or machine that are measured again.
    var otherOrigin: [Row] = []
    /// What tells that build or machine apart.
    var difference = ""
    /// Files are joined, and nothing is measured again.
    var isMerge = false

    private enum Reason: CaseIterable { case otherContent, notAsked, excess, otherOrigin, failed, rest }

    /// - Returns: a sentence for each reason; empty when nothing was left out.
    func sentences(_ backup: Backup?, of writer: ResultsWriter) -> [String] {
        guard let backup else { return [] }
        if writer.isFresh {
            let size = backup.rows.map { counted($0.count, "row") } ?? "which cannot be read"
            return ["everything is measured again; the old file, \(size), is kept as \(backup.name)"]
        }
        var reasons: [String] = []
        let columns = writer.existing?.unknownColumns ?? []
        if !columns.isEmpty {
            reasons.append("results of another version, which differ in the columns \(columns.joined(separator: ", "))")
        }
        if writer.existing?.isTruncated ?? false { reasons.append("the last line is cut short") }
        let place = backup.isWhole ? "the old file is kept as \(backup.name)" : "kept in \(backup.name)"
        return (reasons + sentences(backup.rows ?? [])).map { "\($0); \(place)" }
    }

    /// A sentence for each reason why rows are left out.
    func sentences(_ rows: [Row]) -> [String] {
        let asked = Set(experiment.trials)
        let ofAnyContent = Set(experiment.trials.map(\.ofAnyContent))
        let apart = Set(otherOrigin)
        func reason(_ row: Row) -> Reason {
            if apart.contains(row) { return .otherOrigin }
            let isKnown = row.experiment == experiment.name && ofAnyContent.contains(row.trial.ofAnyContent)
            if !isKnown { return .notAsked }
            // A merge takes what its files say of contents, and not what the task's file holds now.
            if !isMerge, !asked.contains(row.trial) { return .otherContent }
            if row.repetition > experiment.repetitions { return .excess }
            return row.status == .ok ? .rest : .failed
        }
        let byReason = Dictionary(grouping: rows, by: reason)
        return Reason.allCases.flatMap { reason -> [String] in
            guard let rows = byReason[reason] else { return [] }
            let count = counted(rows.count, "row")
            switch reason {
            case .otherContent: return experiment.trials.otherContents(in: rows)
            case .notAsked: return ["\(count) not asked for by \(path) as it is now, of \(names(rows))"]
            case .excess: return ["\(count) of repetitions beyond \(experiment.repetitions)"]
            case .otherOrigin:
                return [
                    "\(count) measured with another \(difference) measured again, with the trials that are compared with them"
                ]
            case .failed: return ["\(count) of failed trials, " + (isMerge ? "which another file has" : "tried again")]
            case .rest:
                return [
                    isMerge
                        ? "\(count) of trials that another file has whole"
                        : "\(count) of trials that lack repetitions, measured again"
                ]
            }
        }
    }

    private func names(_ rows: [Row]) -> String {
        var names: [String] = []
        for row in rows {
            let words = row.trial.summary
            if !names.contains(words) { names.append(words) }
        }
        return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }
}
