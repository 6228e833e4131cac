package import Trials

extension Table {
    /// Rows as they stand in measurements.csv, raw.
    package init(_ rows: [Row]) {
        self.init(columns: Trials.Column.all.map { Column($0.name, Table.format($0)) })
        for row in rows { append(Trials.Column.all.map { Table.entry($0, row) }) }
    }

    package static let figureColumns = [
        Column("figure", .text), Column("value", .text, alignment: .right, rank: 0),
    ]

    /// One repetition to read down: its figures, a line each.
    package init(figuresOf row: Row) {
        self.init(columns: Table.figureColumns)
        for figure in Figure.allCases {
            guard let value = row.measurement[figure] else { continue }
            let format = Table.format(.figure(figure))
            let name = Column(figure.rawValue, format).title
            append([.text(name), .text(Table.entry(value).text(format))])
        }
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

    private static func entry(_ column: Trials.Column, _ row: Row) -> Entry? {
        switch column {
        case .figure(let figure): return row.measurement[figure].map(entry)
        case .factor(let factor): return row.trial[factor].isEmpty ? nil : Entry(factor, of: row.trial)
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
