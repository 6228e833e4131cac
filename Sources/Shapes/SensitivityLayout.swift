package import Schedules

/// The tensors that sensitivities take, and how they lie. What the network allocates and what the prediction counts are both made of
/// this list, as ``Layout`` is for all else.
///
/// The influence matrix lies in panels of ``Shape/panel`` columns, each with all its rows together, that it may be carried in place:
/// what a product of a panel needs besides is a panel. L, B, H, a_h: layers, batch, hidden units, parts of a state; P: columns of a
/// layer; Ĥ: H padded to a multiple of 16.
package struct SensitivityLayout: Hashable, Sendable {
    package let shape: Shape
    package let columns: [InfluenceColumns]
    /// Steps that a panel is carried over while it is in the cache.
    package let chunk: Int

    /// Whether Jacobians are made: what carries one value for each parameter needs none.
    package let hasJacobians: Bool

    package init(_ shape: Shape, hasJacobians: Bool = true) {
        self.shape = shape
        let columns = (0..<shape.layers).map { InfluenceColumns(shape, layer: $0) }
        self.columns = columns
        self.hasJacobians = hasJacobians
        // What steps bring along should be small beside the matrix: a Jacobian has H columns for its P.
        chunk = max(1, min(16, shape.block, hasJacobians ? columns[0].count / (16 * shape.hidden) : 16))
    }

    /// a_h H: rows of a layer's part of the matrix.
    package var rows: Int { shape.cell.stateParts * shape.hidden }
    /// Rows of all layers.
    package var allRows: Int { shape.layers * rows }
    /// Rows of a panel of a layer's columns: its own, and those of all layers above.
    package func panelRows(of layer: Int) -> Int { (shape.layers - layer) * rows }
    /// Columns in memory of a layer's parameters, and of its initial state.
    package func paddedColumns(of layer: Int) -> Int { Shape.padded(columns[layer].count) }
    package var paddedRows: Int { Shape.padded(rows) }

    /// Of a step in a layer, for each part of the state: adjoints of the products, [B, parts, Ĥ], and of the state before, [a_h, B, H].
    package var coefficients: Int { shape.batch * shape.cell.adjointParts * Shape.padded(shape.hidden) }
    package var carries: Int { shape.stateElements }
    /// ∂state/∂h, [a_h H, Ĥ], by h before or by h of the layer below.
    package var jacobian: Int { rows * Shape.padded(shape.hidden) }
    /// The columns of a panel of units.
    package var unitPanels: [Range<Int>] {
        stride(from: 0, to: allRows, by: Shape.panel).map { $0..<min(allRows, $0 + Shape.panel) }
    }
}

extension SensitivityLayout {
    private static func tensor(_ name: String, _ elements: Int, copies: Int = 1) -> Tensor {
        Tensor(name: name, role: .sensitivities, elements: elements, copies: copies)
    }

    private func each(_ tensors: (Int) -> [Tensor]) -> [Tensor] {
        (0..<shape.layers).flatMap { layer in
            tensors(layer).map { Self.tensor(Layout.name($0.name, of: layer), $0.elements) }
        }
    }

    /// The derivatives of a chunk of steps, whatever is carried.
    package var derivatives: [Tensor] {
        let steps = chunk * shape.cell.stateParts
        let jacobians = chunk * shape.batch * jacobian
        return each { layer in
            [Self.tensor("coefficients", steps * coefficients), Self.tensor("carries", steps * carries)]
                + (hasJacobians && shape.cell.hasHiddenMatrix ? [Self.tensor("jacobian", jacobians)] : [])
                + (hasJacobians && layer > 0 ? [Self.tensor("jacobian_below", jacobians)] : [])
        }
    }

    /// [B, chunk, features], and what vectors read after the last.
    package func features(of layer: Int) -> Int {
        shape.batch * chunk * columns[layer].features + Shape.padded(1)
    }

    /// The matrix: for each panel of a layer's columns [B, layers from it up, a_h, H, columns]. After the columns of its parameters
    /// those of its initial state. Gradients have a row of the parameters' columns, and for each sequence one of the initial state's.
    package var influence: [Tensor] {
        each { layer in
            let (own, initial) = (paddedColumns(of: layer), paddedRows)
            return [
                Self.tensor(
                    "influence", saturatingProduct(shape.batch, panelRows(of: layer), own + initial)),
                Self.tensor("carried_gradient", own + shape.batch * initial),
            ]
        } + [Self.tensor("panel", allRows * panelWidth, copies: shape.threads)]
    }

    /// Of the product that a thread makes before it takes a panel's place.
    private var panelWidth: Int {
        min(Shape.panel, max(columns.indices.map(paddedColumns).max()!, Shape.padded(allRows)))
    }

    /// The features of the chunk that is gone forward over.
    package var forward: [Tensor] { each { [Self.tensor("features", features(of: $0))] } }

    /// To carry the matrix over a block: adjoints of the state of all layers by each unit of them after the block, [B, panels of units,
    /// state rows, units], which end as the block's Jacobian; and the adjoint that has come back to the block's beginning, [B, state rows].
    package var overRecords: [Tensor] {
        [
            Self.tensor("unit_adjoints", saturatingProduct(shape.batch, allRows, Shape.padded(allRows))),
            Self.tensor("block_adjoint", shape.batch * allRows),
        ]
    }

    /// For each chunk of a block: the features, and the adjoints of its steps' products by all units, [B, panels of units, parts, H,
    /// chunk, units].
    package var chunkOfBlock: [Tensor] {
        each { layer in
            [
                Self.tensor("features", features(of: layer)),
                Self.tensor(
                    "product_adjoints",
                    saturatingProduct(
                        shape.batch * shape.cell.adjointParts, shape.hidden * chunk, Shape.padded(allRows))),
            ]
        }
    }

    /// A value for each parameter and part of its unit's state, [B, a_h, columns], and what each layer's loss is at every step of a chunk.
    package var traces: [Tensor] {
        let units = chunk * shape.batch * Shape.padded(shape.hidden)
        return each { layer in
            let columns = paddedColumns(of: layer)
            return [
                Self.tensor("traces", saturatingProduct(shape.batch * shape.cell.stateParts, columns)),
                Self.tensor("carried_gradient", columns), Self.tensor("learning", units),
            ]
        } + [Self.tensor("seen", units)]
    }

    /// Two vectors, of the state, [a_h, B, H], and of the parameters, [B, columns].
    package var rankOne: [Tensor] {
        each { layer in
            let columns = paddedColumns(of: layer)
            return [
                Self.tensor("tangent", shape.stateElements), Self.tensor("next_tangent", shape.stateElements),
                Self.tensor("signs", shape.stateElements), Self.tensor("sign_adjoints", coefficients),
                Self.tensor("parameter_vector", saturatingProduct(shape.batch, columns)),
                Self.tensor("carried_gradient", columns),
            ]
        } + [Self.tensor("tangent_product", shape.batch * Shape.padded(shape.hidden))]
    }

    /// A vector of what enters the products, [B, features], and a matrix of the state, [B, H, Ĥ]; of one layer.
    package var kronecker: [Tensor] {
        let matrix = saturatingProduct(shape.batch, shape.hidden, Shape.padded(shape.hidden))
        return [
            Self.tensor("kronecker_inputs", shape.batch * columns[0].features),
            Self.tensor("kronecker_states", matrix), Self.tensor("kronecker_product", matrix),
            Self.tensor("kronecker_loss", Shape.padded(shape.hidden)),
            Self.tensor("kronecker_gradient", paddedColumns(of: 0)),
        ]
    }
}

extension SensitivitySizes {
    /// - Parameter usable: what the allocator hands out for a number of elements.
    init(_ shape: Shape, usable: (Int) -> Int) {
        guard shape.refusal(of: .influence) == nil else {
            self.init()
            return
        }
        func bytes(_ tensors: [Tensor]) -> Int {
            tensors.reduce(0) { saturatingSum($0, saturatingProduct($1.copies, usable($1.elements))) }
        }
        let (layout, lean) = (SensitivityLayout(shape), SensitivityLayout(shape, hasJacobians: false))
        /// With the records of a chunk and the state that enters it.
        func goingForward(_ layout: SensitivityLayout, _ tensors: [Tensor]) -> Int {
            saturatingSum(
                bytes(tensors + layout.derivatives + layout.forward),
                shape.depth * (layout.chunk * usable(shape.recordElements) + usable(shape.stateElements)))
        }
        self.init(
            influence: goingForward(layout, layout.influence),
            influenceOverRecords: bytes(layout.influence + layout.derivatives + layout.overRecords),
            chunkOfBlock: bytes(layout.chunkOfBlock), chunk: layout.chunk, traces: goingForward(lean, lean.traces),
            rankOne: goingForward(lean, lean.rankOne), kronecker: goingForward(lean, lean.kronecker))
    }
}

extension Shape {
    /// Why sensitivities of a kind cannot be carried through this network, in a sentence; nil where they can.
    package func refusal(of sensitivities: Sensitivities) -> String? {
        if isBidirectional {
            return
                "sensitivities are carried from the first step on, and one of two directions begins at the last; allowed: one direction"
        }
        if criterion == .ctc {
            return
                "each step's loss enters at once, and CTC's is known when the sequence has ended; allowed: tasks with a loss of each step"
        }
        if variant != .plain {
            return "sensitivities are those of the plain network; allowed: variant \(Variant.plain.rawValue)"
        }
        func cells(where isMeant: (Cell) -> Bool) -> String {
            Cell.allCases.filter(isMeant).map(\.rawValue).joined(separator: ", ")
        }
        if cell.kind.projects {
            return "its h is a product of the units; allowed: cell \(cells(where: \.isCarried))"
        }
        if cell.spansUnits {
            return "its units see each other's sums; allowed: cell \(cells(where: \.isCarried))"
        }
        if cell.phases > 1 {
            return "its halves are made one after the other; allowed: cell \(cells(where: \.isCarried))"
        }
        switch sensitivities {
        case .leak where cell.memoryParts > 0:
            return
                "its leak is of a state that is h alone; allowed: cell \(cells { $0.memoryParts == 0 && $0.isCarried })"
        // Where the halves of a state take turns, no part keeps anything of its own.
        case .own where cell.memoryParts == 0 || cell.kind.isReversible:
            return "it carries what a cell's memory keeps; allowed: cell "
                + cells { $0.memoryParts > 0 && $0.isCarried && !$0.kind.isReversible }
        case .kronecker where layers > 1 || !cell.isOneProduct:
            return "a step's part is a Kronecker product for one layer of one gate; allowed: layers 1, cell "
                + cells { $0.isOneProduct }
        default: return nil
        }
    }
}

extension Cell {
    /// Whether its state is h, which the sum of one gate makes.
    fileprivate var isOneProduct: Bool { gates == 1 && memoryParts == 0 && adjointParts == 1 && hasHiddenMatrix }
}
