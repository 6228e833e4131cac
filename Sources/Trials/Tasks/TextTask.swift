import Noise
package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``TextTask``.
    package static func text(file: String, encoding: TextEncoding = .bytes) -> TrainingTask {
        TrainingTask(TextTask(path: file, encoding: encoding))
    }
}

/// A language model over a file, as char-rnn and min-char-rnn train one: B continuous streams, each from its own part of the
/// file; out, the next byte or character.
package struct TextTask: TaskDefinition {
    package static let signature = Signature(
        "text",
        [
            TextParameter("file", .path, example: "input.txt"),
            TextParameter(
                "encoding", .words(TextEncoding.allCases.map(\.rawValue)), isRequired: false,
                example: TextEncoding.utf8.rawValue),
        ], about: "the next byte of a file; in UTF-8, the next character")

    private let path: String
    private let encoding: TextEncoding

    package init(path: String, encoding: TextEncoding) {
        self.path = path
        self.encoding = encoding
    }

    package init(_ arguments: Arguments) {
        self.init(
            path: arguments.text("file")!,
            encoding: arguments.text("encoding").flatMap(TextEncoding.init) ?? .bytes)
    }

    package var parameters: [(name: String, text: String)] {
        let file = (name: "file", text: path)
        // Where the path itself seems to say one, bytes are said too.
        let isClear = TextTask.signature.pairs(of: "file=\(path)").count == 1
        return encoding == .bytes && isClear ? [file] : [file, ("encoding", encoding.rawValue)]
    }

    /// How many characters a text has is in its file, which no plan and no table reads: there are as many classes as there are
    /// channels.
    package func outputs(input: Int) -> Int { encoding == .bytes ? 256 : input }
    /// Of characters the text has at least one.
    package var leastInput: Int { outputs(input: 1) }
    package var criterion: Criterion { .crossEntropy }
    package var quality: Quality? { .bitsPerCharacter }
    package var file: String? { path }
    package func movedTo(_ file: String) -> TextTask { TextTask(path: file, encoding: encoding) }
    package var carriesState: Bool { true }

    package func data(_ request: DataRequest) throws(TaskDataError) -> any TaskData {
        let text = try Text(path, encoding: encoding, classes: request.outputs)
        try text.bytes.expect(request.content)
        guard text.count / request.batch > request.length else {
            throw .unfit(
                path: path,
                "has \(text.count) \(encoding.symbol)s; \(request.batch) sequences of \(request.length) steps, and the "
                    + "\(encoding.symbol) after each, take \(request.batch * (request.length + 1))")
        }
        return TextData(text: text, request: request)
    }
}

/// What a text is made of.
package enum TextEncoding: String, CaseIterable, Hashable, Sendable {
    /// Bytes, whatever they mean.
    case bytes
    /// Unicode scalars, numbered among those that the text has, by value.
    case utf8

    /// One of them, for messages.
    var symbol: String {
        switch self {
        case .bytes: "byte"
        case .utf8: "character"
        }
    }
}

/// Every sequence has its part of the text, of which update after update takes T symbols, from the beginning again when there
/// are no more.
private struct TextData: TaskData {
    let text: Text
    var request: DataRequest

    func at(update: Int) -> TextData {
        var other = self
        other.request.update = update
        return other
    }

    var content: Content? { text.bytes.content }
    func expectUnchanged() throws(TaskDataError) { try text.bytes.expectUnchanged() }
    var continuesStream: Bool { window > 0 }

    func input<S: NoiseElement>(at step: Int, rows: Range<Int>, into input: UnsafeMutablePointer<S>) {
        fillOneHot(input, rows: rows, width: request.input) { symbol($0, step) }
    }

    func target<S: NoiseElement>(at step: Int, into targets: UnsafeMutablePointer<S>) {
        fillClasses(targets, batch: request.batch) { symbol($0, step + 1) }
    }

    /// Which T symbols of its part of the text each stream has.
    private var window: Int { request.update % ((text.count / request.batch - 1) / request.length) }

    /// The byte or character that a stream has at some step.
    private func symbol(_ sequence: Int, _ step: Int) -> Int {
        let part = text.count / request.batch
        return text[sequence * part + window * request.length + step]
    }
}
