package import Trials

/// A column that leaves this program for another: its name, with the unit, and what its values are.
package struct TypedColumn: Hashable, Sendable {
    package let name: String
    package let kind: Kind

    package enum Kind: Hashable, Sendable { case text, integer, real, flag }

    package init(_ name: String, _ kind: Kind) { (self.name, self.kind) = (name, kind) }

    /// As the tables of factors and figures have it.
    package init(_ column: Trials.Column) {
        let kind: Kind =
            switch column {
            case .experiment, .trial, .status, .message, .environment: .text
            case .repetition: .integer
            case .factor(let factor): Kind(factor.definition.kind)
            case .figure(let figure): Kind(figure.unit)
            }
        self.init(column.name, kind)
    }
}

extension TypedColumn.Kind {
    fileprivate init(_ kind: Factor.Kind) {
        self =
            switch kind {
            case .whole: .integer
            case .real: .real
            case .flag: .flag
            case .text, .word: .text
            }
    }

    fileprivate init(_ unit: Figure.Unit) {
        self =
            switch unit {
            case .bytes, .steps, .operations: .integer
            case .seconds, .ratio: .real
            case .flag: .flag
            }
    }
}

/// A table of typed columns.
package struct TypedTable: Hashable, Sendable {
    package let name: String
    package let columns: [TypedColumn]

    package init(_ name: String, _ columns: [TypedColumn]) { (self.name, self.columns) = (name, columns) }

    /// Rows as they stand in measurements.csv, all of its columns.
    package static let measurements = TypedTable("measurements", Trials.Column.all.map(TypedColumn.init))
}

/// Makes entries of rows one by one: of many rows of one trial its columns are made once.
package struct TypedRows {
    private var ofTrials: [Trial: [Table.Entry?]] = [:]
    /// How many trials they are remembered of.
    private static let most = 1 << 12

    package init() {}

    /// A value for each column of ``TypedTable/measurements``; nil is what was not measured or does not apply.
    package mutating func entries(_ row: Row) -> [Table.Entry?] {
        let known: [Table.Entry?]
        if let earlier = ofTrials[row.trial] {
            known = earlier
        } else {
            if ofTrials.count >= TypedRows.most { ofTrials = [:] }
            known = zip(Trials.Column.all, TypedTable.measurements.columns).map { column, typed in
                column.isOfTrial ? Table.entry(column, row)?.typed(typed.kind) : nil
            }
            ofTrials[row.trial] = known
        }
        return zip(Trials.Column.all, known).map { column, entry in
            column.isOfTrial ? entry : Table.entry(column, row)
        }
    }
}

extension Table.Entry {
    /// The same, a whole number in a column of real ones as such.
    fileprivate func typed(_ kind: TypedColumn.Kind) -> Table.Entry {
        if case .integer(let value) = self, kind == .real { .real(Double(value)) } else { self }
    }
}

extension Trials.Column {
    /// Whether all rows of a trial have the same in it.
    fileprivate var isOfTrial: Bool {
        switch self {
        case .trial, .factor: true
        case .experiment, .repetition, .status, .message, .environment, .figure: false
        }
    }
}
