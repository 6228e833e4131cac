import Shapes
import Testing

@Suite struct WorkTests {
    @Test(
        arguments: [
            // 2 · 2 · 8 · (4 + 8); backward without the gradient to the input: twice that less 2 · 2 · 8 · 4; 6 · 2 · 8 · 1.
            (.elman, 1, 4, 8, 1, 2, 384, 640, 96),
            // 2 · 5 · 40 · (3 + 10) + 2 · 5 · 40 · 20; 2 · 5 · 40 · 3 less; 6 · 5 · 10 · 8.
            (.lstm, 2, 3, 10, 8, 5, 13_200, 25_200, 2400),
            // 2 · 32 · 384 · 192; 2 · 32 · 384 · 64 less; 6 · 32 · 128 · 8.
            (.gru, 1, 64, 128, 8, 32, 4_718_592, 7_864_320, 196_608),
        ] as [(Cell, Int, Int, Int, Int, Int, Int, Int, Int)])
    func flops(
        cell: Cell, layers: Int, input: Int, hidden: Int, outputs: Int, batch: Int, forward: Int, backward: Int,
        head: Int
    ) {
        let shape = Shape(
            cell: cell, layers: layers, input: input, hidden: hidden, outputs: outputs, batch: batch, precision: .float)
        #expect(shape.forwardFlops == forward)
        #expect(shape.backwardFlops == backward)
        #expect(shape.headFlops == head)
    }

    /// Forward plus what a backward step adds, product by product.
    @Test(arguments: Cell.allCases) func backwardIsTwoProductsForEach(cell: Cell) {
        for layers in 1...4 {
            let shape = Shape(
                cell: cell, layers: layers, input: 6, hidden: 10, outputs: 3, batch: 7, precision: .double)
            var backward = 0
            for layer in 0..<layers {
                let state = cell.stateWidth(hidden: 10)
                let width = layer == 0 ? 6 : state
                let inputProduct = 2 * 7 * width * cell.gates * 10
                let hiddenProduct = cell.hasHiddenMatrix ? 2 * 7 * (state / cell.phases) * cell.gates * 10 : 0
                let projection = cell.width.map { 2 * 7 * $0 * 10 } ?? 0
                // Each to its weights; to the state below in time; to the layer below, of which the bottom has none.
                backward += inputProduct + 2 * hiddenProduct + 2 * projection + (layer == 0 ? 0 : inputProduct)
            }
            #expect(shape.backwardFlops == backward)
            var other = shape
            other.variant = .inputAdjoint
            #expect(other.backwardFlops == backward + 2 * 7 * 6 * cell.gates * 10)
            other.variant = .noStateAdjoint
            #expect(
                other.backwardFlops == backward - layers
                    * (cell.hasHiddenMatrix ? 2 * 7 * (cell.width ?? 10) * cell.gatesOfPhase * 10 : 0))
        }
    }

    /// Both directions do the same; above the first layer, and in the head, they read both.
    @Test(arguments: Cell.allCases) func directionsAddUp(cell: Cell) {
        var shape = Shape(cell: cell, layers: 3, input: 6, hidden: 10, outputs: 3, batch: 7, precision: .double)
        shape.directions = 2
        let state = cell.stateWidth(hidden: 10)
        let (first, above) = (14 * cell.gates * 10 * 6, 14 * cell.gates * 10 * 2 * state)
        let hidden = cell.hasHiddenMatrix ? 14 * cell.gates * 10 * state / cell.phases : 0
        let projection = cell.width.map { 14 * $0 * 10 } ?? 0
        #expect(shape.forwardFlops == 2 * (first + hidden + projection) + 4 * (above + hidden + projection))
        #expect(shape.backwardFlops == 2 * (first + 2 * hidden + 2 * projection) + 8 * (above + hidden + projection))
        #expect(shape.headFlops == 6 * 7 * 2 * state * 3)
    }

    @Test func gatesAndParts() {
        let cells: [Cell] = [.elman, .lstm, .gru, .linear]
        #expect(cells.map(\.gates) == [1, 4, 3, 1])
        #expect(cells.map(\.stateParts) == [1, 2, 1, 1])
        #expect(cells.map(\.recordParts) == [1, 5, 4, 1])
        #expect(Precision.allCases.map(\.bytes) == [4, 8, 4])
    }
}
