import Experiments
import Reports
import Trials

/// Results as every command that reports on them takes them: whole files whose rows contradict neither themselves nor
/// each other, each experiment in one place.
///
/// - Parameters:
///   - experiments: files of others alone may be as they like; nil for all.
///   - start: how the path begins, where that is no business of the user's.
///   - shown: what stands for it in messages.
func readResults(
    at path: String, of experiments: Set<String>? = nil, replacing start: String = "", by shown: String = ""
) throws -> [Results] {
    var all = try reporting { () throws(ResultsError) in
        do throws(ResultsError) { return try Results.read(at: path) } catch { throw error.renaming(start, shown) }
    }
    for index in all.indices { all[index].file = all[index].file.replacingStart(start, shown) }
    if let experiments { all.removeAll { !$0.rows.contains { experiments.contains($0.experiment) } } }
    for results in all {
        if results.isTruncated {
            throw truncated(results.file, line: results.line(of: results.rows.count))
        }
        if let (index, text) = results.rows.contradiction {
            throw fail("\(results.file):\(results.line(of: index)): \(text)", code: Exit.badFile)
        }
    }
    try expectOnePlace(all)
    return all
}

/// Of a file whose last line has no end.
func truncated(_ file: String, line: Int) -> any Error {
    fail(
        "\(file):\(line): the line is cut short, as by a process that was "
            + "killed; 'unroll run' measures what is missing, or delete the line", code: Exit.badFile)
}

/// Of an experiment in two files.
func twoPlaces(_ name: String, _ earlier: String, _ file: String) -> any Error {
    fail(
        "experiment '\(name)' is in two places, \(earlier) and \(file): name one of them, move the other away, or "
            + "join them with 'unroll merge'", code: Exit.badFile)
}

/// Expects each experiment in one file: a copy of a folder next to it would count every trial twice.
private func expectOnePlace(_ all: [Results]) throws {
    var places: [String: String] = [:]
    for results in all {
        for name in Set(results.rows.map(\.experiment)).sorted() {
            guard let earlier = places.updateValue(results.file, forKey: name) else { continue }
            throw twoPlaces(name, earlier, results.file)
        }
    }
}

/// Expects no trial in two of the sets that are taken together.
///
/// - Parameter paths: where the sets are, as the user named them.
func expectApart(_ sets: [[Row]], at paths: [String]) throws {
    guard sets.count > 1 else { return }
    struct Place: Hashable {
        let experiment: String
        let trial: Trial
    }
    var first: [Place: Int] = [:]
    for (index, rows) in sets.enumerated() {
        for row in rows {
            let place = Place(experiment: row.experiment, trial: row.trial)
            guard let earlier = first[place], earlier != index else {
                first[place] = index
                continue
            }
            throw fail(
                "experiment '\(row.experiment)' has trial \(row.trial.identifier) in two places, \(paths[earlier]) and "
                    + "\(paths[index]): name one of them, or join them with 'unroll merge'", code: Exit.badFile)
        }
    }
}

extension Results {
    /// The line in which a row begins: after the header, and after messages of more than one line.
    fileprivate func line(of index: Int) -> Int {
        rows[..<index].reduce(2) { $0 + 1 + $1.message.utf8.count { $0 == UInt8(ascii: "\n") } }
    }
}
