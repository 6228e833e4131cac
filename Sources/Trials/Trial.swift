package import Memory
package import Schedules
package import Shapes

/// One point of a sweep: what is trained, over how many steps, under which strategy.
package struct Trial: Hashable, Sendable {
    package var cell: Cell
    package var layers: Int
    package var input: Int
    package var hidden: Int
    package var batch: Int
    package var length: Int
    package var strategy: Strategy
    package var task: TrainingTask
    package var inputs: InputStorage
    package var inputProjection: InputProjection
    package var variant: Variant
    package var recurrentWeights: RecurrentWeights
    package var precision: Precision
    package var threads: Int
    package var seed: Int

    /// Up to this predicted peak the reference of a gradient is full unrolling.
    package static let largestReference = Bytes(1 << 30)
    package static let largestLayers = 64
    package static let largestWidth = 65_536
    package static let largestLength = 100_000_000
    package static let largestThreads = 256

    /// - Throws: ``TrialError`` when a value is out of range or two do not go together.
    package init(
        cell: Cell, layers: Int = 1, input: Int = 64, hidden: Int = 128, batch: Int = 32, length: Int = 256,
        strategy: Strategy = .full, task: TrainingTask = .noise, inputs: InputStorage = .streamed,
        inputProjection: InputProjection = .batched, variant: Variant = .plain,
        recurrentWeights: RecurrentWeights = .uniform, precision: Precision = .float, threads: Int = 1, seed: Int = 1
    ) throws(TrialError) {
        self.cell = cell
        self.layers = layers
        self.input = input
        self.hidden = hidden
        self.batch = batch
        self.length = length
        self.strategy = strategy
        self.task = task
        self.inputs = inputs
        self.inputProjection = inputProjection
        self.variant = variant
        self.recurrentWeights = recurrentWeights
        self.precision = precision
        self.threads = threads
        self.seed = seed

        func require(_ factor: Factor, _ value: Int, _ range: ClosedRange<Int>) throws(TrialError) {
            guard range.contains(value) else { throw .value(String(value), factor) }
        }
        try require(.layers, layers, 1...Trial.largestLayers)
        try require(.input, input, 1...Trial.largestWidth)
        try require(.hidden, hidden, 1...Trial.largestWidth)
        try require(.batch, batch, 1...Trial.largestWidth)
        try require(.length, length, 1...Trial.largestLength)
        try require(.threads, threads, 1...Trial.largestThreads)
        try require(.seed, seed, 0...Int.max)
        guard input >= task.leastInput else { throw .narrow(input: input, task) }
        if variant == .fusedGates, cell != .lstm || !hidden.isMultiple(of: Shape.panel) || threads > 1 {
            throw .variant(variant, needs: "cell lstm, hidden a multiple of \(Shape.panel), threads 1")
        }
        if case .mixed(let memory) = strategy,
            let obstacle = Mixed.obstacle(length: length, memory: memory, footprint: footprint)
        {
            throw .infeasible(strategy, obstacle)
        }
    }

    /// The network's dimensions.
    package var shape: Shape {
        Shape(
            cell: cell, layers: layers, input: input, hidden: hidden, outputs: task.outputs, batch: batch,
            precision: precision, inputProjection: inputProjection, variant: variant,
            copies: variant == .untied ? length : 1)
    }

    /// Predicted sizes.
    package var footprint: Footprint { Footprint(shape, residentSteps: inputs == .resident ? length : 0) }

    /// The strategy's schedule for this trial's length and sizes.
    package var schedule: any Schedule { strategy.schedule(length: length, footprint: footprint) }
}

/// Why values make no trial.
package enum TrialError: Error, Hashable, CustomStringConvertible {
    case value(String, Factor)
    case narrow(input: Int, TrainingTask)
    case strategy(StrategyError)
    /// The strategy does not go with the network.
    case infeasible(Strategy, Mixed.Obstacle)
    /// The variant is not defined for these factors.
    case variant(Variant, needs: String)
    case unknown(String)
    case duplicate(String)
    case derived(String, Factor)

    package var description: String {
        switch self {
        case .value(let text, let factor): "'\(factor.rawValue)' is '\(text)'; allowed: \(factor.allowed)"
        case .narrow(let input, let task):
            "'input' is \(input), but task '\(task.rawValue)' has at least \(task.leastInput) input channels"
        case .strategy(let error): error.description
        case .infeasible(let strategy, let obstacle): "strategy '\(strategy)': \(obstacle)"
        case .variant(let variant, let needs): "variant '\(variant.rawValue)' needs \(needs)"
        case .unknown(let key):
            "unknown key '\(key)'; allowed: "
                + Factor.allCases.filter { !$0.isDerived }.map(\.rawValue).joined(separator: ", ")
        case .duplicate(let key): "'\(key)' is given twice"
        case .derived(let text, let factor): "'\(factor.rawValue)' is '\(text)', which the strategy does not say"
        }
    }
}

extension Trial {
    /// The factor's value as text; empty where the strategy has no such parameter.
    package subscript(factor: Factor) -> String {
        switch factor {
        case .cell: cell.rawValue
        case .layers: String(layers)
        case .input: String(input)
        case .hidden: String(hidden)
        case .batch: String(batch)
        case .length: String(length)
        case .strategy: strategy.description
        case .window: if case .truncated(let window, _) = strategy { String(window) } else { "" }
        case .stride: if case .truncated(_, let stride) = strategy { String(stride) } else { "" }
        case .slots: strategy.slots.map { String($0) } ?? ""
        case .segment:
            if case .segmented = strategy, let segmented = schedule as? Segmented {
                String(segmented.segment)
            } else {
                ""
            }
        case .task: task.rawValue
        case .inputs: inputs.rawValue
        case .inputProjection: inputProjection.rawValue
        case .variant: variant.rawValue
        case .recurrentWeights: recurrentWeights.rawValue
        case .scalar: precision.rawValue
        case .threads: String(threads)
        case .seed: String(seed)
        }
    }

    /// Makes a trial of factors as text; a factor that is absent has its default.
    ///
    /// - Throws: ``TrialError``, naming the factor, its value and what is allowed.
    package init(_ texts: [Factor: String]) throws(TrialError) {
        func integer(_ factor: Factor, default absent: Int) throws(TrialError) -> Int {
            guard let text = texts[factor] else { return absent }
            guard let value = Int(text) else { throw .value(text, factor) }
            return value
        }
        func word<Word: RawRepresentable<String>>(_ factor: Factor, default absent: Word) throws(TrialError) -> Word {
            guard let text = texts[factor] else { return absent }
            guard let value = Word(rawValue: text) else { throw .value(text, factor) }
            return value
        }
        func strategy() throws(TrialError) -> Strategy {
            do { return try Strategy(texts[.strategy] ?? "full") } catch { throw .strategy(error) }
        }
        try self.init(
            cell: word(.cell, default: .lstm), layers: integer(.layers, default: 1),
            input: integer(.input, default: 64),
            hidden: integer(.hidden, default: 128), batch: integer(.batch, default: 32),
            length: integer(.length, default: 256), strategy: strategy(), task: word(.task, default: .noise),
            inputs: word(.inputs, default: .streamed),
            inputProjection: word(.inputProjection, default: .batched), variant: word(.variant, default: .plain),
            recurrentWeights: word(.recurrentWeights, default: .uniform), precision: word(.scalar, default: .float),
            threads: integer(.threads, default: 1), seed: integer(.seed, default: 1))
        for factor in Factor.allCases where factor.isDerived {
            if let text = texts[factor], text != self[factor] { throw .derived(text, factor) }
        }
    }

    /// The factors that were chosen, as `key=value` words: how a trial is handed to its process.
    package var words: [String] {
        Factor.allCases.filter { !$0.isDerived }.map { "\($0.rawValue)=\(self[$0])" }
    }

    /// Reads `key=value` words.
    package init(words: [String]) throws(TrialError) {
        var texts: [Factor: String] = [:]
        for word in words {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let factor = Factor(rawValue: sides[0]), !factor.isDerived else { throw .unknown(sides[0]) }
            let text = sides.count == 2 ? sides[1] : ""
            guard texts.updateValue(text, forKey: factor) == nil else { throw .duplicate(sides[0]) }
        }
        try self.init(texts)
    }

    /// A short name that is the same for the same factors in every file: FNV-1a of the words, 64 bits in hexadecimal.
    package var identifier: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let words = Factor.allCases.filter { !$0.isDerived && self[$0] != $0.absent }
            .map { "\($0.rawValue)=\(self[$0])" }
        for byte in words.joined(separator: " ").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
