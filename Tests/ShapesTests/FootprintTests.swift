import Memory
import Quantities
import Schedules
import Shapes
import Testing

@Suite struct FootprintTests {
    /// A network's sizes worked out by hand.
    struct Example: CustomTestStringConvertible, Sendable {
        var shape: Shape
        var residentSteps = 0
        var length = 0
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
        // Ĥ = 16. W 4 × 16 floats, 256 bytes; U 512; two biases of 32 in 64; head 64, and 4 in 64. Workspace, blocks of
        // 64 steps and chunks of 32: state, adjoint, scratch, bias and targets 64 each; Uᵀ 16 × 16, 1024; Vᵀ 8 × 16, 512; of a
        // chunk inputs 1024, projection 64 × (16 + 16), 8192, outputs 2048; of a block inputs 2048, hidden states 65 × 16 + 8
        // in 5120, adjoints 128 × (16 + 16), 16,384, ∂L/∂h 4096, outputs of the head 128 × 16, 8192.
        Example(shape: small, weights: 1024, workspace: 48_960, state: 64, record: 64),
        // 100 · 2 · 4 · 4 = 3200 in 3584; none of a chunk or a block.
        Example(
            shape: small, residentSteps: 100, weights: 1024, inputs: 3584, workspace: 45_888, state: 64, record: 64),
        // Parameters: 4 · 3 · 16 elements, 768; three of 4 · 10 · 16, 2560; four biases of 160 in 192; head 512 and 64.
        // States of 400 bytes in 448, records of 1000 bytes in 1024, twice. Blocks of 51 steps, chunks of 32. Each layer:
        // two of 448, hidden 52 · 50 + 6 in 12,288, adjoints 255 · (64 + 16) in 81,920, Uᵀ 4096, bias 256; Wᵀ of the second
        // 4096. Chunk: 1920 in 2048, 160 · (64 + 16) in 57,344, 6400 in 7168. Block: 3060 in 3072, 10,200 in 10,240, head
        // 16,320 in 16,384. Scratch 1024, Vᵀ 640, targets 160 in 192.
        Example(
            shape: Shape(cell: .lstm, layers: 2, input: 3, hidden: 10, outputs: 8, batch: 5, precision: .float),
            weights: 9792, workspace: 301_120, state: 896, record: 2048),
        // Of the parameters all are size classes as they are, but the head's bias (64). Blocks of 8 steps, chunks of 2. State,
        // adjoint and candidate 32,768 each; hidden 9 · 32,768 in 327,680; adjoints 256 · (512 + 16) in 1,310,720; Uᵀ
        // 393,216; bias 3072; chunk 32,768, 64 · (384 + 16) in 229,376, 65,536; block 131,072, 262,144, head 32,768; scratch
        // 131,072; Vᵀ 16,384; targets 2048.
        Example(
            shape: Shape(cell: .gru, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 32, precision: .double),
            weights: 604_224, workspace: 3_036_160, state: 32_768, record: 131_072),
        Example(
            shape: Shape(cell: .gru, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 32, precision: .double),
            residentSteps: 1000, weights: 604_224, inputs: 16_777_216, workspace: 2_872_320, state: 32_768,
            record: 131_072),
        // As the first, but classes: 2 floats of targets in 64 as well, 7 outputs: head 7 · 16 floats, 448, and 28 in 64; Ô 16 as
        // before.
        Example(
            shape: Shape(
                cell: .elman, layers: 1, input: 4, hidden: 8, outputs: 7, batch: 2, precision: .float,
                criterion: .crossEntropy),
            weights: 1408, workspace: 48_960, state: 64, record: 64),
        // The second GRU again: 32 classes in Double take 256 bytes, where 32 · 8 numbers took 2048.
        Example(
            shape: Shape(
                cell: .gru, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 32, precision: .double,
                criterion: .crossEntropy),
            weights: 604_224, workspace: 3_034_368, state: 32_768, record: 131_072),
        // A batch beyond 256 has blocks, and chunks, of one step. State and adjoint 524,288 each, hidden 2 · 262,144; adjoints
        // and projection 512 · (512 + 16), each in 1,310,720; Uᵀ 262,144; bias 2048; inputs 131,072 twice, outputs and ∂L/∂h
        // 262,144 each; scratch 1,310,720; head 32,768, Vᵀ 8192, targets 16,384.
        Example(
            shape: Shape(cell: .lstm, layers: 1, input: 64, hidden: 128, outputs: 8, batch: 512, precision: .float),
            weights: 401_472, workspace: 6_612_992, state: 524_288, record: 1_310_720),
        // Two directions: each of the first's W 4 × 16 floats, 256 bytes, of the second's 16 × 16, 1024; U 512; two biases of 32
        // in 64; head 16 and Vᵀ 16 × 16. Three sequences of 10 · 2 · 16 floats, 1280. Chunks of 32 steps, blocks of 64: inputs
        // of a width of 16, 4096 and 8192; ∂L/∂h, then what goes below, 8192. Shared: scratch 64, projection 8192, outputs
        // 2048, Vᵀ 1024, outputs of the head 8192, targets 64. Each direction: state, adjoint and bias 64 each, hidden 5120,
        // adjoints 16,384, Uᵀ 1024; Wᵀ 16 × 16 of the second's.
        Example(
            shape: Shape(
                cell: .elman, layers: 2, input: 4, hidden: 8, outputs: 1, batch: 2, precision: .float, directions: 2),
            length: 10, weights: 5248, inputs: 3840, workspace: 132_992, state: 64, record: 64),
        // One layer has one sequence: 7 · 3 · 20 floats and 12 more, 1728 in 1792, next to 7 · 3 · 4, 336 in 384.
        Example(
            shape: Shape(
                cell: .elman, layers: 1, input: 4, hidden: 10, outputs: 1, batch: 3, precision: .float, directions: 2),
            residentSteps: 7, length: 7, weights: 2240, inputs: 2176, workspace: 105_024, state: 128, record: 128),
    ])
    func isAsWorkedOutByHand(example: Example) {
        let footprint = Footprint(
            example.shape, residentSteps: example.residentSteps, length: example.length)
        #expect(footprint.constant[.weights] == example.weights)
        #expect(footprint.constant[.gradients] == example.weights)
        #expect(footprint.constant[.inputs] == example.inputs)
        #expect(footprint.constant[.workspace] == example.workspace)
        #expect(footprint.constant[.states] == 0)
        #expect(footprint.constant[.records] == 0)
        #expect(footprint.state == example.state)
        #expect(footprint.record == example.record)
        #expect(footprint.lanes == (example.shape.directions == 1 ? 1 : 2 * example.shape.layers))
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
    @Test(arguments: [Cell.elman, .lstm, .gru, .linear], Precision.allCases)
    func stepsFollowTheCellsParts(cell: Cell, precision: Precision) throws {
        let known: [Cell: (state: Int, record: Int)] = [.elman: (1, 1), .linear: (1, 1), .lstm: (2, 5), .gru: (1, 4)]
        let parts = try #require(known[cell])
        // Of bfloat16 states are Float's; a record has half of that, and y of the head, which is Float's.
        let (size, recordSize) = [.float: (4, 4), .double: (8, 8), .bfloat16: (4, 2)][precision]!
        for layers in 1...3 {
            for hidden in [1, 7, 16, 65, 128, 1000] {
                for batch in [1, 3, 32, 100] {
                    let footprint = Footprint(
                        Shape(
                            cell: cell, layers: layers, input: 5, hidden: hidden, outputs: 1, batch: batch,
                            precision: precision), residentSteps: 0)
                    #expect(footprint.state == layers * sizeClass(parts.state * batch * hidden * size))
                    let outputs = precision == .bfloat16 ? sizeClass(batch * size) : 0
                    #expect(
                        footprint.record == layers * sizeClass(parts.record * batch * hidden * recordSize) + outputs)
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

    /// Every further copy of the layers' weights adds what one takes, and its gradient; the head stays one.
    @Test(arguments: Cell.allCases, [1, 2]) func copiesAddWeights(cell: Cell, layers: Int) {
        var shape = Shape(
            cell: cell, layers: layers, input: 5, hidden: 20, outputs: 3, batch: 300, precision: .double)
        let one = Footprint(shape, residentSteps: 0)
        let (gates, padded) = (cell.gates, 32)
        let biases = cell.parameters.count { [.inputBias, .hiddenBias].contains($0.use) }
        let copy = (0..<layers).reduce(0) { sum, layer in
            let state = cell.stateWidth(hidden: 20)
            let width = layer == 0 ? 5 : state
            return sum + sizeClass(8 * gates * width * padded)
                + (cell.hasHiddenMatrix ? sizeClass(8 * gates * state / cell.phases * padded) : 0)
                + (cell.width == nil ? 0 : sizeClass(8 * 20 * 16))
                + biases * sizeClass(8 * gates * 20) + cell.unitsParts * sizeClass(8 * 20)
        }
        for copies in [2, 3, 64] {
            shape.weightReplicas = copies
            let many = Footprint(shape, residentSteps: 0)
            #expect(many.constant[.weights] - one.constant[.weights] == (copies - 1) * copy)
            #expect(many.constant[.gradients] == many.constant[.weights])
            // A batch of more than 256 has blocks and chunks of one step anyway.
            #expect(many.constant[.workspace] == one.constant[.workspace])
        }
    }

    /// Nothing but the resident inputs depends on the length; where they are there, no room is needed to make them in.
    @Test func onlyInputsGrowWithTheLength() {
        let short = Footprint(FootprintTests.small, residentSteps: 1)
        var resident = Footprint(FootprintTests.small, residentSteps: 4096)
        #expect(resident.constant[.inputs] == 4096 * 2 * 4 * 4)
        resident.constant[.inputs] = short.constant[.inputs]
        #expect(resident == short)
    }
}
