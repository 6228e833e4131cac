package import Quantities

/// Why columns cannot be chosen.
package enum ColumnError: Error, Hashable, CustomStringConvertible {
    case unknown(ParameterError)
    case twice(String)

    package var description: String {
        switch self {
        case .unknown(let error): error.description
        case .twice(let name): "column '\(name)' is given twice"
        }
    }
}

extension Table {
    /// These columns alone, in this order, none of them left out for the width of a terminal.
    ///
    /// - Parameter possible: columns that a table of this kind may have; one that this table lacks is there, unmeasured.
    package func selecting(_ names: [String], of possible: [Column] = []) throws(ColumnError) -> Table {
        let known = columns + possible.filter { column in !columns.contains { $0.name == column.name } }
        try Table.expect(names, among: known)
        let places = names.map { name in known.firstIndex { $0.name == name }! }
        return Table(
            columns: places.map { known[$0].chosen },
            rows: rows.map { row in places.map { $0 < row.count ? row[$0] : nil } })
    }

    /// Without columns in which no row has anything, for people: as where there is no baseline to divide by. Of no rows all.
    package var measured: Table {
        let places = columns.indices.filter { place in rows.isEmpty || rows.contains { $0[place] != nil } }
        return Table(columns: places.map { columns[$0] }, rows: rows.map { row in places.map { row[$0] } })
    }

    /// - Throws: when a name is none of these columns', or is there twice.
    package static func expect(_ names: [String], among columns: [Column]) throws(ColumnError) {
        let allowed = columns.map(\.name)
        for (index, name) in names.enumerated() {
            guard allowed.contains(name) else {
                throw .unknown(ParameterError(unknown: name, kind: "column", of: allowed))
            }
            if names[..<index].contains(name) { throw .twice(name) }
        }
    }
}
