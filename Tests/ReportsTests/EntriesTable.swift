import Reports

extension Table {
    /// A table of any entries, row by row: for the tests of how tables are written, whatever they are of.
    init(columns: [Column], leading: Int = 0, entries: [[Entry?]]) {
        let definitions = columns.enumerated().map { index, column in
            ColumnDefinition(column) { (row: [Entry?]) in row[index] }
        }
        self.init(
            entries, leading: Array(definitions.prefix(leading)), columns: Array(definitions.dropFirst(leading)))
    }
}
