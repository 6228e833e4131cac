import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

/// A cell's equations as its paper has them, one number at a time and forward alone.
struct CellEquations: Sendable {
    typealias Step =
        @Sendable (_ x: [Number], _ state: [[Number]], _ parameters: [String: [Number]]) -> [[Number]]

    let cell: Cell
    /// From x and the state, h first, to the next state.
    let step: Step

    init(_ cell: Cell, step: @escaping Step) { (self.cell, self.step) = (cell, step) }

    /// A cell whose units see one another through U alone.
    ///
    /// - Parameter formula: from a unit's sums W x + b + U h + d, its parameters and its state to its next state.
    init(
        _ cell: Cell, _ formula: @escaping @Sendable (_ a: [Number], _ p: [Number], _ s: [Number]) -> [Number]
    ) {
        self.init(cell) { x, state, parameters in
            var sums = parameters["weight_ih"]!.multiplied(by: x)
            if let bias = parameters["bias_ih"] { sums = sums + bias }
            if let u = parameters["weight_hh"] {
                sums = sums + (u.multiplied(by: state[0]) + parameters["bias_hh"]!)
            }
            let hidden = state[0].count
            let vectors = cell.parameters.filter { $0.use == .units }.map { parameters[$0.name]! }
            let units = (0..<hidden).map { unit in
                formula(
                    stride(from: unit, to: sums.count, by: hidden).map { sums[$0] }, vectors.map { $0[unit] },
                    state.map { $0[unit] })
            }
            return state.indices.map { part in units.map { $0[part] } }
        }
    }

    static let all: [CellEquations] = [
        CellEquations(.elman) { a, _, _ in [a[0].tanh()] },
        CellEquations(.linear) { a, _, _ in [a[0]] },
        CellEquations(.lstm) { a, _, s in
            let c = a[1].sigmoid() * s[1] + a[0].sigmoid() * a[2].tanh()
            return [a[3].sigmoid() * c.tanh(), c]
        },
        CellEquations(.peephole) { a, p, s in
            let i = (a[0] + p[0] * s[1]).sigmoid()
            let f = (a[1] + p[1] * s[1]).sigmoid()
            let c = f * s[1] + i * a[2].tanh()
            return [(a[3] + p[2] * c).sigmoid() * c.tanh(), c]
        },
        CellEquations(.elstm) { a, p, s in
            let z = (a[0] + p[0] * s[0]).tanh()
            let f = (a[1] + p[1] * s[0]).sigmoid()
            return [f * s[0] + (1 - f) * z]
        },
        CellEquations(.mingru) { a, _, s in
            let z = a[0].sigmoid()
            return [(1 - z) * s[0] + z * positive(a[1])]
        },
        CellEquations(.minlstm) { a, _, s in
            let (f, i) = (a[0].sigmoid(), a[1].sigmoid())
            return [f / (f + i) * s[0] + i / (f + i) * positive(a[2])]
        },
        CellEquations(.lru) { a, p, s in
            let (size, angle) = ((-p[0].exp()).exp(), p[1].exp())
            let (re, im) = (size * angle.cos(), size * angle.sin())
            return [
                re * s[0] - im * s[1] + p[2].exp() * a[0], im * s[0] + re * s[1] + p[2].exp() * a[1],
            ]
        },
        CellEquations(.slstm) { a, _, s in
            let kept = a[1].sigmoid().log() + s[3]
            let m = kept.max(a[0])
            let (i, f) = ((a[0] - m).exp(), (kept - m).exp())
            let c = f * s[1] + i * a[2].tanh()
            let n = (f * s[2] + i).max(s[2].tape.number(1))
            return [a[3].sigmoid() * (c / n), c, n, m]
        },
        CellEquations(.layernorm) { x, state, parameters in
            let units = state[0].count
            func gates(_ name: String) -> [Number] { LSTM.gates.flatMap { parameters[name + $0]! } }
            func scaled(_ gain: [Number], _ values: [Number]) -> [Number] {
                zip(gain, normalized(values)).map { $0 * $1 }
            }
            let sums =
                scaled(gates("gain_x"), parameters["weight_ih"]!.multiplied(by: x))
                + scaled(gates("gain_h"), parameters["weight_hh"]!.multiplied(by: state[0])) + gates("bias_")
            let memory = (0..<units).map {
                sums[units + $0].sigmoid() * state[1][$0] + sums[$0].sigmoid() * sums[2 * units + $0].tanh()
            }
            let given = scaled(parameters["gain_c"]!, memory) + parameters["bias_c"]!
            return [(0..<units).map { sums[3 * units + $0].sigmoid() * given[$0].tanh() }, memory]
        },
        CellEquations(.projected(width: 3)) { x, state, parameters in
            let (h, c) = (state[0], state[1])
            let sums =
                parameters["weight_ih"]!.multiplied(by: x) + parameters["bias_ih"]!
                + (parameters["weight_hh"]!.multiplied(by: h) + parameters["bias_hh"]!)
            let units = c.count
            let memory = c.indices.map {
                sums[units + $0].sigmoid() * c[$0] + sums[$0].sigmoid() * sums[2 * units + $0].tanh()
            }
            let given = c.indices.map { sums[3 * units + $0].sigmoid() * memory[$0].tanh() }
            return [parameters["weight_hr"]!.multiplied(by: given), memory]
        },
        CellEquations(.leapgru(bits: 3)) { x, state, parameters in
            [half(after: state[1], seeing: state[0], x, gates(0..<3, of: parameters, of: 3)), state[0]]
        },
        CellEquations(.revgru(bits: 3)) { x, state, parameters in
            let units = state[0].count / 2
            let (h1, h2) = (Array(state[0].prefix(units)), Array(state[0].suffix(units)))
            let next = half(after: h1, seeing: h2, x, gates(0..<3, of: parameters, of: 6))
            let second = half(after: h2, seeing: next, x, gates(3..<6, of: parameters, of: 6))
            // + of numbers is their sum.
            return [Array([next, second].joined())]
        },
        CellEquations(.revlstm(bits: 3)) { x, state, parameters in
            let units = state[0].count / 2
            let (h1, h2) = (Array(state[0].prefix(units)), Array(state[0].suffix(units)))
            let first = half(after: h1, state[1], seeing: h2, x, gates(0..<5, of: parameters, of: 10))
            let second = half(after: h2, state[2], seeing: first.h, x, gates(5..<10, of: parameters, of: 10))
            return [Array([first.h, second.h].joined()), first.c, second.c]
        },
    ]

    /// The parameters of some of the gates alone.
    private static func gates(
        _ some: Range<Int>, of parameters: [String: [Number]], of gates: Int
    ) -> [String: [Number]] {
        parameters.mapValues { values in
            let each = values.count / gates
            return Array(values[some.lowerBound * each..<some.upperBound * each])
        }
    }

    /// A half of a GRU's state after a step, with gates r, z, n that see the other half; in fixed point, b 3.
    private static func half(
        after half: [Number], seeing other: [Number], _ x: [Number], _ parameters: [String: [Number]]
    ) -> [Number] {
        let units = half.count
        let fromX = parameters["weight_ih"]!.multiplied(by: x) + parameters["bias_ih"]!
        let fromH = parameters["weight_hh"]!.multiplied(by: other) + parameters["bias_hh"]!
        return half.indices.map { unit in
            let r = (fromX[unit] + fromH[unit]).sigmoid()
            let z = (fromX[units + unit] + fromH[units + unit]).sigmoid()
            let n = (fromX[2 * units + unit] + r * fromH[2 * units + unit]).tanh()
            let k = share(z, most: 1)
            return inFixedPoint(half[unit], keeping: k, entering: (1 - k) * n)
        }
    }

    /// A half of an LSTM's h and c after a step, with gates z, g, f, o, p that see the other half of h; in fixed point, b 3.
    private static func half(
        after h: [Number], _ c: [Number], seeing other: [Number], _ x: [Number], _ parameters: [String: [Number]]
    ) -> (h: [Number], c: [Number]) {
        let sums =
            parameters["weight_ih"]!.multiplied(by: x) + parameters["bias_ih"]!
            + (parameters["weight_hh"]!.multiplied(by: other) + parameters["bias_hh"]!)
        func gate(_ index: Int, _ unit: Int) -> Number { sums[index * h.count + unit] }
        let most = 1023.0 / 1024
        let next = h.indices.map { unit in
            inFixedPoint(
                c[unit], keeping: share(gate(0, unit).sigmoid(), most: most),
                entering: gate(2, unit).sigmoid() * gate(1, unit).tanh())
        }
        let given = h.indices.map { unit in
            inFixedPoint(
                h[unit], keeping: share(gate(4, unit).sigmoid(), most: most),
                entering: gate(3, unit).sigmoid() * next[unit].tanh())
        }
        return (given, next)
    }

    /// A share of 2⁻³ and more, in units of 2⁻¹⁰.
    private static func share(_ gate: Number, most: Double) -> Number {
        let limited = (most - 0.125) * gate + 0.125
        return limited.rounded(to: (1024 * limited.value).rounded(.toNearestOrEven) / 1024)
    }

    private static func inFixedPoint(_ state: Number, keeping share: Number, entering: Number) -> Number {
        let kept = (state.value * 0x1p23 * share.value + 0.5).rounded(.down)
        let whole = (entering.value * 0x1p23).rounded(.toNearestOrEven)
        return (share * state + entering).rounded(to: (kept + whole) * 0x1p-23)
    }

    /// (a − mean) / √(variance + 10⁻⁵).
    private static func normalized(_ a: [Number]) -> [Number] {
        func mean(_ values: [Number]) -> Number { 1 / Double(a.count) * values.dropFirst().reduce(values[0], +) }
        let middle = mean(a)
        let distances = a.map { $0 - middle }
        let deviation = (mean(distances.map { $0 * $0 }) + 1e-5).squareRoot()
        return distances.map { $0 / deviation }
    }

    private static func positive(_ v: Number) -> Number { v.value >= 0 ? v + 0.5 : v.sigmoid() }
}

/// Loss and gradients of stacked layers and a linear head under the noise task's squared error, from equations and parameters.
struct EquationsGradient {
    private(set) var loss = 0.0
    /// By the parameters' names.
    private(set) var gradients: [String: [Double]] = [:]

    init(_ equations: CellEquations, _ network: Network<Double>, _ inputs: [[Double]], _ targets: [[Double]]) {
        let (shape, tape) = (network.shape, Tape())
        let parameters = Dictionary(
            uniqueKeysWithValues: network.parameters.map { parameter in
                (parameter.name, parameter.exported(parameter.values).map(tape.number))
            })
        func own(_ layer: Int) -> [String: [Number]] {
            Dictionary(
                uniqueKeysWithValues: shape.cell.parameters.map { ($0.name, parameters["\($0.name)_l\(layer)"]!) })
        }
        let layers = (0..<shape.layers).map(own)
        var sum = tape.number(0)
        for row in 0..<shape.batch {
            var states = layers.map { _ in
                (0...shape.cell.memoryParts).map { part in
                    (0..<(part == 0 ? shape.stateWidth : shape.hidden)).map { _ in tape.number(0) }
                }
            }
            for (x, target) in zip(inputs, targets) {
                var features = (0..<shape.input).map { tape.number(x[row * shape.input + $0]) }
                for layer in layers.indices {
                    states[layer] = equations.step(features, states[layer], layers[layer])
                    features = states[layer][0]
                }
                let y = parameters["head.weight"]!.multiplied(by: features) + parameters["head.bias"]!
                for output in 0..<shape.outputs {
                    let error = y[output] + -target[row * shape.outputs + output]
                    sum = sum + error * error
                }
            }
        }
        let mean = 1 / Double(inputs.count * shape.batch * shape.outputs) * sum
        loss = mean.value
        let slopes = tape.slopes(of: mean)
        gradients = parameters.mapValues { $0.map { slopes[$0.index] } }
    }
}
