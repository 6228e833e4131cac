import Files
import Foundation
import Quantities
import Reports
import Runner

/// What is reported of a gauged program.
struct GaugeReport {
    private let reading: GaugeReading
    private let hasSites: Bool

    init(_ reading: GaugeReading, hasSites: Bool) {
        self.reading = reading
        self.hasSites = hasSites
    }

    /// Its figures, by the names that CSV and JSON have for them.
    static let columns: [ColumnDefinition<GaugeReading>] = [
        ColumnDefinition("peak_bytes", .bytes, rank: 0) { $0.peak?.count },
        ColumnDefinition("peak_bound_bytes", title: "±", .bytes, rank: 0) { $0.bound?.count },
        ColumnDefinition("peak_heap_bytes", title: "heap", .bytes) { $0.heapPeak?.count },
        ColumnDefinition("peak_mapped_bytes", title: "mapped", .bytes) { $0.mappedPeak?.count },
        ColumnDefinition("peak_rss_bytes", title: "resident", .bytes) { $0.residentPeak?.count },
        ColumnDefinition("allocations", .count) { $0.allocations },
        ColumnDefinition("processes", .count) { $0.processes },
        ColumnDefinition("most_threads", title: "threads", .count) { $0.mostThreads },
        ColumnDefinition("seconds", title: "time", .seconds) { $0.duration.inSeconds },
        ColumnDefinition("exit_code", title: "exit", .count) { Int($0.exitCode) },
    ]

    private static let phases: [ColumnDefinition<GaugePhase>] = [
        ColumnDefinition("name", title: "phase", .text) { $0.name },
        ColumnDefinition("peak_bytes", .bytes) { $0.peak.count },
        ColumnDefinition("seconds", title: "time", .seconds) { $0.duration.inSeconds },
    ]

    private static let timeline: [ColumnDefinition<GaugeTimeline.Bucket>] = [
        ColumnDefinition("seconds", .seconds) { $0.end.inSeconds },
        ColumnDefinition("least_bytes", .bytes) { $0.least.count },
        ColumnDefinition("most_bytes", .bytes) { $0.most.count },
    ]

    private static let sites: [ColumnDefinition<GaugeSite>] = [
        ColumnDefinition("peak_bytes", .bytes) { $0.peak.count },
        ColumnDefinition("process", .count) { $0.process },
        ColumnDefinition("frames", title: "callers, innermost first", .text, rank: 0) {
            $0.frames.joined(separator: " < ")
        },
    ]

    /// - Parameter width: of the terminal; nil for as wide as it needs.
    func text(as format: Table.Rendering, within width: Int?) -> String {
        let figures = Table([reading], columns: GaugeReport.columns)
        let phases = Table(reading.phases, columns: GaugeReport.phases)
        let sites = Table(reading.sites, columns: GaugeReport.sites)
        switch format {
        case .csv: return figures.text(as: .csv)
        case .json:
            let timeline = Table(reading.timeline.buckets, columns: GaugeReport.timeline)
            return JSONText.object(
                [JSONText.members(figures.objects[0]), JSONText.list("phases", phases.objects)]
                    + (hasSites ? [JSONText.list("sites", sites.objects)] : [])
                    + [
                        JSONText.list("timeline", timeline.objects),
                        JSONText.list("notes", reading.notes.map { $0.quotedForJSON() }),
                    ])
        case .table, .markdown:
            let tables = [figures] + [phases, sites].filter { !$0.rows.isEmpty }
            return GaugeReport.text(tables, notes: reading.notes, as: format, within: width)
        }
    }

    /// Tables for people, and what is to be known of them below.
    static func text(_ tables: [Table], notes: [String], as format: Table.Rendering, within width: Int?) -> String {
        let texts = tables.map { format == .table ? $0.plainText(within: width) : $0.text(as: format) }
        let lines = notes.map { wrap($0, to: width) + "\n" }
        return (texts + (lines.isEmpty ? [] : [lines.joined()])).joined(separator: "\n")
    }
}

/// JSON of several tables.
enum JSONText {
    /// An object's members, without its braces.
    static func members(_ object: String) -> String { String(object.dropFirst().dropLast()) }

    static func list(_ name: String, _ values: [String]) -> String {
        let inner = values.isEmpty ? "" : "\n    \(values.joined(separator: ",\n    "))\n  "
        return "\(name.quotedForJSON()): [\(inner)]"
    }

    static func object(_ members: [String]) -> String { "{\n  \(members.joined(separator: ",\n  "))\n}\n" }
}
