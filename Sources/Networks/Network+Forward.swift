package import Kernels
import Memory
import Shapes

extension Network {
    /// A few steps forward, at most ``Shape/chunk``.
    ///
    /// - Parameters:
    ///   - inputs: x of the steps, [steps·B, D].
    ///   - records: where the steps' records go; nil when nobody needs them.
    @specialized(where S == Float)
    @specialized(where S == Double)
    package func forward(_ inputs: Matrix<S>, records: ArraySlice<Record<S>>?) {
        switch shape.cell {
        case .elman: forward(as: Elman.self, inputs, records)
        case .linear: forward(as: Linear.self, inputs, records)
        case .lstm: forward(as: LSTM.self, inputs, records)
        case .gru: forward(as: GRU.self, inputs, records)
        }
    }

    private func forward<Cell: RecurrentCell>(
        as _: Cell.Type, _ inputs: Matrix<S>, _ records: ArraySlice<Record<S>>?
    ) {
        let steps = inputs.rows / shape.batch
        let projection = Matrix(projection.start, rows: inputs.rows, columns: shape.projectionPitch)
        let outputs = Matrix(outputs.start, rows: inputs.rows, columns: shape.hidden)
        Team.shared.run(parts: parts) { member in
            let units = member.share(of: shape.hidden, by: Shape.padded(1))
            for (index, layer) in layers.enumerated() {
                project(index == 0 ? inputs : outputs, layer, units, into: projection)
                // The layer writes its outputs where those of the layer below were read.
                if index > 0 { member.await() }
                var entering = layer.hidden
                for step in 0..<steps {
                    let output = outputs.steps(step..<step + 1, shape)
                    let record = records.map { $0[$0.startIndex + step].layers[index].start } ?? scratch.start
                    Cell.forward(
                        layer, units, projection: projection.steps(step..<step + 1, shape), entering: entering,
                        record: record, candidate: candidate?.start, output: output)
                    member.await()
                    entering = output
                }
                copy(entering, units, to: layer.hidden)
            }
        }
    }

    /// W x + b, gate by gate or, where the variant says so, of all gates with one product.
    @inline(__always)
    private func project(_ inputs: Matrix<S>, _ layer: Layer<S>, _ units: Range<Int>, into projection: Matrix<S>) {
        guard shape.variant != .fusedGates else {
            layer.projectAllGates(inputs, into: projection)
            return
        }
        for gate in 0..<shape.cell.gates {
            let bias = Matrix(layer.bias(gate), rows: inputs.rows, columns: shape.hidden, pitch: 0)
            S.multiply(
                inputs, layer.w(gate), columns: units, from: bias, into: layer.gate(gate, of: projection))
        }
    }
}
