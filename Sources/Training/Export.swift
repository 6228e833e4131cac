import Kernels
import Memory
import Networks
import Schedules
import Shapes
import Trials

extension Session {
    /// Writes parameters, data, outputs, loss and gradients as one safetensors file
    /// (https://github.com/huggingface/safetensors#format): the length of a JSON header in 8 bytes, the header, the
    /// tensors. Names, shapes and gate order are PyTorch's.
    ///
    /// Runs one more training step, whose gradients these are; where none are made, there is no loss either.
    ///
    /// - Throws: ``ExportError``, ``StateFileError``.
    package func export(to path: String) throws {
        let pass = try executor.run(schedule)
        let shape = trial.shape
        let source = Source<S>(trial)
        let (steps, batch) = (trial.length, trial.batch)

        var tensors: [(name: String, shape: [Int], values: [S])] = []
        for parameter in network.parameters {
            tensors.append((parameter.name, parameter.shape, parameter.exported(parameter.values)))
            guard schedule.hasGradient else { continue }
            tensors.append(("grad." + parameter.name, parameter.shape, parameter.exported(parameter.gradient)))
        }
        let initial = Array(repeating: S(0), count: shape.layers * shape.cells)
        tensors.append(("initial_state", [shape.layers, batch, shape.hidden], initial))
        if shape.cell.stateParts == 2 {
            tensors.append(("initial_cell", [shape.layers, batch, shape.hidden], initial))
        }

        // Forward once more for the outputs, which training never keeps.
        network.begin()
        var (inputs, targets, outputs): ([S], [S], [S]) = ([], [], [])
        let target = UnsafeMutableBufferPointer(start: network.head.targets.start, count: batch * shape.outputs)
        for step in 0..<steps {
            let input = network.inputs(ahead: step..<step + 1)
            source.input(at: step, into: input)
            inputs += UnsafeBufferPointer(start: input.start, count: batch * shape.input)
            network.forward(input, records: nil)
            outputs += network.predict()
            if source.counted(of: step..<step + 1).isEmpty {
                target.update(repeating: 0)
            } else {
                source.target(at: step, into: target.baseAddress!)
            }
            targets += target
        }
        tensors.append(("inputs", [steps, batch, shape.input], inputs))
        tensors.append(("targets", [steps, batch, shape.outputs], targets))
        tensors.append(("outputs", [steps, batch, shape.outputs], outputs))
        if schedule.hasGradient { tensors.append(("loss", [], [S(pass.loss)])) }

        let type = trial.precision == .float ? "F32" : "F64"
        let facts = Factor.allCases.map { "\"\($0.rawValue)\":\"\(trial[$0])\"" }.joined(separator: ",")
        var header = "{\"__metadata__\":{\(facts)}"
        var offset = 0
        for tensor in tensors {
            let size = tensor.values.count * MemoryLayout<S>.stride
            let dimensions = tensor.shape.map(String.init).joined(separator: ",")
            header += ",\"\(tensor.name)\":{\"dtype\":\"\(type)\",\"shape\":[\(dimensions)],"
            header += "\"data_offsets\":[\(offset),\(offset + size)]}"
            offset += size
        }
        header += "}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)

        try writeFile(path) { put in
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { put($0) }
            guard length, header.withUTF8({ put(UnsafeRawBufferPointer($0)) }) else { return false }
            return tensors.allSatisfy { tensor in tensor.values.withUnsafeBytes { put($0) } }
        }
    }
}
