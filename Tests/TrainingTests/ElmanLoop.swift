import Foundation
import Networks
import Shapes

/// torch.nn.RNN of one layer and a linear head, one number at a time; states are kept as they were made.
struct ElmanLoop {
    /// W, U, b, d, V, e: rows of outputs, one after the other.
    var values: [Double]
    private let (batch, width, hidden, outputs): (Int, Int, Int, Int)
    private var inputs: [[Double]] = []
    /// h before the first step, and after each, [B, H].
    private var states: [[Double]]

    init(_ network: Network<Double>, batch: Int) {
        values = network.parameters.flatMap { $0.exported($0.values) }
        (self.batch, width, hidden) = (batch, network.shape.input, network.shape.hidden)
        outputs = network.shape.outputs
        states = [Array(repeating: 0, count: batch * hidden)]
    }

    /// Where W, U, b, d, V and e begin.
    private var places: [Int] {
        [hidden * width, hidden * hidden, hidden, hidden, outputs * hidden].reduce(into: [0]) {
            $0.append($0.last! + $1)
        }
    }

    mutating func restart() {
        inputs = []
        states = [Array(repeating: 0, count: batch * hidden)]
    }

    /// Another step. Steps are counted from the last T, so that a stream continues.
    mutating func forward(_ x: [Double]) {
        if inputs.count == 24 { (inputs, states) = ([], [states.last!]) }
        let (p, h) = (places, states.last!)
        var next = h
        for row in 0..<batch {
            for i in 0..<hidden {
                var z = values[p[2] + i] + values[p[3] + i]
                for j in 0..<width { z += values[i * width + j] * x[row * width + j] }
                for j in 0..<hidden { z += values[p[1] + i * hidden + j] * h[row * hidden + j] }
                next[row * hidden + i] = tanh(z)
            }
        }
        inputs.append(x)
        states.append(next)
    }

    /// y of a step, [B, O], by the parameters as they are.
    func outputs(_ step: Int) -> [Double] { (0..<batch).flatMap { outputs(step, row: $0)[...] } }

    func outputs(_ step: Int, row: Int) -> ArraySlice<Double> {
        let p = places
        let h = states[step + 1][row * hidden..<(row + 1) * hidden]
        return (0..<outputs).map { o in
            let v = values[p[4] + o * hidden..<p[4] + (o + 1) * hidden]
            return zip(v, h).reduce(values[p[5] + o]) { $0 + $1.0 * $1.1 }
        }[...]
    }

    /// The gradient of what has these adjoints of y, sent back over some steps and no further.
    func backward(_ steps: Range<Int>, _ adjoints: [Int: [Double]]) -> [Double] {
        let p = places
        var gradient = values.map { _ in 0.0 }
        for row in 0..<batch {
            var dh = Array(repeating: 0.0, count: hidden)
            for step in steps.reversed() {
                let (h, before) = (states[step + 1], states[step])
                let adjoint = adjoints[step].map { Array($0[row * outputs..<(row + 1) * outputs]) } ?? []
                for (o, dy) in adjoint.enumerated() {
                    gradient[p[5] + o] += dy
                    for i in 0..<hidden {
                        gradient[p[4] + o * hidden + i] += dy * h[row * hidden + i]
                        dh[i] += dy * values[p[4] + o * hidden + i]
                    }
                }
                var next = Array(repeating: 0.0, count: hidden)
                for i in 0..<hidden {
                    let dz = dh[i] * (1 - h[row * hidden + i] * h[row * hidden + i])
                    gradient[p[2] + i] += dz
                    gradient[p[3] + i] += dz
                    for j in 0..<width { gradient[i * width + j] += dz * inputs[step][row * width + j] }
                    for j in 0..<hidden {
                        gradient[p[1] + i * hidden + j] += dz * before[row * hidden + j]
                        next[j] += dz * values[p[1] + i * hidden + j]
                    }
                }
                dh = next
            }
        }
        return gradient
    }
}
