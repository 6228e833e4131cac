import Quantities
import Schedules
package import Trials

extension Table {
    /// One trial in six lines: its peak, what that is made of, full unrolling's beside it, time, work and gradient.
    ///
    /// What full unrolling takes is predicted from shapes. What was not measured has no line.
    package init(headlineOf row: Row) {
        self.init(Headline.lines(of: row), columns: Headline.columns)
    }

    private struct Headline {
        let name: String
        let value: String

        static let columns: [ColumnDefinition<Headline>] = [
            ColumnDefinition("figure", .text, "What was measured.", rank: 0) { $0.name },
            ColumnDefinition("value", .text, "Its value with unit.", rank: 0) { $0.value },
        ]

        static func lines(of row: Row) -> [Headline] {
            [
                ("peak", peak(row)), ("made of", parts(row)), ("of full unrolling", share(row)),
                ("a step", step(row)), ("time", time(row)),
                ("forward steps", steps(row)), ("gradient", gradient(row)),
            ].compactMap { name, value in value.map { Headline(name: name, value: $0) } }
        }

        private static func bytes(_ value: Double) -> String { Bytes(Int(value)).description }

        private static func peak(_ row: Row) -> String? {
            guard let peak = row[.peakBytes] else { return nil }
            guard let gap = row[.predictionGapBytes] else { return bytes(peak) }
            return gap == 0
                ? "\(bytes(peak)), as predicted to the byte"
                : "\(bytes(peak)), \(counted(Int(abs(gap)), "byte")) \(gap > 0 ? "above" : "below") the prediction"
        }

        /// Roles at the moment of the peak, the largest first; where that is not known, each at its own.
        private static func parts(_ row: Row) -> String? {
            let usage = Attribution(row)?.usage
            let roles = Role.allCases.compactMap { role -> (role: Role, bytes: Int)? in
                let size = usage.map { $0[role] } ?? row[Figure(role)].map { Int($0) }
                return size.flatMap { $0 > 0 ? (role, $0) : nil }
            }
            guard !roles.isEmpty else { return nil }
            let list = roles.sorted { $0.bytes > $1.bytes }.map { "\($0.role.rawValue) \(Bytes($0.bytes))" }
            return list.joined(separator: ", ") + (usage == nil ? "; each at its own peak" : "")
        }

        private static func share(_ row: Row) -> String? {
            var trial = row.trial
            guard trial.strategy != .full, let peak = row[.peakBytes] else { return nil }
            trial.strategy = .full
            let full = trial.demand.peakBytes
            return "\(significant(peak / Double(full) * 100, 3)) % of \(Bytes(full)), as predicted of it"
        }

        /// Of other engines, of which the peak is not known.
        private static func step(_ row: Row) -> String? {
            guard row.trial.engine != .unroll, let step = row[.stepBytes] else { return nil }
            return "\(bytes(step)) above weights, gradients and inputs"
        }

        private static func time(_ row: Row) -> String? {
            guard let wall = row[.wallSeconds] else { return nil }
            let parts: [(String, Figure)] = [
                ("forward", .forwardSeconds), ("recomputed", .recomputeSeconds), ("backward", .backwardSeconds),
                ("input and output", .ioSeconds), ("optimiser", .optimizerSeconds),
            ]
            let list = parts.compactMap { name, figure in
                row[figure].flatMap { $0 > 0 ? "\(name) \(duration($0))" : nil }
            }
            return duration(wall) + (list.isEmpty ? "" : ": " + list.joined(separator: ", "))
        }

        private static func steps(_ row: Row) -> String? {
            guard let steps = row[.forwardSteps] else { return nil }
            let length = Double(row.trial.length * max(1, row.trial.updates))
            return "\(significant(steps / length, 3)) for each of the sequence"
        }

        private static func gradient(_ row: Row) -> String? {
            guard let error = row[.gradientRelativeError] else { return nil }
            guard error > 0 else { return "full unrolling's, to the last bit" }
            let cosine = row[.gradientCosine].map { ", cosine \(Table.lack(of: $0))" } ?? ""
            return "relative error \(scientific(error))\(cosine)"
        }
    }

    /// A cosine as people read it: by what it lacks of 1 where it is near.
    static func lack(of value: Double) -> String {
        value < 0.9 ? significant(value, 3) : value >= 1 ? "1" : "1 − \(scientific(1 - value))"
    }
}
