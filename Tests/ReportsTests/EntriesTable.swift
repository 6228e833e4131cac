import Reports

extension Table {
    /// A table of any entries, row by row: for the tests of how tables are written, whatever they are of.
    init(columns: [Column], entries: [[Entry?]]) {
        self.init(
            entries,
            columns: columns.enumerated().map { index, column in
                ColumnDefinition(column) { (row: [Entry?]) in row[index] }
            })
    }
}
