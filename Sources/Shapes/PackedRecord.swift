import Schedules
package import Vectors

/// Where the numbers of one layer's record lie when it is packed: runs of numbers that are side by side in the native record too, each
/// in separate groups. Of each row of the batch a run for every gate, of each part a run for every row, of h that is projected a run
/// for every row; then, of roundings that are independent, the other copies of the gates that are in a product with themselves.
package struct PackedRecord: Hashable, Sendable {
    /// Numbers side by side.
    package struct Run: Hashable, Sendable {
        /// The first one's place in the native record.
        package let place: Int
        /// Where the run begins in the packed one, in bytes.
        package let offset: Int
        package let count: Int
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

    /// Visits the runs of a row of the batch.
    ///
    /// - Parameter hiddenAlone: whether those are left out that h is not read of.
    @inline(__always)
    package func forRuns(ofRow row: Int, hiddenAlone: Bool = false, _ body: (Run) -> Void) {
        for gate in 0..<gates where !hiddenAlone || cell.readsHidden(fromGate: gate) {
            let run = row * gates + gate
            body(Run(place: run * hidden, offset: run * runBytes, count: hidden, copy: 0))
        }
        for part in 0..<parts where !hiddenAlone || cell.readsHidden(fromPart: part) {
            let run = (gates + part) * batch + row
            body(Run(place: run * hidden, offset: run * runBytes, count: hidden, copy: 0))
        }
        let all = (gates + parts) * batch
        if projected > 0 {
            body(
                Run(
                    place: all * hidden + row * projected, offset: all * runBytes + row * projectedBytes,
                    count: projected, copy: 0))
        }
        for (index, gate) in squared.enumerated() where !hiddenAlone {
            let offset = (all + index * batch + row) * runBytes + batch * projectedBytes
            body(Run(place: (row * gates + gate) * hidden, offset: offset, count: hidden, copy: 1))
        }
    }
}
