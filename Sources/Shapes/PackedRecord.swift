import Schedules
package import Vectors

/// Where the numbers of one layer's record lie when it is packed: runs of numbers that are side by side in the native record too, each
/// in separate groups. Of each row of the batch a run for every gate, of each part a run for every row, of h that is projected a run
/// for every row; then, of roundings that are independent, the other copies of the gates that are in a product with themselves.
package struct PackedRecord: Hashable, Sendable {
    /// The runs of a gate or a part, one for each of some rows.
    package struct Part: Hashable, Sendable {
        /// The first number's place in the native record.
        package let place: Int
        /// Where the first run begins in the packed one, in bytes.
        package let offset: Int
        package let runs: NumberRuns
        /// 0, or 1 of another rounding.
        package let copy: Int
    }

    package let format: RecordFormat
    private let cell: Cell
    private let batch, hidden, gates, parts: Int
    /// R, of a cell that projects h; 0 of others.
    private let projected: Int
    /// Gates that have another copy.
    private let squared: [Int]
    /// Bytes of a run of H numbers, and of one of R.
    private let runBytes, projectedBytes: Int

    /// - Parameter shape: of a network whose records are packed.
    init(_ shape: Shape) {
        (format, cell) = (shape.keptRecords, shape.cell)
        (batch, hidden, gates) = (shape.batch, shape.hidden, shape.recordedGates)
        parts = shape.recordParts - shape.recordedGates
        projected = shape.cell.kind.projects ? shape.stateWidth : 0
        squared = shape.rounding == .independent ? shape.cell.squaredGates : []
        runBytes = format.bytes(of: hidden)!
        projectedBytes = format.bytes(of: projected)!
    }

    /// All of it, in bytes.
    package var bytes: Int {
        saturatingSum(
            saturatingProduct(batch, gates + parts + squared.count, runBytes), saturatingProduct(batch, projectedBytes))
    }

    /// Visits the runs of some rows of the batch.
    ///
    /// - Parameter hiddenAlone: whether those are left out that h is not read of.
    @inline(__always)
    package func forRuns(ofRows rows: Range<Int>, hiddenAlone: Bool = false, _ body: (Part) -> Void) {
        let first = rows.lowerBound
        // Gates of a row are side by side, rows of a part.
        let ofGate = NumberRuns(of: hidden, number: rows.count, pitch: gates * hidden, packedPitch: gates * runBytes)
        for gate in 0..<gates where !hiddenAlone || cell.readsHidden(fromGate: gate) {
            let run = first * gates + gate
            body(Part(place: run * hidden, offset: run * runBytes, runs: ofGate, copy: 0))
        }
        let ofPart = NumberRuns(of: hidden, number: rows.count, pitch: hidden, packedPitch: runBytes)
        for part in 0..<parts where !hiddenAlone || cell.readsHidden(fromPart: part) {
            let run = (gates + part) * batch + first
            body(Part(place: run * hidden, offset: run * runBytes, runs: ofPart, copy: 0))
        }
        let all = (gates + parts) * batch
        if projected > 0 {
            let runs = NumberRuns(of: projected, number: rows.count, pitch: projected, packedPitch: projectedBytes)
            body(
                Part(
                    place: all * hidden + first * projected, offset: all * runBytes + first * projectedBytes,
                    runs: runs, copy: 0))
        }
        guard !hiddenAlone else { return }
        let ofCopy = NumberRuns(of: hidden, number: rows.count, pitch: gates * hidden, packedPitch: runBytes)
        for (index, gate) in squared.enumerated() {
            let offset = (all + index * batch + first) * runBytes + batch * projectedBytes
            body(Part(place: (first * gates + gate) * hidden, offset: offset, runs: ofCopy, copy: 1))
        }
    }
}
