import Kernels
import Shapes
import Vectors

/// A cell's equations over rows and units, made for its kind and the type of its elements: what calls them goes over memory and
/// not over types.
struct Recurrence<S: Scalar> {
    let forward: (ForwardStep<S>, Partition) -> Void
    let backward: (BackwardStep<S>, Partition) -> Void
    /// h of a record, into rows of a pitch.
    let hidden: (RecordedStep<S>, Partition, Matrix<S>) -> Void
    /// Forward with what is forgotten, and back by it, of cells whose steps can be undone: into a word for each number that changes, [numbers, B, H].
    let forget, undo: (ForwardStep<S>, Partition, UnsafeMutablePointer<UInt64>) -> Void

    private init<Kind: CellKind>(_: Kind.Type) {
        // A row's places are counted once: what vectors write might lie in the step's own memory, for all that is known.
        forward = { step, partition in
            let (rows, units) = Kind.spansUnits ? partition.wholeRows : (partition.rows, partition.units)
            for row in rows { Kind.forward(row: step.at(row: row, unit: 0, count: 0), units: units) }
        }
        backward = { step, partition in
            let (rows, units) = Kind.spansUnits ? partition.wholeRows : (partition.rows, partition.units)
            for row in rows { Kind.backward(row: step.at(row: row, unit: 0, count: 0), units: units) }
        }
        hidden = { record, partition, hidden in
            for row in partition.rows {
                for phase in 0..<Kind.phases {
                    let start = record.phase(phase, of: Kind.phases, gates: Kind.gates.count / Kind.phases)
                        .at(row: row, unit: 0, count: 0)
                    let h = hidden.row(row) + phase * partition.hidden
                    @inline(__always)
                    func gather(_ unit: Int, _ count: Int) {
                        store(Kind.hidden(start.at(row: 0, unit: unit, count: count)), h + unit, count)
                    }
                    forVectors(of: S.self, partition.units, gather)
                }
            }
        }
        forget = { step, partition, words in
            for row in partition.rows {
                let (start, words) = (step.at(row: row, unit: 0, count: 0), words + row * partition.hidden)
                forVectors(of: S.self, partition.units) { unit, count in
                    Kind.forget(start.at(row: 0, unit: unit, count: count), words + unit)
                }
            }
        }
        undo = { step, partition, words in
            for row in partition.rows {
                let (start, words) = (step.at(row: row, unit: 0, count: 0), words + row * partition.hidden)
                forVectors(of: S.self, partition.units) { unit, count in
                    Kind.undo(start.at(row: 0, unit: unit, count: count), words + unit)
                }
            }
        }
    }

    /// The one place where a cell's kind becomes a type: those of the list are met as themselves, so that the loops are compiled for
    /// them. A kind from elsewhere runs too, through what is known of it when the program runs.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func of(_ cell: Cell) -> Recurrence<S> {
        var maker = Maker(cell: cell)
        CellKinds.visit(&maker)
        return maker.recurrence ?? unlisted(cell.kind)
    }

    private static func unlisted(_ kind: any CellKind.Type) -> Recurrence<S> {
        func make<Kind: CellKind>(_ kind: Kind.Type) -> Recurrence<S> { Recurrence(kind) }
        return make(kind)
    }

    private struct Maker: CellVisitor {
        let cell: Cell
        var recurrence: Recurrence<S>?

        mutating func visit<Kind: CellKind>(_ kind: Kind.Type) {
            if cell.kind == kind { recurrence = Recurrence(kind) }
        }
    }
}

// One step of a layer. Several threads go through the steps together, each with a separate ``Partition``: it makes all
// that belongs to its rows and units, and reads of the others only what a step before has made.
extension Layer {
    func recorded(_ record: Pointer<S>) -> RecordedStep<S> {
        RecordedStep(
            record, batch: shape.batch, hidden: shape.hidden, gates: recordedGates, copyPitch: copyPitch)
    }

    /// The same with its gates or, where it is without, with those that a matrix has, [B, G, Ĥ].
    @inline(__always)
    func recorded(_ record: Pointer<S>, gates: Matrix<S>) -> RecordedStep<S> {
        guard recordedGates == 0 else { return recorded(record) }
        return RecordedStep(
            record, batch: shape.batch, hidden: shape.hidden, gates: gates.start, rowPitch: gates.pitch,
            gatePitch: padded)
    }

    /// One step of a partition: from the state to the next one.
    ///
    /// - Parameters:
    ///   - projection: W x + b, [B, G, Ĥ].
    ///   - entering: h, [B, R], all of it. The memory is the layer's, before and after.
    ///   - record: of the step.
    ///   - recurrent: memory for U h + d of the gates that have it apart, [gates, B, H].
    ///   - output: h', [B, R].
    ///   - words: where what the step forgets is written down, [numbers, B, H]; nil where it is not.
    @inline(__always)
    func forward(
        _ partition: Partition, _ recurrence: Recurrence<S>, projection: Matrix<S>, entering: Matrix<S>,
        record: Pointer<S>, recurrent: Pointer<S>?, output: Matrix<S>, words: UnsafeMutablePointer<UInt64>?
    ) {
        // The first place of a block has nothing that waits for the block to be complete.
        let given = projected == nil ? output : units(0..<1)
        for phase in 0..<shape.cell.phases {
            if phase > 0 { partition.waitAtBarrier() }
            sum(
                partition, phase: phase, projection: projection,
                entering: seen(phase, before: entering, after: output), record: record, recurrent: recurrent)
            let step = forwardStep(
                phase, projection: projection, before: entering, after: given, record: record, recurrent: recurrent)
            if shape.cell.spansUnits { partition.waitAtBarrier() }
            if let words {
                recurrence.forget(step, partition, words + phase * shape.cells)
            } else {
                recurrence.forward(step, partition)
            }
        }
        if projected != nil { project(partition, given, record: record, into: output) }
    }

    /// What the equations of a phase forward read and write.
    @inline(__always)
    func forwardStep(
        _ phase: Int, projection: Matrix<S>, before: Matrix<S>, after: Matrix<S>, record: Pointer<S>,
        recurrent: Pointer<S>?
    ) -> ForwardStep<S> {
        let (cell, half) = (shape.cell, phase * shape.hidden)
        return ForwardStep(
            record: recorded(record, gates: projection).phase(phase, of: cell.phases, gates: cell.gatesOfPhase),
            sumsApart: !cell.hasHiddenMatrix, before: before.start + half, after: after.start + half,
            statePitch: cell.phases * shape.hidden,
            memory: memory + phase * shape.cells, projection: projection.start + phase * cell.gatesOfPhase * padded,
            projectionPitch: projection.pitch, gatePitch: padded, recurrent: recurrent ?? record, units: weights.units,
            least: least)
    }

    /// The sums of a phase's gates with what U sees, into the record and, of those that have U h + d apart, into the memory for it.
    ///
    /// - Parameter entering: what U sees, [B, H] or [B, R], all of it.
    @inline(__always)
    func sum(
        _ partition: Partition, phase: Int, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>,
        recurrent: Pointer<S>?
    ) {
        let cell = shape.cell
        let first = phase * cell.gatesOfPhase
        if shape.variant == .fusedGates {
            multiplyAllGates(entering, partition, from: projection, into: record)
        } else if cell.hasHiddenMatrix {
            let left = partition.left(entering)
            for gate in first..<first + cell.summedGates {
                partition.multiply(
                    left, hiddenOperand(gate), from: self.gate(gate, of: projection),
                    into: part(gate, of: cell.gates, in: record))
            }
        }
        for index in 0..<cell.splitGates {
            let v = Matrix(recurrent! + index * shape.cells, rows: shape.batch, columns: shape.hidden)
            recur(partition, gate: first + cell.summedGates + index, entering: entering, into: v)
        }
    }

    /// U h + d of a gate.
    private func recur(_ partition: Partition, gate: Int, entering: Matrix<S>, into v: Matrix<S>) {
        let bias = weights.hiddenBias.map {
            Matrix($0 + gate * shape.hidden, rows: v.rows, columns: shape.hidden, pitch: 0)
        }
        partition.multiply(partition.left(entering), hiddenOperand(gate), from: bias, into: v)
    }

    /// Before a block of steps is run backward: U h + d of the gates that have it apart goes where its adjoint will be.
    ///
    /// - Parameters:
    ///   - before, after: h before and after the steps, [steps·B, H], of all units.
    ///   - adjoints: where the adjoints of the steps' products will go, [steps·B, parts, Ĥ].
    func recompute(_ partition: Partition, before: Matrix<S>, after: Matrix<S>, adjoints: Matrix<S>) {
        let cell = shape.cell
        for gate in 0..<cell.gates where gate % cell.gatesOfPhase >= cell.summedGates {
            recur(
                partition, gate: gate, entering: seen(gate / cell.gatesOfPhase, before: before, after: after),
                into: self.gate(cell.hiddenAdjoint(of: gate), of: adjoints))
        }
    }

    /// What U of a phase's gates sees: h before a step or, of two halves, the second before it and the first after it.
    func seen(_ phase: Int, before: Matrix<S>, after: Matrix<S>) -> Matrix<S> {
        guard shape.cell.phases > 1 else { return before }
        return phase == 0 ? half(1, of: before) : half(0, of: after)
    }

    /// A half of h, or of its adjoint.
    func half(_ half: Int, of matrix: Matrix<S>) -> Matrix<S> {
        matrix.columns(half * shape.hidden..<(half + 1) * shape.hidden)
    }

    /// W x + b, gate by gate.
    ///
    /// - Parameters:
    ///   - inputs: what enters at some steps, [steps·B, D].
    ///   - projection: where it goes, [steps·B, G or more, Ĥ].
    @inline(__always)
    func project(_ inputs: Matrix<S>, _ partition: Partition, into projection: Matrix<S>) {
        let left = partition.left(inputs)
        for gate in 0..<shape.cell.gates {
            let bias = Matrix(bias(gate), rows: inputs.rows, columns: shape.hidden, pitch: 0)
            partition.multiply(left, inputOperand(gate), from: bias, into: self.gate(gate, of: projection))
        }
    }

    /// One step back of a partition, or one phase of it: from the adjoint of the state after the step, in the layer and from outside,
    /// to the adjoints of the step's products. ``propagate(_:phase:adjoints:)`` then takes these to what U has seen.
    ///
    /// - Parameters:
    ///   - record: of the step.
    ///   - entering: h of the state entering the step, [B, R].
    ///   - memory: its memory, [parts, B, H].
    ///   - hiddenAdjoint: ∂L/∂h' within the layer, [B, H]; where h' is projected, all of ∂L/∂m.
    ///   - outside: ∂L/∂h' from the loss and the layer above, [B, H]; nil where there is none.
    ///   - adjoints: where the adjoints of the step's products go, [B, parts, Ĥ].
    @inline(__always)
    func differentiate(
        _ partition: Partition, _ recurrence: Recurrence<S>, phase: Int, record: Pointer<S>, entering: Matrix<S>,
        memory: Pointer<S>, hiddenAdjoint: Matrix<S>, outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        let (cell, half) = (shape.cell, phase * shape.hidden)
        recurrence.backward(
            BackwardStep(
                record: recorded(record, gates: adjoints).phase(phase, of: cell.phases, gates: cell.gatesOfPhase),
                before: entering.start + half, memory: memory + phase * shape.cells,
                statePitch: cell.phases * shape.hidden, hiddenAdjoint: hiddenAdjoint.start + half,
                memoryAdjoint: memoryAdjoint + phase * shape.cells,
                outside: outside.map { $0.start + half }, outsidePitch: outside?.pitch ?? 0,
                adjoints: adjoints.start + phase * cell.adjointsOfPhase * padded, adjointPitch: adjoints.pitch,
                gatePitch: padded, units: weights.units, least: least),
            partition)
    }

    /// Takes a phase's adjoints of all units, which must be there, through U to the adjoint of what it has seen.
    func propagate(_ partition: Partition, phase: Int, adjoints: Matrix<S>) {
        guard shape.cell.hasHiddenMatrix else { return }
        let (rows, first) = (shape.cell.gatesOfPhase * padded, phase * shape.cell.adjointsOfPhase * padded)
        let seen = shape.cell.phases == 1 ? hiddenAdjoint : half(1 - phase, of: hiddenAdjoint)
        partition.multiply(
            partition.left(adjoints.columns(first..<first + rows)), hiddenTransposedOperand(phase),
            columns: partition.columns(of: recurrentWidth),
            from: carriesHidden ? seen : nil, into: seen)
    }

    /// h after a step, made of the step's record, into [B, R].
    func output(_ partition: Partition, _ recurrence: Recurrence<S>, record: Pointer<S>, into hidden: Matrix<S>) {
        guard projected == nil else { return copyProjectedState(partition, record: record, to: hidden) }
        recurrence.hidden(recorded(record), partition, hidden)
    }

    /// The memory after a step, [parts, B, H], within the step's record.
    func memory(in record: Pointer<S>) -> Pointer<S> { record + recordedGates * shape.cells }
}
