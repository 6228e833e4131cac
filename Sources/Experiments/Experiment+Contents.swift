package import Trials

extension Experiment {
    /// Reads what the trials' files hold now, each file once: it is part of what a trial is.
    ///
    /// - Throws: ``DataFileError``; nothing has changed then.
    package mutating func readContents() throws(DataFileError) {
        trials = try trials.readingContents()
    }
}

extension [Trial] {
    /// These with what their files hold now, each file read once.
    ///
    /// - Throws: ``DataFileError``.
    package func readingContents() throws(DataFileError) -> [Trial] {
        var contents: [String: Content] = [:]
        var trials: [Trial] = []
        for var trial in self {
            for file in trial.files {
                if contents[file.path] == nil { contents[file.path] = try Content(file: file.path) }
                trial[keyPath: file.content] = contents[file.path]
            }
            trials.append(trial)
        }
        return trials
    }

    /// For each file that one of these reads, and whose rows were measured when it held something else: a sentence.
    package func otherContents(in rows: [Row]) -> [String] {
        let own = Set(self)
        var now: [Trial: Trial] = [:]
        for trial in self where !trial.files.isEmpty { now[trial.ofAnyContent] = trial }
        var counts: [(file: String, then: Content?, now: Content, rows: Int)] = []
        for row in rows where !own.contains(row.trial) {
            guard let trial = now[row.trial.ofAnyContent],
                let (file, _, key) = trial.files.first(where: {
                    trial[keyPath: $0.content] != row.trial[keyPath: $0.content]
                }), let content = trial[keyPath: key]
            else {
                continue
            }
            let then = row.trial[keyPath: key]
            if let index = counts.firstIndex(where: { ($0.file, $0.then) == (file, then) }) {
                counts[index].rows += 1
            } else {
                counts.append((file, then, content, 1))
            }
        }
        return counts.map { file, then, now, rows in
            "\(rows == 1 ? "1 row is" : "\(rows) rows are") of other bytes in '\(file)' ("
                + "\(then?.description ?? "not recorded"), now \(now)): another trial"
        }
    }
}
