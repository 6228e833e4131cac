import Memory
import Schedules
import Shapes
import Testing

@Suite struct FootprintTests {
    /// A network's sizes worked out by hand.
    struct Example: CustomTestStringConvertible, Sendable {
        var shape: Shape
        var residentSteps = 0
        var weights: Int
        var inputs = 0
        var workspace: Int
        var state: Int
        var record: Int

        var testDescription: String { "\(shape.cell) \(shape.layers)×\(shape.hidden), \(residentSteps) resident" }
    }

    private static let small = Shape(
        cell: .elman, layers: 1, input: 4, hidden: 8, outputs: 1, batch: 2, precision: .float)

    @Test(arguments: [
        // W 128, U 256, two biases of 32 in 64, head 32 in 64 and 4 in 64. Workspace: step 64, scratch 64, top 64,
        // outputs and targets 64 each; state and adjoint 64 each, 128 steps of inputs 4096, hidden 8192, adjoints 8192.
        Example(shape: small, weights: 640, workspace: 20_928, state: 64, record: 64),
        // 100 · 2 · 4 · 4 = 3200 in 3584.
        Example(shape: small, residentSteps: 100, weights: 640, inputs: 3584, workspace: 20_928, state: 64, record: 64),
        // Parameters: 120 elements in 512, 400 in 1792, biases 2 · 192; then 2 · 1792 and 2 · 192; head 320 and 64.
        // States of 400 bytes in 448, records of 1000 bytes in 1024, twice. Blocks of 51 steps.
        Example(
            shape: Shape(cell: .lstm, layers: 2, input: 3, hidden: 10, outputs: 8, batch: 5, precision: .float),
            weights: 7040, workspace: 119_488, state: 896, record: 2048),
        // All of them size classes as they are, but the head's bias (64).
        Example(
            shape: Shape(cell: .gru, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 32, precision: .double),
            weights: 604_224, workspace: 1_822_720, state: 32_768, record: 163_840),
        Example(
            shape: Shape(cell: .gru, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 32, precision: .double),
            residentSteps: 1000, weights: 604_224, inputs: 16_777_216, workspace: 1_822_720, state: 32_768,
            record: 163_840),
        // A batch beyond 256 has blocks of one step.
        Example(
            shape: Shape(cell: .lstm, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 512, precision: .float),
            weights: 401_472, workspace: 4_489_216, state: 524_288, record: 1_310_720),
    ])
    func isAsWorkedOutByHand(example: Example) {
        let footprint = Footprint(example.shape, residentSteps: example.residentSteps)
        #expect(footprint.constant[.weights] == example.weights)
        #expect(footprint.constant[.gradients] == example.weights)
        #expect(footprint.constant[.inputs] == example.inputs)
        #expect(footprint.constant[.workspace] == example.workspace)
        #expect(footprint.constant[.states] == 0)
        #expect(footprint.constant[.records] == 0)
        #expect(footprint.state == example.state)
        #expect(footprint.record == example.record)
    }

    /// jemalloc's size class of `bytes` aligned to 64, written from its description: whole cache lines up to 128, above
    /// that four classes to a doubling.
    private func sizeClass(_ bytes: Int) -> Int {
        let aligned = (bytes + 63) / 64 * 64
        guard aligned > 128 else { return aligned }
        var power = 128
        while 2 * power < aligned { power *= 2 }
        let step = power / 4
        return (aligned + step - 1) / step * step
    }

    /// States and records follow the cell's parts, through the size classes.
    @Test(arguments: Cell.allCases, Precision.allCases)
    func stepsFollowTheCellsParts(cell: Cell, precision: Precision) {
        let parts: (state: Int, record: Int) =
            switch cell {
            case .elman: (1, 1)
            case .lstm: (2, 5)
            case .gru: (1, 5)
            }
        let size = precision == .float ? 4 : 8
        for layers in 1...3 {
            for hidden in [1, 7, 16, 65, 128, 1000] {
                for batch in [1, 3, 32, 100] {
                    let footprint = Footprint(
                        Shape(
                            cell: cell, layers: layers, input: 5, hidden: hidden, outputs: 1, batch: batch,
                            precision: precision), residentSteps: 0)
                    #expect(footprint.state == layers * sizeClass(parts.state * batch * hidden * size))
                    #expect(footprint.record == layers * sizeClass(parts.record * batch * hidden * size))
                }
            }
        }
    }

    @Test func usableSizesAreTheClasses() {
        var sizes = Array(1...20_000)
        for exponent in 15...40 {
            let power = 1 << exponent
            sizes += [power - 1, power, power + 1, power + power / 4, power + power / 4 + 1]
        }
        #expect(sizes.filter { Heap.usableSize($0) != sizeClass($0) } == [])
    }

    /// Nothing but the resident inputs depends on the length; records are proportional to layers.
    @Test func onlyInputsGrowWithTheLength() {
        let streamed = Footprint(FootprintTests.small, residentSteps: 0)
        var resident = Footprint(FootprintTests.small, residentSteps: 4096)
        #expect(resident.constant[.inputs] == 4096 * 2 * 4 * 4)
        resident.constant[.inputs] = 0
        #expect(resident == streamed)
    }
}
