import Files
import Quantities
package import Schedules
import Trials

/// Live bytes by role after every action of a measured pass, as `unroll measure --timeline` writes them.
package struct MeasuredTimeline: Sendable {
    package let usages: [Usage]
    private let actions: [String]

    /// Beside experiments: timelines named by their trials' identifiers.
    package static let folder = "timelines"

    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Reads the CSV.
    package init(_ bytes: [UInt8]) throws(Failure) {
        let table: (header: CSV.Record, rows: [CSV.Record])?
        do throws(CSVError) { table = try CSV.table(bytes) } catch { throw Failure(description: error.description) }
        guard let table else { throw Failure(description: "it has no line") }
        func column(_ name: String) throws(Failure) -> Int {
            guard let place = table.header.fields.firstIndex(of: name) else {
                throw Failure(
                    description: "line \(table.header.line): no column '\(name)'; a timeline is what "
                        + "'unroll measure --timeline' writes")
            }
            return place
        }
        let action = try column("action")
        // A role that came later has no column in older files: there were no such bytes.
        var roles: [(role: Role, place: Int)] = []
        for role in Role.allCases where !role.isLater || table.header.fields.contains("\(role.rawValue)_bytes") {
            roles.append((role, try column("\(role.rawValue)_bytes")))
        }
        var usages: [Usage] = []
        for row in table.rows {
            var usage = Usage()
            for (role, place) in roles {
                guard let bytes = Int(decimal: row.fields[place]), bytes >= 0 else {
                    throw Failure(
                        description: "line \(row.line): '\(role.rawValue)_bytes' is '\(row.fields[place])'; allowed: "
                            + "a whole number of bytes")
                }
                usage[role] = bytes
            }
            usages.append(usage)
        }
        self.usages = usages
        actions = table.rows.map { $0.fields[action] }
    }

    /// Expects the actions of this lane.
    func expect(_ lane: PlayerLane) throws(Failure) {
        let expected = lane.actions.map(\.action.name)
        guard actions != expected else { return }
        let place = zip(actions, expected).enumerated().first { $1.0 != $1.1 }
        let difference =
            place.map { "action \($0.offset) is '\($0.element.0)' and not '\($0.element.1)'" }
            ?? "it has \(actions.count) actions and not \(expected.count)"
        throw Failure(description: "it is of another schedule than \(lane.trial.strategy)'s: \(difference)")
    }
}
