import Kernels
import Memory
import Networks
import Noise
import Schedules
import Shapes
import Testing
import Vectors

/// A cell that is in no list: its gates do not see h, U has no bias because there is no U, and a parameter has a number for each
/// unit, p.
private enum Leaky: UnitwiseCellKind {
    static let word = "leaky"
    static let name = "leaky"
    static let equations = ["z = σ(W_z x + b_z + p h)", "g = tanh(W_g x + b_g)", "h' = (1 − z) h + z g"]
    static let gates = ["z", "g"]
    static let kept = ["h"]
    static let parameters = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("bias_ih", .inputBias),
        CellParameter("weight_p", .units),
    ]
    static let carriesHidden = true

    static func forward<S: Real>(_ step: ForwardStep<S>) {
        let h = step.hidden
        let z = S.sigmoid(step.gate(0) + step.units(0) * h)
        let g = S.tanh(step.gate(1))
        let next = (1 - z) * h + z * g
        step.keep(z, gate: 0)
        step.keep(g, gate: 1)
        step.keep(next, part: 0)
        step.give(next)
    }

    static func backward<S: Real>(_ step: BackwardStep<S>) {
        let (z, g, h) = (step.record.gate(0), step.record.gate(1), step.hidden)
        let dNext = step.hiddenAdjoint
        let dz = dNext * (g - h) * z * (1 - z)
        step.put(dz, adjoint: 0)
        step.put(dNext * z * (1 - g * g), adjoint: 1)
        step.put(dz * h, adjoint: 2)
        step.pass(hidden: dNext * (1 - z) + dz * step.units(0))
    }

    static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

extension TrainingTests {
    /// The house makes room for cells unlike PyTorch's: without U, and with vectors for parameters.
    @Suite struct OwnCellTests {
        private static let length = 6

        /// Σ y² over all steps, and its gradient.
        private func run(_ network: Network<Double>, _ inputs: [Double]) -> Double {
            let (shape, length, heaps) = (network.shape, OwnCellTests.length, TrainingTests.heaps)
            network.begin()
            let start = network.copyState(in: heaps[.states])
            let records = (0..<length).map { _ in Record<Double>(shape, in: heaps[.records]) }
            let x = network.inputs(of: 0..<length)
            x.start.update(from: inputs, count: inputs.count)
            network.forward(x, from: 0, records: records[...])
            var loss = 0.0
            for steps in network.blocks(of: 0..<length) {
                let losses = network.backward(
                    steps, records: records[steps], entering: .state(start), injecting: steps
                ) { _, y in
                    var sum = 0.0
                    for row in 0..<y.rows {
                        for column in 0..<y.columns {
                            sum += y.row(row)[column] * y.row(row)[column]
                            y.row(row)[column] *= 2
                        }
                    }
                    return sum
                }
                loss += losses.reduce(0, +)
            }
            return loss
        }

        @Test(arguments: [1, 2]) func gradients(layers: Int) throws {
            let length = OwnCellTests.length
            let shape = Shape(
                cell: Cell(Leaky.self), layers: layers, input: 3, hidden: 5, outputs: 2, batch: 3, precision: .double)
            let heaps = TrainingTests.heaps
            let statistics = try Statistics()
            func live() -> [Int] {
                statistics.refresh()
                return Role.allCases.map { heaps[$0].liveBytes }
            }
            let before = live()
            let network = Network<Double>(shape, heaps: heaps, keepingInputsOf: length)
            let footprint = Footprint(shape, residentSteps: length)
            for (role, (after, before)) in zip(Role.allCases, zip(live(), before)) {
                #expect(after - before == footprint.constant[role], "\(role)")
            }
            network.initialize(seed: 3, orthogonal: nil)
            #expect(
                network.parameters.map(\.name).prefix(3) == ["weight_ih_l0", "bias_ih_l0", "weight_p_l0"])
            var inputs = Array(repeating: 0.0, count: length * 3 * 3)
            Double.fillNoise(&inputs, count: inputs.count, key: 5)
            _ = run(network, inputs)
            let gradients = network.parameters.map { Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count)) }
            for (parameter, gradient) in zip(network.parameters, gradients) {
                let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect(norm > 0, "\(parameter.name)")
                for place in 0..<parameter.count where gradient[place] != 0 {
                    let kept = parameter.values[place]
                    func loss(_ delta: Double) -> Double {
                        parameter.values[place] = kept + delta
                        defer { parameter.values[place] = kept }
                        return run(network, inputs)
                    }
                    func slope(_ delta: Double) -> Double { (loss(delta) - loss(-delta)) / (2 * delta) }
                    let difference = (4 * slope(1e-3) - slope(2e-3)) / 3
                    #expect(abs(difference - gradient[place]) <= 1e-7 * norm, "\(parameter.name)[\(place)]")
                }
            }
        }
    }
}
