import ArgumentParser
import Files
import Foundation
import Reports

/// How wide text may be where people read it. What is piped is as wide as it needs.
enum Terminal {
    /// Of standard output when it is a terminal, else nil. COLUMNS overrides what the terminal says, as in other programs
    /// that read it; a terminal that does not say has 80.
    static var outputColumns: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        return exported ?? columns(of: STDOUT_FILENO) ?? usual
    }

    /// Of standard error, which is a terminal, at this moment. A line that is written over itself must not wrap, so that the
    /// terminal's own word counts before COLUMNS, which is from before it was resized.
    static var errorColumns: Int { columns(of: STDERR_FILENO) ?? exported ?? usual }

    /// Lines can be written over, which a dumb terminal cannot.
    static let isErrorRewritable =
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Writes prose to standard output, wrapped where that is a terminal. What in it would steer a terminal is shown, as in tables.
    static func show(_ text: String) { print(wrap(text.shown(keepsLines: true), to: outputColumns)) }

    private static let usual = 80

    private static var exported: Int? {
        let text = ProcessInfo.processInfo.environment["COLUMNS"]
        return text.flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// The one line on standard error that changes; nothing where lines cannot be written over.
enum StatusLine {
    /// - Parameter versions: what to say, and the same in fewer words; the first that fits is shown, or the last cut to fit.
    static func show(_ versions: String...) {
        guard Terminal.isErrorRewritable else { return }
        // The last column stays empty: some terminals begin a new line when it is written.
        write(fitted(versions, to: Terminal.errorColumns - 1))
    }

    static func clear() {
        if Terminal.isErrorRewritable { write("") }
    }

    /// To the start of the line, what stands there away, and this in its place.
    private static func write(_ text: String) { _ = Descriptor.write("\r\u{1B}[K" + text, to: STDERR_FILENO) }

    static func fitted(_ versions: [String], to columns: Int) -> String {
        // A file's name may have what moves the cursor.
        let versions = versions.map { $0.shown() }
        return versions.first { $0.displayWidth <= columns } ?? (versions.last ?? "").cut(to: columns)
    }
}

/// Which columns of a table are shown, and how wide it may be.
struct TableOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these columns, in this order, by their names in CSV. Without it, a terminal too narrow for the table gets "
                + "the most important ones.", valueName: "name,…"))
    var columns: String?

    private var names: [String]? {
        columns?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// - Throws: a usage error when a column is chosen that a table of these has not: before anything is measured for it.
    func expect(among possible: [Table.Column]) throws {
        guard let names else { return }
        do { try Table.expect(names, among: possible) } catch { throw ValidationError("'--columns': \(error)") }
    }

    /// What was chosen of a table.
    ///
    /// - Parameter possible: columns that such a table has sometimes.
    func choose(from table: Table, of possible: [Table.Column] = []) throws -> Table {
        guard let names else { return table }
        do {
            return try table.selecting(names, of: possible)
        } catch {
            throw fail("'--columns': \(error)", code: Exit.usage)
        }
    }

    /// Writes it to standard output.
    ///
    /// - Parameters:
    ///   - hasData: the command writes CSV too.
    func show(
        _ table: Table, as format: Table.Rendering, of possible: [Table.Column] = [], hasData: Bool = true
    ) throws {
        let table = try choose(from: table, of: possible)
        guard format == .table else { return print(table.text(as: format), terminator: "") }
        let all = hasData ? ", '--format csv' has all" : ""
        print(
            table.plainText(within: Terminal.outputColumns, hint: "'--columns NAME,…' chooses columns\(all)."),
            terminator: "")
    }
}
