import CVectorMath
package import Schedules
package import Vectors

/// The dimensions of a network and its batch. Everything that is allocated follows from them.
package struct Shape: Hashable, Sendable {
    package var cell: Cell
    /// L, stacked layers.
    package var layers: Int
    /// D, the width of the input.
    package var input: Int
    /// H, hidden units of each layer.
    package var hidden: Int
    /// O, outputs of the linear head.
    package var outputs: Int
    /// B, sequences side by side.
    package var batch: Int
    package var precision: Precision
    package var inputProjection: InputProjection
    package var criterion: Criterion
    /// Of each layer: 1, from the first step to the last, or 2, with another from the last to the first.
    package var directions: Int
    /// What CTC keeps; nil with another criterion.
    package var alignment: AlignmentShape?
    package var variant: Variant
    /// Replicas of the layers' weights, each with its own gradient: 1 where all steps share them.
    package var weightReplicas: Int
    /// Threads that may share a pass: each has separate room where sensitivities are carried.
    package var threads: Int
    /// How records are kept, `native` being what the precision has, and how their numbers are rounded where that is in fewer bits.
    package var records = RecordFormat.native
    package var rounding = Rounding.nearest
    /// How saved states are kept.
    package var states = StateFormat.native

    package init(
        cell: Cell, layers: Int, input: Int, hidden: Int, outputs: Int, batch: Int, precision: Precision,
        inputProjection: InputProjection = .batched, criterion: Criterion = .squaredError, directions: Int = 1,
        alignment: AlignmentShape? = nil, variant: Variant = .plain, weightReplicas: Int = 1,
        threads: Int = 1
    ) {
        self.cell = cell
        self.layers = layers
        self.input = input
        self.hidden = hidden
        self.outputs = outputs
        self.batch = batch
        self.precision = precision
        self.inputProjection = inputProjection
        self.criterion = criterion
        self.directions = directions
        self.alignment = alignment
        self.variant = variant
        self.weightReplicas = weightReplicas
        self.threads = threads
    }

    package var isBidirectional: Bool { directions == 2 }
    /// The width of h: H or, where it is projected, R, or of two halves 2H.
    package var stateWidth: Int { cell.stateWidth(hidden: hidden) }
    /// The width of what U sees: h, or a half of it.
    package var recurrentWidth: Int { stateWidth / cell.phases }
    /// The width of what a layer gives to the next one and to the head: that of h for each direction.
    package var features: Int { directions * stateWidth }
    /// The width of what enters a layer: D for the first, that of the one below above.
    package func width(of layer: Int) -> Int { layer == 0 ? input : features }

    /// Layers that go through the steps together: all of them or, in a bidirectional network, one direction of one.
    package var depth: Int { isBidirectional ? 1 : layers }
    /// How often that is, each time under its own schedule: once or, in a bidirectional network, for each direction
    /// of each layer.
    package var lanes: Int { isBidirectional ? directions * layers : 1 }

    /// B·H.
    package var cells: Int { batch * hidden }
    /// Elements of h, [B, H], [B, R] or [B, 2H].
    package var hiddenElements: Int { batch * stateWidth }
    /// Elements of a parameter of a layer's, or of one direction of it; its gradient has as many. W: for each gate a packed
    /// [width, Ĥ], transposed against PyTorch; U: for each gate a packed [H, Ĥ] or
    /// [R, Ĥ]; P: a packed [H, R̂].
    package func elements(of parameter: CellParameter, layer: Int) -> Int {
        switch parameter.use {
        case .inputMatrix: cell.gates * width(of: layer) * Shape.padded(hidden)
        case .hiddenMatrix: cell.gates * recurrentWidth * Shape.padded(hidden)
        case .projection: hidden * Shape.padded(stateWidth)
        case .inputBias, .hiddenBias: columns
        case .units: hidden
        }
    }

    /// Numbers of a layer's state that a step of a reversible cell changes, each of which it may lose bits of.
    package var changedElements: Int { cell.changedParts * cells }
    /// Elements of one layer's state.
    package var stateElements: Int { hiddenElements + cell.memoryParts * cells }
    /// Gates of a record: all, or none where they are made again or not read.
    package var recordedGates: Int { variant == .recomputeGates ? 0 : cell.recordedGates }
    /// Values of a record per hidden unit.
    package var recordParts: Int { cell.recordParts - cell.recordedGates + recordedGates }
    /// Elements of one layer's record of a step.
    package var recordElements: Int { recordParts * cells + (cell.kind.projects ? hiddenElements : 0) }
    /// Bytes of one layer's state that a schedule saves.
    package var savedBytes: Int {
        states.packing?.bytes(of: stateElements) ?? saturatingProduct(stateElements, precision.bytes)
    }
    /// How records are kept in memory.
    package var keptRecords: RecordFormat { records == .native && precision == .bfloat16 ? .bfloat16 : records }
    /// Whether records are kept in fewer bits than their numbers are computed in.
    package var packsRecords: Bool { keptRecords != .native }
    /// Whether saved states are.
    package var packsStates: Bool { states != .native }
    /// What is kept in fewer bits.
    package var packing: Packing {
        Packing().union(packsRecords ? .records : []).union(packsStates ? .states : [])
    }
    /// Where its numbers lie when it is packed; nil of one that is kept as it is.
    package var packedRecord: PackedRecord? { packsRecords ? PackedRecord(self) : nil }
    /// Elements from an unpacked record to the one with other roundings; 0 where there is none.
    package var copyPitch: Int { rounding == .independent ? recordElements : 0 }
    /// Unpacked records that backward has at once: a step's and, where that has memory, the one's before it.
    package var unpackedRecords: Int { cell.memoryParts > 0 ? 2 : 1 }
    /// Whether a record has the head's outputs too, [B, O], as they are: the loss and ∂L/∂y are then those of native records. With two
    /// directions the head reads what the layers hand on, and not a record.
    package var recordsOutputs: Bool { packsRecords && !isBidirectional }
    /// G·H, rows of the weights as PyTorch has them.
    package var columns: Int { cell.gates * hidden }

    /// Steps whose adjoints are collected before their weight gradients are added with one product: enough rows that
    /// the product is fast, aligned to absolute step numbers so that every schedule adds in the same order. One where each
    /// step has its own gradient.
    package var block: Int { weightReplicas > 1 ? 1 : max(1, min(64, 256 / batch)) }

    /// Steps whose inputs are multiplied with one product: enough rows that the product is fast. Layers above each other
    /// take more steps each before the next one's turn: their weights together may not fit the cache. 192 rows take 1 % longer than
    /// 256 where 100/64/512 has four, and half a MiB less.
    package var chunk: Int {
        inputProjection == .perStep || weightReplicas > 1 ? 1 : max(1, min(32, (depth > 1 ? 192 : 64) / batch))
    }

    /// Elements from one row of adjoints to the next: Ĥ for each part, and some more so that rows do not lie a power of two
    /// apart, where they would fall on the same few places of the caches.
    package var adjointPitch: Int { cell.adjointParts * Shape.padded(hidden) + Int(UNROLL_PAD) }
    /// The same of projections, Ĥ for each gate.
    package var projectionPitch: Int { cell.gates * Shape.padded(hidden) + Int(UNROLL_PAD) }

    /// Columns of a panel of a packed matrix.
    package static let panel = Int(UNROLL_PANEL)

    /// The width of a packed matrix's columns in memory: a multiple of 16, as ``PackedMatrix`` has it.
    package static func padded(_ columns: Int) -> Int {
        (columns + Int(UNROLL_PAD) - 1) / Int(UNROLL_PAD) * Int(UNROLL_PAD)
    }
}
