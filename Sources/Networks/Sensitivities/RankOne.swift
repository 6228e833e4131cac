import Glibc
package import Kernels
import Noise
import Schedules
import Shapes
import Vectors

/// The influence matrix as one product of two vectors, s θᵀ, drawn so that its mean is the matrix: unbiased online recurrent
/// optimization (Tallec & Ollivier 2018, arXiv 1702.05043, algorithm 1). A step's own part is made one product by signs ν:
///
///     s ← ρ₀ J s + ρ₁ ν        θ ← θ/ρ₀ + νᵀI/ρ₁        ρ₀ = √(‖θ‖/‖J s‖)    ρ₁ = √(‖νᵀI‖/‖ν‖)
package final class RankOne<S: Scalar>: Carrier<S> {
    private let draw: Int
    /// s and its next value, [a_h, B, H]; ν brought down through the layers of a step, in the same places.
    private let state, next, signs: [Region<S>]
    /// ν as it is adjoint of a step's products, [B, parts, Ĥ].
    private let adjoints: [Region<S>]
    /// θ, [B, columns], and the gradient, [columns].
    private let parameters, gradients: [Region<S>]
    /// A product, [B, Ĥ].
    private let product: Region<S>

    package init(_ network: Network<S>, draw: Int) {
        let layout = SensitivityLayout(network.shape, hasJacobians: false)
        let own = Tensors<S>(layout.rankOne + layout.derivatives + layout.forward, heaps: network.heaps)
        self.draw = draw
        state = layout.regions("tangent", of: own)
        next = layout.regions("next_tangent", of: own)
        signs = layout.regions("signs", of: own)
        adjoints = layout.regions("sign_adjoints", of: own)
        parameters = layout.regions("parameter_vector", of: own)
        gradients = layout.regions("carried_gradient", of: own)
        product = own["tangent_product", .sensitivities]
        super.init(network, layout, own)
    }

    override func carry(_ steps: Range<Int>, outside: Matrix<S>?) {
        for (step, time) in steps.enumerated() {
            for layer in 0..<layout.shape.layers { advance(step, layer) }
            for layer in (0..<layout.shape.layers).reversed() { drawSigns(step, layer, time: time) }
            for row in 0..<layout.shape.batch { add(step, row, time: time, outside: outside) }
        }
    }

    private var rows: Matrix<S> {
        let shape = layout.shape
        return Matrix(product.start, rows: shape.batch, columns: shape.hidden, pitch: Shape.padded(shape.hidden))
    }

    /// J s of a layer, by its own state and by the next one of the layer below.
    private func advance(_ step: Int, _ layer: Int) {
        let (shape, cell) = (layout.shape, layout.shape.cell)
        let (own, next) = (state[layer], next[layer].start)
        clear(next, shape.stateElements)
        forUnits { part, row, offset in
            for before in 0..<cell.stateParts {
                let kept = derivatives.carry(step: step, layer: layer, part: part, before: before, row: row)
                for unit in 0..<shape.hidden {
                    next[offset + unit] += kept[unit] * own.start[before * shape.cells + row * shape.hidden + unit]
                }
            }
        }
        func take(_ h: Pointer<S>, _ weights: PackedMatrix<S>, _ adjoint: Int) {
            let rows = rows
            S.multiply(
                Matrix(h, rows: shape.batch, columns: shape.hidden), weights, columns: 0..<shape.hidden, from: nil,
                into: rows)
            forUnits { part, row, offset in
                let factors =
                    derivatives.coefficients(step: step, layer: layer, part: part, row: row)
                    + adjoint * Shape.padded(shape.hidden)
                for unit in 0..<shape.hidden { next[offset + unit] += factors[unit] * rows.row(row)[unit] }
            }
        }
        for gate in 0..<cell.gates {
            if cell.hasHiddenMatrix { take(own.start, network.layers[layer].u(gate), gate) }
            if layer > 0 {
                take(self.next[layer - 1].start, network.layers[layer].w(gate), cell.inputAdjoint(of: gate))
            }
        }
    }

    /// Every part of a state of every sequence, and where its units lie.
    private func forUnits(_ body: (_ part: Int, _ row: Int, _ offset: Int) -> Void) {
        let shape = layout.shape
        for part in 0..<shape.cell.stateParts {
            for row in 0..<shape.batch { body(part, row, part * shape.cells + row * shape.hidden) }
        }
    }

    /// The sign of a unit: the same in every run of a draw.
    private func sign(_ time: Int, _ layer: Int, _ index: Int) -> S {
        noiseKey(UInt64(draw), UInt64(time), UInt64(layer), UInt64(index)) & 1 == 0 ? 1 : -1
    }

    /// ν of a layer, with what the layer above brings, as adjoint of the products.
    private func drawSigns(_ step: Int, _ layer: Int, time: Int) {
        let (shape, cell, padded) = (layout.shape, layout.shape.cell, Shape.padded(layout.shape.hidden))
        let (signs, adjoints) = (signs[layer].start, adjoints[layer].start)
        if layer == shape.layers - 1 { clear(signs, shape.stateElements) }
        for index in 0..<shape.stateElements { signs[index] += sign(time, layer, index) }
        clear(adjoints, shape.batch * cell.adjointParts * padded)
        forUnits { part, row, offset in
            let factors = derivatives.coefficients(step: step, layer: layer, part: part, row: row)
            let to = adjoints + row * cell.adjointParts * padded
            for adjoint in 0..<cell.adjointParts {
                for unit in 0..<shape.hidden {
                    to[adjoint * padded + unit] += factors[adjoint * padded + unit] * signs[offset + unit]
                }
            }
        }
        guard layer > 0 else { return }
        let below = self.signs[layer - 1].start
        clear(below, shape.stateElements)
        let all = Matrix(adjoints, rows: shape.batch, columns: cell.adjointParts * padded)
        let h = Matrix(below, rows: shape.batch, columns: shape.hidden)
        for gate in 0..<cell.gates {
            let first = cell.inputAdjoint(of: gate) * padded
            S.multiply(
                all.columns(first..<first + padded), network.layers[layer].wTransposed(gate),
                columns: 0..<shape.hidden, from: h, into: h)
        }
    }

    /// The two vectors of a sequence, and what the loss gives by them.
    private func add(_ step: Int, _ row: Int, time: Int, outside: Matrix<S>?) {
        let (shape, cell, padded) = (layout.shape, layout.shape.cell, Shape.padded(layout.shape.hidden))
        func adjoint(_ layer: Int, _ adjoint: Int, _ unit: Int) -> S {
            adjoints[layer].start[(row * cell.adjointParts + adjoint) * padded + unit]
        }
        var (tangent, vector, given) = (0.0, 0.0, 0.0)
        forUnits { _, sequence, offset in
            guard sequence == row else { return }
            for layer in 0..<shape.layers { tangent += squares(next[layer].start + offset, shape.hidden) }
        }
        for layer in 0..<shape.layers {
            let columns = layout.columns[layer]
            let features = features(features[0][layer], layer: layer, step: step, row: row)
            vector += squares(theta(layer, row), columns.count)
            for part in columns.parts {
                let size = squares(features + part.features.lowerBound, part.features.count)
                for unit in 0..<shape.hidden {
                    let value = Double(adjoint(layer, part.adjoint, unit))
                    given += value * value * size
                }
            }
        }
        let units = Double(layout.allRows)
        let (first, second) = (balance(vector, tangent), balance(given, units))
        forUnits { _, sequence, offset in
            guard sequence == row else { return }
            for layer in 0..<shape.layers {
                for index in offset..<offset + shape.hidden {
                    state[layer].start[index] =
                        S(first) * next[layer].start[index] + S(second) * sign(time, layer, index)
                }
            }
        }
        var loss: S = 0
        if let outside {
            let (q, s) = (outside.row(step * shape.batch + row), state[shape.layers - 1].start + row * shape.hidden)
            for unit in 0..<shape.hidden { loss += q[unit] * s[unit] }
        }
        for layer in 0..<shape.layers {
            let columns = layout.columns[layer]
            let (theta, gradient) = (theta(layer, row), gradients[layer].start)
            let features = features(features[0][layer], layer: layer, step: step, row: row)
            columns.forRuns(in: 0..<columns.count) { run in
                update(
                    theta + run.offset, run.count, keeping: S(1 / first), features + run.feature,
                    by: adjoint(layer, run.adjoint, run.unit) * S(1 / second))
            }
            addScaled(theta, columns.count, by: loss, to: gradient)
        }
    }

    private func theta(_ layer: Int, _ row: Int) -> Pointer<S> {
        parameters[layer].start + row * layout.paddedColumns(of: layer)
    }

    package override func addGradients() {
        for layer in 0..<layout.shape.layers { add(gradients[layer], of: layer) }
    }
}

/// The factor that gives two parts of a product the same norm, √(‖x‖/‖y‖), of Σ x² and Σ y²; finite where a norm is 0.
func balance(_ one: Double, _ other: Double) -> Double {
    let small = 1e-7
    return ((one.squareRoot() + small) / (other.squareRoot() + small)).squareRoot()
}

/// Σ x².
@specialized(where S == Float)
@specialized(where S == Double)
func squares<S: Scalar>(_ x: Pointer<S>, _ count: Int) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += Double(x[index]) * Double(x[index]) }
    return sum
}

/// y ← kept y + factor x.
@specialized(where S == Float)
@specialized(where S == Double)
func update<S: Scalar>(_ y: Pointer<S>, _ count: Int, keeping kept: S, _ x: Pointer<S>, by factor: S) {
    let (kept, factor) = (S.Vector(repeating: kept), S.Vector(repeating: factor))
    forVectors(of: S.self, 0..<count) { offset, count in
        let sum: S.Vector = load(y + offset, count) * kept + load(x + offset, count) * factor
        store(sum, y + offset, count)
    }
}
