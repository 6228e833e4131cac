import CVectorMath
import Schedules

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
    /// Copies of the layers' weights, each with its own gradient: 1 where all steps share them.
    package var copies: Int

    package init(
        cell: Cell, layers: Int, input: Int, hidden: Int, outputs: Int, batch: Int, precision: Precision,
        inputProjection: InputProjection = .batched, criterion: Criterion = .squaredError, directions: Int = 1,
        alignment: AlignmentShape? = nil, variant: Variant = .plain, copies: Int = 1
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
        self.copies = copies
    }

    package var isBidirectional: Bool { directions == 2 }
    /// The width of what a layer gives to the next one and to the head: H for each direction.
    package var features: Int { directions * hidden }
    /// The width of what enters a layer: D for the first, that of the one below above.
    package func width(of layer: Int) -> Int { layer == 0 ? input : features }

    /// Layers that go through the steps together: all of them or, in a bidirectional network, one direction of one.
    package var depth: Int { isBidirectional ? 1 : layers }
    /// How often that is, each time under a schedule of its own: once or, in a bidirectional network, for each direction
    /// of each layer.
    package var tracks: Int { isBidirectional ? directions * layers : 1 }

    /// B·H.
    package var cells: Int { batch * hidden }
    /// Elements of one layer's state.
    package var stateElements: Int { cell.stateParts * cells }
    /// Elements of one layer's record of a step.
    package var recordElements: Int { cell.recordParts * cells }
    /// G·H, rows of the weights as PyTorch has them.
    package var columns: Int { cell.gates * hidden }

    /// Steps whose adjoints are collected before their weight gradients are added with one product: enough rows that
    /// the product is fast, aligned to absolute step numbers so that every schedule adds in the same order. One where each
    /// step has a gradient of its own.
    package var block: Int { copies > 1 ? 1 : max(1, min(64, 256 / batch)) }

    /// Steps whose inputs are multiplied with one product: enough rows that the product is fast. Layers above each other
    /// take more steps each before the next one's turn: their weights together may not fit the cache. 192 rows take 1 % longer than
    /// 256 where 100/64/512 has four, and half a MiB less.
    package var chunk: Int {
        inputProjection == .perStep || copies > 1 ? 1 : max(1, min(32, (depth > 1 ? 192 : 64) / batch))
    }

    /// Elements from one row of adjoints to the next: Ĥ for each part, and some more so that rows do not lie a power of two
    /// apart, where they would fall on the same few places of the caches.
    package var adjointPitch: Int { cell.adjointParts * Shape.padded(hidden) + Int(UNROLL_PAD) }
    /// The same of projections, Ĥ for each gate.
    package var projectionPitch: Int { cell.gates * Shape.padded(hidden) + Int(UNROLL_PAD) }

    /// Columns of a panel of a packed matrix.
    package static let panel = Int(UNROLL_PANEL)

    /// The width of a packed matrix's columns in memory: a multiple of 16, as ``Panels`` has it.
    package static func padded(_ columns: Int) -> Int {
        (columns + Int(UNROLL_PAD) - 1) / Int(UNROLL_PAD) * Int(UNROLL_PAD)
    }
}

/// A network's tensors of constant size, each with its elements. What the network allocates and what the prediction
/// counts are both made of this list. Ĥ, D̂, Ô: widths padded to a multiple of 16.
package struct Layout: Hashable, Sendable {
    /// One layer's parameters, or those of one direction of it; its gradients have the same sizes.
    package struct Parameters: Hashable, Sendable {
        /// W, for each gate a packed [width, Ĥ]: transposed against PyTorch.
        package let inputWeights: Int
        /// U, for each gate a packed [H, Ĥ].
        package let hiddenWeights: Int
        /// [G·H] each; two, as PyTorch has.
        package let bias: Int
    }

    /// One layer's workspace, or that of one direction of it.
    package struct Workspace: Hashable, Sendable {
        /// The state the network stands at, [parts, B, H].
        package let state: Int
        /// The adjoint of that state, [parts, B, H].
        package let adjoint: Int
        /// The hidden states that entered the steps of a block, and the one after it, [block + 1, B, H].
        package let hidden: Int
        /// A block of pre-activation adjoints, [block, B, adjoint parts, Ĥ].
        package let adjoints: Int
        /// Uᵀ, a packed [G·Ĥ, Ĥ], made at the start of every training step.
        package let hiddenTransposed: Int
        /// Wᵀ, for each gate a packed [Ĥ, width], where a layer is below or the gradient to the inputs is made.
        package let inputTransposed: Int?
        /// b + d, [G, Ĥ]; of the GRU's candidate b alone.
        package let bias: Int
    }

    /// Both directions of a layer one after the other.
    package let parameters: [Parameters]
    /// The head: a packed [O, Ĥ], and [O]; with two directions the width is of 2H.
    package let headWeights: Int
    package let headBias: Int
    package let workspaces: [Workspace]
    /// The inputs of a chunk of steps, [chunk, B, D], and of a block, [block, B, D], where they are not in memory anyway. With
    /// two directions, what enters any layer is put there in the order of its direction.
    package let step: Int?
    package let inputs: Int?
    /// A record nobody keeps, [parts, B, H]: forward without recording writes here.
    package let scratch: Int
    /// W x + b of a chunk of steps, [chunk, B, G, Ĥ].
    package let projection: Int
    /// What a layer gives to the next for a chunk of steps, [chunk, B, H].
    package let outputs: Int
    /// U_n h + d_n of the GRU, [B, H].
    package let candidate: Int?
    /// ∂L/∂h from outside the layer for a block of steps, [block, B, H]; then, with two directions, what goes to the layer
    /// below, [block, B, 2H].
    package let outside: Int
    /// ∂L/∂x for a block of steps, [block, B, D], where it is made.
    package let inputAdjoint: Int?
    /// Vᵀ of the head, a packed [H, Ô]; its outputs, then their adjoints, for a block, [block, B, Ô]; targets of a step, as the
    /// criterion has them.
    package let headTransposed: Int
    package let headOutputs: Int
    package let targets: Int
    /// How many sequences of [T, B, 2H] there are between the layers of two directions and the head: what each layer gives,
    /// whose place ∂L/∂h takes when nobody needs it any more, and one more where there is a layer below.
    package let sequences: Int
    /// CTC's forward variables, [kept steps, B, U], and backward variables, [B, U]; and its workspace, [B, 3, U + 2].
    package let forwardVariables, backwardVariables, alignmentRows: Int?

    /// - Parameter streamsInputs: whether inputs are made when needed, and not kept for the whole sequence.
    package init(_ shape: Shape, streamsInputs: Bool) {
        let hidden = Shape.padded(shape.hidden)
        let gates = shape.cell.gates
        let layers = (0..<shape.layers).flatMap { Array(repeating: $0, count: shape.directions) }
        parameters = layers.map { layer in
            Parameters(
                inputWeights: gates * shape.width(of: layer) * hidden, hiddenWeights: gates * shape.hidden * hidden,
                bias: shape.columns)
        }
        headWeights = shape.outputs * Shape.padded(shape.features)
        headBias = shape.outputs
        workspaces = layers.map { layer in
            Workspace(
                state: shape.stateElements, adjoint: shape.stateElements,
                // Its rows are read in whole vectors, the last one too.
                hidden: (shape.block + 1) * shape.cells + hidden - shape.hidden,
                adjoints: shape.block * shape.batch * shape.adjointPitch,
                hiddenTransposed: gates * hidden * hidden,
                inputTransposed: layer == 0 && shape.variant != .inputAdjoint
                    ? nil : gates * hidden * Shape.padded(shape.width(of: layer)),
                bias: gates * hidden)
        }
        let width = shape.isBidirectional && shape.layers > 1 ? max(shape.input, shape.features) : shape.input
        step = streamsInputs || shape.isBidirectional ? shape.chunk * shape.batch * width : nil
        inputs = streamsInputs || shape.isBidirectional ? shape.block * shape.batch * width : nil
        scratch = shape.recordElements
        projection = shape.chunk * shape.batch * shape.projectionPitch
        outputs = shape.chunk * shape.cells
        candidate = shape.cell == .gru ? shape.cells : nil
        outside = shape.block * shape.cells * (shape.layers > 1 ? shape.directions : 1)
        inputAdjoint = shape.variant == .inputAdjoint ? shape.block * shape.batch * shape.input : nil
        headTransposed = shape.features * Shape.padded(shape.outputs)
        headOutputs = shape.block * shape.batch * Shape.padded(shape.outputs)
        targets = shape.criterion.targets(batch: shape.batch, outputs: shape.outputs)
        sequences = shape.isBidirectional ? shape.layers + (shape.layers > 1 ? 1 : 0) : 0
        forwardVariables = shape.alignment?.forwardVariables(batch: shape.batch)
        backwardVariables = shape.alignment?.backwardVariables(batch: shape.batch)
        alignmentRows = shape.alignment?.rows(batch: shape.batch)
    }

    /// Elements of one of the ``sequences``. Its rows are read in whole vectors, the last one too.
    package static func sequence(_ shape: Shape, length: Int) -> Int {
        saturatingSum(
            saturatingProduct(length, shape.batch, shape.features), Shape.padded(shape.features) - shape.features)
    }
}
