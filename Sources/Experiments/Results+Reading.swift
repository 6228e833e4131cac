import Memory
import Trials

extension Results {
    /// Reads the bytes of a file.
    ///
    /// - Parameter file: its name, for messages.
    package init(bytes: [UInt8], file: String) throws(ResultsError) {
        let (whole, torn) = Results.dropTornLine(bytes)
        let table: (header: CSV.Record, rows: [CSV.Record])?
        do throws(CSVError) {
            table = try CSV.table(whole)
        } catch {
            throw .malformed(file: file, line: error.line, error.reason.rawValue)
        }
        guard let table else {
            // A process killed before or while it wrote the header leaves nothing to keep and nothing to blame.
            self.init(file: file, rows: [], isTorn: true)
            return
        }
        if let fault = Results.fault(inHeader: table.header.fields) {
            throw .malformed(file: file, line: table.header.line, fault)
        }
        let names = table.header.fields
        let columns = names.map { name in Column.all.first { $0.name == name } }

        var rows: [Row] = []
        var lines: [Repetition: Int] = [:]
        // Many rows have one; a text each would be a copy each.
        var origins: [String: Origin] = [:]
        for record in table.rows {
            let row: Row
            do throws(RowFault) {
                row = try Row(fields: record.fields, columns: columns, origins: &origins)
            } catch {
                throw .malformed(file: file, line: record.line, error.text)
            }
            let key = Repetition(experiment: row.experiment, trial: row.trial, number: row.repetition)
            if let earlier = lines.updateValue(record.line, forKey: key) {
                throw .malformed(
                    file: file, line: record.line,
                    "repetition \(row.repetition) of trial \(row.trial.identifier) stands in line \(earlier) already")
            }
            rows.append(row)
        }
        self.init(file: file, rows: rows, isTorn: torn)
        foreignColumns =
            names.filter { !Results.header.contains($0) } + Results.header.filter { !names.contains($0) }
    }

    private struct Repetition: Hashable {
        let experiment: String
        let trial: Trial
        let number: Int
    }

    /// Cuts off what stands behind the last end of line. Rows are written with one call each, so only the last can be
    /// incomplete.
    private static func dropTornLine(_ bytes: [UInt8]) -> (whole: [UInt8], torn: Bool) {
        guard let last = bytes.last, last != CSV.feed else { return (bytes, false) }
        let end = bytes.lastIndex(of: CSV.feed).map { $0 + 1 } ?? 0
        return (Array(bytes[..<end]), true)
    }

    /// What a row cannot do without. What was measured may be more or less in another version.
    private static let required =
        [Column.experiment, .trial, .repetition, .status, .message]
        + Factor.allCases.filter { !$0.isDerived && !$0.isLater }.map(Column.factor)

    private static func fault(inHeader names: [String]) -> String? {
        guard names != header else { return nil }
        if !header.contains(where: names.contains) {
            let start = shortened(names.joined(separator: ","))
            return "the file is no \(fileName): its first line is '\(start)'; allowed: \(header[0]),\(header[1]),…"
        }
        let missing = required.map(\.name).filter { !names.contains($0) }
        if !missing.isEmpty {
            let unknown = names.filter { !header.contains($0) }.map { "'\(shortened($0))'" }
            return "missing columns: \(missing.joined(separator: ", "))"
                + (unknown.isEmpty ? "" : "; unknown columns: \(unknown.joined(separator: ", "))")
        }
        let ours = names.filter { header.contains($0) }
        if ours != header.filter({ names.contains($0) }) {
            return "columns twice or in another order; allowed: \(header.joined(separator: ","))"
        }
        return nil
    }
}

/// What is wrong with one row.
private struct RowFault: Error { let text: String }

extension Row {
    /// A flag as it is written here: a spreadsheet shouts it, and Python begins it with a capital.
    private static func flag(_ text: String) -> String {
        ["TRUE", "True", "FALSE", "False"].contains(text) ? text.lowercased() : text
    }

    /// - Parameter columns: of the fields; nil for one that this version does not have.
    fileprivate init(
        fields: [String], columns: [Column?], origins: inout [String: Origin]
    ) throws(RowFault) {
        guard fields.count == columns.count else {
            throw RowFault(text: "\(fields.count) fields; the header has \(columns.count)")
        }
        func fault(_ column: Column, _ text: String, _ allowed: String) -> RowFault {
            RowFault(text: "'\(column.name)' is '\(shortened(text))'; allowed: \(allowed)")
        }
        var factors: [Factor: String] = [:]
        var experiment = ""
        var identifier = ""
        var repetition = 0
        var status = Status.ok
        var message = ""
        var origin = Origin.unknown
        var measurement = Measurement()
        for (column, text) in zip(columns, fields) {
            guard let column else { continue }
            switch column {
            case .experiment:
                guard Experiment.isName(text) else {
                    throw fault(column, text, "lower-case letters, digits and hyphens")
                }
                experiment = text
            case .trial: identifier = text
            case .repetition:
                guard let number = Int(decimal: text), (1...Experiment.largestRepetitions).contains(number) else {
                    throw fault(column, text, "a whole number from 1 to \(Experiment.largestRepetitions)")
                }
                repetition = number
            case .status:
                guard let word = Status(rawValue: text) else {
                    throw fault(column, text, Status.allCases.map(\.rawValue).joined(separator: ", "))
                }
                status = word
            case .message: message = text
            case .environment:
                guard text.isEmpty || Origin.isKey(text) else {
                    throw fault(column, text, "16 hexadecimal digits, or nothing when it is unknown")
                }
                origin = origins[text] ?? Origin(key: text)
                origins[text] = origin
            case .factor(let factor): factors[factor] = factor == .bidirectional ? Row.flag(text) : text
            case .figure(let figure):
                guard !text.isEmpty else { continue }
                guard let value = Value(figure.unit == .flag ? Row.flag(text) : text, unit: figure.unit) else {
                    throw fault(column, text, figure.unit.allowed)
                }
                measurement[figure] = value
            }
        }
        let trial: Trial
        do throws(TrialError) {
            trial = try Trial(factors)
        } catch {
            throw RowFault(text: error.description)
        }
        guard trial.identifier == identifier else {
            throw fault(.trial, identifier, "'\(trial.identifier)', which follows from the factors")
        }
        self.init(
            experiment: experiment, trial: trial, repetition: repetition, status: status, message: message,
            origin: origin, measurement: measurement)
    }
}

extension Figure.Unit {
    /// What its texts may be, for messages.
    fileprivate var allowed: String {
        switch self {
        case .bytes, .steps, .operations:
            "a whole number, at most \(Value.integers(self).upperBound), or nothing when not measured"
        case .seconds: "a number of seconds, at most \(Int(Value.mostSeconds)), or nothing when not measured"
        case .ratio: "a number, or nothing when not measured"
        case .flag: "true, false, or nothing when not measured"
        }
    }
}
