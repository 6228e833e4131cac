package import Files
import Quantities
package import Trials

/// What is wrong with one line of a file.
package struct LineFault: Error {
    /// Counted from 1.
    package let line: Int
    package let text: String

    init(line: Int, text: String) { (self.line, self.text) = (line, text) }
    init(_ error: CSVError) { self.init(line: error.line, text: error.reason.rawValue) }
}

/// Makes rows of records. What many rows have in common, their trial, origin and experiment, is read and checked once.
package struct RowReader {
    /// Of the fields; nil for one that this version does not have.
    private let columns: [Column?]
    /// The trials of all rows, and the numbers they go by.
    private var trials: [Shared<Trial>] = []
    private var numbers: [Trial: Int] = [:]
    /// The same by the bytes of their names and factors, each after its length: other texts may say the same factors.
    private var known: [Key: Int] = [:]
    private var key = Key()
    private var experiment: (text: [UInt8], name: String)?
    private var origin: (text: [UInt8], origin: Shared<Origin>) = ([], Shared(wrappedValue: .unknown))
    private var figures: [(figure: Figure, value: Value)] = []

    /// How many texts of trials are remembered; nil for all of them.
    private let mostTrials: Int?

    /// - Parameter mostTrials: with more, what was read of trials is read again, and their numbers are new ones. Nil for rows that
    ///   are all kept anyway.
    package init(columns: [Column?], mostTrials: Int? = nil) {
        self.columns = columns
        self.mostTrials = mostTrials
    }

    /// Bytes that are hashed at once: an array's are one by one.
    private struct Key: Hashable {
        var bytes: [UInt8] = []

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    /// How many texts of trials were read.
    package var textsRead: Int { known.count }

    /// The row that a reader's record is, and the number of its trial.
    package mutating func row(_ record: borrowing CSV.Reader) throws(LineFault) -> (row: Row, trial: Int) {
        let line = record.start
        guard record.fields.count == columns.count else {
            throw LineFault(line: line, text: "\(record.fields.count) fields; the header has \(columns.count)")
        }
        var (repetition, status, message) = (0, Status.ok, "")
        key.bytes.removeAll(keepingCapacity: true)
        figures.removeAll(keepingCapacity: true)
        for index in columns.indices {
            guard let column = columns[index] else { continue }
            let text = record[index]
            func fault(_ allowed: String) -> LineFault { LineFault(line: line, column, text, allowed: allowed) }
            switch column {
            case .experiment:
                if let experiment, text.elementsEqual(experiment.text) { continue }
                let name = String(decoding: text, as: UTF8.self)
                guard Experiment.isName(name) else { throw fault("lower-case letters, digits and hyphens") }
                experiment = (Array(text), name)
            case .repetition:
                guard let number = Int(decimal: text), (1...Experiment.largestRepetitions).contains(number) else {
                    throw fault("a whole number from 1 to \(Experiment.largestRepetitions)")
                }
                repetition = number
            case .status:
                guard let word = Status(rawValue: String(decoding: text, as: UTF8.self)) else {
                    throw fault(Status.allCases.map(\.rawValue).joined(separator: ", "))
                }
                status = word
            case .message: message = text.isEmpty ? "" : String(decoding: text, as: UTF8.self)
            case .environment:
                if text.elementsEqual(origin.text) { continue }
                let name = String(decoding: text, as: UTF8.self)
                guard text.isEmpty || Origin.isKey(name) else {
                    throw fault("16 hexadecimal digits, or nothing when it is unknown")
                }
                origin = (Array(text), Shared(wrappedValue: Origin(key: name)))
            case .trial, .factor: addToKey(text)
            case .figure(let figure):
                guard !text.isEmpty else { continue }
                guard let value = Value(figure.unit == .flag ? flag(text) : text, unit: figure.unit) else {
                    throw fault(figure.unit.allowed)
                }
                figures.append((figure, value))
            }
        }
        let number: Int
        if let earlier = known[key] { number = earlier } else { number = try readTrial(record) }
        let row = Row(
            experiment: experiment?.name ?? "", trial: trials[number], repetition: repetition, status: status,
            message: message, origin: origin.origin, measurement: Measurement(inOrder: figures))
        return (row, number)
    }

    private mutating func addToKey(_ text: ArraySlice<UInt8>) {
        withUnsafeBytes(of: text.count) { key.bytes.append(contentsOf: $0) }
        key.bytes.append(contentsOf: text)
    }

    /// The trial of a record whose key was not met before.
    private mutating func readTrial(_ record: borrowing CSV.Reader) throws(LineFault) -> Int {
        var factors: [Factor: String] = [:]
        var identifier: ArraySlice<UInt8> = []
        for index in columns.indices {
            switch columns[index] {
            case .trial: identifier = record[index]
            case .factor(let factor):
                let text = factor.definition.kind.isFlag ? flag(record[index]) : record[index]
                factors[factor] = String(decoding: text, as: UTF8.self)
            default: continue
            }
        }
        let trial: Trial
        do throws(TrialError) {
            trial = try Trial(factors)
        } catch {
            throw LineFault(line: record.start, text: error.description)
        }
        guard trial.identifier.utf8.elementsEqual(identifier) else {
            throw LineFault(
                line: record.start, .trial, identifier,
                allowed: "'\(trial.identifier)', which follows from the factors")
        }
        if let mostTrials, known.count >= mostTrials { (trials, numbers, known) = ([], [:], [:]) }
        let number = numbers[trial] ?? trials.count
        if number == trials.count {
            trials.append(Shared(wrappedValue: trial))
            numbers[trial] = number
        }
        known[key] = number
        return number
    }

    /// A flag as it is written here: a spreadsheet shouts it, and Python begins it with a capital.
    private func flag(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = text.first, first == UInt8(ascii: "T") || first == UInt8(ascii: "F") else { return text }
        let word = String(decoding: text, as: UTF8.self)
        return ["TRUE", "True", "FALSE", "False"].contains(word) ? Array(word.lowercased().utf8)[...] : text
    }
}

extension LineFault {
    fileprivate init(line: Int, _ column: Column, _ text: ArraySlice<UInt8>, allowed: String) {
        let found = shortened(String(decoding: text, as: UTF8.self))
        self.init(line: line, text: "'\(column.name)' is '\(found)'; allowed: \(allowed)")
    }
}
