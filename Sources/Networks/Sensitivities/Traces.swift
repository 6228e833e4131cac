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
                    for step in 0..<steps.count {
                        carry(step, layer, row, columns, hasLoss: outside != nil)
                    }
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

    /// e ← (what leads on) e + what the step gives, and g ← g + ∂L/∂h e.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func carry(_ step: Int, _ layer: Int, _ row: Int, _ columns: Range<Int>, hasLoss: Bool) {
        let (shape, padded) = (layout.shape, Shape.padded(layout.shape.hidden))
        let (parts, all) = (shape.cell.stateParts, layout.paddedColumns(of: layer))
        let features = features(features[0][layer], layer: layer, step: step, row: row)
        let own = traces[layer].start + row * parts * all + columns.lowerBound
        let gradient = gradients[layer].start + columns.lowerBound
        let learning = learning[layer].start + (step * shape.batch + row) * padded
        withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: parts * (parts + 2)) { scratch in
            let (leads, given) = (scratch.baseAddress!, scratch.baseAddress! + parts * parts)
            let next = given + parts
            layout.columns[layer].forRuns(in: columns) { run in
                for part in 0..<parts {
                    let factors = derivatives.coefficients(step: step, layer: layer, part: part, row: row)
                    given[part] = S.Vector(repeating: factors[run.adjoint * padded + run.unit])
                    for before in 0..<parts {
                        leads[part * parts + before] = S.Vector(
                            repeating: lead(step, layer, row, unit: run.unit, part: part, before: before))
                    }
                }
                let (x, e) = (features + run.feature, own + run.offset)
                forVectors(of: S.self, 0..<run.count) { offset, count in
                    let feature: S.Vector = load(x + offset, count)
                    for part in 0..<parts {
                        var sum = feature * given[part]
                        for before in 0..<parts {
                            sum += load(e + before * all + offset, count) * leads[part * parts + before]
                        }
                        next[part] = sum
                    }
                    for part in 0..<parts { store(next[part], e + part * all + offset, count) }
                    guard hasLoss else { return }
                    let g = gradient + run.offset + offset
                    store(load(g, count) + next[0] * learning[run.unit], g, count)
                }
            }
        }
    }

    /// ∂part/∂(part before) of a unit, as far as it is carried.
    @inline(__always)
    private func lead(_ step: Int, _ layer: Int, _ row: Int, unit: Int, part: Int, before: Int) -> S {
        let kept = derivatives.carry(step: step, layer: layer, part: part, before: before, row: row)[unit]
        switch way {
        case .own: return kept
        case .leak(let leak): return S(leak)
        case .unit:
            guard before == 0, layout.shape.cell.hasHiddenMatrix else { return kept }
            let factors = derivatives.coefficients(step: step, layer: layer, part: part, row: row)
            return (0..<layout.shape.cell.gates).reduce(kept) { sum, gate in
                let u = network.layers[layer].u(gate)
                return sum + factors[gate * Shape.padded(layout.shape.hidden) + unit]
                    * u.start[u.offset(row: unit, column: unit)]
            }
        }
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
