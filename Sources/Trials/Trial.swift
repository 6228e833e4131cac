package import Quantities
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
    /// Whether each layer has a second direction, from the last step to the first.
    package var bidirectional: Bool
    package var variant: Variant
    package var recurrentWeights: RecurrentWeights
    package var precision: Precision
    package var threads: Int
    package var seed: Int
    /// 0 for a single training step, which changes no parameter. Each is a training step of T steps.
    package var updates: Int
    /// How often the parameters change within an update.
    package var updateInterval: UpdateInterval
    package var optimizer: UpdateRule
    /// η.
    package var learningRate: Double
    /// The largest norm of the gradient; 0 for no limit.
    package var clip: Double
    /// What the task's file holds; nil where there is no file, or nothing has read it yet.
    package var content: Content?

    /// Up to this predicted peak the reference of a gradient is full unrolling.
    package static let largestReference = Bytes(1 << 30)
    package static let largestLayers = 64
    package static let largestWidth = 65_536
    package static let largestLength = 100_000_000
    package static let largestThreads = 256
    package static let largestUpdates = 100_000_000
    package static let largestRate = 1000
    package static let largestClip = 1_000_000
    package static let usualRate = 0.001

    /// - Throws: ``TrialError`` when a value is out of range or two do not go together.
    package init(
        cell: Cell, layers: Int = 1, input: Int = 64, hidden: Int = 128, batch: Int = 32, length: Int = 256,
        strategy: Strategy = .full, task: TrainingTask = .noise, inputs: InputStorage = .streamed,
        inputProjection: InputProjection = .batched, bidirectional: Bool = false, variant: Variant = .plain,
        recurrentWeights: RecurrentWeights = .uniform, precision: Precision = .float, threads: Int = 1, seed: Int = 1,
        updates: Int = 0, updateInterval: UpdateInterval = .sequence, optimizer: UpdateRule = .sgd,
        learningRate: Double = usualRate, clip: Double = 0
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
        self.bidirectional = bidirectional
        self.variant = variant
        self.recurrentWeights = recurrentWeights
        self.precision = precision
        self.threads = threads
        self.seed = seed
        self.updates = updates
        self.updateInterval = updateInterval
        self.optimizer = optimizer
        self.learningRate = learningRate
        self.clip = clip

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
        try require(.updates, updates, 0...Trial.largestUpdates)
        guard learningRate > 0, learningRate <= Double(Trial.largestRate) else {
            throw .value(Trial.text(learningRate), .learningRate)
        }
        guard clip >= 0, clip <= Double(Trial.largestClip) else { throw .value(Trial.text(clip), .clip) }
        guard input >= task.leastInput else { throw .narrow(input: input, task) }
        guard length >= task.leastLength else { throw .short(length: length, task) }
        if bidirectional, Strategy.cutting.contains(strategy.name) { throw .cutsBothWays(strategy) }
        if updates > 0, !strategy.isPlannable { throw .untrainable(strategy) }
        if updateInterval == .stride, strategy.name != "truncated" { throw .strideless(strategy) }
        if variant == .fusedGates, cell != .lstm || !hidden.isMultiple(of: Shape.panel) || threads > 1 {
            throw .variant(variant, needs: "cell lstm, hidden a multiple of \(Shape.panel), threads 1")
        }
        if variant != .plain, bidirectional || updates > 0 {
            throw .variant(variant, needs: "one direction and no updates")
        }
        if let uncountable { throw .uncountable(strategy, uncountable) }
        if case .mixed(let memory) = strategy,
            let obstacle = Mixed.obstacle(length: length, memory: memory, footprint: footprint)
        {
            throw .infeasible(strategy, obstacle)
        }
    }

    /// O, the width of the head.
    package var outputs: Int { task.outputs(input: input) }

    /// The network's dimensions.
    package var shape: Shape {
        Shape(
            cell: cell, layers: layers, input: input, hidden: hidden, outputs: outputs, batch: batch,
            precision: precision, inputProjection: inputProjection, criterion: task.criterion,
            directions: bidirectional ? 2 : 1,
            alignment: task.mostLabels(length: length).map { AlignmentShape(steps: alignedSteps, labels: $0) },
            variant: variant, copies: variant == .untied ? length : 1)
    }

    /// Steps whose forward variables CTC keeps: no more than backward comes back to.
    private var alignedSteps: Int {
        if case .truncated(let window, _) = strategy { min(window, length) } else { length }
    }

    /// Whether an update begins with the state in which the one before ended: a text goes on, sequences do not, and what goes
    /// over it from its end has no state to begin with.
    package var carriesState: Bool {
        if case .text = task { updates > 0 && !bidirectional } else { false }
    }

    /// Whether parameters change at strides within T steps, and not at their end alone.
    package var changesAtStrides: Bool {
        updateInterval == .stride && strategy.summation(length: length) != .chain
    }

    /// Whether a training by the other's strategy and update interval makes the same updates to the last bit, all other factors
    /// being the same. Exact gradients are not enough: those of overlapping windows of T steps are summed in another order.
    /// Where parameters change at every stride, another stride is another training.
    package func makesSameUpdates(as other: Trial) -> Bool {
        strategy.summation(length: length) == other.strategy.summation(length: other.length)
            && changesAtStrides == other.changesAtStrides
    }

    /// A short name that is the same for a training and for those resumed from it: of every factor that no resume may change.
    /// A strategy that makes the same updates has it too, and so has a text that was moved.
    package var trainingIdentifier: String {
        var training = self
        training.updates = 1
        training.threads = 1
        training.inputs = .streamed
        training.inputProjection = .batched
        training.learningRate = Trial.usualRate
        training.clip = 0
        training.strategy = .full
        if content != nil { training.task = task.movedTo("") }
        return training.identifier
    }

    /// Sequences, or streams of T steps, that a training by CTC is judged by at its end and that no update sees.
    package static let heldOut = 32

    /// Predicted sizes.
    package var footprint: Footprint {
        Footprint(
            shape, residentSteps: inputs == .resident ? length : 0, length: length, optimizer: optimizer,
            carriesState: carriesState)
    }

    /// The strategy's schedule for this trial's length and sizes; of a bidirectional network that of each track.
    package var schedule: any Schedule {
        strategy.schedule(length: length, footprint: footprint, losses: losses)
    }

    /// Where in a backward pass the loss enters.
    package var losses: LossPlacement { task.criterion == .ctc ? .oldest : .newest }

    /// What the schedule takes of the footprint.
    package var demand: Demand { Demand(schedule, footprint: footprint) }
}

/// Why values make no trial.
package enum TrialError: Error, Hashable, CustomStringConvertible {
    case value(String, Factor)
    case narrow(input: Int, TrainingTask)
    case short(length: Int, TrainingTask)
    case task(TaskError)
    case strategy(StrategyError)
    /// The strategy does not go with the network.
    case infeasible(Strategy, Mixed.Obstacle)
    /// Tensors whose bytes are beyond counting.
    case uncountable(Strategy, SizeProduct)
    /// Truncation of a bidirectional network.
    case cutsBothWays(Strategy)
    /// Updates by a strategy that gives no gradient, or one that is right in the mean over draws alone.
    case untrainable(Strategy)
    /// Updates at every stride of a strategy that has none.
    case strideless(Strategy)
    /// The variant is not defined for these factors.
    case variant(Variant, needs: String)
    case unknown(String)
    case duplicate(String)
    case derived(String, Factor)

    package var description: String {
        switch self {
        case .value(let text, let factor): "'\(factor.rawValue)' is '\(text)'; allowed: \(factor.allowed)"
        case .narrow(let input, let task):
            "'input' is \(input), but task '\(task)' has at least \(task.leastInput) input channels"
        case .short(let length, let task):
            "'length' is \(length), but task '\(task)' has at least \(task.leastLength) steps"
        case .task(let error): error.description
        case .strategy(let error): error.description
        case .infeasible(let strategy, let obstacle): "strategy '\(strategy)': \(obstacle)"
        case .uncountable(let strategy, let product):
            "strategy '\(strategy)': \(product); allowed: \(TrialError.countable)"
        case .cutsBothWays(let strategy):
            "strategy '\(strategy)' is not defined for bidirectional layers: \(TrialError.whyNoCut); allowed: "
                + TrialError.uncut
        case .untrainable(let strategy):
            "strategy '\(strategy)' does not train: it gives no gradient, or one to be averaged over draws; allowed: "
                + TrialError.names(without: Strategy.unplannable)
        case .strideless(let strategy):
            "'update_each' is 'stride', but strategy '\(strategy)' has no strides; allowed: truncated, or 'sequence'"
        case .variant(let variant, let needs): "variant '\(variant.rawValue)' needs \(needs)"
        case .unknown(let key):
            "unknown key '\(key)'; allowed: "
                + Factor.allCases.filter(\.isChosen).map(\.rawValue).joined(separator: ", ")
        case .duplicate(let key): "'\(key)' is given twice"
        case .derived(let text, let factor): "'\(factor.rawValue)' is '\(text)', which the strategy does not say"
        }
    }

    /// How many bytes can be counted.
    package static let countable = "less than 2^57 bytes (128 PiB)"

    /// Why there is no truncation of two directions.
    package static let whyNoCut =
        "one direction begins at the end of the sequence, and what it brings to a cut comes from all the steps behind it"

    /// The strategies that go with two directions.
    package static var uncut: String { names(without: Strategy.cutting) }

    private static func names(without others: [String]) -> String {
        Strategy.catalogue.map(\.name).filter { !others.contains($0) }.joined(separator: ", ")
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
        case .task: task.description
        case .inputs: inputs.rawValue
        case .inputProjection: inputProjection.rawValue
        case .bidirectional: String(bidirectional)
        case .variant: variant.rawValue
        case .recurrentWeights: recurrentWeights.rawValue
        case .scalar: precision.rawValue
        case .threads: String(threads)
        case .seed: String(seed)
        case .updates: String(updates)
        case .updateInterval: updateInterval.rawValue
        case .optimizer: optimizer.rawValue
        case .learningRate: Trial.text(learningRate)
        case .clip: Trial.text(clip)
        case .content: content?.description ?? ""
        }
    }

    /// The shortest text that reads back as the same number; whole numbers without a point.
    static func text(_ number: Double) -> String {
        abs(number) < 1e15 && number == number.rounded() ? String(Int(number)) : String(number)
    }

    /// Makes a trial of factors as text; a factor that is absent has its default.
    ///
    /// - Throws: ``TrialError``, naming the factor, its value and what is allowed.
    package init(_ texts: [Factor: String]) throws(TrialError) {
        func integer(_ factor: Factor, default absent: Int) throws(TrialError) -> Int {
            guard let text = texts[factor] else { return absent }
            guard let value = Int(decimal: text) else { throw .value(text, factor) }
            return value
        }
        func number(_ factor: Factor, default absent: Double) throws(TrialError) -> Double {
            guard let text = texts[factor] else { return absent }
            guard let value = Double(decimal: text) else { throw .value(text, factor) }
            return value
        }
        func word<Word: RawRepresentable<String>>(_ factor: Factor, default absent: Word) throws(TrialError) -> Word {
            guard let text = texts[factor] else { return absent }
            guard let value = Word(rawValue: text) else { throw .value(text, factor) }
            return value
        }
        func flag(_ factor: Factor, default absent: Bool) throws(TrialError) -> Bool {
            guard let text = texts[factor] else { return absent }
            guard let value = Bool(text) else { throw .value(text, factor) }
            return value
        }
        func strategy() throws(TrialError) -> Strategy {
            do { return try Strategy(texts[.strategy] ?? "full") } catch { throw .strategy(error) }
        }
        func task() throws(TrialError) -> TrainingTask {
            do { return try TrainingTask(texts[.task] ?? "noise") } catch { throw .task(error) }
        }
        try self.init(
            cell: word(.cell, default: .lstm), layers: integer(.layers, default: 1),
            input: integer(.input, default: 64),
            hidden: integer(.hidden, default: 128), batch: integer(.batch, default: 32),
            length: integer(.length, default: 256), strategy: strategy(), task: task(),
            inputs: word(.inputs, default: .streamed),
            inputProjection: word(.inputProjection, default: .batched),
            bidirectional: flag(.bidirectional, default: false), variant: word(.variant, default: .plain),
            recurrentWeights: word(.recurrentWeights, default: .uniform), precision: word(.scalar, default: .float),
            threads: integer(.threads, default: 1), seed: integer(.seed, default: 1),
            updates: integer(.updates, default: 0), updateInterval: word(.updateInterval, default: .sequence),
            optimizer: word(.optimizer, default: .sgd), learningRate: number(.learningRate, default: Trial.usualRate),
            clip: number(.clip, default: 0))
        if let text = texts[.content], !text.isEmpty {
            guard self.task.file != nil, let content = Content(text) else { throw .value(text, .content) }
            self.content = content
        }
        for factor in Factor.allCases where factor.isDerived {
            if let text = texts[factor], text != self[factor] { throw .derived(text, factor) }
        }
    }

    /// The factors that were chosen, as `key=value` words: how a trial is handed to its process. A later factor is said only
    /// where it is not the default.
    package var words: [String] {
        Factor.allCases.filter { !$0.isDerived && self[$0] != $0.absent }
            .map { "\($0.rawValue)=\(self[$0])" }
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
        for byte in words.joined(separator: " ").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
