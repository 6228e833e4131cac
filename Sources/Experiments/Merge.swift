package import Trials

/// Joins files of results of one experiment to what one run would have left.
package struct Merge: Sendable {
    package let rows: [Row]
    /// Trials of the experiment of which no file has all repetitions, nor a row that says why it has not.
    package let missing: [Trial]

    /// Where two files measured the same and do not agree.
    package struct Conflict: Error, Hashable, CustomStringConvertible {
        package let files: [String]
        package let trial: String
        package let repetition: Int
        package let column: String
        package let values: [String]

        package var description: String {
            "\(files[1]): trial \(trial), repetition \(repetition): '\(column)' is '\(values[1])', but '\(values[0])' in "
                + "\(files[0]); "
                + (Factor(rawValue: column)?.definition.group == .content
                    ? "results of different bytes are of different trials: measure again what is of the wrong ones"
                    : "what is counted, not timed, must be the same")
        }
    }

    /// - Parameter sources: the first that has a trial whole gives its rows.
    /// - Throws: ``Conflict`` when rows of the same trial and repetition disagree in what is deterministic.
    package init(_ experiment: Experiment, _ sources: [Results]) throws(Conflict) {
        let bySource = sources.map { source in
            // The experiment's copy does not say what its tasks' files held: the rows do.
            Dictionary(grouping: source.rows.filter { $0.experiment == experiment.name }, by: \.trial.ofAnyContent)
        }
        var rows: [Row] = []
        var missing: [Trial] = []
        for group in experiment.trials.groups() {
            var chosen: [[Row]] = Array(repeating: [], count: sources.count)
            for trial in group {
                try Merge.expectAgreement(trial, sources, bySource)
                let offers = bySource.indices.compactMap { source in bySource[source][trial].map { (source, $0) } }
                func isWhole(_ rows: [Row]) -> Bool {
                    Set(rows.filter { $0.status == .ok }.map(\.repetition)).isSuperset(of: 1...experiment.repetitions)
                }
                let offer = offers.first { isWhole($0.1) } ?? offers.first { $0.1.contains { $0.status != .ok } }
                if offer == nil { missing.append(trial) }
                if let (source, offered) = offer ?? offers.first {
                    chosen[source] += offered.filter { $0.repetition <= experiment.repetitions }
                }
            }
            // As measured: the order of a file's rows is that of its rounds.
            for (source, some) in chosen.enumerated() where !some.isEmpty {
                let wanted = Set(some)
                rows += sources[source].rows.filter(wanted.contains)
            }
        }
        self.rows = rows
        self.missing = missing
    }

    /// The rows of files that are not joined: those that the experiment does not ask for, and those of trials that another file
    /// has. A row that is in two files to the letter is joined.
    ///
    /// - Parameter file: one that is not asked for.
    package func left(of sources: [Results], except file: String) -> [Row] {
        let lines = Set(rows.map(Results.line))
        return sources.filter { $0.file != file }.flatMap { $0.rows.filter { !lines.contains(Results.line($0)) } }
    }

    private static func expectAgreement(
        _ trial: Trial, _ sources: [Results], _ rows: [[Trial: [Row]]]
    ) throws(Conflict) {
        var known: (source: Int, row: Row)?
        for source in sources.indices {
            for row in rows[source][trial] ?? [] {
                let other = known.flatMap { known in
                    row.trial.files.first { known.row.trial[keyPath: $0.content] != row.trial[keyPath: $0.content] }
                }
                guard let known, let factor = other?.factor else {
                    known = known ?? (source, row)
                    continue
                }
                throw Conflict(
                    files: [sources[known.source].file, sources[source].file], trial: row.trial.identifier,
                    repetition: row.repetition, column: factor.rawValue,
                    values: [known.row, row].map { $0.trial[factor] })
            }
        }
        var first: [Int: (source: Int, row: Row)] = [:]
        for source in sources.indices {
            for row in rows[source][trial] ?? [] where row.status == .ok {
                guard let earlier = first[row.repetition] else {
                    first[row.repetition] = (source, row)
                    continue
                }
                for figure in Figure.allCases {
                    guard let one = earlier.row.measurement[figure], let other = row.measurement[figure],
                        !figure.agrees(one, other, in: trial)
                    else { continue }
                    throw Conflict(
                        files: [sources[earlier.source].file, sources[source].file], trial: trial.identifier,
                        repetition: row.repetition, column: figure.rawValue,
                        values: [one.description, other.description])
                }
            }
        }
    }
}

extension Column {
    /// Whether every run of one build on one kind of machine leaves the same text here.
    package var isDeterministic: Bool {
        switch self {
        case .figure(let figure): figure.reproducibility != .ofRun
        case .message, .environment: false
        default: true
        }
    }
}
