import CaseLists
import Memory
import Schedules
import Shapes
import Testing
import Vectors

/// Where the numbers of a packed record lie.
@Suite struct PackedRecordTests {
    private func shape(
        _ cell: Cell, _ format: RecordFormat, hidden: Int = 100, rounding: Rounding = .nearest,
        variant: Variant = .plain
    ) -> Shape {
        var shape = Shape(
            cell: cell, layers: 2, input: 3, hidden: hidden, outputs: 5, batch: 3, precision: .float, variant: variant)
        (shape.records, shape.rounding) = (format, rounding)
        return shape
    }

    /// Every number of the record is in one run, and every byte is one run's.
    @Test(arguments: Cell.allCases, RecordFormat.allCases.filter { $0 != .native })
    func runsFillTheRecord(cell: Cell, format: RecordFormat) throws {
        for rounding in Rounding.allCases {
            let shape = shape(cell, format, rounding: rounding)
            let record = try #require(shape.packedRecord)
            var numbers = Array(repeating: 0, count: shape.recordElements)
            var bytes = Array(repeating: 0, count: record.bytes)
            var copies: [Int] = []
            for rows in [0..<1, 1..<shape.batch] {
                record.forRuns(ofRows: rows) { part in
                    for run in 0..<part.runs.number {
                        let (first, offset) = (
                            part.place + run * part.runs.pitch, part.offset + run * part.runs.packedPitch
                        )
                        for place in first..<first + part.runs.count {
                            if part.copy == 0 { numbers[place] += 1 } else { copies.append(place) }
                        }
                        for byte in offset..<offset + format.bytes(of: part.runs.count)! { bytes[byte] += 1 }
                    }
                }
            }
            #expect(numbers.allSatisfy { $0 == 1 } && bytes.allSatisfy { $0 == 1 })
            // Elman's h is multiplied by itself, which is all of its record.
            let isTwice = rounding == .independent && cell == .elman
            #expect(copies.count == (isTwice ? shape.recordElements : 0) && Set(copies).count == copies.count)
        }
    }

    @Test func sizesByHand() {
        // 5 · 3 runs of 100 numbers.
        #expect(shape(.lstm, .bfloat16).packedRecord?.bytes == 15 * 200)
        #expect(shape(.lstm, .int8).packedRecord?.bytes == 15 * 108)
        #expect(shape(.lstm, .int4).packedRecord?.bytes == 15 * 58)
        #expect(shape(.lstm, .int2).packedRecord?.bytes == 15 * 33)
        #expect(shape(.lstm, .native).packedRecord == nil)
        // h alone, where gates are made again.
        #expect(shape(.mingru, .int8, variant: .recomputeGates).packedRecord?.bytes == 3 * 108)
        #expect(shape(.elman, .int8, rounding: .independent).packedRecord?.bytes == 2 * 3 * 108)
        // Two layers of 3000 bytes in 3072, and 3 · 5 outputs in 64.
        let footprint = Footprint(shape(.lstm, .bfloat16), residentSteps: 0)
        #expect(footprint.record == 2 * 3072 + 64)
        #expect(Footprint(shape(.lstm, .native), residentSteps: 0).record == 2 * Heap.usableSize(6000))
    }

    /// A saved state of two bytes a number, in memory and in its file; what enters records is as it was, and there is room to unpack one.
    @Test(arguments: [Precision.float, .double], [1, 2]) func savedStates(precision: Precision, directions: Int) {
        var shape = Shape(
            cell: .lstm, layers: 2, input: 5, hidden: 100, outputs: 1, batch: 3, precision: precision,
            directions: directions)
        let native = Footprint(shape, residentSteps: 0, length: 4)
        shape.states = .bfloat16
        let packed = Footprint(shape, residentSteps: 0, length: 4)
        // h and c, [3, 100] each; of two directions each layer and direction is a lane.
        let layers = 2 / directions
        #expect(packed.state == layers * Heap.usableSize(2 * 600))
        #expect(packed.storedState == 32 + layers * 2 * 600)
        #expect(packed.entering == native.entering && native.entering == native.state)
        #expect(packed.record == native.record)
        let room = packed.constant.total - native.constant.total
        #expect(room == native.state && packed.constant[.workspace] - native.constant[.workspace] == room)
    }
}
