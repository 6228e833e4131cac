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
    /// Forward with what is forgotten, and back by it, of cells whose steps can be undone: into a word for each unit, [B, H].
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
                let (start, h) = (record.at(row: row, unit: 0, count: 0), hidden.row(row))
                @inline(__always)
                func gather(_ unit: Int, _ count: Int) {
                    store(Kind.hidden(start.at(row: 0, unit: unit, count: count)), h + unit, count)
                }
                forVectors(of: S.self, partition.units, gather)
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
        RecordedStep(record, batch: shape.batch, hidden: shape.hidden, gates: shape.recordedGates)
    }

    /// The same with its gates or, where it is without, with those that a matrix has, [B, G, Ĥ].
    @inline(__always)
    func recorded(_ record: Pointer<S>, gates: Matrix<S>) -> RecordedStep<S> {
        guard shape.recordedGates == 0 else { return recorded(record) }
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
    ///   - words: where what the step forgets is written down, [B, H]; nil where it is not.
    @inline(__always)
    func forward(
        _ partition: Partition, _ recurrence: Recurrence<S>, projection: Matrix<S>, entering: Matrix<S>,
        record: Pointer<S>, recurrent: Pointer<S>?, output: Matrix<S>, words: UnsafeMutablePointer<UInt64>?
    ) {
        sum(partition, projection: projection, entering: entering, record: record, recurrent: recurrent)
        // The first place of a block has nothing that waits for the block to be complete.
        let given = projected == nil ? output : units(0..<1)
        let step = ForwardStep(
            record: recorded(record, gates: projection), before: entering.start, after: given.start,
            memory: memory, projection: projection.start, projectionPitch: projection.pitch, gatePitch: padded,
            recurrent: recurrent ?? record, units: weights.units, least: least)
        if shape.cell.spansUnits { partition.waitAtBarrier() }
        if let words {
            recurrence.forget(step, partition, words)
        } else {
            recurrence.forward(step, partition)
        }
        if projected != nil { project(partition, given, record: record, into: output) }
    }

    /// The sums of a step's gates, into the record and, of those that have U h + d apart, into the memory for it.
    @inline(__always)
    func sum(
        _ partition: Partition, projection: Matrix<S>, entering: Matrix<S>, record: Pointer<S>, recurrent: Pointer<S>?
    ) {
        let cell = shape.cell
        if shape.variant == .fusedGates {
            multiplyAllGates(entering, from: projection, into: record)
        } else if shape.recordedGates > 0 {
            for gate in 0..<cell.summedGates {
                let sum = part(gate, of: cell.gates, in: record)
                if cell.hasHiddenMatrix {
                    partition.multiply(entering, u(gate), from: self.gate(gate, of: projection), into: sum)
                } else {
                    partition.copy(self.gate(gate, of: projection), to: sum)
                }
            }
        }
        for index in 0..<cell.splitGates {
            let v = Matrix(recurrent! + index * shape.cells, rows: shape.batch, columns: shape.hidden)
            recur(partition, gate: cell.summedGates + index, entering: entering, into: v)
        }
    }

    /// U h + d of a gate.
    private func recur(_ partition: Partition, gate: Int, entering: Matrix<S>, into v: Matrix<S>) {
        let bias = weights.hiddenBias.map {
            Matrix($0 + gate * shape.hidden, rows: v.rows, columns: shape.hidden, pitch: 0)
        }
        partition.multiply(entering, u(gate), from: bias, into: v)
    }

    /// Before a block of steps is run backward: U h + d of the gates that have it apart goes where its adjoint will be.
    ///
    /// - Parameters:
    ///   - entering: h of the states entering the steps, [steps·B, H], of all units.
    ///   - adjoints: where the adjoints of the steps' products will go, [steps·B, parts, Ĥ].
    func recompute(_ partition: Partition, entering: Matrix<S>, adjoints: Matrix<S>) {
        for gate in shape.cell.summedGates..<shape.cell.gates {
            recur(partition, gate: gate, entering: entering, into: self.gate(gate, of: adjoints))
        }
    }

    /// W x + b, gate by gate.
    ///
    /// - Parameters:
    ///   - inputs: what enters at some steps, [steps·B, D].
    ///   - projection: where it goes, [steps·B, G or more, Ĥ].
    @inline(__always)
    func project(_ inputs: Matrix<S>, _ partition: Partition, into projection: Matrix<S>) {
        for gate in 0..<shape.cell.gates {
            let bias = Matrix(bias(gate), rows: inputs.rows, columns: shape.hidden, pitch: 0)
            partition.multiply(inputs, w(gate), from: bias, into: self.gate(gate, of: projection))
        }
    }

    /// One step back of a partition: from the adjoint of the state after the step, in the layer and from outside,
    /// to the adjoints of the step's products. ``propagate(_:adjoints:)`` then takes these to the entering state.
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
        _ partition: Partition, _ recurrence: Recurrence<S>, record: Pointer<S>, entering: Matrix<S>,
        memory: Pointer<S>, hiddenAdjoint: Matrix<S>, outside: Matrix<S>?, adjoints: Matrix<S>
    ) {
        recurrence.backward(
            BackwardStep(
                record: recorded(record, gates: adjoints), before: entering.start, memory: memory,
                hiddenAdjoint: hiddenAdjoint.start, memoryAdjoint: memoryAdjoint, outside: outside?.start,
                outsidePitch: outside?.pitch ?? 0, adjoints: adjoints.start, adjointPitch: adjoints.pitch,
                gatePitch: padded, units: weights.units, least: least),
            partition)
    }

    /// Takes the adjoints of all units, which must be there, through U to the adjoint of the entering state's h.
    func propagate(_ partition: Partition, adjoints: Matrix<S>) {
        guard shape.cell.hasHiddenMatrix else { return }
        partition.multiply(
            adjoints.columns(0..<uTransposed.rows), uTransposed, columns: partition.columns(of: shape.stateWidth),
            from: carriesHidden ? hiddenAdjoint : nil, into: hiddenAdjoint)
    }

    /// h after a step, made of the step's record, into [B, R].
    func output(_ partition: Partition, _ recurrence: Recurrence<S>, record: Pointer<S>, into hidden: Matrix<S>) {
        guard projected == nil else { return copyProjectedState(partition, record: record, to: hidden) }
        recurrence.hidden(recorded(record), partition, hidden)
    }

    /// The memory after a step, [parts, B, H], within the step's record.
    func memory(in record: Pointer<S>) -> Pointer<S> { record + shape.recordedGates * shape.cells }
}
