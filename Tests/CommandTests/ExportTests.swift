import Foundation
import Testing

/// `unroll measure --export`: the file's header, read by hand.
struct ExportTests {
    private struct Tensor {
        let name: String
        let type: String
        let shape: [Int]
        let range: Range<Int>
    }

    /// The tensors in the order of their bytes, and the number of those bytes.
    private func tensors(_ path: String) throws -> (tensors: [Tensor], facts: [String: String], bytes: Int) {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let length = Int(data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) })
        #expect(length % 8 == 0)
        var header = try object(String(decoding: data[8..<8 + length], as: UTF8.self))
        let facts = try #require(header.removeValue(forKey: "__metadata__") as? [String: String])
        let tensors = try header.map { name, value in
            let fields = try #require(value as? [String: Any])
            #expect(Set(fields.keys) == ["dtype", "shape", "data_offsets"])
            let offsets = try #require(fields["data_offsets"] as? [Int])
            return Tensor(
                name: name, type: try #require(fields["dtype"] as? String),
                shape: try #require(fields["shape"] as? [Int]), range: offsets[0]..<offsets[1])
        }
        return (tensors.sorted { $0.range.lowerBound < $1.range.lowerBound }, facts, data.count - 8 - length)
    }

    @Test(
        "Names, shapes, types and places",
        arguments: [("elman", 1), ("lstm", 4), ("gru", 3), ("peephole", 4), ("elstm", 2), ("slstm", 4)],
        ["float", "double"])
    func header(cell: (name: String, gates: Int), scalar: String) throws {
        let (layers, input, hidden, batch, length, outputs) = (2, 7, 5, 3, 4, 8)
        let scratch = try Scratch()
        let ending = try scratch.unroll(
            "measure", "--strategy", "segmented", "--cell", cell.name, "--layers", "\(layers)", "--input", "\(input)",
            "--hidden", "\(hidden)", "--batch", "\(batch)", "--length", "\(length)", "--scalar", scalar,
            "--repetitions", "1", "--export", "e.safetensors")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        #expect(scratch.contents == ["e.safetensors"])

        var shapes: [String: [Int]] = [
            "inputs": [length, batch, input], "targets": [length, batch, outputs], "outputs": [length, batch, outputs],
            "initial_state": [layers, batch, hidden], "loss": [],
        ]
        if ["lstm", "peephole", "slstm"].contains(cell.name) { shapes["initial_cell"] = [layers, batch, hidden] }
        if cell.name == "slstm" {
            for name in ["initial_normalizer", "initial_stabilizer"] { shapes[name] = [layers, batch, hidden] }
        }
        var parameters = ["head.weight": [outputs, hidden], "head.bias": [outputs]]
        for layer in 0..<layers {
            parameters["weight_ih_l\(layer)"] = [cell.gates * hidden, layer == 0 ? input : hidden]
            parameters["bias_ih_l\(layer)"] = [cell.gates * hidden]
            let vectors = ["peephole": ["weight_pi", "weight_pf", "weight_po"], "elstm": ["weight_cz", "weight_cf"]]
            for name in vectors[cell.name] ?? [] { parameters["\(name)_l\(layer)"] = [hidden] }
            guard cell.name != "elstm" else { continue }
            parameters["weight_hh_l\(layer)"] = [cell.gates * hidden, hidden]
            parameters["bias_hh_l\(layer)"] = [cell.gates * hidden]
        }
        for (name, shape) in parameters {
            shapes[name] = shape
            shapes["grad." + name] = shape
        }

        let (tensors, facts, bytes) = try tensors(scratch.path + "/e.safetensors")
        #expect(Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.shape) }) == shapes)
        var end = 0
        for tensor in tensors {
            #expect(tensor.type == (scalar == "float" ? "F32" : "F64"))
            #expect(tensor.range.lowerBound == end)
            #expect(tensor.range.count == tensor.shape.reduce(scalar == "float" ? 4 : 8, *))
            end = tensor.range.upperBound
        }
        #expect(end == bytes)
        #expect(facts["cell"] == cell.name && facts["strategy"] == "segmented" && facts["scalar"] == scalar)
    }

    @Test("Both directions have PyTorch's names and shapes", arguments: [("elman", 1), ("lstm", 4), ("gru", 3)])
    func directions(cell: (name: String, gates: Int)) throws {
        let scratch = try Scratch()
        let ending = try scratch.unroll(
            "measure", "--strategy", "full", "--cell", cell.name, "--layers", "2", "--input", "7", "--hidden", "5",
            "--batch", "3", "--length", "4", "--bidirectional", "--repetitions", "1", "--export", "e.safetensors")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let (tensors, facts, _) = try tensors(scratch.path + "/e.safetensors")
        let rows = cell.gates * 5
        var shapes: [String: [Int]] = ["head.weight": [8, 10], "head.bias": [8]]
        for (suffix, width) in [("l0", 7), ("l0_reverse", 7), ("l1", 10), ("l1_reverse", 10)] {
            shapes["weight_ih_\(suffix)"] = [rows, width]
            shapes["weight_hh_\(suffix)"] = [rows, 5]
            shapes["bias_ih_\(suffix)"] = [rows]
            shapes["bias_hh_\(suffix)"] = [rows]
        }
        for (name, shape) in shapes { shapes["grad." + name] = shape }
        shapes["initial_state"] = [4, 3, 5]
        if cell.name == "lstm" { shapes["initial_cell"] = [4, 3, 5] }
        for (name, width) in [("inputs", 7), ("targets", 8), ("outputs", 8)] { shapes[name] = [4, 3, width] }
        shapes["loss"] = []
        #expect(Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.shape) }) == shapes)
        #expect(facts["bidirectional"] == "true")
    }

    @Test("Classes are whole numbers, and what does not count is −1; a path may have quotes, which JSON escapes")
    func classes() throws {
        let scratch = try Scratch()
        let name = #"a "b" \ c.txt"#
        try scratch.write(String(repeating: "hello ", count: 20), to: name)
        let file = "text:file=" + name
        for (task, outputs) in [("copy:delay=2", 4), ("reber", 7), (file, 256), (file + ",encoding=utf8", 256)] {
            let ending = try scratch.unroll(
                "measure", "--strategy", "full", "--task", task, "--input", "256", "--hidden", "5", "--batch", "3",
                "--length", "9", "--repetitions", "1", "--export", "e.safetensors")
            #expect(ending.code == 0 && ending.complaint.isEmpty)
            let (tensors, facts, bytes) = try tensors(scratch.path + "/e.safetensors")
            #expect(facts["task"] == task)
            let targets = try #require(tensors.first { $0.name == "targets" })
            #expect(targets.type == "I64" && targets.shape == [9, 3] && targets.range.count == 9 * 3 * 8)
            #expect(tensors.first { $0.name == "outputs" }?.shape == [9, 3, outputs])
            let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/e.safetensors")).suffix(bytes)
            let classes = Data(data.dropFirst(targets.range.lowerBound).prefix(targets.range.count)).withUnsafeBytes {
                bytes in (0..<27).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self) }
            }
            #expect(classes.allSatisfy { $0 >= -1 && $0 < outputs })
            switch task {
            case "copy:delay=2": #expect(classes.map { $0 == -1 } == (0..<27).map { $0 < 6 })
            // After the last symbol, E, nothing counts.
            case "reber":
                for sequence in 0..<3 {
                    let own = (0..<9).map { classes[3 * $0 + sequence] }
                    #expect(own.prefix { $0 >= 0 }.last == 6 && own.drop { $0 >= 0 }.allSatisfy { $0 == -1 })
                }
            // The parts of three sequences begin at 0, 40 and 80. The characters are " ehlo".
            case file: #expect(classes.prefix(3).map { UInt8($0) } == Array("e l".utf8))
            default: #expect(classes.prefix(3) == [1, 0, 3])
            }
        }
    }
}
