package import Shapes

/// The parameters of a network in a safetensors file, under PyTorch's names, gate order and shapes, as `state_dict()` of nn.RNN,
/// nn.LSTM and nn.GRU gives them and as `--export` and `--checkpoint` write them. Their bytes are read when they are asked for.
///
/// The network's shape is the tensors'. Biases may all be absent, as with `bias=False`, and so may the head.
package struct WeightsFile: Sendable {
    package let reference: WeightsReference
    package let cell: Cell
    /// L, D and H; 1 or 2 directions.
    package let layers, input, hidden, directions: Int
    /// O, outputs of the head; nil where there is none.
    package let outputs: Int?
    /// Whether the layers, and the head, have biases.
    package let hasBiases, hasHeadBias: Bool
    /// By the names that our networks have: `weight_ih_l0`, `head.weight`.
    private let entries: [String: SafetensorsHeader.Entry]

    package var path: String { reference.path }

    /// Reads the header, and what network it is of.
    ///
    /// - Parameter cell: which it is to be; nil to tell it by the tensors.
    /// - Throws: ``WeightsError``.
    package init(_ reference: WeightsReference, cell: Cell? = nil) throws(WeightsError) {
        self.reference = reference
        let header: SafetensorsHeader
        do { header = try SafetensorsHeader(path: reference.path, as: "a file of weights") } catch {
            throw .unreadable(error)
        }
        let path = reference.path
        do throws(WeightsNames.Fault) {
            let names = try WeightsNames(header, reference)
            let network = try WeightsNetwork(names, cell: cell, fact: header.fact(Factor.cell.rawValue))
            let head = try WeightsHead(
                names, features: network.directions * network.cell.stateWidth(hidden: network.hidden))
            let entries = network.entries.merging(head.entries) { $1 }
            try names.expectNoOthers(Set(entries.values.map(\.name)))
            self.cell = network.cell
            (layers, input, hidden, directions) = (network.layers, network.input, network.hidden, network.directions)
            hasBiases = network.hasBiases
            outputs = head.outputs
            hasHeadBias = head.hasBias
            self.entries = entries
        } catch {
            throw .unfit(path: path, error.text)
        }
    }

    /// The tensor of a parameter of ours; nil where the file has none, which it says of biases and the head alone.
    package func entry(_ name: String) -> SafetensorsHeader.Entry? { entries[name] }

    /// What the file says of a trial.
    package var factors: [Factor: String] {
        [
            .cell: cell.rawValue, .layers: String(layers), .input: String(input), .hidden: String(hidden),
            .bidirectional: String(directions == 2),
        ]
    }

    /// - Throws: ``WeightsError`` where the trial is of another network.
    package func expect(_ trial: Trial) throws(WeightsError) {
        for (factor, there) in factors.sorted(by: { $0.key.index < $1.key.index }) where trial[factor] != there {
            throw .differs(path: path, factor, there: there, here: trial[factor])
        }
        if let outputs, outputs != trial.outputs {
            let features = directions * cell.stateWidth(hidden: hidden)
            throw .unfit(
                path: path,
                "has '\(entries["head.weight"]!.name)' \([outputs, features]), and task '\(trial.task)' takes "
                    + "\([trial.outputs, features])")
        }
    }

    /// What is not as the file has it, or is not in it, when its parameters become a network's of some type; a sentence each.
    package func notes(_ precision: Precision) -> [String] {
        let own: Safetensors.Element = precision == .double ? .double : .float
        let rounded = Set(entries.values.map(\.type)).filter { $0.precision > own.precision }.map(\.rawValue)
        var notes: [String] = []
        if let type = rounded.first {
            notes.append(
                "weights of '\(path)' are \(type) and are rounded to \(own.rawValue), 'scalar: \(precision.rawValue)'")
        }
        if !hasBiases {
            notes.append("'\(path)' has no biases: they begin at 0, and a training changes them")
        }
        if outputs == nil {
            notes.append("'\(path)' has no head ('head.weight' or 'fc.weight'): it is drawn from the seed")
        } else if !hasHeadBias {
            notes.append("'\(path)' has no bias of the head: it begins at 0, and a training changes it")
        }
        return notes
    }
}
