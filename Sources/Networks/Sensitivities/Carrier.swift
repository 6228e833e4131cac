package import Kernels
import Memory
import Schedules
import Shapes
import Vectors

/// What goes forward with the network and makes the gradient as it goes. Of a chunk of steps it has the records, as long as it is at
/// them, their derivatives and features, and ∂L/∂h of the top layer; what it carries from step to step is each kind's own.
package class Carrier<S: Scalar> {
    let network: Network<S>
    let layout: SensitivityLayout
    let derivatives: StepDerivatives<S>
    /// Features of the chunk that is gone forward over, by layers; of a block those of each chunk.
    let features: [[Region<S>]]
    /// To go forward: records of a chunk, and the state that enters it.
    private let records: [Record<S>]
    private let entering: State<S>?
    private let tensors: [Tensors<S>]

    /// - Parameters:
    ///   - own: the tensors of what is carried, of the derivatives and, where it goes forward, of a chunk's features.
    ///   - chunks: those of each chunk of a block, where it is carried over records.
    init(_ network: Network<S>, _ layout: SensitivityLayout, _ own: Tensors<S>, chunks: [Tensors<S>]? = nil) {
        let heap = network.heaps[.sensitivities]
        self.network = network
        self.layout = layout
        tensors = [own] + (chunks ?? [])
        derivatives = StepDerivatives(layout, own)
        features = (chunks ?? [own]).map { layout.regions("features", of: $0) }
        let goesForward = chunks == nil
        records = goesForward ? (0..<layout.chunk).map { _ in Record<S>(network.shape, in: heap) } : []
        entering = goesForward ? network.copyState(in: heap) : nil
    }

    /// Carries over a chunk of steps that the network has gone over.
    ///
    /// - Parameter outside: ∂L/∂h of the top layer at each, [steps·B, H]; nil where no loss enters.
    func carry(_ steps: Range<Int>, outside: Matrix<S>?) { preconditionFailure("each kind carries its own") }

    /// Adds what was summed to the parameters' gradients, and begins again with 0.
    package func addGradients() { preconditionFailure("each kind carries its own") }

    /// Whether ``ownInfluence(of:on:layer:row:)`` is there.
    var hasOwnInfluence: Bool { false }

    /// ∂h/∂θ after the last step, of a unit and one of its parameters, the column's.
    func ownInfluence(of column: Int, on unit: Int, layer: Int, row: Int) -> S {
        preconditionFailure("this kind has no influence of single parameters")
    }

    /// At the end of a pass: the same.
    package func finish() { addGradients() }

    /// Goes forward over steps, and adds what each step's loss gives to the gradient.
    ///
    /// - Parameters:
    ///   - injecting: those of the steps on which a loss enters.
    ///   - inputs: fills ``Network/inputs(ahead:)`` with x of steps, a chunk of the network's at most where they are not in memory.
    ///   - loss: as ``Network/backward(_:records:entering:injecting:loss:)`` has it, here the first step first.
    /// - Returns: the loss of each step that injects, the first step first.
    package func goForward(
        _ steps: Range<Int>, injecting: Range<Int>, inputs: (Range<Int>) -> Matrix<S>,
        loss: (_ step: Int, _ outputs: Matrix<S>) -> Double
    ) -> [Double] {
        var errors: [Double] = []
        for first in stride(from: steps.lowerBound, to: steps.upperBound, by: layout.chunk) {
            let chunk = first..<min(first + layout.chunk, steps.upperBound)
            network.keepState(in: entering!)
            forInputs(of: chunk, inputs) { part, x in
                network.forward(
                    x, from: part.lowerBound, records: records[part.lowerBound - first..<part.upperBound - first])
                copy(x, to: features[0][0], at: part.lowerBound - first)
            }
            derive(records[..<chunk.count], entering: .state(entering!), features: features[0])
            let due = chunk.clamped(to: injecting)
            errors += differentiateHead(chunk, injecting: due, loss: loss)
            let outside = Matrix(
                network.outside.start, rows: layout.shape.batch * chunk.count, columns: layout.shape.hidden)
            carry(chunk, outside: due.isEmpty ? nil : outside)
        }
        return errors
    }

    /// Inputs as many steps at a time as there is room for.
    func forInputs(of steps: Range<Int>, _ inputs: (Range<Int>) -> Matrix<S>, _ body: (Range<Int>, Matrix<S>) -> Void) {
        let several = network.keepsInputs ? steps.count : network.shape.chunk
        for first in stride(from: steps.lowerBound, to: steps.upperBound, by: several) {
            let part = first..<min(first + several, steps.upperBound)
            body(part, inputs(part))
        }
    }

    /// x of some steps into the features of the first layer, from a step of the chunk on.
    func copy(_ x: Matrix<S>, to features: Region<S>, at step: Int) {
        for index in 0..<x.rows {
            let (time, row) = index.quotientAndRemainder(dividingBy: layout.shape.batch)
            self.features(features, layer: 0, step: step + time, row: row).update(from: x.row(index), count: x.columns)
        }
    }

    /// [x, 1, h] of a sequence at a step of a chunk.
    @inline(__always)
    func features(_ features: Region<S>, layer: Int, step: Int, row: Int) -> Pointer<S> {
        features.start + (row * layout.chunk + step) * layout.columns[layer].features
    }
}

extension Carrier {
    /// The derivatives of a chunk's steps and their features, but x of the first layer, which ``copy(_:to:at:)`` brings.
    func derive(_ records: ArraySlice<Record<S>>, entering: Network<S>.Entering, features: [Region<S>]) {
        let (shape, layers, count) = (layout.shape, network.layers, records.count)
        ThreadPool.shared.run(parts: network.parts) { worker in
            let partition = Partition(worker, PairWorkspace.none, of: shape)
            for (index, layer) in layers.enumerated() {
                network.gatherHiddenStates(layer, partition, index, 0..<count, records, entering)
            }
            worker.waitAtBarrier()
            for item in stride(from: worker.index, to: count * layers.count, by: worker.count) {
                let (step, index) = item.quotientAndRemainder(dividingBy: layers.count)
                let layer = layers[index]
                let hidden = layer.hiddens(step..<step + 1)
                derivatives.make(
                    step: step, index, layer, network.recurrence,
                    record: records[records.startIndex + step].layers[index].start, entering: hidden,
                    memory: network.memory(of: index, before: step, records, entering))
                for row in 0..<shape.batch {
                    let own = self.features(features[index], layer: index, step: step, row: row)
                    if index > 0 {
                        let below = layers[index - 1].hiddens(step + 1..<step + 2)
                        own.update(from: below.row(row), count: shape.hidden)
                    }
                    own[layer.width] = 1
                    (own + layer.width + 1).update(from: hidden.row(row), count: shape.hidden)
                }
            }
        }
    }

    /// The head and the loss of a chunk: its gradient, and ∂L/∂h of the top layer at each step.
    private func differentiateHead(
        _ steps: Range<Int>, injecting: Range<Int>, loss: (Int, Matrix<S>) -> Double
    ) -> [Double] {
        guard !injecting.isEmpty else { return [] }
        let (head, top, shape) = (network.head, network.layers[network.layers.count - 1], layout.shape)
        let positions = 0..<steps.count
        let (y, hidden) = (head.outputs(positions), top.hiddens(1..<steps.count + 1))
        head.forward(hidden, PairWorkspace.none, into: y)
        var errors: [Double] = []
        for (position, step) in zip(positions, steps) {
            let outputs = head.outputs(position..<position + 1)
            if injecting.contains(step) {
                errors.append(loss(step, outputs))
            } else {
                clear(outputs.start, outputs.rows * outputs.pitch)
            }
        }
        let outside = Matrix(network.outside.start, rows: shape.batch * steps.count, columns: shape.hidden)
        S.multiply(y, head.v, columns: 0..<shape.hidden, from: nil, into: outside)
        head.accumulate(positions, hidden: hidden, 0..<shape.hidden, PairWorkspace.none, isFirst: true)
        return errors
    }
}

extension Network {
    /// The memory before a step of some that were recorded, [parts, B, H].
    func memory(of layer: Int, before step: Int, _ records: ArraySlice<Record<S>>, _ entering: Entering) -> Pointer<S> {
        if step > 0 { return layers[layer].memory(in: records[records.startIndex + step - 1].layers[layer].start) }
        return switch entering {
        case .record(let previous): layers[layer].memory(in: previous.layers[layer].start)
        case .state(let state): state.layers[layer].start + shape.cells
        }
    }
}

extension SensitivityLayout {
    /// A tensor of each layer.
    func regions<S: Scalar>(_ name: String, of tensors: Tensors<S>) -> [Region<S>] {
        (0..<shape.layers).map { tensors[Layout.name(name, of: $0), .sensitivities] }
    }
}
