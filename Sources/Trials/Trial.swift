package import Schedules
package import Shapes
package import Vectors

/// One point of a sweep: what is trained, over how many steps, under which strategy.
///
/// A property is a factor's value, and its default the factor's.
package struct Trial: Hashable, Sendable {
    package var cell = Cell.standard
    package var layers = 1
    package var input = 64
    package var hidden = 128
    package var batch = 32
    package var length = 256
    package var strategy = Strategy.full
    package var task = TrainingTask.usual
    package var inputs = InputStorage.streamed
    package var inputProjection = InputProjection.batched
    /// Whether each layer has a second direction, from the last step to the first.
    package var bidirectional = false
    package var variant = Variant.plain
    package var recurrentWeights = RecurrentWeights.uniform
    package var precision = Precision.float
    package var threads = 1
    package var seed = 1
    /// 0 for a single training step, which changes no parameter. Each is a training step of T steps.
    package var updates = 0
    /// How often the parameters change within an update.
    package var updateInterval = UpdateInterval.sequence
    package var optimizer = UpdateRule.sgd
    /// η.
    package var learningRate = 0.001
    /// The largest norm of the gradient; 0 for no limit.
    package var clip = 0.0
    /// What the task's file holds; nil where there is no file, or nothing has read it yet.
    package var content: Content?
    /// Where the first parameters come from; nil where they are drawn.
    package var weights: WeightsReference?
    /// What that file holds; nil where there is none, or nothing has read it yet.
    package var weightsContent: Content?
    /// The part of a file's sequences that no update sees, 0 to 1.
    package var validation = 0.0
    package var engine = Engine.unroll
    /// In what records are kept, and how they are rounded to that.
    package var records = RecordFormat.native
    package var rounding = RecordRounding.nearest
    /// In what the states are kept that a strategy saves.
    package var states = StateFormat.native

    /// Whether saved states are in fewer bits.
    package var packsStates: Bool { states != .native }
    /// Whether products are of bfloat16.
    package var multipliesPairs: Bool { precision == .bfloat16 }
    /// Whether any of it is rounded to fewer bits than it is computed in.
    package var rounds: Bool { records != .native || packsStates || multipliesPairs }

    /// With the default of every factor.
    package static let usual = Trial()

    private init() {}

    /// - Throws: ``TrialError`` when a value is out of range or two do not go together.
    package init(
        cell: Cell, layers: Int = usual.layers, input: Int = usual.input, hidden: Int = usual.hidden,
        batch: Int = usual.batch, length: Int = usual.length, strategy: Strategy = usual.strategy,
        task: TrainingTask = usual.task, inputs: InputStorage = usual.inputs,
        inputProjection: InputProjection = usual.inputProjection, bidirectional: Bool = usual.bidirectional,
        variant: Variant = usual.variant, recurrentWeights: RecurrentWeights = usual.recurrentWeights,
        precision: Precision = usual.precision, threads: Int = usual.threads, seed: Int = usual.seed,
        updates: Int = usual.updates, updateInterval: UpdateInterval = usual.updateInterval,
        optimizer: UpdateRule = usual.optimizer, learningRate: Double = usual.learningRate, clip: Double = usual.clip,
        weights: WeightsReference? = nil, validation: Double = usual.validation, engine: Engine = usual.engine,
        records: RecordFormat = usual.records, rounding: RecordRounding = usual.rounding,
        states: StateFormat = usual.states
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
        self.weights = weights
        self.validation = validation
        self.engine = engine
        self.records = records
        self.rounding = rounding
        self.states = states
        try check()
    }
}
