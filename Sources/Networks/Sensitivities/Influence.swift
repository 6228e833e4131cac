package import Kernels
import Memory
import Schedules
import Shapes
import Vectors

/// ∂state/∂parameters and ∂state/∂(initial state) of all layers by all layers below and their own, and the gradient so far: what
/// real-time recurrent learning carries. Its memory is in the heap of its role from its beginning to its end.
///
/// Each panel of columns needs nothing of the others: threads share the panels, and every panel is carried over all steps of a chunk
/// while it is in the cache. Sums do not depend on how many threads there are.
package final class Influence<S: Scalar>: Carrier<S> {
    let panels: [Panel]
    /// The product of a panel, for each thread.
    private let products: [Region<S>]
    /// To be carried over records; nil where it is not.
    let block: BlockAdjoints<S>?
    /// Whether there is more than ∂state/∂(initial state) yet.
    var isCarried = false

    /// Some columns of a layer's.
    struct Panel {
        let layer: Int
        let columns: Range<Int>
        /// Of ∂state/∂(initial state), or of the parameters.
        let isInitial: Bool
        /// [B, layers from this one up, a_h, H, width].
        let start: Pointer<S>
        let width: Int
        /// Where its gradient is, and elements from one sequence's to the next: 0 where sequences share it.
        let gradient: Pointer<S>
        let gradientPitch: Int
    }

    /// Influence of the parameters is 0, and of the initial state the identity.
    ///
    /// - Parameter block: the most steps that it will be carried over at once, where it is over records; nil where it goes forward.
    package init(_ network: Network<S>, block: Int?) {
        let (shape, heaps) = (network.shape, network.heaps)
        let layout = SensitivityLayout(shape)
        let own = Tensors<S>(
            layout.influence + layout.derivatives + (block == nil ? layout.forward : layout.overRecords), heaps: heaps)
        let chunks = block.map { ($0 + layout.chunk - 1) / layout.chunk } ?? 0
        let each = (0..<chunks).map { _ in Tensors<S>(layout.chunkOfBlock, heaps: heaps) }
        products = own.copies("panel", .sensitivities)
        panels = Influence.panels(
            layout, layout.regions("influence", of: own), layout.regions("carried_gradient", of: own))
        self.block =
            block == nil
            ? nil
            : BlockAdjoints(layout, own, adjoints: each.map { layout.regions("product_adjoints", of: $0) })
        super.init(network, layout, own, chunks: block == nil ? nil : each)
        for panel in panels where panel.isInitial {
            for row in 0..<shape.batch {
                let own = matrix(of: panel, row: row)
                for column in panel.columns { own.row(column)[column - panel.columns.lowerBound] = 1 }
            }
        }
    }

    private static func panels(
        _ layout: SensitivityLayout, _ influence: [Region<S>], _ gradients: [Region<S>]
    ) -> [Panel] {
        (0..<layout.shape.layers).flatMap { layer in
            let (own, initial) = (layout.paddedColumns(of: layer), layout.paddedRows)
            let rows = layout.shape.batch * layout.panelRows(of: layer)
            func panels(_ count: Int, isInitial: Bool) -> [Panel] {
                let before = isInitial ? own : 0
                return stride(from: 0, to: count, by: Shape.panel).map { first in
                    let columns = first..<min(count, first + Shape.panel)
                    return Panel(
                        layer: layer, columns: columns, isInitial: isInitial,
                        start: influence[layer].start + rows * (before + first), width: Shape.padded(columns.count),
                        gradient: gradients[layer].start + before + first, gradientPitch: isInitial ? initial : 0)
                }
            }
            return panels(layout.columns[layer].count, isInitial: false) + panels(layout.rows, isInitial: true)
        }
    }

    /// A panel's rows of a sequence, of all layers.
    @inline(__always)
    func matrix(of panel: Panel, row: Int) -> Matrix<S> {
        let rows = layout.panelRows(of: panel.layer)
        return Matrix(panel.start + row * rows * panel.width, rows: rows, columns: panel.width)
    }

    /// Where a panel's part of the gradient is summed, [1, width].
    @inline(__always)
    func gradient(of panel: Panel, row: Int) -> Matrix<S> {
        Matrix(panel.gradient + row * panel.gradientPitch, rows: 1, columns: panel.width)
    }

    /// Room for the product of a panel.
    @inline(__always)
    func product(_ worker: ThreadPool.Worker, rows: Int, width: Int) -> Matrix<S> {
        Matrix(products[worker.index].start, rows: rows, columns: width)
    }

    /// Threads worth having.
    func parts(of items: Int) -> Int { min(products.count, items) }

    /// What is carried over records stands where its last block begins.
    override var hasOwnInfluence: Bool { block == nil }

    override func ownInfluence(of column: Int, on unit: Int, layer: Int, row: Int) -> S {
        let panel = panels.first { $0.layer == layer && !$0.isInitial && $0.columns.contains(column) }!
        return matrix(of: panel, row: row).row(unit)[column - panel.columns.lowerBound]
    }

    package override func addGradients() { sum() }

    package override func finish() {
        sum()
        leaveInitialGradient()
    }

    override func carry(_ steps: Range<Int>, outside: Matrix<S>?) {
        ThreadPool.shared.run(parts: parts(of: panels.count)) { worker in
            for index in stride(from: worker.index, to: panels.count, by: worker.count) {
                carry(panels[index], steps.count, worker, outside: outside)
            }
        }
        isCarried = true
    }

    /// A panel over a chunk: M ← J M, each layer's also by the one below, then what the step itself gives; and ∂L/∂h of the top
    /// layer times M into the gradient.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func carry(_ panel: Panel, _ steps: Int, _ worker: ThreadPool.Worker, outside: Matrix<S>?) {
        let (shape, rows) = (layout.shape, layout.rows)
        let product = product(worker, rows: rows, width: panel.width)
        for row in 0..<shape.batch {
            let all = matrix(of: panel, row: row)
            for step in 0..<steps {
                for layer in panel.layer..<shape.layers {
                    let first = (layer - panel.layer) * rows
                    let own = all.rows(first..<first + rows)
                    multiply(
                        step: step, layer, row, own, below: layer > panel.layer ? all.rows(first - rows..<first) : nil,
                        product)
                    own.start.update(from: product.start, count: rows * panel.width)
                    if layer == panel.layer, !panel.isInitial { addImmediate(step: step, panel, row, to: own) }
                }
                if let outside {
                    let top = all.rows(all.rows - rows..<all.rows - rows + shape.hidden)
                    let gradient = gradient(of: panel, row: row)
                    let adjoint = Matrix(outside.row(step * shape.batch + row), rows: 1, columns: shape.hidden)
                    S.multiply(adjoint, top, from: gradient, into: gradient)
                }
            }
        }
    }

    /// J M of a layer, and what its own carry and the layer below give to it.
    @inline(__always)
    private func multiply(
        step: Int, _ layer: Int, _ row: Int, _ own: Matrix<S>, below: Matrix<S>?, _ product: Matrix<S>
    ) {
        let (hidden, parts) = (layout.shape.hidden, layout.shape.cell.stateParts)
        if derivatives.hasJacobian {
            S.multiply(
                derivatives.jacobian(step: step, layer: layer, row: row), own.rows(0..<hidden), from: nil, into: product
            )
        } else {
            clear(product.start, product.rows * product.columns)
        }
        if let below {
            S.multiply(
                derivatives.jacobianBelow(step: step, layer: layer, row: row), below.rows(0..<hidden), from: product,
                into: product)
        }
        for part in 0..<parts {
            for before in (network.layers[layer].carriesHidden ? 0 : 1)..<max(1, parts) {
                addScaled(
                    own.rows(before * hidden..<(before + 1) * hidden),
                    by: derivatives.carry(step: step, layer: layer, part: part, before: before, row: row),
                    to: product.rows(part * hidden..<(part + 1) * hidden))
            }
        }
    }

    /// What a step gives to the columns of its own products: the feature, times the derivative of each part of the state, in the row
    /// of one unit.
    @inline(__always)
    private func addImmediate(step: Int, _ panel: Panel, _ row: Int, to own: Matrix<S>) {
        let (hidden, padded) = (layout.shape.hidden, Shape.padded(layout.shape.hidden))
        let features = features(features[0][panel.layer], layer: panel.layer, step: step, row: row)
        layout.columns[panel.layer].forRuns(in: panel.columns) { run in
            for part in 0..<layout.shape.cell.stateParts {
                let factors = derivatives.coefficients(step: step, layer: panel.layer, part: part, row: row)
                addScaled(
                    features + run.feature, run.count, by: factors[run.adjoint * padded + run.unit],
                    to: own.row(part * hidden + run.unit) + run.offset)
            }
        }
    }
}
