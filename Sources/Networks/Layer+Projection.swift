import Kernels
import Shapes

/// What a layer has more where h is P m: m of the units, and what goes back through P.
struct ProjectedState<S: Scalar> {
    /// m of the steps of a block, or of the step that runs forward, [block, B, H].
    fileprivate let units: Region<S>
    /// ∂L/∂h of the steps of a block, [block, B, R].
    fileprivate let adjoints: Region<S>
    /// ∂L/∂m of a step, [B, H].
    fileprivate let unitsAdjoint: Region<S>
    /// Pᵀ, a packed [R, Ĥ].
    let transposed: Region<S>
    /// P rounded to pairs, where products are of bfloat16; Pᵀ is in pairs then.
    let pairs: Pointer<S>?

    /// - Parameter name: what a tensor of the layer is called.
    init(_ tensors: Tensors<S>, _ name: (String) -> String) {
        units = tensors[name("units")]
        adjoints = tensors[name("projected_adjoints")]
        unitsAdjoint = tensors[name("units_adjoint")]
        transposed = tensors[name("projection_transposed")]
        pairs = tensors.find(name("projection_pairs"))
    }
}

// Sak, Senior & Beaufays 2014, arXiv:1402.1128; torch.nn.LSTM(proj_size=R). The equations give m, h is P m: two products a step, and
// as U and P each see all units, two barriers.
extension Layer {
    /// P, [H, R] as products have it.
    var p: PackedMatrix<S> {
        PackedMatrix(weights.projection!, rows: shape.hidden, columns: shape.stateWidth)
    }
    var pGradient: PackedMatrix<S> {
        PackedMatrix(weights.projectionGradient!, rows: shape.hidden, columns: shape.stateWidth)
    }
    /// Pᵀ, [R, H].
    var pTransposed: PackedMatrix<S> {
        precondition(projected!.pairs == nil, "Pᵀ is in pairs")
        return PackedMatrix(projected!.transposed.start, rows: shape.stateWidth, columns: shape.hidden)
    }

    /// m of these steps of a block, [steps·B, H].
    func units(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(projected!.units.start, rows: shape.block * shape.batch, columns: shape.hidden).steps(steps, shape)
    }

    /// ∂L/∂h of these steps of a block, [steps·B, R].
    func projectedAdjoints(_ steps: Range<Int>) -> Matrix<S> {
        Matrix(projected!.adjoints.start, rows: shape.block * shape.batch, columns: shape.stateWidth)
            .steps(steps, shape)
    }

    /// ∂L/∂m of a step, [B, H].
    var unitsAdjoint: Matrix<S> {
        Matrix(projected!.unitsAdjoint.start, rows: shape.batch, columns: shape.hidden)
    }

    /// h within a step's record, [B, R].
    private func projectedState(in record: Pointer<S>) -> Matrix<S> {
        Matrix(record + shape.recordParts * shape.cells, rows: shape.batch, columns: shape.stateWidth)
    }

    /// h = P m of a step forward, from m of all units to the output and the record.
    func project(_ partition: Partition, _ units: Matrix<S>, record: Pointer<S>, into output: Matrix<S>) {
        partition.waitAtBarrier()
        partition.multiply(
            partition.left(units), projectionOperand, columns: partition.columns(of: shape.stateWidth), from: nil,
            into: output)
        partition.copy(output, to: projectedState(in: record))
    }

    /// h after a recorded step, [B, R].
    func copyProjectedState(_ partition: Partition, record: Pointer<S>, to hidden: Matrix<S>) {
        partition.copy(projectedState(in: record), to: hidden)
    }

    /// Before a step is differentiated: m made again from its record, and ∂L/∂h, with what comes from outside, taken through P
    /// to ∂L/∂m.
    ///
    /// - Parameter position: of the step in its block.
    func propagateToUnits(
        _ partition: Partition, _ recurrence: Recurrence<S>, record: Pointer<S>, at position: Range<Int>,
        outside: Matrix<S>?
    ) {
        recurrence.hidden(recorded(record), partition, units(position))
        let adjoints = projectedAdjoints(position)
        partition.copy(hiddenAdjoint, to: adjoints)
        if let outside {
            let columns = partition.columns(of: shape.stateWidth)
            partition.forRows(of: adjoints.rows) { rows in
                add(outside.rows(rows).columns(columns), to: adjoints.rows(rows).columns(columns))
            }
        }
        partition.waitAtBarrier()
        partition.multiply(partition.left(adjoints), projectionTransposedOperand, from: nil, into: unitsAdjoint)
    }
}
