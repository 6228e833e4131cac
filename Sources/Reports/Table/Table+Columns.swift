/// Why columns cannot be chosen.
package enum ColumnError: Error, Hashable, CustomStringConvertible {
    case unknown(String, nearest: String?, allowed: [String])
    case twice(String)

    package var description: String {
        switch self {
        case .unknown(let name, let nearest, let allowed):
            "no column '\(name)'" + (nearest.map { ", nearest: \($0)" } ?? "")
                + "; allowed: \(allowed.joined(separator: ", "))"
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

    /// - Throws: when a name is none of these columns', or is there twice.
    package static func expect(_ names: [String], among columns: [Column]) throws(ColumnError) {
        let allowed = columns.map(\.name)
        for (index, name) in names.enumerated() {
            guard allowed.contains(name) else {
                throw .unknown(name, nearest: nearest(to: name, among: allowed), allowed: allowed)
            }
            if names[..<index].contains(name) { throw .twice(name) }
        }
    }
}

/// The word that the fewest changes of letters make of this one, where no more than half of its letters change; of several
/// the first.
package func nearest(to word: String, among words: [String]) -> String? {
    let distances = words.map { (word: $0, distance: editDistance(word, $0)) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return 2 * best.distance <= max(word.count, best.word.count) ? best.word : nil
}

/// Letters put in, left out or changed to make one word of the other (Levenshtein 1966), row by row of the table.
///
/// - Complexity: O(n · m) time, O(m) memory.
private func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in second.indices {
            let changed = diagonal + (letter == second[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
        }
    }
    return row[second.count]
}
