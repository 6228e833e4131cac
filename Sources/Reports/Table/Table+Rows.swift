package import Trials

extension Table {
    /// Rows as they stand in measurements.csv, raw.
    package init(_ rows: [Row]) {
        self.init(
            rows,
            columns: Trials.Column.all.map { column in
                ColumnDefinition(column.name, Table.format(column), column.meaning) { Table.entry(column, $0) }
            })
    }

    /// One repetition to read down: its figures, a line each.
    package init(figuresOf row: Row) {
        let lines = Figure.allCases.compactMap { figure in row.measurement[figure].map { FigureLine(figure, $0) } }
        self.init(lines, columns: FigureLine.columns)
    }

    package static let figureColumns = FigureLine.columns.map(\.column)

    /// The columns of rows, and of CSV.
    package static let rowColumns = Table([Row]()).columns

    /// A figure in words, and its value as people read it.
    private struct FigureLine {
        let name: String
        let value: String

        init(_ figure: Figure, _ value: Value) {
            let format = Table.format(.figure(figure))
            name = Column(figure.rawValue, format).title
            self.value = figure == .gradientCosine ? Table.lack(of: value.number) : Table.entry(value).text(format)
        }

        static let columns: [ColumnDefinition<FigureLine>] = [
            ColumnDefinition("figure", .text, "What was measured.") { $0.name },
            ColumnDefinition("value", .text, "Its median, with unit.", alignment: .right, rank: 0) { $0.value },
        ]
    }

    private static func format(_ column: Trials.Column) -> Format {
        guard case .figure(let figure) = column else { return .text }
        return switch figure.unit {
        case .bytes: .bytes
        case .steps, .operations: .count
        case .seconds: .seconds
        case .ratio: figure == .loss || figure == .quality ? .count : .scientific
        case .flag: .text
        }
    }

    /// The row's value in a column; nil where it was not measured or does not apply.
    static func entry(_ column: Trials.Column, _ row: Row) -> Entry? {
        switch column {
        case .figure(let figure): return row.measurement[figure].map(entry)
        case .factor(let factor): return Entry(factor, of: row.trial)
        case .repetition: return .integer(row.repetition)
        case .message, .environment:
            let text = column.text(row)
            return text.isEmpty ? nil : .text(text)
        case .experiment, .trial, .status: return .text(column.text(row))
        }
    }

    private static func entry(_ value: Value) -> Entry {
        switch value {
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .flag(let value): .flag(value)
        }
    }
}
