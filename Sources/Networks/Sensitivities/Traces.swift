package import Kernels
import Schedules
import Shapes
import Vectors

/// For every parameter its influence on the state of its own unit alone, a_h values of each instead of a_h·H: what SnAp-1, RFLO and
/// e-prop carry. They differ in what is taken to lead from the unit's state to its next one. A loss comes down through the layers at its
/// own step, as backpropagation within the step has it.
package final class Traces<S: Scalar>: Carrier<S> {
    /// What leads from the state of a unit to its next one.
    package enum Carry: Hashable, Sendable {
        /// All that there is of the unit itself: what the cell keeps, and the diagonal of U (Menick et al. 2021, arXiv 2006.07232).
        case unit
        /// A fixed number (Murray 2019, doi 10.7554/eLife.43299).
        case leak(Double)
        /// What the cell keeps, nothing through U (Bellec et al. 2020, doi 10.1038/s41467-020-17236-y).
        case own
    }

    private let way: Carry
    /// [B, a_h, columns] of each layer, and the gradient, [columns].
    private let traces, gradients: [Region<S>]
    /// ∂L/∂h of each layer by the loss of its step alone, [steps·B, Ĥ], and what of it a gate sees.
    private let learning: [Region<S>]
    private let seen: Region<S>

    package init(_ network: Network<S>, _ way: Carry) {
        let layout = SensitivityLayout(network.shape, hasJacobians: false)
        let own = Tensors<S>(layout.traces + layout.derivatives + layout.forward, heaps: network.heaps)
        self.way = way
        traces = layout.regions("traces", of: own)
        gradients = layout.regions("carried_gradient", of: own)
        learning = layout.regions("learning", of: own)
        seen = own["seen", .sensitivities]
        super.init(network, layout, own)
    }

    override func carry(_ steps: Range<Int>, outside: Matrix<S>?) {
        if let outside { bringDown(outside, steps.count) }
        let blocks = Shape.padded(layout.shape.hidden) / UnitFactors<S>.width
        let items = layout.shape.layers * blocks
        ThreadPool.shared.run(parts: min(layout.shape.threads, items)) { worker in
            for item in stride(from: worker.index, to: items, by: worker.count) {
                let (layer, block) = item.quotientAndRemainder(dividingBy: blocks)
                let first = block * UnitFactors<S>.width
                carry(
                    steps.count, layer, units: first..<min(first + UnitFactors<S>.width, layout.shape.hidden),
                    hasLoss: outside != nil)
            }
        }
    }

    /// ∂L/∂h of every layer at each step, from the top one down through W.
    private func bringDown(_ outside: Matrix<S>, _ steps: Int) {
        let (shape, cell, padded) = (layout.shape, layout.shape.cell, Shape.padded(layout.shape.hidden))
        func learning(_ layer: Int) -> Matrix<S> {
            Matrix(self.learning[layer].start, rows: steps * shape.batch, columns: shape.hidden, pitch: padded)
        }
        let top = learning(shape.layers - 1)
        for row in 0..<top.rows { top.row(row).update(from: outside.row(row), count: shape.hidden) }
        let seen = Matrix(self.seen.start, rows: steps * shape.batch, columns: padded)
        for layer in stride(from: shape.layers - 1, to: 0, by: -1) {
            let (above, below) = (learning(layer), learning(layer - 1))
            for gate in 0..<cell.gates {
                for row in 0..<seen.rows {
                    let (step, sequence) = row.quotientAndRemainder(dividingBy: shape.batch)
                    let factors =
                        derivatives.coefficients(step: step, layer: layer, part: 0, row: sequence)
                        + cell.inputAdjoint(of: gate) * padded
                    for unit in 0..<shape.hidden { seen.row(row)[unit] = factors[unit] * above.row(row)[unit] }
                }
                S.multiply(
                    seen, network.layers[layer].wTransposed(gate), columns: 0..<shape.hidden,
                    from: gate == 0 ? nil : below, into: below)
            }
        }
    }

    /// All columns of some units of a layer over a chunk's steps, while they are in the cache.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func carry(_ steps: Int, _ layer: Int, units: Range<Int>, hasLoss: Bool) {
        let (parts, adjoints) = (layout.shape.cell.stateParts, layout.shape.cell.adjointParts)
        let (all, pitch) = (layout.paddedColumns(of: layer), layout.columns[layer].features)
        let count = UnitFactors<S>.count(steps, parts: parts, adjoints: adjoints)
        withUnsafeTemporaryAllocation(of: S.self, capacity: count) { memory in
            let factors = UnitFactors<S>(
                steps, parts: parts, adjoints: adjoints, hasLoss: hasLoss, memory: memory.baseAddress!)
            for row in 0..<layout.shape.batch {
                fill(factors, layer, row, units)
                let traces = traces[layer].start + row * parts * all
                for part in layout.columns[layer].parts {
                    let width = part.features.count
                    let x = features(features[0][layer], layer: layer, step: 0, row: row) + part.features.lowerBound
                    let (e, g) = (traces + part.first, gradients[layer].start + part.first)
                    for (index, unit) in units.enumerated() {
                        UnitColumns(
                            factors: factors, unit: index, adjoint: part.adjoint, x: x, pitch: pitch,
                            e: e + unit * width, partPitch: all, g: g + unit * width, count: width
                        ).carry()
                    }
                }
            }
        }
    }

    /// The factors of some units.
    @inline(__always)
    private func fill(_ factors: UnitFactors<S>, _ layer: Int, _ row: Int, _ units: Range<Int>) {
        let (shape, padded, lanes) = (layout.shape, Shape.padded(layout.shape.hidden), S.Vector.scalarCount)
        withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: shape.cell.gates) { own in
            for unit in stride(from: units.lowerBound, to: units.upperBound, by: lanes) {
                let count = min(lanes, units.upperBound - unit)
                for gate in 0..<shape.cell.gates { own[gate] = seesItself(gate, layer, unit: unit, count) }
                func coefficients(_ step: Int, _ part: Int) -> Pointer<S> {
                    derivatives.coefficients(step: step, layer: layer, part: part, row: row) + unit
                }
                factors.make(first: unit - units.lowerBound) { step, part, before in
                    var lead: S.Vector
                    if case .leak(let leak) = way {
                        lead = S.Vector(repeating: S(leak))
                    } else {
                        lead = load(
                            derivatives.carry(step: step, layer: layer, part: part, before: before, row: row) + unit,
                            count)
                    }
                    guard before == 0, way == .unit else { return lead }
                    let factors = coefficients(step, part)
                    for gate in 0..<shape.cell.gates { lead += load(factors + gate * padded, lanes) * own[gate] }
                    return lead
                } gives: { step, part, adjoint in
                    load(coefficients(step, part) + adjoint * padded, lanes)
                } learning: { step in
                    load(learning[layer].start + (step * shape.batch + row) * padded + unit, lanes)
                }
            }
        }
    }

    /// The weights by which a gate of some units sees each unit's own h.
    @inline(__always)
    private func seesItself(_ gate: Int, _ layer: Int, unit: Int, _ count: Int) -> S.Vector {
        var weights = S.Vector()
        guard way == .unit, layout.shape.cell.hasHiddenMatrix else { return weights }
        let u = network.layers[layer].u(gate)
        for lane in 0..<count { weights[lane] = u.start[u.offset(row: unit + lane, column: unit + lane)] }
        return weights
    }

    override var hasOwnInfluence: Bool { true }

    override func ownInfluence(of column: Int, on unit: Int, layer: Int, row: Int) -> S {
        traces[layer].start[row * layout.shape.cell.stateParts * layout.paddedColumns(of: layer) + column]
    }

    package override func addGradients() {
        for layer in 0..<layout.shape.layers { add(gradients[layer], of: layer) }
    }
}

extension Carrier {
    /// A row of a layer's columns into the gradients of its parameters; it begins again with 0.
    func add(_ row: Region<S>, of layer: Int) {
        let columns = layout.columns[layer]
        columns.forRuns(in: 0..<columns.count) { run in add(run, row.start + run.offset, to: network.layers[layer]) }
        clear(row.start, row.count)
    }
}
