import Foundation

extension Environment {
    /// The longest text of a field.
    private static let longest = 1000

    /// What is wrong with the values of a file that has fields of the right types; nil for nothing.
    ///
    /// Texts are shown on pages and in messages: they are of one line, and none is longer than anybody reads. Every text is
    /// looked at, whatever field it is in: the fields are those that are written again.
    var fault: String? {
        if cores < 1 { return "'cores' is \(cores); allowed: a whole number from 1" }
        if memoryBytes < 1 { return "'memory_bytes' is \(memoryBytes); allowed: a whole number from 1" }
        if let processorQuota, !(processorQuota > 0) {
            return "'processor_quota' is \(processorQuota); allowed: a number above 0"
        }
        if let warmupSeconds, !(warmupSeconds > 0) {
            return "'warmup_seconds' is \(warmupSeconds); allowed: a number above 0"
        }
        if let warmup, warmup < 0 { return "'warmup' is \(warmup); allowed: a whole number from 0" }
        for key in Effort.CodingKeys.allCases {
            guard let seconds = effort?[key], !(seconds >= 0) else { continue }
            return "'\(key.rawValue)' is \(seconds); allowed: a number from 0"
        }
        guard let fields = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            return "it cannot be written again"
        }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            let texts = (value as? [String: String])?.flatMap { [$0.key, $0.value] }
            for text in texts ?? (value as? [String]) ?? (value as? String).map({ [$0] }) ?? [] {
                if key.hasSuffix("_time"), (try? Date(text, strategy: .iso8601)) == nil {
                    return "'\(key)' is '\(shortened(text))'; allowed: a time such as 2026-01-31T12:00:00Z"
                }
                guard text.count <= Environment.longest,
                    !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
                else {
                    return
                        "'\(key)' is '\(shortened(text))'; allowed: one line of at most \(Environment.longest) characters"
                }
            }
        }
        return nil
    }

    /// Why a file is none, with the field.
    static func words(for error: DecodingError) -> String {
        func name(_ path: [any CodingKey]) -> String { "'\(path.map(\.stringValue).joined(separator: "."))'" }
        return switch error {
        case .keyNotFound(let key, let context): "\(name(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            (context.codingPath.isEmpty ? "the file" : name(context.codingPath)) + " is not \(word(for: type))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(name(context.codingPath)) is not what it should be"
        default: "the file is not JSON"
        }
    }

    private static func word(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is [String].Type, is [Any].Type: "a list of texts"
        default: "an object"
        }
    }
}
