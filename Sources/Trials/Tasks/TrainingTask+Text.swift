import Quantities

extension TrainingTask: CustomStringConvertible {
    package var description: String {
        switch self {
        case .adding, .noise, .reber, .labelling: name
        case .stream(let mean, let expectation): "stream:mean=\(mean)" + (expectation ? "" : ",em=false")
        case .copy(let delay): "copy:delay=\(delay)"
        case .text(let file, let encoding):
            "text:file=\(file)"
                // Where the path itself seems to say one, bytes are said too.
                + (encoding == .bytes && TrainingTask.parts(ofPath: file).count == 1
                    ? "" : ",encoding=\(encoding.rawValue)")
        }
    }

    /// What each task takes: the one list behind parsing, error messages and help.
    package static let catalogue: [(name: String, parameters: [String], optional: [String], about: String)] = [
        ("adding", [], [], "the sum of two marked numbers"),
        ("noise", [], [], "noise in, noise out"),
        ("copy", ["delay"], [], "the symbol of so many steps before"),
        ("reber", [], [], "the next symbol of a string of the embedded Reber grammar"),
        ("text", ["file"], ["encoding"], "the next byte of a file; in UTF-8, the next character"),
        ("labelling", [], [], "labels of sequences of unequal length, by CTC"),
        ("stream", ["mean"], ["em"], "labels of sequences in continuous streams, by CTC"),
    ]

    /// Every task as it is written.
    package static let spellings = catalogue.map { entry in
        let parameters =
            (entry.parameters.map { "\($0)=\($0 == "file" ? "PATH" : "N")" }
            + entry.optional.map { "[\($0)=\($0 == "encoding" ? TextEncoding.utf8.rawValue : "false")]" })
            .joined(separator: ",")
        return parameters.isEmpty ? entry.name : "\(entry.name):\(parameters)"
    }

    /// A path takes all that is left, commas too, but not an encoding at the very end.
    private static func parts(ofPath text: String) -> [Substring] {
        guard let comma = text.lastIndex(of: ",") else { return [text[...]] }
        let end = text[comma...].dropFirst()
        return end.hasPrefix("encoding=") ? [text[..<comma], end] : [text[...]]
    }

    /// Reads `name` or `name:parameter=value,…`.
    package init(_ text: String) throws(TaskError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        guard let entry = TrainingTask.catalogue.first(where: { $0.name == name }) else { throw .unknown(name) }
        var values: [String: String] = [:]
        if parts.count == 2 {
            let isPath = entry.parameters == ["file"]
            for pair in isPath
                ? TrainingTask.parts(ofPath: parts[1])
                : parts[1].split(separator: ",", omittingEmptySubsequences: false)
            {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard (entry.parameters + entry.optional).contains(sides[0]) else {
                    throw .parameter(sides[0], of: name, takes: entry.parameters + entry.optional)
                }
                guard values.updateValue(sides.count == 2 ? sides[1] : "", forKey: sides[0]) == nil else {
                    throw .duplicate(sides[0], of: name)
                }
            }
        }
        if let absent = entry.parameters.first(where: { values[$0] == nil }) { throw .missing(absent, of: name) }

        switch name {
        case "noise": self = .noise
        case "copy":
            guard let delay = Int(decimal: values["delay"]!), TrainingTask.delays.contains(delay) else {
                throw .value(values["delay"]!, parameter: "delay", of: name)
            }
            self = .copy(delay: delay)
        case "reber": self = .reber
        case "text":
            let file = values["file"]!
            guard !file.isEmpty, !file.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
                throw .value(file, parameter: "file", of: name)
            }
            guard let encoding = TextEncoding(rawValue: values["encoding"] ?? TextEncoding.bytes.rawValue) else {
                throw .value(values["encoding"]!, parameter: "encoding", of: name)
            }
            self = .text(file: file, encoding: encoding)
        case "labelling": self = .labelling
        case "stream":
            guard let mean = Int(decimal: values["mean"]!), TrainingTask.means.contains(mean) else {
                throw .value(values["mean"]!, parameter: "mean", of: name)
            }
            guard let expectation = Bool(values["em"] ?? "true") else {
                throw .value(values["em"]!, parameter: "em", of: name)
            }
            self = .stream(mean: mean, expectation: expectation)
        default: self = .adding
        }
    }

    private static let delays = 1...Trial.largestLength - 1
    private static let means = 1...1_000_000

    /// What a parameter may be, for messages.
    fileprivate static func allowed(for parameter: String) -> String {
        switch parameter {
        case "file": "the path of a file, without control characters"
        case "encoding": TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
        case "em": "true, false"
        case "mean": "a whole number from \(means.lowerBound) to \(means.upperBound)"
        default: "a whole number from \(delays.lowerBound) to \(delays.upperBound)"
        }
    }

    /// A parameter's value, for messages.
    fileprivate static func example(for parameter: String) -> String {
        parameter == "file" ? "input.txt" : parameter == "mean" ? "772" : "10"
    }
}

/// Why a text names no task.
package enum TaskError: Error, Hashable, CustomStringConvertible {
    case unknown(String)
    case parameter(String, of: String, takes: [String])
    case duplicate(String, of: String)
    case missing(String, of: String)
    case value(String, parameter: String, of: String)

    package var found: String {
        switch self {
        case .unknown(let name): "unknown task '\(name)'"
        case .parameter(let parameter, let name, _): "task '\(name)' has '\(parameter)'"
        case .duplicate(let parameter, let name): "task '\(name)' has '\(parameter)' twice"
        case .missing(let parameter, let name): "task '\(name)' has no '\(parameter)'"
        case .value(let value, let parameter, let name): "task '\(name)': '\(parameter)' is '\(value)'"
        }
    }

    package var allowed: String {
        switch self {
        case .unknown: TrainingTask.spellings.joined(separator: ", ")
        case .parameter(_, _, let takes): takes.isEmpty ? "no parameters" : takes.joined(separator: ", ")
        case .duplicate: "each parameter once"
        case .missing(let parameter, let name):
            "\(name):\(parameter)=…, such as \(name):\(parameter)=\(TrainingTask.example(for: parameter))"
        case .value(_, let parameter, _): TrainingTask.allowed(for: parameter)
        }
    }

    package var description: String { "\(found); allowed: \(allowed)" }
}
