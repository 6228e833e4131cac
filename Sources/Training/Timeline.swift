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
        try writeFile(path) { put in
            func line(_ fields: [String]) -> Bool {
                var text = fields.joined(separator: ",") + "\n"
                return text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
            }
            guard line(header) else { return false }
            for (index, entry) in entries.enumerated() {
                var recording = ""
                if case .advance(_, let kept) = entry.action { recording = String(kept.keepsRecords) }
                let steps = entry.action.steps
                let fields =
                    [
                        String(index), String(entry.track), entry.action.name,
                        steps.isEmpty ? "" : String(steps.lowerBound),
                        steps.isEmpty ? "" : String(steps.upperBound), recording, String(entry.live.total),
                        String(entry.predicted.total),
                    ]
                    + Role.allCases.map { String(entry.live[$0]) } + Role.allCases.map { String(entry.predicted[$0]) }
                guard line(fields) else { return false }
            }
            return true
        }
    }
}
