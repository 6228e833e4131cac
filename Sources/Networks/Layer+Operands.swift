import Kernels
import Shapes

// What stands on the right of a layer's products: its parameters, and those transposed; where products are of bfloat16, pairs made of them.
extension Layer {
    /// W of a gate, [D, H].
    @inline(__always)
    func inputOperand(_ gate: Int) -> RightOperand<S> {
        guard let inputPairs else { return RightOperand(w(gate)) }
        return RightOperand(
            pairs: inputPairs + gate * Shape.pairs(of: width) * padded, rows: width, columns: shape.hidden)
    }

    /// U of a gate, [H, H], or [R, H].
    @inline(__always)
    func hiddenOperand(_ gate: Int) -> RightOperand<S> {
        guard let hiddenPairs else { return RightOperand(u(gate)) }
        return RightOperand(
            pairs: hiddenPairs + gate * Shape.pairs(of: recurrentWidth) * padded, rows: recurrentWidth,
            columns: shape.hidden)
    }

    /// Those of all gates, where the panels of no gate are padded, [D, G·H] and [H, G·H].
    var inputOperandOfAllGates: RightOperand<S> {
        inputPairs.map { RightOperand(pairs: $0, rows: width, columns: shape.columns) }
            ?? RightOperand(PackedMatrix(weights.input, rows: width, columns: shape.columns))
    }
    var hiddenOperandOfAllGates: RightOperand<S> {
        hiddenPairs.map { RightOperand(pairs: $0, rows: shape.hidden, columns: shape.columns) }
            ?? RightOperand(PackedMatrix(weights.hidden!, rows: shape.hidden, columns: shape.columns))
    }

    /// Uᵀ of a phase's gates, [G·Ĥ, R].
    @inline(__always)
    func hiddenTransposedOperand(_ phase: Int) -> RightOperand<S> {
        guard hiddenPairs != nil else { return RightOperand(uTransposed(phase)) }
        let rows = shape.cell.gatesOfPhase * padded
        return RightOperand(
            pairs: hiddenTransposed! + phase * Shape.pairs(of: rows) * Shape.padded(recurrentWidth), rows: rows,
            columns: recurrentWidth)
    }

    /// Wᵀ of a gate, [Ĥ, D]; of layers above another.
    func inputTransposedOperand(_ gate: Int) -> RightOperand<S> {
        guard inputPairs != nil else { return RightOperand(wTransposed(gate)) }
        return RightOperand(
            pairs: inputTransposed! + gate * Shape.pairs(of: padded) * Shape.padded(width), rows: padded, columns: width
        )
    }

    /// P, [H, R].
    var projectionOperand: RightOperand<S> {
        projected!.pairs.map { RightOperand(pairs: $0, rows: shape.hidden, columns: shape.stateWidth) }
            ?? RightOperand(p)
    }

    /// Pᵀ, [R, H].
    var projectionTransposedOperand: RightOperand<S> {
        guard projected!.pairs != nil else { return RightOperand(pTransposed) }
        return RightOperand(pairs: projected!.transposed.start, rows: shape.stateWidth, columns: shape.hidden)
    }
}

extension RightOperand {
    /// Makes the operand of the parameter that it stands for, [k, n], each worker some of the pairs. One of numbers as they are is the
    /// parameter itself.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func take(_ parameter: PackedMatrix<S>, _ worker: ThreadPool.Worker) {
        guard let pairs else { return }
        PairedProducts.pair(floats(parameter), worker.partition(of: pairs.rows, by: 1), downInto: pairs)
    }

    /// Makes the operand, from row `first` of it on, of a parameter that it has transposed, [n, k], each worker some of the parameter's
    /// rows or columns.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func take(transposed parameter: PackedMatrix<S>, at first: Int, _ worker: ThreadPool.Worker) {
        guard let pairs else { return transpose(parameter, to: matrix, at: first, worker) }
        PairedProducts.pairTransposed(
            floats(parameter), worker.partition(of: parameter.rows, by: Shape.padded(1)), into: pairs, at: first / 2)
    }
}
