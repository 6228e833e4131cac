package import Quantities

/// A family of schedules and its parameters, as users write it: `truncated:window=64,stride=32`.
package enum Strategy: Hashable, Sendable {
    /// Full unrolling.
    case full
    /// BPTT(h; h'): `window` is h, `stride` is h'.
    case truncated(window: Int, stride: Int)
    /// Uniform checkpoints; without a length, the one with the smallest peak.
    case segmented(length: Int?)
    /// Binomial checkpointing with this many saved states, the initial one included.
    case binomial(slots: Int)
    /// Chen's recursion with k = 1.
    case bisection
    /// Checkpoints of internal states, with this many records kept.
    case `internal`(slots: Int)
    /// States and records under one budget of bytes.
    case mixed(memory: Bytes)
    /// Binomial checkpointing of a sequence whose length is unknown in advance.
    case online(slots: Int)
    /// Binomial checkpointing over two tiers.
    case multistage(memory: Int, disk: Int)
    /// Forward alone: no gradient.
    case inference
    /// Truncation at random places, `window` steps apart on average, and the mean gradient of so many draws.
    case randomized(window: Int, draws: Int)

    /// The strategy's first word, and the column it is grouped by.
    package var name: String {
        switch self {
        case .full: "full"
        case .truncated: "truncated"
        case .segmented: "segmented"
        case .binomial: "binomial"
        case .bisection: "bisection"
        case .internal: "internal"
        case .mixed: "mixed"
        case .online: "online"
        case .multistage: "multistage"
        case .inference: "inference"
        case .randomized: "randomized"
        }
    }

    /// Whether it is offered to those who train. Inference makes no gradient, and a random one is right only in the mean of
    /// many draws.
    package var isPlannable: Bool { !Strategy.unplannable.contains(name) }
    package static let unplannable = ["inference", "randomized"]
    /// The names of those whose adjoint does not reach all the way back.
    package static let cutting = ["truncated", "randomized"]

    /// Whether states are kept on disk, which needs a directory.
    package var usesDisk: Bool { if case .multistage = self { true } else { false } }

    /// The strategy's parameter of this name.
    package var slots: Int? {
        switch self {
        case .binomial(let slots), .internal(let slots), .online(let slots): slots
        default: nil
        }
    }

    /// How simple it is, 0 the simplest: its place in the catalogue, from full unrolling, which keeps everything, to those with a
    /// parameter to choose, several kinds of memory or chance.
    package var simplicity: Int { Strategy.catalogue.firstIndex { $0.name == name } ?? Strategy.catalogue.count }

    /// What each strategy takes, the simplest first: the one list behind parsing, error messages and help.
    package static let catalogue: [(name: String, required: [String], optional: [String], about: String)] = [
        ("full", [], [], "every step recorded"),
        ("truncated", ["window"], ["stride"], "BPTT(h; h'): the loss of each stride reaches one window back"),
        ("segmented", [], ["length"], "uniform checkpoints, by default at the length with the smallest peak"),
        ("bisection", [], [], "Chen's recursion: halves, and log₂ T saved states"),
        ("binomial", ["slots"], [], "revolve: fewest forward steps for this many saved states"),
        ("internal", ["slots"], [], "BPTT-ISM: fewest forward steps for this many kept records"),
        ("mixed", ["memory"], [], "BPTT-MSM: states and records under one budget of bytes"),
        ("online", ["slots"], [], "binomial, with the length unknown until the sequence ends"),
        ("multistage", ["memory", "disk"], [], "binomial over states in memory and on disk"),
        ("inference", [], [], "forward alone: no gradient"),
        (
            "randomized", ["window"], ["draws"],
            "truncation at random places that makes up for it: unbiased in the mean over draws"
        ),
    ]

    /// The schedule for a sequence.
    ///
    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - footprint: sizes for the strategies that choose by them. Of several tracks, it is the schedule of each: slots are
    ///     each track's, a budget of bytes is all tracks' together.
    ///   - losses: where in a window the loss enters.
    package func schedule(
        length: Int, footprint: Footprint, losses: LossPlacement = .newest
    ) -> any Schedule {
        switch self {
        case .full:
            Full(length: length)
        case .truncated(let window, let stride):
            Truncated(length: length, window: window, stride: stride, losses: losses)
        case .segmented(let segment):
            Segmented(
                length: length,
                segment: segment
                    ?? Segmented.bestSegment(
                        length: length, state: footprint.state, record: footprint.record, tracks: footprint.tracks))
        case .binomial(let slots):
            Binomial(length: length, slots: slots)
        case .bisection:
            Bisection(length: length)
        case .internal(let slots):
            Internal(length: length, slots: slots)
        case .mixed(let memory):
            Mixed(
                length: length, memory: memory.count / footprint.tracks, state: footprint.state,
                record: footprint.record)
        case .online(let slots):
            Online(length: length, slots: slots)
        case .multistage(let memory, let disk):
            Multistage(length: length, memory: memory, disk: disk)
        case .inference:
            Inference(length: length)
        case .randomized(let window, _):
            Randomized(length: length, window: window, draw: 0)
        }
    }
}

extension Strategy: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full: "full"
        case .truncated(let window, let stride):
            window == stride ? "truncated:window=\(window)" : "truncated:window=\(window),stride=\(stride)"
        case .segmented(let length): length.map { "segmented:length=\($0)" } ?? "segmented"
        case .bisection: "bisection"
        case .binomial(let slots), .internal(let slots), .online(let slots): "\(name):slots=\(slots)"
        case .mixed(let memory): "mixed:memory=\(memory.exact)"
        case .multistage(let memory, let disk): "multistage:memory=\(memory),disk=\(disk)"
        case .inference: "inference"
        case .randomized(let window, let draws):
            draws == 1 ? "randomized:window=\(window)" : "randomized:window=\(window),draws=\(draws)"
        }
    }
}

/// Why a text or a set of parameters names no strategy.
package enum StrategyError: Error, Hashable, CustomStringConvertible {
    case unknown(String)
    case parameter(String, of: String, takes: [String])
    case duplicate(String, of: String)
    case missing(String, of: String)
    case value(String, parameter: String, of: String)
    case stride(Int, window: Int)

    package var description: String {
        switch self {
        case .unknown(let name):
            "unknown strategy '\(name)'; allowed: \(Strategy.catalogue.map(\.name).joined(separator: ", "))"
        case .parameter("", let name, let takes):
            takes.isEmpty
                ? "strategy '\(name)' takes no parameters; write it without ':'"
                : "strategy '\(name)' has an empty parameter; allowed: \(takes.joined(separator: ", "))"
        case .parameter(let parameter, let name, let takes):
            takes.isEmpty
                ? "strategy '\(name)' takes no parameters, found '\(parameter)'"
                : "strategy '\(name)' has no parameter '\(parameter)'; allowed: \(takes.joined(separator: ", "))"
        case .duplicate(let parameter, let name):
            "strategy '\(name)' has '\(parameter)' twice"
        case .missing(let parameter, let name):
            "strategy '\(name)' needs '\(parameter)', as in \(name):\(parameter)=\(Strategy.example(for: name))"
        case .value(let value, let parameter, let name):
            "strategy '\(name)': '\(parameter)' is '\(value)'; allowed: \(Strategy.allowed(for: name, parameter))"
        case .stride(let stride, let window):
            "strategy 'truncated': 'stride' is \(stride); allowed: 1 to the window, \(window)"
        }
    }
}

extension Strategy {
    /// The largest parameter taken; beyond it step counts could overflow.
    package static let largest = 1_000_000_000

    /// Whether the strategy's parameter is a number of bytes.
    private static func takesBytes(_ name: String) -> Bool { name == "mixed" }

    private static func range(of name: String, _ parameter: String) -> ClosedRange<Int> {
        switch name {
        case "mixed": 1...1 << 52
        // A cut before every step leaves nothing that could make up for it.
        case "randomized" where parameter == "window": 2...largest
        default: 1...largest
        }
    }

    /// What a parameter of the strategy may be, for messages.
    package static func allowed(for name: String, _ parameter: String) -> String {
        let range = range(of: name, parameter)
        return takesBytes(name)
            ? "\(Bytes.allowed), more than 0" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    /// A parameter's value, for messages.
    package static func example(for name: String) -> String { takesBytes(name) ? "64MiB" : "8" }

    /// Reads `name` or `name:parameter=value,…`.
    package init(_ text: String) throws(StrategyError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        var parameters: [(String, String)] = []
        if parts.count == 2 {
            for pair in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                parameters.append((String(sides[0]), sides.count == 2 ? String(sides[1]) : ""))
            }
        }
        try self.init(name: name, parameters: parameters)
    }

    /// Makes a strategy of its name and its parameters as text.
    package init(name: String, parameters: [(String, String)]) throws(StrategyError) {
        guard let entry = Strategy.catalogue.first(where: { $0.name == name }) else { throw .unknown(name) }
        var values: [String: Int] = [:]
        for (parameter, text) in parameters {
            guard (entry.required + entry.optional).contains(parameter) else {
                throw .parameter(parameter, of: name, takes: entry.required + entry.optional)
            }
            guard values[parameter] == nil else { throw .duplicate(parameter, of: name) }
            let number = Strategy.takesBytes(name) ? Bytes(text)?.count : Int(decimal: text)
            guard let value = number, Strategy.range(of: name, parameter).contains(value) else {
                throw .value(text, parameter: parameter, of: name)
            }
            values[parameter] = value
        }
        for parameter in entry.required where values[parameter] == nil { throw .missing(parameter, of: name) }

        switch name {
        case "truncated":
            let window = values["window"]!
            let stride = values["stride"] ?? window
            guard stride <= window else { throw .stride(stride, window: window) }
            self = .truncated(window: window, stride: stride)
        case "segmented": self = .segmented(length: values["length"])
        case "bisection": self = .bisection
        case "binomial": self = .binomial(slots: values["slots"]!)
        case "internal": self = .internal(slots: values["slots"]!)
        case "mixed": self = .mixed(memory: Bytes(values["memory"]!))
        case "online": self = .online(slots: values["slots"]!)
        case "multistage": self = .multistage(memory: values["memory"]!, disk: values["disk"]!)
        case "inference": self = .inference
        case "randomized": self = .randomized(window: values["window"]!, draws: values["draws"] ?? 1)
        default: self = .full
        }
    }
}
