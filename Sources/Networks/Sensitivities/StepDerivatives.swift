import Kernels
import Memory
import Schedules
import Shapes
import Vectors

/// How the state after each step of a chunk changes with its products and with the state before it, and the features that its
/// products see: all that carries sensitivities over the chunk.
///
/// The cell's equations backward give, of the adjoint of one part of the state, what that part's derivatives are times the adjoint; of
/// an adjoint of 1 for all units of one part, they are the derivatives. So every cell that goes back unit by unit can be carried
/// forward, and says nothing about it: both are products with the same Jacobian, from the left and from the right.
final class StepDerivatives<S: Scalar> {
    let layout: SensitivityLayout
    private let shape: Shape
    /// See ``SensitivityLayout`` for the shapes.
    private let coefficients, carries: [Region<S>]
    private let jacobians, jacobiansBelow: [Pointer<S>?]
    // Asked for at every step of every unit: a sequence's coefficients, a step's carries, parts of a state, B, and B H.
    private let coefficientCount, carryCount, parts, batch, cells: Int

    init(_ layout: SensitivityLayout, _ tensors: Tensors<S>) {
        func find(_ name: String) -> [Pointer<S>?] {
            (0..<layout.shape.layers).map { tensors.find(Layout.name(name, of: $0), .sensitivities) }
        }
        self.layout = layout
        shape = layout.shape
        (parts, batch, cells) = (shape.cell.stateParts, shape.batch, shape.cells)
        (coefficientCount, carryCount) = (layout.coefficients / batch, layout.carries)
        (coefficients, carries) = (
            layout.regions("coefficients", of: tensors), layout.regions("carries", of: tensors)
        )
        (jacobians, jacobiansBelow) = (find("jacobian"), find("jacobian_below"))
    }

    /// Whether U, or the cell itself, takes h to the next state.
    var hasJacobian: Bool { shape.cell.hasHiddenMatrix }

    /// ∂part/∂adjoints of a sequence's units, [parts, Ĥ].
    @inline(__always)
    func coefficients(step: Int, layer: Int, part: Int, row: Int) -> Pointer<S> {
        coefficients[layer].start + ((step * parts + part) * batch + row) * coefficientCount
    }

    /// ∂part/∂(part before), where it does not go through U, for a sequence's units, [H].
    @inline(__always)
    func carry(step: Int, layer: Int, part: Int, before: Int, row: Int) -> Pointer<S> {
        carries[layer].start + (step * parts + part) * carryCount + before * cells + row * shape.hidden
    }

    /// ∂state/∂h before, [a_h H, H].
    @inline(__always)
    func jacobian(step: Int, layer: Int, row: Int) -> Matrix<S> { matrix(jacobians[layer]!, step, row) }

    /// ∂state/∂h of the layer below, [a_h H, H].
    @inline(__always)
    func jacobianBelow(step: Int, layer: Int, row: Int) -> Matrix<S> { matrix(jacobiansBelow[layer]!, step, row) }

    @inline(__always)
    private func matrix(_ start: Pointer<S>, _ step: Int, _ row: Int) -> Matrix<S> {
        Matrix(
            start + (step * shape.batch + row) * layout.jacobian, rows: layout.rows, columns: shape.hidden,
            pitch: Shape.padded(shape.hidden))
    }

    /// Makes all of one step in one layer.
    ///
    /// - Parameters:
    ///   - record: of the step in the layer.
    ///   - entering: h before, [B, H].
    ///   - memory: the memory before, [parts, B, H].
    func make(
        step: Int, _ index: Int, _ layer: Layer<S>, _ recurrence: Recurrence<S>, record: Pointer<S>,
        entering: Matrix<S>, memory: Pointer<S>
    ) {
        for part in 0..<shape.cell.stateParts {
            let adjoint = carry(step: step, layer: index, part: part, before: 0, row: 0)
            clear(adjoint, shape.stateElements)
            (adjoint + part * shape.cells).update(repeating: 1, count: shape.cells)
            layer.differentiate(
                recurrence, record: record, entering: entering, memory: memory, adjoint: adjoint,
                into: coefficients(step: step, layer: index, part: part, row: 0))
        }
        guard layout.hasJacobians else { return }
        for row in 0..<shape.batch {
            if hasJacobian { makeJacobian(step, index, layer, row) }
            if index > 0 { makeJacobianBelow(step, index, layer, row) }
        }
    }

    /// Σ over gates of the derivative by the gate's sum, times U.
    private func makeJacobian(_ step: Int, _ index: Int, _ layer: Layer<S>, _ row: Int) {
        let (result, u) = (jacobian(step: step, layer: index, row: row), layer.uTransposed(0))
        for part in 0..<shape.cell.stateParts {
            let factors = coefficients(step: step, layer: index, part: part, row: row)
            for gate in 0..<shape.cell.gates {
                let first = gate * layer.padded
                addScaledRows(
                    of: u, from: first, by: factors + first, isFirst: gate == 0,
                    to: result.rows(part * shape.hidden..<(part + 1) * shape.hidden))
            }
        }
    }

    /// The same of W, whose gates may have other adjoints.
    private func makeJacobianBelow(_ step: Int, _ index: Int, _ layer: Layer<S>, _ row: Int) {
        let result = jacobianBelow(step: step, layer: index, row: row)
        for part in 0..<shape.cell.stateParts {
            let factors = coefficients(step: step, layer: index, part: part, row: row)
            for gate in 0..<shape.cell.gates {
                addScaledRows(
                    of: layer.wTransposed(gate), from: 0,
                    by: factors + shape.cell.inputAdjoint(of: gate) * layer.padded,
                    isFirst: gate == 0, to: result.rows(part * shape.hidden..<(part + 1) * shape.hidden))
            }
        }
    }
}

/// Y ← Y + diag(factors)·A for rows of A from one on; without Y where it is the first.
@specialized(where S == Float)
@specialized(where S == Double)
private func addScaledRows<S: Scalar>(
    of a: PackedMatrix<S>, from first: Int, by factors: Pointer<S>, isFirst: Bool, to y: Matrix<S>
) {
    for row in 0..<y.rows {
        let (factor, to) = (S.Vector(repeating: factors[row]), y.row(row))
        forVectors(of: S.self, 0..<y.columns) { column, count in
            let product = load(a.start + a.offset(row: first + row, column: column), count) * factor
            store(isFirst ? product : load(to + column, count) + product, to + column, count)
        }
    }
}

extension Layer {
    /// From the adjoint of a state, [a_h, B, H], to those of the step's products, [B, parts, Ĥ], and of the state before, in its place,
    /// but for what goes through U.
    func differentiate(
        _ recurrence: Recurrence<S>, record: Pointer<S>, entering: Matrix<S>, memory: Pointer<S>, adjoint: Pointer<S>,
        into adjoints: Pointer<S>
    ) {
        let all = Partition(whole: shape)
        let products = Matrix(adjoints, rows: shape.batch, columns: shape.cell.adjointParts * padded)
        recompute(all, before: entering, after: entering, adjoints: products)
        recurrence.backward(
            BackwardStep(
                record: recorded(record),
                before: entering.start, memory: memory, statePitch: shape.hidden, hiddenAdjoint: adjoint,
                memoryAdjoint: adjoint + shape.cells,
                outside: nil, outsidePitch: 0, adjoints: adjoints, adjointPitch: products.pitch, gatePitch: padded,
                units: weights.units, least: least), all)
        if !carriesHidden { clear(adjoint, shape.cells) }
    }
}
