package import Schedules

/// Memory that a network holds all the time.
package struct Tensor: Hashable, Sendable {
    /// One of its role.
    package let name: String
    package let role: Role
    package let elements: Int
    /// How many of it there are: one for each step where steps have their own weights.
    package var copies = 1
}

/// A network's tensors of constant size. What the network allocates and what the prediction counts are both made of this list.
///
/// T, B, H, D, O, G: steps, batch, hidden units, width, outputs, gates. Ĥ, D̂, Ô: widths padded to a multiple of 16.
package struct Layout: Hashable, Sendable {
    package private(set) var tensors: [Tensor] = []

    /// - Parameters:
    ///   - residentSteps: T when the inputs of the whole sequence are kept in memory, 0 when they are made when needed.
    ///   - length: T; of a bidirectional network, which keeps what goes from layer to layer.
    package init(_ shape: Shape, residentSteps: Int, length: Int = 0) {
        precondition(!shape.isBidirectional || length > 0, "two directions go over a sequence of a known length")
        addParameters(shape)
        for index in 0..<shape.directions * shape.layers { addWorkspace(of: index, shape) }
        addHead(shape)
        addInputs(shape, residentSteps: residentSteps, length: length)
        addSteps(shape)
        addAlignment(shape)
    }

    /// What a tensor of one layer, or of one direction of it, is called: both directions are numbered one after the other.
    package static func name(_ name: String, of index: Int) -> String { "\(index).\(name)" }

    private mutating func add(_ name: String, _ role: Role, _ elements: Int, copies: Int = 1) {
        tensors.append(Tensor(name: name, role: role, elements: elements, copies: copies))
    }

    private mutating func addParameter(_ name: String, _ elements: Int, copies: Int = 1) {
        add(name, .weights, elements, copies: copies)
        add(name, .gradients, elements, copies: copies)
    }

    private mutating func addParameters(_ shape: Shape) {
        for index in 0..<shape.directions * shape.layers {
            for parameter in shape.cell.parameters {
                addParameter(
                    Layout.name(parameter.name, of: index),
                    shape.elements(of: parameter, layer: index / shape.directions), copies: shape.weightReplicas)
            }
        }
    }

    private mutating func addWorkspace(of index: Int, _ shape: Shape) {
        func add(_ name: String, _ elements: Int) { self.add(Layout.name(name, of: index), .workspace, elements) }
        let (hidden, gates) = (Shape.padded(shape.hidden), shape.cell.gates)
        let layer = index / shape.directions
        // The state the network stands at, and its adjoint: h, [B, H], [B, R] or [B, 2H], and the memory, [parts, B, H].
        add("state", shape.stateElements)
        add("adjoint", shape.stateElements)
        // The hidden states that entered the steps of a block, and the one after it, [block + 1, B, H], with R or 2H. Its rows are read
        // in whole vectors, the last one too.
        let (state, recurrent) = (Shape.padded(shape.stateWidth), Shape.padded(shape.recurrentWidth))
        add("hiddens", (shape.block + 1) * shape.hiddenElements + state - shape.stateWidth)
        // A block of pre-activation adjoints, [block, B, adjoint parts, Ĥ].
        add("adjoints", shape.block * shape.batch * shape.adjointPitch)
        // Uᵀ, a packed [G·Ĥ, Ĥ] or [G·Ĥ, R̂], of each phase one, and Wᵀ, for each gate a packed [Ĥ, width], where a layer is below or the gradient to the inputs is
        // made: made at the start of every training step.
        if shape.cell.hasHiddenMatrix { add("hidden_transposed", gates * shape.operandRows(hidden) * recurrent) }
        if layer > 0 || shape.variant == .inputAdjoint {
            add("input_transposed", gates * shape.operandRows(hidden) * Shape.padded(shape.width(of: layer)))
        }
        // Where products are of bfloat16 all four are in pairs: W and U of each gate too, a packed [pairs of the width, Ĥ] and [pairs of
        // R, Ĥ].
        if shape.multipliesPairs {
            add("input_pairs", gates * Shape.pairs(of: shape.width(of: layer)) * hidden)
            if shape.cell.hasHiddenMatrix {
                add("hidden_pairs", gates * Shape.pairs(of: shape.recurrentWidth) * hidden)
            }
        }
        if shape.cell.kind.projects {
            // m of the steps of a block, or of a step forward, [block, B, H], and ∂L/∂h of them, [block, B, R]; ∂L/∂m of a step,
            // [B, H]; Pᵀ, a packed [R, Ĥ].
            add("units", shape.block * shape.cells + hidden - shape.hidden)
            add("projected_adjoints", shape.block * shape.hiddenElements + state - shape.stateWidth)
            add("units_adjoint", shape.cells + hidden - shape.hidden)
            add("projection_transposed", shape.operandRows(shape.stateWidth) * hidden)
            if shape.multipliesPairs { add("projection_pairs", Shape.pairs(of: shape.hidden) * state) }
        }
        // What the cell makes of its parameters with a number for each unit, [vectors, H].
        let prepared = shape.cell.kind.prepared.count
        if prepared > 0 { add("prepared", prepared * shape.hidden) }
        // b + d, [G, Ĥ]; of gates with two products apart b alone.
        add("bias", gates * hidden)
    }

    /// V, a packed [O, Ĥ], and e, [O]; with two directions the width is of 2H. Vᵀ, a packed [H, Ô]; the outputs, then their
    /// adjoints, for a block, [block, B, Ô]; targets of a step, as the criterion has them.
    private mutating func addHead(_ shape: Shape) {
        addParameter("head.weight", shape.outputs * Shape.padded(shape.features))
        addParameter("head.bias", shape.outputs)
        let outputs = Shape.padded(shape.outputs)
        add("head.transposed", .workspace, shape.operandRows(shape.features) * outputs)
        if shape.multipliesPairs {
            add("head.pairs", .workspace, Shape.pairs(of: shape.outputs) * Shape.padded(shape.features))
        }
        add("head.outputs", .workspace, shape.block * shape.batch * outputs)
        add("head.targets", .workspace, shape.criterion.targets(batch: shape.batch, outputs: shape.outputs))
    }

    private mutating func addInputs(_ shape: Shape, residentSteps: Int, length: Int) {
        if residentSteps > 0 { add("sequence", .inputs, saturatingProduct(residentSteps, shape.batch, shape.input)) }
        // Between the layers of two directions and the head, [T, B, 2H]: what each layer gives, whose place ∂L/∂h takes when it is no
        // longer needed, and one more where there is a layer below. Rows are read in whole vectors, the last one too.
        if shape.isBidirectional {
            add(
                "between", .inputs,
                saturatingSum(
                    saturatingProduct(length, shape.batch, shape.features),
                    Shape.padded(shape.features) - shape.features),
                copies: shape.layers + (shape.layers > 1 ? 1 : 0))
        }
        // The inputs of a chunk of steps, [chunk, B, D], and of a block, [block, B, D], where they are not in memory anyway. With
        // two directions, what enters any layer is put there in the order of its direction.
        if residentSteps == 0 || shape.isBidirectional {
            let width = shape.isBidirectional && shape.layers > 1 ? max(shape.input, shape.features) : shape.input
            add("inputs_of_chunk", .workspace, shape.chunk * shape.batch * width)
            add("inputs_of_block", .workspace, shape.block * shape.batch * width)
        }
    }

    private mutating func addSteps(_ shape: Shape) {
        // A record that is not kept, [parts, B, H]: forward without recording writes here. Where records are packed, forward writes all of
        // them here and backward unpacks them, each with room for other roundings where there are such.
        let records = shape.packsRecords ? shape.unpackedRecords : 1
        add("scratch", .workspace, records * (shape.recordElements + shape.copyPitch))
        // W x + b of a chunk of steps, [chunk, B, G, Ĥ], and what a layer gives to the next for it, [chunk, B, H].
        add("projection", .workspace, shape.chunk * shape.batch * shape.projectionPitch)
        add("outputs", .workspace, shape.chunk * shape.hiddenElements)
        // What each thread rounds to bfloat16, where products are of that.
        if shape.multipliesPairs { add("pairs", .workspace, saturatingProduct(shape.threads, shape.pairsOfThread)) }
        // U h + d of a phase's gates that have it apart, [gates, B, H].
        if shape.cell.splitGates > 0 { add("recurrent", .workspace, shape.cell.splitGates * shape.cells) }
        // ∂L/∂h from outside the layer for a block of steps, [block, B, H]; then, with two directions, what goes to the layer
        // below, [block, B, 2H].
        add("outside", .workspace, shape.block * shape.hiddenElements * (shape.layers > 1 ? shape.directions : 1))
        // ∂L/∂x for a block of steps, [block, B, D], where it is made.
        if shape.variant == .inputAdjoint {
            add("input_adjoint", .workspace, shape.block * shape.batch * shape.input)
        }
    }

    private mutating func addAlignment(_ shape: Shape) {
        guard let alignment = shape.alignment else { return }
        tensors += Layout.alignment(alignment, batch: shape.batch)
    }

    /// CTC's forward variables, [kept steps, B, U], backward variables, [B, U], and workspace, [B, 3, U + 2].
    package static func alignment(_ shape: AlignmentShape, batch: Int) -> [Tensor] {
        [
            Tensor(name: "forward_variables", role: .alignment, elements: shape.forwardVariables(batch: batch)),
            Tensor(name: "backward_variables", role: .alignment, elements: shape.backwardVariables(batch: batch)),
            Tensor(name: "alignment_rows", role: .workspace, elements: shape.rows(batch: batch)),
        ]
    }
}

extension Layout {
    /// What an optimiser keeps: its moments for each parameter, once for all its copies.
    package func moments(of rule: UpdateRule) -> [Tensor] {
        tensors.filter { $0.role == .weights }.flatMap { parameter in
            rule.momentNames.map {
                Tensor(name: "\(parameter.name).\($0)", role: .optimizer, elements: parameter.elements)
            }
        }
    }

    /// Where a saved state is unpacked to, and packed on its way to the disk, of each layer that goes through the steps; nothing where
    /// saved states are as they were.
    package static func unpackedState(_ shape: Shape) -> [Tensor] {
        guard shape.packsStates else { return [] }
        return (0..<shape.depth).map {
            Tensor(name: name("unpacked", of: $0), role: .workspace, elements: shape.stateElements)
        }
    }

    /// A state that is kept from one update to the next, of each layer that goes through the steps.
    package static func carriedState(_ shape: Shape) -> [Tensor] {
        (0..<shape.layers).map {
            Tensor(name: name("carried", of: $0), role: .workspace, elements: shape.stateElements)
        }
    }
}
