import Files
import Yams

/// A YAML file as nodes that know their position.
struct Document {
    let file: String
    var root: Node
    /// The options whose values are in it, each with the number of lines before: a node knows its line and no file, so that lines
    /// of values are numbered on from those of the file.
    var options: [(linesBefore: Int, position: FilePosition)] = []
    /// Of the file and of the values.
    var lines: Int

    /// The largest file read.
    static let largestFile = 1 << 20

    /// - Throws: ``ExperimentError`` when the bytes are no text, no YAML, or more than plain YAML.
    init(bytes: [UInt8], file: String) throws(ExperimentError) {
        self.file = file
        func malformed(_ line: Int, _ column: Int, _ found: String, _ allowed: String) -> ExperimentError {
            .malformed(FilePosition(file: file, line: line, column: column), found: found, allowed: allowed)
        }
        guard bytes.count <= Document.largestFile else {
            throw malformed(1, 1, "the file has more than \(Document.largestFile) bytes", "at most 1 MiB")
        }
        guard let text = String(validating: FileBytes.withoutMark(bytes), as: UTF8.self) else {
            throw malformed(FileBytes.firstLineNotUTF8(bytes), 1, "the line is not UTF-8", "UTF-8 text")
        }
        lines = Document.lines(text)
        guard let node = try Document.node(text, file: file) else {
            throw malformed(1, 1, "the file is empty", "an experiment, as in 'experiment: name'")
        }
        root = node
    }

    /// At least as many as libyaml counts.
    static func lines(_ text: String) -> Int { text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1 }

    /// The one node of a text; nil where there is none.
    static func node(_ text: String, file: String) throws(ExperimentError) -> Node? {
        try PlainSubset.check(text, file: file)
        func malformed(_ line: Int, _ column: Int, _ found: String, _ allowed: String) -> ExperimentError {
            .malformed(FilePosition(file: file, line: line, column: column), found: found, allowed: allowed)
        }
        do {
            // Anchors live as long as the parser does.
            let parser = try Parser(yaml: text, encoding: .utf8)
            let node = try parser.singleRoot()
            if let anchored = node.flatMap(Document.anchored), let mark = anchored.mark {
                throw malformed(mark.line, mark.column, "an anchor or alias", "plain values")
            }
            return node
        } catch let error as ExperimentError {
            throw error
        } catch let error as YamlError {
            throw Document.translate(error, file: file)
        } catch {
            throw malformed(1, 1, "\(error)", "YAML")
        }
    }

    /// Where the node begins.
    func position(_ node: Node) -> FilePosition {
        let line = node.mark?.line ?? 1
        if let option = options.last(where: { $0.linesBefore < line }) { return option.position }
        return FilePosition(file: file, line: line, column: node.mark?.column ?? 1)
    }

    /// The first node with an anchor; it stands before every alias, so this ends before a tree that aliases made large.
    private static func anchored(_ node: Node) -> Node? {
        if node.anchor != nil { return node }
        switch node {
        case .scalar: return nil
        case .alias: return node
        case .sequence(let items):
            for item in items { if let found = anchored(item) { return found } }
            return nil
        case .mapping(let pairs):
            for (key, value) in pairs { if let found = anchored(key) ?? anchored(value) { return found } }
            return nil
        }
    }

    private static func translate(_ error: YamlError, file: String) -> ExperimentError {
        func malformed(_ mark: Mark?, _ found: String, _ allowed: String) -> ExperimentError {
            let position = FilePosition(file: file, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
            return .malformed(position, found: found, allowed: allowed)
        }
        switch error {
        case .composer(_, "but found another document", let mark, _):
            return malformed(mark, "another document begins", "one document a file")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let found = ([context?.text, problem].compactMap { $0 }).joined(separator: ": ")
            return malformed(mark, "no YAML: \(found)", "YAML 1.1")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = shortened(keys.first ?? "")
            return malformed(context.mark, "key '\(key)' is given more than once", "each key once")
        default:
            return malformed(nil, "no YAML: \(error)", "YAML 1.1")
        }
    }
}

/// Text of a file as it is shown in a message: one line and not too long.
func shortened(_ text: String) -> String {
    let line = text.unicodeScalars.prefix(60).map { $0 == "\n" || $0 == "\r" || $0 == "\t" ? " " : String($0) }.joined()
    return text.unicodeScalars.count > 60 ? line + "…" : line
}
