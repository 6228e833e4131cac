package import Kernels
import Memory
import Shapes

/// One parameter and its gradient, under PyTorch's name and in PyTorch's shape.
package struct Parameter<S: Scalar> {
    /// `weight_ih_l0`, …
    package let name: String
    /// PyTorch's, [out, in] for a matrix.
    package let shape: [Int]
    package let values: UnsafeMutablePointer<S>
    package let gradient: UnsafeMutablePointer<S>

    package var count: Int { shape.reduce(1, *) }

    /// Elements in PyTorch's order: our matrices are stored transposed.
    package func exported(_ memory: UnsafeMutablePointer<S>) -> [S] {
        guard shape.count == 2 else { return Array(UnsafeBufferPointer(start: memory, count: count)) }
        return (0..<count).map { memory[$0 % shape[1] * shape[0] + $0 / shape[1]] }
    }
}

extension Network {
    /// All parameters, those of the layers first.
    package var parameters: [Parameter<S>] {
        var all: [Parameter<S>] = []
        for (index, layer) in layers.enumerated() {
            let columns = shape.columns
            let parts: [(String, [Int], UnsafeMutablePointer<S>, UnsafeMutablePointer<S>)] = [
                ("weight_ih", [columns, layer.width], layer.inputWeights.start, layer.inputWeightsGradient.start),
                ("weight_hh", [columns, shape.hidden], layer.hiddenWeights.start, layer.hiddenWeightsGradient.start),
                ("bias_ih", [columns], layer.inputBias.start, layer.inputBiasGradient.start),
                ("bias_hh", [columns], layer.hiddenBias.start, layer.hiddenBiasGradient.start),
            ]
            all += parts.map { Parameter(name: "\($0)_l\(index)", shape: $1, values: $2, gradient: $3) }
        }
        all.append(
            Parameter(
                name: "head.weight", shape: [shape.outputs, shape.hidden], values: head.weights.start,
                gradient: head.weightsGradient.start))
        all.append(
            Parameter(
                name: "head.bias", shape: [shape.outputs], values: head.bias.start, gradient: head.biasGradient.start))
        return all
    }

    /// Draws every parameter uniformly from ±1/√H, as PyTorch does.
    package func initialize(seed: Int) {
        let bound = 1 / S(shape.hidden).squareRoot()
        for (index, parameter) in parameters.enumerated() {
            S.fillNoise(
                parameter.values, count: parameter.count, key: noiseKey(UInt64(seed), 0x7061_7261, UInt64(index)))
            for place in 0..<parameter.count { parameter.values[place] *= bound }
        }
    }

    /// Sets every gradient to 0.
    package func clearGradients() {
        for parameter in parameters { parameter.gradient.update(repeating: 0, count: parameter.count) }
    }
}
