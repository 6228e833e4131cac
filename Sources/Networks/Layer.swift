package import Kernels
import Memory
import Quantities
import Schedules
import Shapes

/// One recurrent layer, or one direction of it: parameters and their gradients, the state it stands at, and blocks of what its weight gradients
/// are made of. T, B, H, D, G: steps, batch, hidden units, input width, gates; Ĥ: H padded to a multiple of 16. R: the width of h
/// where the cell projects it; elsewhere it is H.
package final class Layer<S: Scalar> {
    let shape: Shape
    /// D: the width of what enters.
    let width: Int
    /// Ĥ.
    let padded: Int

    /// The parameters, in the order of the cell's, with a gradient each; and the same of every further step, where each has its own.
    let replicas: [ParameterSet<S>]
    /// Those in use, for most networks the only ones. They are changed while no other thread reads them.
    @exclusivity(unchecked) private(set) var weights: Weights<S>
    // What the shape says, asked for at every step.
    let recordedGates, copyPitch, stateWidth, recurrentWidth: Int
    private let block, adjointPitch: Int
    /// Whether the cell takes h to the next one itself.
    let carriesHidden: Bool
    /// 2⁻ᵇ, of a cell whose steps can be undone.
    let least: S

    /// The state the layer stands at: h [B, R], and the memory's parts after it.
    let state: Region<S>
    /// The adjoint of the state, in the same places.
    let adjoint: Region<S>

    /// For the steps of a block, [B, R] hidden states that entered them, with the one after the last, and [B, parts, Ĥ]
    /// adjoints of the products.
    private let hiddenBlock, adjointBlock: Region<S>
    /// What backward multiplies by, and the bias of the projection: made of the parameters by ``prepare(_:)``.
    let hiddenTransposed, inputTransposed: Pointer<S>?
    /// W and U rounded to pairs, where products are of bfloat16; the transposed ones are in pairs then.
    let inputPairs, hiddenPairs: Pointer<S>?
    private let projectionBias: Region<S>
    /// Of a cell that projects its h: see Layer+Projection.swift.
    let projected: ProjectedState<S>?
    /// Whose memory all this is.
    private let tensors: Tensors<S>

    /// - Parameter index: among layers and directions.
    init(_ shape: Shape, _ tensors: Tensors<S>, index: Int) {
        func name(_ name: String) -> String { Layout.name(name, of: index) }
        self.shape = shape
        self.tensors = tensors
        width = shape.width(of: index / shape.directions)
        padded = Shape.padded(shape.hidden)
        (stateWidth, recurrentWidth) = (shape.stateWidth, shape.recurrentWidth)
        (recordedGates, copyPitch) = (shape.recordedGates, shape.copyPitch)
        (block, adjointPitch) = (shape.block, shape.adjointPitch)
        carriesHidden = shape.cell.kind.carriesHidden
        least = shape.cell.bits.map { 1 / S(1 << $0) } ?? 1
        // What no unit fills stays 0.
        let parameters = shape.cell.parameters.map { parameter in
            (
                values: tensors.copies(name(parameter.name), .weights),
                gradients: tensors.copies(name(parameter.name), .gradients)
            )
        }
        let prepared = tensors.find(name("prepared")).map { start in
            shape.cell.kind.prepared.indices.map { start + $0 * shape.hidden }
        }
        replicas = (0..<shape.weightReplicas).map { replica in
            ParameterSet(
                shape.cell, values: parameters.map { $0.values[replica] },
                gradients: parameters.map { $0.gradients[replica] }, prepared: prepared ?? [])
        }
        weights = replicas[0].weights
        state = tensors[name("state")]
        adjoint = tensors[name("adjoint")]
        hiddenBlock = tensors[name("hiddens")]
        adjointBlock = tensors[name("adjoints")]
        hiddenTransposed = tensors.find(name("hidden_transposed"))
        inputTransposed = tensors.find(name("input_transposed"))
        inputPairs = tensors.find(name("input_pairs"))
        hiddenPairs = tensors.find(name("hidden_pairs"))
        projectionBias = tensors[name("bias")]
        projected = shape.cell.kind.projects ? ProjectedState(tensors, name) : nil
    }

    /// Where each step has its own weights, puts those of one in use.
    func useWeights(ofStep step: Int) { weights = replicas[step].weights }

    /// ∂L/∂state where the last step back has come to, [a_h, B, H]: of a whole pass, by the initial state.
    package var stateAdjoint: [S] { Array(UnsafeBufferPointer(start: adjoint.start, count: adjoint.count)) }

    /// A partition's part of the adjoint ← 0.
    @inline(never)
    func clearAdjoint(_ partition: Partition) {
        let columns = partition.columns(of: recurrentWidth)
        for row in partition.rows {
            for phase in 0..<shape.cell.phases {
                clear(hiddenAdjoint.row(row) + phase * shape.hidden + columns.lowerBound, columns.count)
            }
            for part in 0..<shape.cell.memoryParts {
                let start = memoryAdjoint + part * shape.cells + row * shape.hidden + partition.units.lowerBound
                clear(start, partition.units.count)
            }
        }
    }
}

// The layer's memory as matrices.
extension Layer {
    private func gate(_ gate: Int, of start: Pointer<S>, rows: Int) -> PackedMatrix<S> {
        PackedMatrix(start + gate * rows * padded, rows: rows, columns: shape.hidden)
    }

    func w(_ gate: Int) -> PackedMatrix<S> { self.gate(gate, of: weights.input, rows: width) }
    func u(_ gate: Int) -> PackedMatrix<S> { self.gate(gate, of: weights.hidden!, rows: recurrentWidth) }
    func wGradient(_ gate: Int) -> PackedMatrix<S> { self.gate(gate, of: weights.inputGradient, rows: width) }
    func uGradient(_ gate: Int) -> PackedMatrix<S> {
        self.gate(gate, of: weights.hiddenGradient!, rows: recurrentWidth)
    }

    /// Uᵀ of a phase's gates, [G·Ĥ, R].
    func uTransposed(_ phase: Int) -> PackedMatrix<S> {
        precondition(hiddenPairs == nil, "Uᵀ is in pairs")
        let rows = shape.cell.gatesOfPhase * padded
        return PackedMatrix(
            hiddenTransposed! + phase * rows * Shape.padded(recurrentWidth), rows: rows,
            columns: recurrentWidth)
    }

    /// Wᵀ of a gate, [Ĥ, D]; of layers above another.
    func wTransposed(_ gate: Int) -> PackedMatrix<S> {
        precondition(inputPairs == nil, "Wᵀ is in pairs")
        return PackedMatrix(inputTransposed! + gate * padded * Shape.padded(width), rows: padded, columns: width)
    }

    /// b + d of a gate, [Ĥ]; of one that has its two products apart b alone.
    func bias(_ gate: Int) -> Pointer<S> { projectionBias.start + gate * padded }

    /// h, [B, R].
    var hidden: Matrix<S> { Matrix(state.start, rows: shape.batch, columns: stateWidth) }
    /// The memory, [parts, B, H].
    var memory: Pointer<S> { state.start + shape.hiddenElements }
    /// ∂L/∂h, [B, R].
    var hiddenAdjoint: Matrix<S> { Matrix(adjoint.start, rows: shape.batch, columns: stateWidth) }
    /// Its adjoint, [parts, B, H].
    var memoryAdjoint: Pointer<S> { adjoint.start + shape.hiddenElements }

    /// Hidden states that entered these steps of a block, [steps·B, R]; after the last of a block stands one more.
    func hiddens(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(hiddenBlock.start, rows: (block + 1) * shape.batch, columns: stateWidth).steps(steps, shape)
    }

    /// Adjoints of these steps' products, [steps·B, parts·Ĥ].
    func adjoints(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(
            adjointBlock.start, rows: block * shape.batch, columns: shape.cell.adjointParts * padded,
            pitch: adjointPitch
        ).steps(steps, shape)
    }

    /// One gate's columns of a matrix that has Ĥ for each.
    func gate(_ gate: Int, of matrix: Matrix<S>) -> Matrix<S> {
        matrix.columns(gate * padded..<gate * padded + shape.hidden)
    }

    /// One of the parts that a record has for each row of the batch, [B, H].
    func part(_ part: Int, of count: Int, in record: Pointer<S>) -> Matrix<S> {
        Matrix(record + part * shape.hidden, rows: shape.batch, columns: shape.hidden, pitch: count * shape.hidden)
    }
}

// All gates with one product: where no gate's panels are padded they lie one after another. Out of line, for what most
// networks do should be as small as it can be.
extension Layer {
    /// W x + b, with W [D, G·H].
    @inline(never)
    func projectAllGates(_ inputs: Matrix<S>, _ partition: Partition, into projection: Matrix<S>) {
        let bias = Matrix(bias(0), rows: inputs.rows, columns: shape.columns, pitch: 0)
        partition.multiply(
            partition.left(inputs), inputOperandOfAllGates, columns: 0..<shape.columns, from: bias, into: projection)
    }

    /// U h + C₀, with U [H, G·H], into the gates of a record, [B, G, H].
    @inline(never)
    func multiplyAllGates(
        _ entering: Matrix<S>, _ partition: Partition, from projection: Matrix<S>, into record: Pointer<S>
    ) {
        let gates = Matrix(record, rows: entering.rows, columns: shape.columns)
        partition.multiply(
            partition.left(entering), hiddenOperandOfAllGates, columns: 0..<shape.columns, from: projection,
            into: gates)
    }
}

extension Matrix {
    /// The rows of some steps, B for each.
    func steps(_ steps: Range<Int>, _ shape: Shape) -> Matrix {
        rows(steps.lowerBound * shape.batch..<steps.upperBound * shape.batch)
    }
}

extension Layer {
    /// Makes what follows from the parameters, which stay as they are for a training step: once, not at every time step.
    func prepare(_ worker: ThreadPool.Worker) {
        let all = worker.partition(of: shape.hidden, by: Shape.padded(1))
        for gate in 0..<shape.cell.gates {
            let b = weights.inputBias.map { $0 + gate * shape.hidden }
            let (phase, own) = gate.quotientAndRemainder(dividingBy: shape.cell.gatesOfPhase)
            let d = own < shape.cell.summedGates ? weights.hiddenBias.map { $0 + gate * shape.hidden } : nil
            for unit in all {
                bias(gate)[unit] =
                    switch (b, d) {
                    case (let b?, let d?): b[unit] + d[unit]
                    case (let one?, nil), (nil, let one?): one[unit]
                    case (nil, nil): 0
                    }
            }
            inputOperand(gate).take(w(gate), worker)
            if inputTransposed != nil { inputTransposedOperand(gate).take(transposed: w(gate), at: 0, worker) }
            guard hiddenTransposed != nil else { continue }
            hiddenOperand(gate).take(u(gate), worker)
            hiddenTransposedOperand(phase).take(transposed: u(gate), at: own * padded, worker)
        }
        if projected != nil {
            projectionOperand.take(p, worker)
            projectionTransposedOperand.take(transposed: p, at: 0, worker)
        }
        prepareUnits(all)
    }

    /// What the cell makes of its parameters with a number for each unit, for some units.
    private func prepareUnits(_ units: Range<Int>) {
        let (kind, parameters) = (shape.cell.kind, 0..<shape.cell.unitsParts)
        guard !kind.prepared.isEmpty else { return }
        for unit in units {
            let prepared = kind.prepare(parameters.map { Double(weights.units[$0][unit]) })
            for (index, value) in prepared.enumerated() { weights.units[parameters.count + index][unit] = S(value) }
        }
    }
}
