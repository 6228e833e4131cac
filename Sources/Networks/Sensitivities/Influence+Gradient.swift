import Kernels
import Schedules
import Shapes

extension Influence {
    /// Adds what was summed to the parameters' gradients, and begins again with 0.
    func sum() {
        for panel in panels where !panel.isInitial {
            let layer = network.layers[panel.layer]
            layout.columns[panel.layer].forRuns(in: panel.columns) { run in
                add(run, panel.gradient + run.offset, to: layer)
            }
            clear(panel.gradient, panel.width)
        }
    }

    /// Leaves ∂L/∂(initial state) where backward would have.
    func leaveInitialGradient() {
        let (shape, hidden) = (layout.shape, layout.shape.hidden)
        for panel in panels where panel.isInitial {
            let adjoint = network.layers[panel.layer].adjoint.start
            for row in 0..<shape.batch {
                let gradient = gradient(of: panel, row: row).start
                for (offset, column) in panel.columns.enumerated() {
                    let (part, unit) = column.quotientAndRemainder(dividingBy: hidden)
                    adjoint[part * shape.cells + row * hidden + unit] = gradient[offset]
                }
            }
        }
    }
}

extension Carrier {
    /// Neighbouring columns of one unit into the gradients of the parameters that they stand for.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func add(_ run: InfluenceColumns.Run, _ gradient: Pointer<S>, to layer: Layer<S>) {
        let (cell, hidden, weights, unit) = (layout.shape.cell, layout.shape.hidden, layer.weights, run.unit)
        let isInput = run.adjoint >= cell.gates
        let gate = isInput ? cell.summedGates + run.adjoint - cell.gates : run.adjoint
        guard gate < cell.gates else {
            weights.unitsGradients[gate - cell.gates][unit] += gradient[0]
            return
        }
        let (width, features) = (layer.width, run.feature..<run.feature + run.count)
        func sum(of feature: Int) -> S { gradient[feature - run.feature] }
        let (x, h) = (features.clamped(to: 0..<width), features.clamped(to: width + 1..<width + 1 + hidden))
        if !x.isEmpty {
            let w = layer.wGradient(gate)
            for feature in x { w.start[w.offset(row: feature, column: unit)] += sum(of: feature) }
        }
        if !h.isEmpty {
            let u = layer.uGradient(gate)
            for feature in h { u.start[u.offset(row: feature - width - 1, column: unit)] += sum(of: feature) }
        }
        guard features.contains(width) else { return }
        // One column stands for both biases where the two products are added at once.
        if isInput || gate < cell.summedGates {
            weights.inputBiasGradient?[gate * hidden + unit] += sum(of: width)
        }
        if !isInput { weights.hiddenBiasGradient?[gate * hidden + unit] += sum(of: width) }
    }
}
