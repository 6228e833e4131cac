import Files
import Schedules

extension Audit {
    /// Writes the audited pass as CSV: a row for every action with live and predicted bytes by role after it.
    ///
    /// - Throws: ``ExportError``.
    func write(to path: String) throws(ExportError) {
        let roles = Role.allCases.map(\.rawValue)
        let header =
            ["index", "track", "action", "from", "to", "recording", "live_bytes", "predicted_bytes"]
            + roles.map { "\($0)_bytes" } + roles.map { "predicted_\($0)_bytes" }
        try writeFile(path) { output throws(FileError) in
            func line(_ fields: [String]) throws(FileError) { try output.write(CSV.line(fields)) }
            try line(header)
            for (index, entry) in entries.enumerated() {
                var recording = ""
                if case .advance(_, let kept) = entry.action { recording = String(kept.keepsRecords) }
                let steps = entry.action.steps
                let fields =
                    [
                        String(index), String(entry.lane), entry.action.name,
                        steps.isEmpty ? "" : String(steps.lowerBound),
                        steps.isEmpty ? "" : String(steps.upperBound), recording, String(entry.live.total),
                        String(entry.predicted.total),
                    ]
                    + Role.allCases.map { String(entry.live[$0]) } + Role.allCases.map { String(entry.predicted[$0]) }
                try line(fields)
            }
        }
    }
}
