import Foundation
import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

/// A peephole LSTM of one layer and a linear head against the noise task's squared error, a number at a time: from the equations,
/// with nothing of the network's but its parameters.
private struct PeepholeLoop {
    let (batch, width, hidden, outputs): (Int, Int, Int, Int)
    /// By PyTorch's names without the layer; rows of outputs, one after the other.
    var values: [String: [Double]]
    var gradient: [String: [Double]]
    var loss = 0.0

    init(_ network: Network<Double>) {
        let shape = network.shape
        (batch, width, hidden, outputs) = (shape.batch, shape.input, shape.hidden, shape.outputs)
        values = Dictionary(
            uniqueKeysWithValues: network.parameters.map {
                ($0.name.replacing("_l0", with: ""), $0.exported($0.values))
            })
        gradient = values.mapValues { $0.map { _ in 0 } }
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Full unrolling of [T][B·D] inputs against [T][B·O] targets; the loss is the mean over all elements.
    mutating func run(_ inputs: [[Double]], _ targets: [[Double]]) {
        for row in 0..<batch { run(row, inputs, targets) }
    }

    private mutating func run(_ row: Int, _ inputs: [[Double]], _ targets: [[Double]]) {
        let (length, H) = (inputs.count, hidden)
        let weight = 1 / Double(length * batch * outputs)
        let (w, u, b, d) = (
            values["weight_ih"]!, values["weight_hh"]!, values["bias_ih"]!, values["bias_hh"]!
        )
        let p = [values["weight_pi"]!, values["weight_pf"]!, values["weight_po"]!]
        let (v, e) = (values["head.weight"]!, values["head.bias"]!)
        var (hs, cs) = ([Array(repeating: 0.0, count: H)], [Array(repeating: 0.0, count: H)])
        var gates: [[Double]] = []
        func x(_ t: Int, _ j: Int) -> Double { inputs[t][row * width + j] }
        for t in 0..<length {
            let (h, c) = (hs[t], cs[t])
            var a = Array(repeating: 0.0, count: 4 * H)
            for out in 0..<4 * H {
                var sum: Double = b[out] + d[out]
                for j in 0..<width { sum += w[out * width + j] * x(t, j) }
                for j in 0..<H { sum += u[out * H + j] * h[j] }
                a[out] = sum
            }
            var (next, output) = (c, h)
            for k in 0..<H {
                a[k] = sigmoid(a[k] + p[0][k] * c[k])
                a[H + k] = sigmoid(a[H + k] + p[1][k] * c[k])
                a[2 * H + k] = tanh(a[2 * H + k])
                next[k] = a[H + k] * c[k] + a[k] * a[2 * H + k]
                a[3 * H + k] = sigmoid(a[3 * H + k] + p[2][k] * next[k])
                output[k] = a[3 * H + k] * tanh(next[k])
            }
            gates.append(a)
            hs.append(output)
            cs.append(next)
        }
        var (dh, dc) = (Array(repeating: 0.0, count: H), Array(repeating: 0.0, count: H))
        for t in (0..<length).reversed() {
            for o in 0..<outputs {
                var y: Double = e[o]
                for k in 0..<H { y += v[o * H + k] * hs[t + 1][k] }
                let error: Double = y - targets[t][row * outputs + o]
                loss += weight * error * error
                let dy = 2 * weight * error
                gradient["head.bias"]![o] += dy
                for k in 0..<H {
                    gradient["head.weight"]![o * H + k] += dy * hs[t + 1][k]
                    dh[k] += dy * v[o * H + k]
                }
            }
            var dz = Array(repeating: 0.0, count: 4 * H)
            for k in 0..<H {
                let a: [Double] = gates[t]
                let (i, f, g, o) = (a[k], a[H + k], a[2 * H + k], a[3 * H + k])
                let (before, after) = (cs[t][k], cs[t + 1][k])
                let s: Double = tanh(after)
                dz[3 * H + k] = dh[k] * s * o * (1 - o)
                var total: Double = dc[k] + dh[k] * o * (1 - s * s)
                total += p[2][k] * dz[3 * H + k]
                dz[k] = total * g * i * (1 - i)
                dz[H + k] = total * before * f * (1 - f)
                dz[2 * H + k] = total * i * (1 - g * g)
                gradient["weight_pi"]![k] += dz[k] * before
                gradient["weight_pf"]![k] += dz[H + k] * before
                gradient["weight_po"]![k] += dz[3 * H + k] * after
                dc[k] = total * f + p[0][k] * dz[k] + p[1][k] * dz[H + k]
            }
            dh = Array(repeating: 0.0, count: H)
            for out in 0..<4 * H {
                gradient["bias_ih"]![out] += dz[out]
                gradient["bias_hh"]![out] += dz[out]
                for j in 0..<width { gradient["weight_ih"]![out * width + j] += dz[out] * x(t, j) }
                for j in 0..<H {
                    gradient["weight_hh"]![out * H + j] += dz[out] * hs[t][j]
                    dh[j] += dz[out] * u[out * H + j]
                }
            }
        }
    }
}

extension TrainingTests {
    @Suite struct PeepholeTests {
        @Test(arguments: [(1, 1, 1, 2), (3, 5, 2, 9), (4, 17, 3, 20)])
        func isAsTheEquationsSay(input: Int, hidden: Int, batch: Int, length: Int) throws {
            let session = try Session<Double>(
                Trial(
                    cell: .peephole, input: input, hidden: hidden, batch: batch, length: length, precision: .double),
                heaps: TrainingTests.heaps)
            let network = session.network
            let loss = try session.executor.run(Full(length: length)).loss
            var loop = PeepholeLoop(network)
            let source = try Source<Double>(session.trial)
            var (inputs, targets): ([[Double]], [[Double]]) = ([], [])
            for step in 0..<length {
                let x = network.inputs(ahead: step..<step + 1)
                source.input(at: step, into: x)
                inputs.append(Array(UnsafeBufferPointer(start: x.start, count: batch * input)))
                source.target(at: step, into: network.head.targets.start)
                targets.append(
                    Array(UnsafeBufferPointer(start: network.head.targets.start, count: network.head.targets.count)))
            }
            loop.run(inputs, targets)
            #expect(abs(loss - loop.loss) <= 1e-12 * loss)
            for parameter in network.parameters {
                let (here, there) = (
                    parameter.exported(parameter.gradient),
                    loop.gradient[parameter.name.replacing("_l0", with: "")]!
                )
                func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
                let (norm, apart) = (length(there), length(zip(here, there).map { $0 - $1 }))
                #expect(norm > 0 && apart <= 1e-12 * norm, "\(parameter.name): \(apart / norm)")
            }
        }

        /// As the LSTM where nothing is seen of the memory.
        @Test func withoutPeepholesItIsTheLSTM() throws {
            func session(_ cell: Cell) throws -> Session<Double> {
                try Session<Double>(
                    Trial(cell: cell, input: 4, hidden: 9, batch: 3, length: 12, precision: .double),
                    heaps: TrainingTests.heaps)
            }
            let (peephole, lstm) = (try session(.peephole), try session(.lstm))
            let others = Dictionary(uniqueKeysWithValues: lstm.network.parameters.map { ($0.name, $0) })
            for parameter in peephole.network.parameters {
                if let other = others[parameter.name] {
                    parameter.place(other.exported(other.values), in: parameter.values)
                } else {
                    parameter.values.update(repeating: 0, count: parameter.count)
                }
            }
            let full = Full(length: 12)
            #expect(try peephole.executor.run(full).loss == lstm.executor.run(full).loss)
            for parameter in peephole.network.parameters {
                guard let other = others[parameter.name] else { continue }
                #expect(parameter.exported(parameter.gradient) == other.exported(other.gradient), "\(parameter.name)")
            }
        }
    }
}
