/// How the columns of ∂state/∂θ lie, θ the parameters of one layer. A column is of a product's input: of a gate, a unit and a
/// feature, which is an element of x, the 1 that biases see, or an element of h. A step gives a column to that unit alone, the
/// feature times what the cell says: no product is needed for it.
///
/// D, H: the layer's width and hidden units. Where a gate's two products are added at once, b and d have the same influence, and one
/// column stands for both.
package struct InfluenceColumns: Hashable, Sendable {
    /// The columns of one adjoint of ``Cell/adjointParts``: for each unit one for each feature.
    package struct Part: Hashable, Sendable {
        /// Which adjoint.
        package let adjoint: Int
        /// Among the features [x (D), 1, h (H)] of a step.
        package let features: Range<Int>
        /// The first column.
        package let first: Int
    }

    package let parts: [Part]
    /// P, all columns.
    package let count: Int
    /// D and H.
    package let width, hidden: Int

    package init(_ shape: Shape, layer: Int) {
        let (cell, width, hidden) = (shape.cell, shape.width(of: layer), shape.hidden)
        let hasBias = cell.parameters.contains { $0.use == .inputBias }
        let last = width + (cell.hasHiddenMatrix ? 1 + hidden : hasBias ? 1 : 0)
        var (parts, count): ([Part], Int) = ([], 0)
        func add(_ adjoint: Int, _ features: Range<Int>) {
            parts.append(Part(adjoint: adjoint, features: features, first: count))
            count += hidden * features.count
        }
        for gate in 0..<cell.summedGates { add(gate, 0..<last) }
        for gate in cell.summedGates..<cell.gates {
            add(gate, width..<last)
            add(cell.inputAdjoint(of: gate), 0..<width + 1)
        }
        for parameter in 0..<cell.unitsParts { add(cell.unitsAdjoint(of: parameter), width..<width + 1) }
        (self.parts, self.count, self.width, self.hidden) = (parts, count, width, hidden)
    }

    /// The column of the weight by which a unit sees its own h in an adjoint that h enters.
    package func column(adjoint: Int, unit: Int) -> Int {
        guard let part = parts.first(where: { $0.adjoint == adjoint && $0.features.upperBound > width + 1 }) else {
            preconditionFailure("h does not enter adjoint \(adjoint)")
        }
        return part.first + unit * part.features.count + width + 1 + unit - part.features.lowerBound
    }

    /// Elements of a step's features, as vectors read them.
    package var features: Int { Shape.padded(width + 1 + hidden) }

    /// Neighbouring columns of one unit, within some.
    package struct Run: Hashable, Sendable {
        package let adjoint, unit: Int
        /// The first feature, and the first column from the start of those that were asked for.
        package let feature, offset: Int
        package let count: Int
    }

    /// The columns of a range, unit by unit.
    package func runs(in columns: Range<Int>) -> [Run] {
        var runs: [Run] = []
        forRuns(in: columns) { runs.append($0) }
        return runs
    }

    /// The same, one after the other.
    @inline(__always)
    package func forRuns(in columns: Range<Int>, _ body: (Run) -> Void) {
        for part in parts {
            let each = part.features.count
            let end = min(columns.upperBound, part.first + hidden * each)
            var column = max(columns.lowerBound, part.first)
            while column < end {
                let (unit, feature) = (column - part.first).quotientAndRemainder(dividingBy: each)
                let count = min(each - feature, end - column)
                body(
                    Run(
                        adjoint: part.adjoint, unit: unit, feature: part.features.lowerBound + feature,
                        offset: column - columns.lowerBound, count: count))
                column += count
            }
        }
    }
}
