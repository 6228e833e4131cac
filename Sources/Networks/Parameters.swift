package import Kernels
import Memory
import Noise
import Quantities
import Shapes

/// One parameter and its gradient, under PyTorch's name and in PyTorch's shape.
package struct Parameter<S: Scalar> {
    /// `weight_ih_l0`, …, `weight_ih_l0_reverse`
    package let name: String
    /// PyTorch's, [out, in] for a matrix.
    package let shape: [Int]
    package let values: UnsafeMutablePointer<S>
    package let gradient: UnsafeMutablePointer<S>
    /// Elements in memory, padding included; where no element of PyTorch's lies, there is 0.
    package let count: Int
    /// Where an element of PyTorch's, [out, in], lies in memory.
    private let offset: (_ out: Int, _ in: Int) -> Int

    /// Whether it is U, by which states go from step to step.
    let isRecurrent: Bool

    fileprivate init(
        _ name: String, shape: [Int], _ values: Region<S>, _ gradient: Region<S>, isRecurrent: Bool = false,
        offset: @escaping (Int, Int) -> Int
    ) {
        self.name = name
        self.shape = shape
        self.values = values.start
        self.gradient = gradient.start
        count = values.count
        self.isRecurrent = isRecurrent
        self.offset = offset
    }

    private var outs: Int { shape[0] }
    private var ins: Int { shape.count == 2 ? shape[1] : 1 }

    /// Elements in PyTorch's order.
    package func exported(_ memory: UnsafeMutablePointer<S>) -> [S] {
        (0..<outs).flatMap { out in (0..<ins).map { memory[offset(out, $0)] } }
    }

    /// Puts elements in PyTorch's order where they lie in memory.
    package func place(_ elements: [S], in memory: UnsafeMutablePointer<S>) {
        precondition(elements.count == outs * ins, "a tensor of another shape")
        for out in 0..<outs {
            for column in 0..<ins { memory[offset(out, column)] = elements[out * ins + column] }
        }
    }

    /// Draws every element uniformly from ±bound, whatever the order in memory.
    fileprivate func initialize(bound: S, key: UInt64) {
        for column in 0..<ins {
            for out in 0..<outs { values[offset(out, column)] = S.noise(at: column * outs + out, key: key) * bound }
        }
    }

    /// Makes each gate's square matrix orthogonal, times a scale: its rows by Gram and Schmidt, each twice, which is enough
    /// (Giraud, Langou & Rozložník 2005, doi 10.1007/s00211-005-0615-4).
    fileprivate func orthogonalize(scale: Double) {
        for first in stride(from: 0, to: outs, by: ins) {
            var rows: [[Double]] = []
            for out in first..<first + ins {
                var row = (0..<ins).map { Double(values[offset(out, $0)]) }
                for _ in 0..<2 {
                    for other in rows {
                        let share = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                        for column in row.indices { row[column] -= share * other[column] }
                    }
                }
                let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
                precondition(norm > 0, "rows drawn at random depend on each other")
                rows.append(row.map { $0 / norm })
            }
            for (out, row) in zip(first..., rows) {
                for (column, value) in row.enumerated() { values[offset(out, column)] = S(scale * value) }
            }
        }
    }
}

extension Network {
    /// All parameters, those of the layers first.
    package var parameters: [Parameter<S>] {
        var all: [Parameter<S>] = []
        for (index, layer) in layers.enumerated() {
            let suffix = "l\(index / shape.directions)" + (index % shape.directions == 1 ? "_reverse" : "")
            for (number, parameter) in shape.cell.parameters.enumerated() {
                let (shape, offset) = layer.place(of: parameter.use)
                let own = layer.replicas[0]
                all.append(
                    Parameter(
                        "\(parameter.name)_\(suffix)", shape: shape, own.values[number], own.gradients[number],
                        isRecurrent: parameter.use == .hiddenMatrix, offset: offset))
            }
        }
        let v = head.v
        all.append(
            Parameter("head.weight", shape: [shape.outputs, shape.features], head.weights, head.weightsGradient) {
                out, column in
                v.offset(row: out, column: column)
            })
        all.append(Parameter("head.bias", shape: [shape.outputs], head.bias, head.biasGradient) { out, _ in out })
        return all
    }

    /// Draws every parameter uniformly from ±1/√H, as PyTorch does; those with a number for each unit as the cell says.
    ///
    /// - Parameter orthogonal: what U of each gate is of an orthogonal matrix made of the draws; nil leaves them. It has no default,
    ///   for a caller that leaves it out would train another network than its trial says.
    package func initialize(seed: Int, orthogonal scale: Double?) {
        noise.seed = seed
        let bound = 1 / S(shape.hidden).squareRoot()
        for (index, parameter) in parameters.enumerated() {
            parameter.initialize(bound: bound, key: noiseKey(UInt64(seed), 0x7061_7261, UInt64(index)))
            if let scale, parameter.isRecurrent { parameter.orthogonalize(scale: scale) }
        }
        for layer in layers { layer.initializeUnits(bound: bound) }
    }

    /// Sets every gradient to 0.
    package func clearGradients() {
        for parameter in parameters { clear(parameter.gradient, parameter.count) }
    }
}

extension Layer {
    /// Parameters with a number for each unit as the cell has them start, given those drawn from ±bound.
    fileprivate func initializeUnits(bound: S) {
        let (own, parameters) = (replicas[0].weights.units, 0..<shape.cell.unitsParts)
        for unit in 0..<shape.hidden {
            let draws = parameters.map { Double(own[$0][unit] / bound) }
            guard let values = shape.cell.kind.initial(draws) else { return }
            for (index, value) in zip(parameters, values) { own[index][unit] = S(value) }
        }
    }

    /// PyTorch's shape of a parameter, and where its elements lie in memory.
    fileprivate func place(of use: CellParameter.Use) -> (shape: [Int], offset: (_ out: Int, _ in: Int) -> Int) {
        switch use {
        case .inputMatrix: return ([shape.columns, width], packed(rows: width))
        case .hiddenMatrix: return ([shape.columns, shape.recurrentWidth], packed(rows: shape.recurrentWidth))
        case .projection:
            let panels = p
            return ([shape.stateWidth, shape.hidden], { out, column in panels.offset(row: column, column: out) })
        case .inputBias, .hiddenBias: return ([shape.columns], { out, _ in out })
        case .units: return ([shape.hidden], { out, _ in out })
        }
    }

    /// Where an element of PyTorch's lies in a matrix with some rows, packed for each gate.
    fileprivate func packed(rows: Int) -> (_ out: Int, _ in: Int) -> Int {
        let hidden = shape.hidden
        let panels = PackedMatrix<S>(state.start, rows: rows, columns: hidden)
        let gate = rows * padded
        return { out, column in out / hidden * gate + panels.offset(row: column, column: out % hidden) }
    }
}
