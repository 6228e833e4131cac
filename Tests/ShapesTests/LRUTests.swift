import Shapes
import Testing

/// Where an LRU's parameters start, and what is made of them.
struct LRUTests {
    private func started(_ draws: [Double]) throws -> (values: [Double], prepared: [Double]) {
        let values = try #require(LRU.initial(draws))
        return (values, LRU.prepare(values))
    }

    /// λ within the unit circle, and e^2γ = 1 − |λ|², at the ends of what is drawn too.
    @Test(arguments: [-1, -0.7, 0, 0.3, 0.999, 1], [-1, -0.2, 0, 0.9, 1]) func isStable(radius: Double, angle: Double)
        throws
    {
        let (values, prepared) = try started([radius, angle, 0.5])
        #expect(values.allSatisfy(\.isFinite) && prepared.allSatisfy(\.isFinite))
        let square = prepared[0] * prepared[0] + prepared[1] * prepared[1]
        #expect(square < 1)
        #expect(abs(prepared[2] * prepared[2] - (1 - square)) < 1e-12)
    }

    /// |λ|² as uniform as what is drawn: λ is uniform on the disk.
    @Test(arguments: [-0.8, -0.1, 0.4, 0.75]) func isUniformOnTheDisk(draw: Double) throws {
        let prepared = try started([draw, 0.1, 0]).prepared
        let square = prepared[0] * prepared[0] + prepared[1] * prepared[1]
        #expect(abs(square - (1 + draw) / 2) < 1e-6)
    }

    /// Sensitivities carried forward are as many values as the layer has parameters: its products have no biases.
    @Test func columnsAreParameters() {
        let shape = Shape(cell: .lru, layers: 1, input: 6, hidden: 10, outputs: 3, batch: 2, precision: .double)
        #expect(InfluenceColumns(shape, layer: 0).count == 2 * 10 * 6 + 3 * 10)
    }
}
