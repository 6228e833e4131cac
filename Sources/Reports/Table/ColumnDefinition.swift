package import Schedules

/// A column of tables whose lines are all of one kind, defined once: what it is called, how it is written, in which tables it
/// stands, and its value for a line. Every rendering follows from it.
package struct ColumnDefinition<Line>: Sendable {
    package let column: Table.Column
    /// Whether a table of these lines has the column.
    let isPresent: @Sendable ([Line]) -> Bool
    /// Nil is what was not measured.
    package let value: @Sendable (Line) -> Table.Entry?

    /// - Parameter isPresent: whether a table of these lines has the column; by default every table has.
    package init<Value: TableValue>(
        _ column: Table.Column, where isPresent: @escaping @Sendable ([Line]) -> Bool = { _ in true },
        value: @escaping @Sendable (Line) -> Value?
    ) {
        self.column = column
        self.isPresent = isPresent
        self.value = { value($0)?.entry }
    }

    /// See ``Table/Column/init(_:title:_:_:alignment:isDetail:width:rank:group:)``.
    package init<Value: TableValue>(
        _ name: String, title: String? = nil, _ format: Table.Format, _ about: String = "",
        alignment: Table.Alignment? = nil, isDetail: Bool = false, width: Int? = nil, rank: Int = 1,
        group: String? = nil,
        where isPresent: @escaping @Sendable ([Line]) -> Bool = { _ in true },
        value: @escaping @Sendable (Line) -> Value?
    ) {
        self.init(
            Table.Column(
                name, title: title, format, about, alignment: alignment, isDetail: isDetail, width: width, rank: rank,
                group: group),
            where: isPresent, value: value)
    }
}

extension Table {
    /// A row a line, under those of the columns that a table of these lines has.
    ///
    /// - Parameter leading: columns before the others, of what rows belong together; see ``leading``.
    package init<Line>(
        _ lines: [Line], leading: [ColumnDefinition<Line>] = [], columns: [ColumnDefinition<Line>]
    ) {
        let first = leading.filter { $0.isPresent(lines) }
        let present = first + columns.filter { $0.isPresent(lines) }
        self.init(
            columns: present.map(\.column), rows: lines.map { line in present.map { $0.value(line) } },
            leading: first.count)
    }
}

/// What can stand in a table.
package protocol TableValue: Sendable {
    var entry: Table.Entry { get }
}

extension Table.Entry: TableValue {
    package var entry: Table.Entry { self }
}

extension String: TableValue {
    package var entry: Table.Entry { .text(self) }
}

extension Int: TableValue {
    package var entry: Table.Entry { .integer(self) }
}

extension Double: TableValue {
    package var entry: Table.Entry { .real(self) }
}

extension Bool: TableValue {
    package var entry: Table.Entry { .flag(self) }
}

extension Strategy: TableValue {
    package var entry: Table.Entry { .text(description) }
}
