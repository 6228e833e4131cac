import Quantities
import Schedules
import Trials
import Yams

extension Experiment {
    /// The most trials an experiment may have.
    package static let largestProduct = 100_000
    package static let largestRepetitions = 10_000

    /// Reads an experiment file.
    ///
    /// - Throws: ``ExperimentError`` with the position of what was found and what is allowed.
    package init(file: String) throws(ExperimentError) { self = try ExperimentFile(file).experiment }

    /// Reads the text of an experiment file.
    ///
    /// - Parameter file: its name, for messages.
    package init(text: String, file: String) throws(ExperimentError) {
        try self.init(bytes: Array(text.utf8), file: file)
    }

    package init(bytes: [UInt8], file: String) throws(ExperimentError) {
        try self.init(Document(bytes: bytes, file: file))
    }

    init(_ document: Document) throws(ExperimentError) {
        let fields = try Fields(
            document.root, named: "the file",
            allowed: Experiment.keys, in: document)

        let naming = "lower-case letters, digits and hyphens"
        _ = try fields.required("experiment", allowed: "a name of \(naming)")
        guard let name = try fields.text("experiment", allowed: naming) else { fatalError("it is required") }
        guard Experiment.isName(name.value), name.value.utf8.count <= 100 else {
            throw .malformed(
                name.position, found: "'experiment' is '\(shortened(name.value))'",
                allowed: "\(naming), at most 100")
        }
        self.init(
            name: name.value,
            question: try fields.text("question", allowed: "a text")?.value ?? "",
            trials: try Grid(fields, in: document).trials(),
            repetitions: try fields.integer("repetitions", in: 1...Experiment.largestRepetitions)
                ?? Experiment.defaultRepetitions,
            warmup: try fields.integer("warmup", in: 0...Experiment.largestRepetitions),
            limits: try fields["limits"].map { field throws(ExperimentError) in
                try Limits(field.node, in: document)
            } ?? Limits(),
            disk: try Experiment.disk(fields))
        if disk == nil, let trial = trials.first(where: \.strategy.usesDisk) {
            throw .malformed(
                fields["strategies"]?.position ?? fields.position,
                found: "strategy '\(trial.strategy)' keeps states on disk, and 'disk' is missing",
                allowed: "'disk: DIR' next to the strategies, a directory for them")
        }
    }
}

extension Experiment {
    /// All keys of a file: how often trials are repeated stands before what they draw.
    static let keys: [String] = {
        let factors = Factor.allCases.filter { $0.definition.group != .model }
        let drawn = factors.firstIndex(of: .seed) ?? factors.endIndex
        return ["experiment", "question", "model"] + factors[..<drawn].compactMap(\.key) + ["repetitions", "warmup"]
            + factors[drawn...].compactMap(\.key) + ["together", "limits", "disk"]
    }()

    /// The directory for states; nil when none is given. An empty one would be the root.
    private static func disk(_ fields: Fields) throws(ExperimentError) -> String? {
        guard let disk = try fields.text("disk", allowed: "a directory") else { return nil }
        guard !disk.value.isEmpty, !disk.value.unicodeScalars.contains("\0") else {
            throw .malformed(disk.position, found: "'disk' is '\(shortened(disk.value))'", allowed: "a directory")
        }
        return disk.value
    }
}

extension Limits {
    static let keys = ["memory", "time"]

    fileprivate init(_ node: Node, in document: Document) throws(ExperimentError) {
        self.init()
        let fields = try Fields(node, named: "limits", allowed: Limits.keys, in: document)
        if let text = try fields.text("memory", allowed: Bytes.allowed) {
            guard let bytes = Bytes(text.value), bytes.count > 0 else {
                throw .malformed(
                    text.position, found: "'memory' is '\(shortened(text.value))'\(remark(on: text.value))",
                    allowed: "\(Bytes.allowed), more than 0")
            }
            memory = bytes
        }
        if let text = try fields.text("time", allowed: Duration.allowed) {
            guard let duration = Duration(text: text.value) else {
                throw .malformed(
                    text.position, found: "'time' is '\(shortened(text.value))'\(remark(on: text.value))",
                    allowed: Duration.allowed)
            }
            time = duration
        }
    }
}
