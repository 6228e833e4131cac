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
        var found: [(origin: Origin, rows: Int)] = []
        // Rows of one environment share their origin.
        var last: (origin: Shared<Origin>, place: Int)?
        for row in rows {
            var place = last.flatMap { $0.origin.isOne(with: row.$origin) ? $0.place : nil }
            // What is asked to be mixed is told apart by its key alone.
            place =
                place
                ?? found.firstIndex {
                    $0.origin.isMixed ? $0.origin == row.origin : $0.origin.isComparable(with: row.origin)
                }
            if place == nil { found.append((row.origin, 0)) }
            last = (row.$origin, place ?? found.count - 1)
            found[last!.place].rows += 1
        }
        guard found.count > 1 else { return nil }
        parts = found.map { Part(origin: $0.origin, rows: $0.rows) }
        isAskedFor = found.contains(where: \.origin.isMixed)
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
