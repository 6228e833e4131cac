package import Kernels
import Schedules
import Shapes

/// What carries an influence matrix over a block of recorded steps: see ``SensitivityLayout``.
final class BlockAdjoints<S: Scalar> {
    private let layout: SensitivityLayout
    private let units: Region<S>
    /// Of the state that entered the block, [B, state rows].
    let entering: Region<S>
    /// Of each chunk of the block, by layers.
    private let products: [[Region<S>]]

    init(_ layout: SensitivityLayout, _ tensors: Tensors<S>, adjoints products: [[Region<S>]]) {
        self.layout = layout
        self.products = products
        units = tensors["unit_adjoints", .sensitivities]
        entering = tensors["block_adjoint", .sensitivities]
    }

    /// Adjoints of the states of all layers by a panel of units, [state rows, units].
    @inline(__always)
    func units(_ panel: Range<Int>, row: Int) -> Matrix<S> {
        let all = Shape.padded(layout.allRows)
        return Matrix(
            units.start + layout.allRows * (row * all + panel.lowerBound), rows: layout.allRows,
            columns: Shape.padded(panel.count))
    }

    /// Adjoints of a product of one unit at the steps of a chunk by a panel of units, [chunk, units].
    @inline(__always)
    func products(chunk: Int, layer: Int, _ panel: Range<Int>, row: Int, adjoint: Int, unit: Int) -> Matrix<S> {
        let (hidden, all, width) = (layout.shape.hidden, Shape.padded(layout.allRows), Shape.padded(panel.count))
        let each = layout.shape.cell.adjointParts * hidden * layout.chunk
        let start = products[chunk][layer].start + each * (row * all + panel.lowerBound)
        return Matrix(
            start + (adjoint * hidden + unit) * layout.chunk * width, rows: layout.chunk, columns: width)
    }
}

/// In blocks of k steps (Schmidhuber 1992): with Φ the Jacobian of the block and N the influence of the parameters within it,
///
///     g ← g + δ M        M ← Φ M + N
///
/// where δ is the adjoint that backward has brought to the block's beginning. Φ and N come of one adjoint for every unit of the state after
/// the block, run back through its records together.
extension Influence {
    /// Takes the adjoint at the block's beginning into the gradient, and the matrix to the block's end.
    ///
    /// - Parameters:
    ///   - records: of the block's steps.
    ///   - entering: the state that entered the first.
    ///   - isLast: whether nothing follows that would need the matrix.
    ///   - inputs: as ``goForward(_:injecting:inputs:loss:)`` has it.
    package func carry(
        over steps: Range<Int>, records: ArraySlice<Record<S>>, entering: Network<S>.Entering, isLast: Bool,
        inputs: (Range<Int>) -> Matrix<S>
    ) {
        network.flush()
        takeAdjoint()
        network.clearAdjoint()
        guard !isLast else { return }
        beginUnits()
        let chunks = stride(from: 0, to: steps.count, by: layout.chunk).map { $0..<min($0 + layout.chunk, steps.count) }
        for (index, chunk) in chunks.enumerated().reversed() {
            let first = records.startIndex + chunk.lowerBound
            let before = chunk.lowerBound == 0 ? entering : .record(records[first - 1])
            let absolute = steps.lowerBound + chunk.lowerBound..<steps.lowerBound + chunk.upperBound
            forInputs(of: absolute, inputs) { part, x in
                copy(x, to: features[index][0], at: part.lowerBound - absolute.lowerBound)
            }
            derive(records[first..<first + chunk.count], entering: before, features: features[index])
            reverseUnits(chunk: index, chunk.count)
        }
        ThreadPool.shared.run(parts: parts(of: panels.count)) { worker in
            for index in stride(from: worker.index, to: panels.count, by: worker.count) {
                carry(panels[index], over: chunks, worker)
            }
        }
        isCarried = true
    }

    /// g ← g + δ M.
    private func takeAdjoint() {
        let (shape, rows, all) = (layout.shape, layout.rows, layout.allRows)
        let entering = block!.entering
        for (index, layer) in network.layers.enumerated() {
            for part in 0..<shape.cell.stateParts {
                for row in 0..<shape.batch {
                    (entering.start + row * all + index * rows + part * shape.hidden).update(
                        from: layer.adjoint.start + part * shape.cells + row * shape.hidden, count: shape.hidden)
                }
            }
        }
        ThreadPool.shared.run(parts: parts(of: panels.count)) { worker in
            for index in stride(from: worker.index, to: panels.count, by: worker.count) {
                let panel = panels[index]
                guard panel.isInitial || isCarried else { continue }
                for row in 0..<shape.batch {
                    let (matrix, gradient) = (matrix(of: panel, row: row), gradient(of: panel, row: row))
                    let adjoint = Matrix(
                        entering.start + row * all + panel.layer * rows, rows: 1, columns: matrix.rows)
                    S.multiply(adjoint, matrix, from: gradient, into: gradient)
                }
            }
        }
    }

    /// The adjoint of each unit by itself: 1.
    private func beginUnits() {
        for row in 0..<layout.shape.batch {
            for panel in layout.unitPanels {
                let units = block!.units(panel, row: row)
                clear(units.start, units.rows * units.columns)
                for unit in panel { units.row(unit)[unit - panel.lowerBound] = 1 }
            }
        }
    }

    /// The unit adjoints back through a chunk: threads share them by sequences and panels.
    private func reverseUnits(chunk: Int, _ steps: Int) {
        let panels = layout.unitPanels
        let items = layout.shape.batch * panels.count
        ThreadPool.shared.run(parts: parts(of: items)) { worker in
            for item in stride(from: worker.index, to: items, by: worker.count) {
                let (row, panel) = item.quotientAndRemainder(dividingBy: panels.count)
                for step in (0..<steps).reversed() { reverse(panels[panel], row, chunk, step, worker) }
            }
        }
    }

    /// One step back in all layers, from the top one down.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func reverse(_ panel: Range<Int>, _ row: Int, _ chunk: Int, _ step: Int, _ worker: ThreadPool.Worker) {
        let (shape, hidden, rows, block) = (layout.shape, layout.shape.hidden, layout.rows, block!)
        let units = block.units(panel, row: row)
        let product = product(worker, rows: rows, width: units.columns)
        for layer in (0..<shape.layers).reversed() {
            let own = units.rows(layer * rows..<(layer + 1) * rows)
            takeProducts(own, panel, row, chunk, step, layer)
            if layer > 0 {
                let below = units.rows((layer - 1) * rows..<(layer - 1) * rows + hidden)
                S.multiply(
                    derivatives.jacobianBelow(step: step, layer: layer, row: row).transposed, own, from: below,
                    into: below)
            }
            clear(product.start, product.rows * product.columns)
            if derivatives.hasJacobian {
                S.multiply(
                    derivatives.jacobian(step: step, layer: layer, row: row).transposed, own, from: nil,
                    into: product.rows(0..<hidden))
            }
            for part in 0..<shape.cell.stateParts {
                for before in (network.layers[layer].carriesHidden ? 0 : 1)..<max(1, shape.cell.stateParts) {
                    addScaled(
                        own.rows(part * hidden..<(part + 1) * hidden),
                        by: derivatives.carry(step: step, layer: layer, part: part, before: before, row: row),
                        to: product.rows(before * hidden..<(before + 1) * hidden))
                }
            }
            own.start.update(from: product.start, count: rows * units.columns)
        }
    }

    /// Adjoints of a step's products in a layer, of those of its state.
    @inline(__always)
    private func takeProducts(
        _ own: Matrix<S>, _ panel: Range<Int>, _ row: Int, _ chunk: Int, _ step: Int, _ layer: Int
    ) {
        let (hidden, padded) = (layout.shape.hidden, Shape.padded(layout.shape.hidden))
        for adjoint in 0..<layout.shape.cell.adjointParts {
            for unit in 0..<hidden {
                let result = block!.products(
                    chunk: chunk, layer: layer, panel, row: row, adjoint: adjoint, unit: unit
                ).row(step)
                clear(result, own.columns)
                for part in 0..<layout.shape.cell.stateParts {
                    let factors = derivatives.coefficients(step: step, layer: layer, part: part, row: row)
                    addScaled(
                        own.row(part * hidden + unit), own.columns, by: factors[adjoint * padded + unit], to: result)
                }
            }
        }
    }

    /// M ← Φ M + N of a panel.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private func carry(_ panel: Panel, over chunks: [Range<Int>], _ worker: ThreadPool.Worker) {
        let (block, first) = (block!, panel.layer * layout.rows)
        let runs = panel.isInitial ? [] : layout.columns[panel.layer].runs(in: panel.columns)
        for row in 0..<layout.shape.batch {
            let matrix = matrix(of: panel, row: row)
            let product = product(worker, rows: matrix.rows, width: panel.width)
            for units in layout.unitPanels where units.upperBound > first {
                let after = max(units.lowerBound, first)..<units.upperBound
                let own = after.lowerBound - units.lowerBound..<after.upperBound - units.lowerBound
                let result = product.rows(after.lowerBound - first..<after.upperBound - first)
                if panel.isInitial || isCarried {
                    let adjoints = block.units(units, row: row).rows(first..<layout.allRows)
                    S.multiply(adjoints.columns(own).transposed, matrix, from: nil, into: result)
                } else {
                    clear(result.start, result.rows * result.columns)
                }
                for run in runs {
                    let target = result.columns(run.offset..<run.offset + run.count)
                    for (index, chunk) in chunks.enumerated() {
                        let adjoints = block.products(
                            chunk: index, layer: panel.layer, units, row: row, adjoint: run.adjoint, unit: run.unit
                        ).rows(0..<chunk.count)
                        let x =
                            features(features[index][panel.layer], layer: panel.layer, step: 0, row: row) + run.feature
                        S.multiply(
                            adjoints.columns(own).transposed,
                            Matrix(
                                x, rows: chunk.count, columns: run.count, pitch: layout.columns[panel.layer].features),
                            from: target, into: target)
                    }
                }
            }
            matrix.start.update(from: product.start, count: matrix.rows * matrix.columns)
        }
    }
}
