import CaseLists
import Glibc
import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Layers of two directions: what they compute, against loops written from the equations; and that schedules change no
    /// bit of it, and no byte is unpredicted. Central differences are in DifferenceTests.
    @Suite struct BidirectionalTests {
        static func schedules(_ length: Int, _ footprint: Footprint) -> [any Schedule] {
            let (state, record) = (footprint.state, footprint.record)
            var all: [any Schedule] = [
                Full(length: length), Segmented(length: length, segment: 1),
                Segmented(length: length, segment: max(1, length / 3)), Bisection(length: length),
            ]
            for slots in [2, 5] {
                all += [
                    Binomial(length: length, slots: slots), Internal(length: length, slots: slots),
                    Online(length: length, slots: slots), Multistage(length: length, memory: slots, disk: 2),
                    Mixed(
                        length: length,
                        memory: Mixed.leastMemory(length: length, state: state, record: record) + slots * record,
                        state: state, record: record),
                ]
            }
            return all
        }

        // MARK: The reference

        /// A bidirectional Elman network and its gradients by plain loops, one number at a time, all of a sequence kept.
        struct Reference {
            let (layers, hidden, batch, length): (Int, Int, Int, Int)
            /// PyTorch's parameters by name, row by row.
            let parameters: [String: [Double]]
            var gradients: [String: [Double]]
            var loss = 0.0

            init(_ network: Network<Double>, length: Int, inputs: [[[Double]]], targets: [[[Double]?]]) {
                let shape = network.shape
                (layers, hidden, batch, self.length) = (shape.layers, shape.hidden, shape.batch, length)
                parameters = Dictionary(
                    uniqueKeysWithValues: network.parameters.map { ($0.name, $0.exported($0.values)) })
                gradients = parameters.mapValues { $0.map { _ in 0 } }
                for sequence in 0..<batch {
                    run(inputs.map { $0[sequence] }, targets.map { $0[sequence] }, outputs: shape.outputs)
                }
            }

            private func name(_ layer: Int, _ reverse: Bool) -> String { "l\(layer)\(reverse ? "_reverse" : "")" }

            private func times(_ reverse: Bool) -> [Int] { reverse ? (0..<length).reversed() : Array(0..<length) }

            /// One sequence: x of each time, and its targets where there are some.
            private mutating func run(_ x: [[Double]], _ targets: [[Double]?], outputs: Int) {
                // Of each layer what enters at each time; the last is the head's.
                var entering = [x]
                for layer in 0..<layers {
                    let forward = recur(entering[layer], name(layer, false), times(false))
                    let reverse = recur(entering[layer], name(layer, true), times(true))
                    entering.append(zip(forward, reverse).map { $0 + $1 })
                }
                let counted = targets.filter { $0 != nil }.count * batch * outputs
                var adjoint = Array(repeating: Array(repeating: 0.0, count: 2 * hidden), count: length)
                for time in 0..<length {
                    guard let target = targets[time] else { continue }
                    let h = entering[layers][time]
                    for output in 0..<outputs {
                        let row = output * 2 * hidden
                        var y = parameters["head.bias"]![output]
                        for unit in 0..<2 * hidden { y += parameters["head.weight"]![row + unit] * h[unit] }
                        loss += (y - target[output]) * (y - target[output]) / Double(counted)
                        let dy = 2 * (y - target[output]) / Double(counted)
                        gradients["head.bias"]![output] += dy
                        for unit in 0..<2 * hidden {
                            gradients["head.weight"]![row + unit] += dy * h[unit]
                            adjoint[time][unit] += dy * parameters["head.weight"]![row + unit]
                        }
                    }
                }
                for layer in (0..<layers).reversed() {
                    let inputs = entering[layer]
                    var below = inputs.map { $0.map { _ in 0.0 } }
                    for reverse in [false, true] {
                        let first = reverse ? hidden : 0
                        let columns = first..<first + hidden
                        reverseTime(
                            inputs, entering[layer + 1].map { Array($0[columns]) }, adjoint.map { Array($0[columns]) },
                            name(layer, reverse), times(reverse), &below)
                    }
                    adjoint = below
                }
            }

            /// h' = tanh(W x + b + U h + d), by time.
            private func recur(_ x: [[Double]], _ name: String, _ times: [Int]) -> [[Double]] {
                let (w, u) = (parameters["weight_ih_\(name)"]!, parameters["weight_hh_\(name)"]!)
                let (b, d) = (parameters["bias_ih_\(name)"]!, parameters["bias_hh_\(name)"]!)
                let width = x[0].count
                var all = Array(repeating: [Double](), count: length)
                var h = Array(repeating: 0.0, count: hidden)
                for time in times {
                    h = (0..<hidden).map { unit in
                        var z = b[unit] + d[unit]
                        for place in 0..<width { z += w[unit * width + place] * x[time][place] }
                        for place in 0..<hidden { z += u[unit * hidden + place] * h[place] }
                        return tanh(z)
                    }
                    all[time] = h
                }
                return all
            }

            private mutating func reverseTime(
                _ x: [[Double]], _ h: [[Double]], _ outside: [[Double]], _ name: String, _ times: [Int],
                _ below: inout [[Double]]
            ) {
                let (w, u) = (parameters["weight_ih_\(name)"]!, parameters["weight_hh_\(name)"]!)
                let width = x[0].count
                var dh = Array(repeating: 0.0, count: hidden)
                for (place, time) in times.enumerated().reversed() {
                    let before = place > 0 ? h[times[place - 1]] : Array(repeating: 0, count: hidden)
                    var dz = Array(repeating: 0.0, count: hidden)
                    for unit in 0..<hidden {
                        let h: Double = h[time][unit]
                        dz[unit] = (1 - h * h) * (dh[unit] + outside[time][unit])
                    }
                    dh = Array(repeating: 0, count: hidden)
                    for unit in 0..<hidden {
                        gradients["bias_ih_\(name)"]![unit] += dz[unit]
                        gradients["bias_hh_\(name)"]![unit] += dz[unit]
                        for other in 0..<width {
                            gradients["weight_ih_\(name)"]![unit * width + other] += dz[unit] * x[time][other]
                            below[time][other] += dz[unit] * w[unit * width + other]
                        }
                        for other in 0..<hidden {
                            gradients["weight_hh_\(name)"]![unit * hidden + other] += dz[unit] * before[other]
                            dh[other] += dz[unit] * u[unit * hidden + other]
                        }
                    }
                }
            }
        }

        /// Sequences of several blocks and chunks, and of less than one. Sums of some thousand terms in another order.
        @Test(arguments: [1, 2, 3], [(2, 1), (2, 6), (65, 11), (3, 131)])
        func areTheEquations(layers: Int, size: (batch: Int, length: Int)) throws {
            for (task, threads) in [(TrainingTask.noise, 1), (.adding, 2)] {
                let trial = try Trial(
                    cell: .elman, layers: layers, input: 3, hidden: 9, batch: size.batch, length: size.length,
                    task: task, bidirectional: true, precision: .double, threads: threads)
                let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
                let pass = try session.executor.run(Full(length: size.length))

                let source = try Source<Double>(trial)
                let outputs = trial.outputs
                let heap = TrainingTests.heaps[.workspace]
                let room = Buffer<Double>(count: size.batch * 8, in: heap)
                var inputs: [[[Double]]] = []
                var targets: [[[Double]?]] = []
                for time in 0..<size.length {
                    let x = Matrix(room.start, rows: size.batch, columns: 3)
                    source.input(at: time, into: x)
                    inputs.append((0..<size.batch).map { row in (0..<3).map { x.row(row)[$0] } })
                    guard !source.counted(of: time..<time + 1).isEmpty else {
                        targets.append(Array(repeating: nil, count: size.batch))
                        continue
                    }
                    source.target(at: time, into: room.start)
                    targets.append(
                        (0..<size.batch).map { row in (0..<outputs).map { room.start[row * outputs + $0] } })
                }
                let reference = Reference(session.network, length: size.length, inputs: inputs, targets: targets)
                #expect(abs(pass.loss - reference.loss) <= 1e-13 * reference.loss)
                #expect(session.network.parameters.count == reference.gradients.count)
                for parameter in session.network.parameters {
                    let found = parameter.exported(parameter.gradient)
                    let expected = reference.gradients[parameter.name]!
                    let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    let error = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                    // A direction's first step has no state before it, and is all the loss of the last time sees of the
                    // top layer's reverse direction.
                    let isUnseen =
                        parameter.name.hasPrefix("weight_hh") && size.length == 1
                        || parameter.name == "weight_hh_l\(layers - 1)_reverse" && task == .adding
                    #expect((norm == 0) == isUnseen, "\(parameter.name)")
                    #expect(error <= 1e-12 * norm, "\(parameter.name)")
                }
            }
        }
    }
}
