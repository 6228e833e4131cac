public import Vectors

// What a cell's equations read and write, some units of one row of the batch at a time: a vector of them, the last ones fewer.
// Units of the memory that pointers lead to are side by side; rows, parts and gates lie as the pitches say.

/// One step's record.
@frozen public struct RecordedStep<S: Real> {
    /// [B, gates, H].
    @usableFromInline let gates: UnsafeMutablePointer<S>
    /// [parts, B, H]: the memory, then what else is kept.
    @usableFromInline let parts: UnsafeMutablePointer<S>
    /// H; from a row's gates to the next row's; from a gate to the next; from a part to the next.
    @usableFromInline let hidden, rowPitch, gatePitch, partPitch: Int
    /// From a gate to its other rounding; 0 where it has but one.
    @usableFromInline let copyPitch: Int
    @usableFromInline let count: Int

    /// - Parameters:
    ///   - start: of the record.
    ///   - copyPitch: from it to the one with other roundings; 0 where there is none.
    @inlinable @inline(__always)
    package init(_ start: UnsafeMutablePointer<S>, batch: Int, hidden: Int, gates count: Int, copyPitch: Int) {
        self.init(
            gates: start, parts: start + batch * count * hidden, hidden: hidden, rowPitch: count * hidden,
            gatePitch: hidden, partPitch: batch * hidden, copyPitch: copyPitch, count: 0)
    }

    /// A record without gates, which are elsewhere: where they have been made again.
    @inlinable @inline(__always)
    package init(
        _ start: UnsafeMutablePointer<S>, batch: Int, hidden: Int, gates: UnsafeMutablePointer<S>, rowPitch: Int,
        gatePitch: Int
    ) {
        self.init(
            gates: gates, parts: start, hidden: hidden, rowPitch: rowPitch, gatePitch: gatePitch,
            partPitch: batch * hidden, copyPitch: 0, count: 0)
    }

    @inlinable @inline(__always)
    init(
        gates: UnsafeMutablePointer<S>, parts: UnsafeMutablePointer<S>, hidden: Int, rowPitch: Int, gatePitch: Int,
        partPitch: Int, copyPitch: Int, count: Int
    ) {
        (self.gates, self.parts, self.copyPitch, self.count) = (gates, parts, copyPitch, count)
        (self.hidden, self.rowPitch, self.gatePitch, self.partPitch) = (hidden, rowPitch, gatePitch, partPitch)
    }

    /// Some units of a row.
    @inlinable @inline(__always)
    package func at(row: Int, unit: Int, count: Int) -> RecordedStep {
        RecordedStep(
            gates: gates + row * rowPitch + unit, parts: parts + row * hidden + unit, hidden: hidden,
            rowPitch: rowPitch, gatePitch: gatePitch, partPitch: partPitch, copyPitch: copyPitch, count: count)
    }

    /// What it has of a phase, with its gates and parts numbered from 0: its gates lie together, its parts by turns with the others'.
    @inlinable @inline(__always)
    package func phase(_ phase: Int, of phases: Int, gates count: Int) -> RecordedStep {
        RecordedStep(
            gates: gates + phase * count * gatePitch, parts: parts + phase * partPitch, hidden: hidden,
            rowPitch: rowPitch, gatePitch: gatePitch, partPitch: phases * partPitch, copyPitch: copyPitch,
            count: self.count)
    }

    /// What the record has of a gate. Where that is a sum, it is to be read before any adjoint is written: it may have been made again
    /// where the gate's adjoint goes.
    @inlinable @inline(__always)
    public func gate(_ gate: Int) -> S.Vector { load(gates + gate * gatePitch, count) }

    /// The same once more: where roundings are independent, another one, for a product of the gate with itself.
    @inlinable @inline(__always)
    public func other(gate: Int) -> S.Vector { load(gates + gate * gatePitch + copyPitch, count) }

    /// What it has of a part of the memory, after the step, or of what else is kept.
    @inlinable @inline(__always)
    public func part(_ part: Int) -> S.Vector { load(parts + part * partPitch, count) }

    @inlinable @inline(__always)
    func keep(_ values: S.Vector, gate: Int) { store(values, gates + gate * gatePitch, count) }

    @inlinable @inline(__always)
    func keep(_ values: S.Vector, part: Int) { store(values, parts + part * partPitch, count) }

    /// Asks for a gate, or a part, two rows further: see ``prefetch(_:row:)``.
    @inlinable @inline(__always)
    public func prefetch(gate: Int) { Vectors.prefetch(gates + gate * gatePitch, row: rowPitch) }

    @inlinable @inline(__always)
    public func prefetch(part: Int) { Vectors.prefetch(parts + part * partPitch, row: hidden) }
}

/// What equations forward read and write.
@frozen public struct ForwardStep<S: Real> {
    @usableFromInline let record: RecordedStep<S>
    /// Where the sums of gates are, [B, gates, H]: in the record or, where there is no U, in the projection.
    @usableFromInline let sums: UnsafeMutablePointer<S>
    @usableFromInline let sumsPitch, sumPitch: Int
    /// h, or a half of it, before, [B, H], and after, and the rows' pitch.
    @usableFromInline let before, after: UnsafeMutablePointer<S>
    @usableFromInline let statePitch: Int
    /// [parts, B, H].
    @usableFromInline let memory: UnsafeMutablePointer<S>
    /// W x + b, and its rows' and gates' pitches; U h + d of the gates that have it apart, [gates, B, H].
    @usableFromInline let projection: UnsafeMutablePointer<S>
    @usableFromInline let projectionPitch, gatePitch: Int
    @usableFromInline let recurrent: UnsafeMutablePointer<S>
    @usableFromInline let units: UnsafePointer<UnsafeMutablePointer<S>>
    @usableFromInline let unit: Int
    /// 2⁻ᵇ, the least share of a state that stays, of a cell whose steps can be undone; 1 of others.
    public let least: S

    /// - Parameter sumsApart: whether the record has no sums, and they are in the projection alone.
    @inlinable @inline(__always)
    package init(
        record: RecordedStep<S>, sumsApart: Bool, before: UnsafeMutablePointer<S>, after: UnsafeMutablePointer<S>,
        statePitch: Int, memory: UnsafeMutablePointer<S>, projection: UnsafeMutablePointer<S>, projectionPitch: Int,
        gatePitch: Int, recurrent: UnsafeMutablePointer<S>, units: UnsafePointer<UnsafeMutablePointer<S>>, least: S
    ) {
        self.init(
            record: record, sums: sumsApart ? projection : record.gates,
            sumsPitch: sumsApart ? projectionPitch : record.rowPitch,
            sumPitch: sumsApart ? gatePitch : record.gatePitch,
            before: before, after: after, statePitch: statePitch, memory: memory, projection: projection,
            projectionPitch: projectionPitch, gatePitch: gatePitch, recurrent: recurrent, units: units, least: least,
            unit: 0)
    }

    @inlinable @inline(__always)
    init(
        record: RecordedStep<S>, sums: UnsafeMutablePointer<S>, sumsPitch: Int, sumPitch: Int,
        before: UnsafeMutablePointer<S>, after: UnsafeMutablePointer<S>, statePitch: Int,
        memory: UnsafeMutablePointer<S>, projection: UnsafeMutablePointer<S>, projectionPitch: Int, gatePitch: Int,
        recurrent: UnsafeMutablePointer<S>, units: UnsafePointer<UnsafeMutablePointer<S>>, least: S, unit: Int
    ) {
        (self.record, self.before, self.after, self.memory) = (record, before, after, memory)
        (self.sums, self.sumsPitch, self.sumPitch) = (sums, sumsPitch, sumPitch)
        self.statePitch = statePitch
        (self.projection, self.projectionPitch, self.gatePitch) = (projection, projectionPitch, gatePitch)
        (self.recurrent, self.units, self.unit, self.least) = (recurrent, units, unit, least)
    }

    /// Some units of a row.
    @inlinable @inline(__always)
    package func at(row: Int, unit: Int, count: Int) -> ForwardStep {
        let (offset, ofState) = (row * record.hidden + unit, row * statePitch + unit)
        return ForwardStep(
            record: record.at(row: row, unit: unit, count: count), sums: sums + row * sumsPitch + unit,
            sumsPitch: sumsPitch, sumPitch: sumPitch, before: before + ofState, after: after + ofState,
            statePitch: statePitch, memory: memory + offset, projection: projection + row * projectionPitch + unit,
            projectionPitch: projectionPitch, gatePitch: gatePitch, recurrent: recurrent + offset, units: units,
            least: least, unit: unit)
    }

    /// W x + b + U h + d of a gate that has them together; W x + b where there is no U.
    @inlinable @inline(__always)
    public func gate(_ gate: Int) -> S.Vector { load(sums + gate * sumPitch, record.count) }

    /// W x + b of a gate that has them apart, and U h + d: of the first such gate 0, and so on.
    @inlinable @inline(__always)
    public func input(gate: Int) -> S.Vector { load(projection + gate * gatePitch, record.count) }

    @inlinable @inline(__always)
    public func recurrent(_ index: Int) -> S.Vector { load(recurrent + index * record.partPitch, record.count) }

    /// h before the step.
    @inlinable @inline(__always)
    public var hidden: S.Vector { load(before, record.count) }

    /// A part of the memory before the step.
    @inlinable @inline(__always)
    public func memory(_ part: Int) -> S.Vector { load(memory + part * record.partPitch, record.count) }

    /// A parameter with a number for each unit; after all of these, what was prepared of them.
    @inlinable @inline(__always)
    public func units(_ parameter: Int) -> S.Vector { load(units[parameter] + unit, record.count) }

    /// Records what backward needs of a gate.
    @inlinable @inline(__always)
    public func keep(_ values: S.Vector, gate: Int) { record.keep(values, gate: gate) }

    /// Records what else is kept; its parts are numbered after those of the memory.
    @inlinable @inline(__always)
    public func keep(_ values: S.Vector, part: Int) { record.keep(values, part: part) }

    /// The next memory, in the state and in the record.
    @inlinable @inline(__always)
    public func remember(_ values: S.Vector, _ part: Int) {
        store(values, memory + part * record.partPitch, record.count)
        record.keep(values, part: part)
    }

    /// What was given.
    @inlinable @inline(__always)
    public var given: S.Vector { load(after, record.count) }

    /// The next h.
    @inlinable @inline(__always)
    public func give(_ values: S.Vector) { store(values, after, record.count) }
}

/// What equations backward read and write.
@frozen public struct BackwardStep<S: Real> {
    public let record: RecordedStep<S>
    /// The state before the step: h, or a half of it, [B, H], and memory, [parts, B, H].
    @usableFromInline let before, memory: UnsafeMutablePointer<S>
    /// From a row of h, and of its adjoint, to the next.
    @usableFromInline let statePitch: Int
    /// Adjoints of h, or a half of it, [B, H], and of the memory, [parts, B, H]: after the step, then before it.
    @usableFromInline let hiddenAdjoints, memoryAdjoints: UnsafeMutablePointer<S>
    /// ∂L/∂h from the loss and the layer above, and its rows' pitch.
    @usableFromInline let outside: UnsafeMutablePointer<S>?
    @usableFromInline let outsidePitch: Int
    /// Where the adjoints of the products go, and their rows' and parts' pitches.
    @usableFromInline let adjoints: UnsafeMutablePointer<S>
    @usableFromInline let adjointPitch, gatePitch: Int
    @usableFromInline let units: UnsafePointer<UnsafeMutablePointer<S>>
    @usableFromInline let unit: Int
    /// 2⁻ᵇ, the least share of a state that stays, of a cell whose steps can be undone; 1 of others.
    public let least: S

    @inlinable @inline(__always)
    package init(
        record: RecordedStep<S>, before: UnsafeMutablePointer<S>, memory: UnsafeMutablePointer<S>, statePitch: Int,
        hiddenAdjoint: UnsafeMutablePointer<S>, memoryAdjoint: UnsafeMutablePointer<S>,
        outside: UnsafeMutablePointer<S>?, outsidePitch: Int, adjoints: UnsafeMutablePointer<S>, adjointPitch: Int,
        gatePitch: Int, units: UnsafePointer<UnsafeMutablePointer<S>>, least: S, unit: Int = 0
    ) {
        (self.record, self.before, self.memory, self.statePitch) = (record, before, memory, statePitch)
        (hiddenAdjoints, memoryAdjoints) = (hiddenAdjoint, memoryAdjoint)
        (self.outside, self.outsidePitch) = (outside, outsidePitch)
        (self.adjoints, self.adjointPitch, self.gatePitch) = (adjoints, adjointPitch, gatePitch)
        (self.units, self.unit, self.least) = (units, unit, least)
    }

    /// Some units of a row.
    @inlinable @inline(__always)
    package func at(row: Int, unit: Int, count: Int) -> BackwardStep {
        let (offset, ofState) = (row * record.hidden + unit, row * statePitch + unit)
        return BackwardStep(
            record: record.at(row: row, unit: unit, count: count), before: before + ofState, memory: memory + offset,
            statePitch: statePitch, hiddenAdjoint: hiddenAdjoints + ofState, memoryAdjoint: memoryAdjoints + offset,
            outside: outside.map { $0 + row * outsidePitch + unit }, outsidePitch: outsidePitch,
            adjoints: adjoints + row * adjointPitch + unit, adjointPitch: adjointPitch, gatePitch: gatePitch,
            units: units, least: least, unit: unit)
    }

    /// h before the step.
    @inlinable @inline(__always)
    public var hidden: S.Vector { load(before, record.count) }

    /// A part of the memory before the step; after it, the record has it.
    @inlinable @inline(__always)
    public func memory(_ part: Int) -> S.Vector { load(memory + part * record.partPitch, record.count) }

    /// A parameter with a number for each unit; after all of these, what was prepared of them.
    @inlinable @inline(__always)
    public func units(_ parameter: Int) -> S.Vector { load(units[parameter] + unit, record.count) }

    /// U h + d of a gate that has it apart, made again: to be read before that gate's adjoint is written.
    @inlinable @inline(__always)
    public func recurrent(gate: Int) -> S.Vector { load(adjoints + gate * gatePitch, record.count) }

    /// ∂L/∂h after the step.
    @inlinable @inline(__always)
    public var hiddenAdjoint: S.Vector {
        load(hiddenAdjoints, record.count) + (outside.map { load($0, record.count) } ?? .zero)
    }

    /// The adjoint of a part of the memory after the step.
    @inlinable @inline(__always)
    public func memoryAdjoint(_ part: Int) -> S.Vector {
        load(memoryAdjoints + part * record.partPitch, record.count)
    }

    /// Puts an adjoint in its place: of a gate's sum or of what U gives it, then of what W gives those that have it apart, then the
    /// summands of the gradients of parameters for each unit.
    @inlinable @inline(__always)
    public func put(_ values: S.Vector, adjoint: Int) { store(values, adjoints + adjoint * gatePitch, record.count) }

    /// What was put there.
    @inlinable @inline(__always)
    public func adjoint(_ adjoint: Int) -> S.Vector { load(adjoints + adjoint * gatePitch, record.count) }

    /// The adjoint of a part of the memory before the step.
    @inlinable @inline(__always)
    public func pass(_ values: S.Vector, memory part: Int) {
        store(values, memoryAdjoints + part * record.partPitch, record.count)
    }

    /// What of ∂L/∂h before the step does not go through U.
    @inlinable @inline(__always)
    public func pass(hidden values: S.Vector) { store(values, hiddenAdjoints, record.count) }
}
