/// Rows under columns that are each defined once; every rendering follows from the one definition.
///
/// People read `table` and `markdown`, with rounded figures that carry their unit; programs read `csv` and `json`, with
/// raw figures whose unit is in the column's name.
package struct Table: Hashable, Sendable {
    package let columns: [Column]
    /// As many entries a row as there are columns; nil is what was not measured.
    package let rows: [[Entry?]]
    /// How many first columns tell what rows belong together: where a terminal's table would be too wide, they are said above these
    /// and not in each.
    var leading = 0

    /// What a reader gets. The words are those of `--format`.
    package enum Rendering: String, CaseIterable, Hashable, Sendable {
        case table, markdown, csv, json
    }

    /// The whole text, each line with its line feed. CSV lines too end with a line feed alone, as tools on Unix write
    /// and read them; in all else it is RFC 4180.
    package func text(as rendering: Rendering) -> String {
        switch rendering {
        case .table: plainText(within: nil)
        case .markdown: markdown
        case .csv: csv
        case .json: json
        }
    }
}

extension Table {
    /// A column: its name, its unit and how it is written.
    package struct Column: Hashable, Sendable {
        /// In CSV and JSON, with the unit: `peak_bytes`.
        package let name: String
        /// Above the figures people read, without the unit.
        package let title: String
        package let format: Format
        /// What it is, in a line with its unit; for help.
        package let about: String
        package let alignment: Alignment
        /// Left out of the terminal's table, where width is scarce.
        package let isDetail: Bool
        /// Where longer text continues in the next line of a terminal's table; nil where it does so only to fit the terminal.
        package let width: Int?
        /// Which columns a narrow terminal does without: those of the highest rank first. Those of rank 0, and the first, stay.
        package let rank: Int
        /// The same for columns of which one says little without the others, as the ends of an interval: they go together.
        package let group: String?

        /// - Parameters:
        ///   - title: by default the name in words, without the unit.
        ///   - alignment: by default words to the left, figures to the right.
        package init(
            _ name: String, title: String? = nil, _ format: Format, _ about: String = "", alignment: Alignment? = nil,
            isDetail: Bool = false, width: Int? = nil, rank: Int = 1, group: String? = nil
        ) {
            self.name = name
            let unit = format.suffix
            let words = name.hasSuffix(unit) ? String(name.dropLast(unit.count)) : name
            self.title = title ?? String(words.map { $0 == "_" ? " " : $0 })
            self.format = format
            self.about = about
            self.width = width
            self.alignment = alignment ?? (format == .text ? .left : .right)
            self.isDetail = isDetail
            self.rank = rank
            self.group = group
        }

        /// The same, wanted by name: it stays at any width.
        var chosen: Column {
            Column(name, title: title, format, about, alignment: alignment, width: width, rank: 0)
        }
    }

    package enum Alignment: Hashable, Sendable { case left, right }

    /// The unit of a column's figures and how people read them.
    package enum Format: Hashable, Sendable {
        case text
        /// A whole number.
        case count
        /// `65.3 MiB`
        case bytes
        /// `12.3 ms`
        case seconds
        /// A part of a whole: `0.27`.
        case share
        /// A multiple: `×1.31`.
        case times
        /// `94 %`
        case percent
        /// A part of a whole: `27.3 %`.
        case proportion
        /// Two decimals.
        case decimal
        /// `1.2e-07`
        case scientific

        /// How a column's name ends for this unit.
        fileprivate var suffix: String {
            switch self {
            case .bytes: "_bytes"
            case .seconds: "_seconds"
            default: ""
            }
        }
    }

    /// One cell of a table. A figure that is not finite is written as one not measured.
    package enum Entry: Hashable, Sendable {
        case text(String)
        /// Text for people, and the word that programs know it by.
        case labelled(String, word: String)
        case integer(Int)
        case real(Double)
        case flag(Bool)
    }
}

extension Table.Entry {
    /// As a number; nil for text and what is not finite.
    var number: Double? {
        switch self {
        case .text, .labelled: nil
        case .integer(let value): Double(value)
        case .real(let value): value.isFinite ? value : nil
        case .flag(let value): value ? 1 : 0
        }
    }
}
