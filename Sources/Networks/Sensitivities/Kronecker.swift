package import Kernels
import Noise
import Schedules
import Shapes
import Vectors

/// The influence matrix as one Kronecker product, of a vector by what enters the products and a matrix by the state, drawn so that its
/// mean is the matrix: KF-RTRL (Mujika, Meier & Steger 2018, arXiv 1805.10842). For cells whose state is h and whose one gate sees it
/// through U: there a step's own part is such a product already. With D the derivative of the state by the gate and x̂ = [x; 1; h]:
///
///     a ← c₁ p₁ a + c₂ p₂ x̂        B ← (c₁/p₁) J B + (c₂/p₂) D        c = ±1    p₁ = √(‖J B‖/‖a‖)    p₂ = √(‖D‖/‖x̂‖)
package final class Kronecker<S: Scalar>: Carrier<S> {
    private let draw: Int
    /// a, [B, features]; B and J B, [B, H, Ĥ]; ∂L/∂h B, [Ĥ]; the gradient, [columns].
    private let inputs, states, next, loss, gradient: Region<S>

    package init(_ network: Network<S>, draw: Int) {
        let layout = SensitivityLayout(network.shape, hasJacobians: false)
        let own = Tensors<S>(layout.kronecker + layout.derivatives + layout.forward, heaps: network.heaps)
        self.draw = draw
        inputs = own["kronecker_inputs", .sensitivities]
        states = own["kronecker_states", .sensitivities]
        next = own["kronecker_product", .sensitivities]
        loss = own["kronecker_loss", .sensitivities]
        gradient = own["kronecker_gradient", .sensitivities]
        super.init(network, layout, own)
    }

    override func carry(_ steps: Range<Int>, outside: Matrix<S>?) {
        for (step, time) in steps.enumerated() {
            for row in 0..<layout.shape.batch {
                carry(step, row, time: time)
                if let outside { addLoss(outside.row(step * layout.shape.batch + row), row) }
            }
        }
    }

    private func states(_ region: Region<S>, _ row: Int) -> Matrix<S> {
        let (hidden, padded) = (layout.shape.hidden, Shape.padded(layout.shape.hidden))
        return Matrix(region.start + row * hidden * padded, rows: hidden, columns: padded)
    }

    private func inputs(_ row: Int) -> Pointer<S> { inputs.start + row * layout.columns[0].features }

    private func carry(_ step: Int, _ row: Int, time: Int) {
        let (hidden, count) = (layout.shape.hidden, layout.columns[0].parts[0].features.count)
        let (own, product, u) = (states(states, row), states(next, row), network.layers[0].u(0))
        for first in stride(from: 0, to: hidden, by: Shape.panel) {
            let units = first..<min(hidden, first + Shape.panel)
            let left = Matrix(
                u.start + u.offset(row: 0, column: first), rows: units.count, columns: hidden,
                pitch: u.pitch(at: first), isTransposed: true)
            S.multiply(left, own, from: nil, into: product.rows(units))
        }
        let derivative = derivatives.coefficients(step: step, layer: 0, part: 0, row: row)
        let kept = derivatives.carry(step: step, layer: 0, part: 0, before: 0, row: row)
        let x = features(features[0][0], layer: 0, step: step, row: row)
        var size = 0.0
        for unit in 0..<hidden {
            update(product.row(unit), product.columns, keeping: derivative[unit], own.row(unit), by: kept[unit])
            size += squares(product.row(unit), product.columns)
        }
        let first = balance(size, squares(inputs(row), count))
        let second = balance(squares(derivative, hidden), squares(x, count))
        let signs = noiseKey(UInt64(draw), UInt64(time), UInt64(row))
        let (one, two) = (signs & 1 == 0 ? 1.0 : -1, signs & 2 == 0 ? 1.0 : -1)
        update(inputs(row), count, keeping: S(one * first), x, by: S(two * second))
        for unit in 0..<hidden {
            update(own.row(unit), own.columns, keeping: 0, product.row(unit), by: S(one / first))
            own.row(unit)[unit] += S(two / second) * derivative[unit]
        }
    }

    /// g ← g + (∂L/∂h B) ⊗ a.
    private func addLoss(_ outside: Pointer<S>, _ row: Int) {
        let (own, hidden) = (states(states, row), layout.shape.hidden)
        S.multiply(
            Matrix(outside, rows: 1, columns: hidden), own, from: nil,
            into: Matrix(loss.start, rows: 1, columns: own.columns))
        let count = layout.columns[0].parts[0].features.count
        for unit in 0..<hidden {
            addScaled(inputs(row), count, by: loss.start[unit], to: gradient.start + unit * count)
        }
    }

    package override func addGradients() { add(gradient, of: 0) }
}
