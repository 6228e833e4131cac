import Quantities
package import Trials

/// Rows of one experiment by several builds or on several machines: what every table and page says of it.
package struct Mixture: Hashable, Sendable, CustomStringConvertible {
    /// The keys of the environments with their rows, as first seen; those that are alike together.
    package let parts: [Part]
    /// Whether it was asked that rows are compared across them.
    package let isAskedFor: Bool

    package struct Part: Hashable, Sendable {
        package let origin: Origin
        package let rows: Int
    }

    /// Nil when all rows are of one build on one machine.
    package init?(_ rows: [Row]) {
        var counts: [Origin: Int] = [:]
        var order: [Origin] = []
        for row in rows {
            // What is asked to be mixed is told apart by its key alone.
            let origin = order.first { $0.isMixed ? $0 == row.origin : $0.isComparable(with: row.origin) } ?? row.origin
            if counts[origin] == nil { order.append(origin) }
            counts[origin, default: 0] += 1
        }
        guard order.count > 1 else { return nil }
        parts = order.map { Part(origin: $0, rows: counts[$0]!) }
        isAskedFor = order.contains(where: \.isMixed)
    }

    package var description: String {
        let each = parts.map { "\(counted($0.rows, "row")) of \($0.origin.text)" }.joined(separator: ", ")
        let builds = Set(parts.map(\.origin.build)).count
        let kinds = isAskedFor || builds > 1 ? "builds or machines" : "machines"
        return "rows of \(parts.count) \(kinds): \(each); "
            + (isAskedFor
                ? "compared across them, as --mix-builds asks"
                : "none is compared with another's")
    }
}

extension [Row] {
    /// What there is of several builds or machines, experiment by experiment.
    package var mixtures: [(experiment: String, mixture: Mixture)] {
        var order: [String] = []
        var byName: [String: [Row]] = [:]
        for row in self {
            if byName[row.experiment] == nil { order.append(row.experiment) }
            byName[row.experiment, default: []].append(row)
        }
        return order.compactMap { name in Mixture(byName[name]!).map { (name, $0) } }
    }
}
