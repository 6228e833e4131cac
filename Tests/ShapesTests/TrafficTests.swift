import Quantities
import Shapes
import Testing

/// What a step goes over in memory, against sums by hand.
@Suite struct TrafficTests {
    private func shape(
        _ cell: Cell, _ hidden: Int, batch: Int, layers: Int = 1, input: Int? = nil, precision: Precision = .float
    ) -> Shape {
        Shape(
            cell: cell, layers: layers, input: input ?? hidden, hidden: hidden, outputs: 8, batch: batch,
            precision: precision)
    }

    /// One LSTM layer at B 32, chunks of 2 steps and blocks of 8: U and Uᵀ 16 H² bytes each, W 8 H², gradients 8 H².
    @Test(arguments: [(128, 768), (256, 3072), (512, 12_288)])
    func lstm(hidden: Int, kibibytes: Int) {
        let traffic = shape(.lstm, hidden, batch: 32).traffic(threads: 1)
        let square = Double(hidden * hidden)
        #expect(traffic.recurrent.bytes == 32 * square && traffic.input.bytes == 8 * square)
        #expect(traffic.gradients.bytes == 8 * square)
        let weights = traffic.recurrent.bytes + traffic.input.bytes + traffic.gradients.bytes
        #expect(weights == Double(kibibytes << 10))
        // Four gates and c, written and read.
        #expect(traffic.records.bytes == Double(2 * 5 * 32 * hidden * 4))
        // 16 B H² with U and Uᵀ, 8 with W, 16 of gradients, and the head's 6 B H O.
        let product = 8 * 32 * hidden * hidden
        #expect(traffic.parts.map(\.operations) == [2 * product, product, 2 * product, 6 * 32 * hidden * 8, 0])
        #expect((Double(5 * product) / weights).rounded() == 27)
        let bytes = 48 * square + traffic.records.bytes
        #expect(traffic.intensity == Double(traffic.operations) / bytes)
    }

    /// One sequence: chunks of 32 steps and blocks of 64, so that almost all is U and Uᵀ, 4 H² bytes a gate each.
    @Test(arguments: [(.elman, 1, 1), (.lstm, 4, 5), (.gru, 3, 4)] as [(Cell, Int, Int)])
    func oneSequence(cell: Cell, gates: Int, parts: Int) {
        let traffic = shape(cell, 64, batch: 1).traffic(threads: 1)
        let gate = Double(4 * 64 * 64)
        #expect(traffic.recurrent.bytes == Double(gates) * gate * 2)
        #expect(traffic.input.bytes == Double(gates) * gate / 32)
        #expect(traffic.gradients.bytes == Double(gates) * gate * 2 * 2 / 64)
        #expect(traffic.records.bytes == Double(2 * parts * 64 * 4))
    }

    /// Threads that share rows read all weights each; gradients and records are divided.
    @Test func threads() {
        let shape = shape(.gru, 64, batch: 32)
        #expect(shape.sharesRows(among: 2) && !shape.sharesRows(among: 3))
        let (one, two, three) = (shape.traffic(threads: 1), shape.traffic(threads: 2), shape.traffic(threads: 3))
        for part in [\Traffic.recurrent, \.input] {
            #expect(two[keyPath: part].bytes == 2 * one[keyPath: part].bytes)
            #expect(three[keyPath: part].bytes == one[keyPath: part].bytes)
        }
        #expect(two.gradients == one.gradients && two.records == one.records && two.operations == one.operations)
        // What is read again: U, whole by each, or each its units.
        let matrix = 3 * 64 * 64 * 4
        #expect(shape.rereadBytes(by: 1, of: 1) == matrix)
        #expect(shape.rereadBytes(by: 1, of: 2) == matrix && shape.rereadBytes(by: 2, of: 2) == matrix)
        #expect(shape.rereadBytes(by: 1, of: 3) == matrix / 3 && shape.rereadBytes(by: 3, of: 3) == matrix)
    }

    /// Two layers of another width, in Double: Wᵀ once a block above the first, and P with U.
    @Test func layersAndProjections() throws {
        let stacked = shape(.lstm, 64, batch: 16, layers: 2, input: 16, precision: .double)
        // Blocks of 16 steps, chunks of 12.
        let (w, u) = (4 * 16 * 64 * 8, 4 * 64 * 64 * 8)
        let traffic = stacked.traffic(threads: 1)
        #expect(traffic.recurrent.bytes == Double(4 * u))
        let input = Double(w + u) / 12 + Double(u) / 16
        #expect(abs(traffic.input.bytes - input) < 1e-9 * input)
        #expect(traffic.gradients.bytes == 2 * Double(w + 3 * u) / 16)
        let projected = shape(try Cell("projected:width=32"), 64, batch: 16, input: 16)
        let recurrent = 4 * (4 * 32 * 64 + 64 * 32)
        #expect(projected.rereadBytes(by: 1, of: 1) == recurrent)
        #expect(projected.traffic(threads: 1).recurrent.bytes == Double(2 * recurrent))
    }

    /// The operations are those that a step is said to have, layer by layer and in both directions.
    @Test(arguments: Cell.allCases, [1, 2]) func operations(cell: Cell, directions: Int) {
        var shape = shape(cell, 16, batch: 3, layers: 3, input: 6)
        shape.directions = directions
        #expect(shape.traffic(threads: 1).operations == shape.forwardFlops + shape.backwardFlops + shape.headFlops)
    }
}
