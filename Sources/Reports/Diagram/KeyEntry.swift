/// What a mark of the diagram means.
enum KeyEntry: String, CaseIterable {
    case record
    case saved = "saved state"
    case onDisk = "state on disk"
    case entering = "state entering records"
    case run = "run, nothing kept"
    case reversed
    case waiting = "not yet run"
    case network = "the network"
    case sensitivities = "sensitivities"
    case forgotten = "in the buffer"

    var text: String { rawValue }

    /// Of the mark, the text and what parts it from the next.
    var space: Double { 18 + 7.0 * Double(text.count) + 14 }

    /// As many in a row as the width has space for.
    static func rows(_ entries: [KeyEntry], within width: Double) -> [[KeyEntry]] {
        entries.reduce(into: [[KeyEntry]]()) { rows, entry in
            let used = (rows.last ?? []).reduce(0) { $0 + $1.space }
            if rows.isEmpty || used + entry.space > width {
                rows.append([entry])
            } else {
                rows[rows.count - 1].append(entry)
            }
        }
    }
}
