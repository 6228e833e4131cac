import Trials

extension Results {
    /// Reads the bytes of a file.
    ///
    /// - Parameter file: its name, for messages.
    package init(bytes: [UInt8], file: String) throws(ResultsError) {
        let (whole, torn) = Results.dropTornLine(bytes)
        let records: [CSV.Record]
        do throws(CSVError) {
            records = try CSV.records(whole)
        } catch {
            throw .malformed(file: file, line: error.line, error.reason.rawValue)
        }
        guard let first = records.first else {
            // A process killed while it wrote the header leaves nothing to keep and nothing to blame.
            guard torn else { throw .malformed(file: file, line: 1, "the file is empty") }
            self.init(file: file, rows: [], isTorn: true)
            return
        }
        let columns = Results.columns(inHeader: first.fields)
        guard let columns else { throw .malformed(file: file, line: 1, Results.fault(inHeader: first.fields)) }

        var rows: [Row] = []
        var lines: [Repetition: Int] = [:]
        for record in records.dropFirst() {
            let row: Row
            do throws(RowFault) {
                row = try Row(fields: record.fields, columns: columns)
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

    /// The columns of a header; nil when it is none of ours. Files from before a column was added lack it: it was not
    /// measured.
    private static func columns(inHeader names: [String]) -> [Column]? {
        let later: [Column] = [.figure(.predictedDiskBytes), .figure(.diskBytes)]
        return [Column.all, Column.all.filter { !later.contains($0) }].first { $0.map(\.name) == names }
    }

    private static func fault(inHeader names: [String]) -> String {
        let missing = header.filter { !names.contains($0) }
        let unknown = names.filter { !header.contains($0) }
        if missing.count == header.count {
            let start = shortened(names.joined(separator: ","))
            return "the file is no \(fileName): its first line is '\(start)'; allowed: \(header[0]),\(header[1]),…"
        }
        var faults: [String] = []
        if !missing.isEmpty { faults.append("missing columns: \(missing.joined(separator: ", "))") }
        if !unknown.isEmpty {
            faults.append("unknown columns: \(unknown.map { "'\(shortened($0))'" }.joined(separator: ", "))")
        }
        if faults.isEmpty {
            faults.append("columns twice or in another order; allowed: \(header.joined(separator: ","))")
        }
        return faults.joined(separator: "; ")
    }
}

/// What is wrong with one row.
private struct RowFault: Error { let text: String }

extension Row {
    fileprivate init(fields: [String], columns: [Column]) throws(RowFault) {
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
        var measurement = Measurement()
        for (column, text) in zip(columns, fields) {
            switch column {
            case .experiment:
                guard Experiment.isName(text) else {
                    throw fault(column, text, "lower-case letters, digits and hyphens")
                }
                experiment = text
            case .trial: identifier = text
            case .repetition:
                guard let number = Int(text), number >= 1 else { throw fault(column, text, "a whole number from 1") }
                repetition = number
            case .status:
                guard let word = Status(rawValue: text) else {
                    throw fault(column, text, Status.allCases.map(\.rawValue).joined(separator: ", "))
                }
                status = word
            case .message: message = text
            case .factor(let factor): factors[factor] = text
            case .figure(let figure):
                guard !text.isEmpty else { continue }
                guard let value = Value(text, unit: figure.unit) else { throw fault(column, text, figure.unit.allowed) }
                measurement[figure] = value
            }
        }
        guard status != .ok || message.isEmpty else {
            throw RowFault(text: "a message, '\(shortened(message))', on a row with status 'ok'")
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
            measurement: measurement)
    }
}

extension Figure.Unit {
    /// What its texts may be, for messages.
    fileprivate var allowed: String {
        switch self {
        case .bytes, .steps, .operations: "a whole number, or nothing when not measured"
        case .seconds, .ratio: "a number, or nothing when not measured"
        case .flag: "true, false, or nothing when not measured"
        }
    }
}
