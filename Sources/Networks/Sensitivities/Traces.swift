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

    /// Columns that one thread carries at a time: all of a chunk's steps while they are in the cache.
    private static var width: Int { 1024 }

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
        let panels = (0..<layout.shape.layers).flatMap { layer in
            stride(from: 0, to: layout.columns[layer].count, by: Traces.width).map { (layer, $0) }
        }
        ThreadPool.shared.run(parts: min(layout.shape.threads, panels.count)) { worker in
            for index in stride(from: worker.index, to: panels.count, by: worker.count) {
                let (layer, first) = panels[index]
                let columns = first..<min(first + Traces.width, layout.columns[layer].count)
                for row in 0..<layout.shape.batch {
                    carry(steps.count, layer, row, columns, hasLoss: outside != nil)
                }
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

    /// e ← (what leads on) e + what the step gives, and g ← g + ∂L/∂h e, of some columns of a sequence over a chunk's steps.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func carry(_ steps: Int, _ layer: Int, _ row: Int, _ columns: Range<Int>, hasLoss: Bool) {
        let (parts, all) = (layout.shape.cell.stateParts, layout.paddedColumns(of: layer))
        let x = features(features[0][layer], layer: layer, step: 0, row: row)
        let own = traces[layer].start + row * parts * all + columns.lowerBound
        let gradient = gradients[layer].start + columns.lowerBound
        withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: UnitRun<S>.factors(steps, parts)) { scratch in
            layout.columns[layer].forRuns(in: columns) { run in
                let unit = UnitRun(
                    x: x + run.feature, pitch: layout.columns[layer].features, e: own + run.offset, partPitch: all,
                    g: gradient + run.offset, count: run.count, steps: steps, parts: parts,
                    factors: scratch.baseAddress!)
                fill(unit, layer, row, run, hasLoss: hasLoss)
                unit.carry()
            }
        }
    }

    /// The factors of a unit's columns at each step.
    @inline(__always)
    private func fill(_ unit: UnitRun<S>, _ layer: Int, _ row: Int, _ run: InfluenceColumns.Run, hasLoss: Bool) {
        let (shape, padded, index) = (layout.shape, Shape.padded(layout.shape.hidden), run.unit)
        withUnsafeTemporaryAllocation(of: S.self, capacity: shape.cell.gates) { own in
            for gate in 0..<shape.cell.gates { own[gate] = seesItself(gate, layer, unit: index) }
            for step in 0..<unit.steps {
                for part in 0..<unit.parts {
                    let factors = derivatives.coefficients(step: step, layer: layer, part: part, row: row) + index
                    unit.given(step, part).pointee = S.Vector(repeating: factors[run.adjoint * padded])
                    for before in 0..<unit.parts {
                        var lead = derivatives.carry(step: step, layer: layer, part: part, before: before, row: row)[
                            index]
                        if case .leak(let leak) = way { lead = S(leak) }
                        if before == 0 {
                            for gate in 0..<shape.cell.gates { lead += factors[gate * padded] * own[gate] }
                        }
                        unit.lead(step, part, before).pointee = S.Vector(repeating: lead)
                    }
                }
                let learning = self.learning[layer].start + (step * shape.batch + row) * padded
                unit.learning(step).pointee = S.Vector(repeating: hasLoss ? learning[index] : 0)
            }
        }
    }

    /// The weight by which a gate of a unit sees the unit's own h, as far as it is carried.
    @inline(__always)
    private func seesItself(_ gate: Int, _ layer: Int, unit: Int) -> S {
        guard way == .unit, layout.shape.cell.hasHiddenMatrix else { return 0 }
        let u = network.layers[layer].u(gate)
        return u.start[u.offset(row: unit, column: unit)]
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
