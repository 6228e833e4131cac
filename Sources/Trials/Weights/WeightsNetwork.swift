import Shapes

/// The layers of a network, by the shapes of their tensors.
struct WeightsNetwork {
    let cell: Cell
    let layers, input, hidden, directions: Int
    let hasBiases: Bool
    /// By our names.
    let entries: [String: SafetensorsHeader.Entry]

    typealias Fault = WeightsNames.Fault

    /// - Parameters:
    ///   - cell: which it is to be; nil to tell it.
    ///   - fact: what the file itself calls it.
    /// - Throws: ``WeightsNames/Fault`` where the tensors are of no cell, or of several.
    init(_ names: WeightsNames, cell: Cell?, fact: String?) throws(Fault) {
        if let cell {
            try self.init(names, of: cell)
            return
        }
        let told = fact.flatMap(Cell.init)
        // How many bits a step forgets no tensor says.
        let fitting = WeightsNetwork.cells(names).map { cell in
            told.flatMap { $0.kind == cell.kind && $0.bits != nil ? $0 : nil } ?? cell
        }.filter { cell in (try? WeightsNetwork(names, of: cell)) != nil }
        // Where several have the same tensors, as networks with and without tanh do, it is PyTorch's if the file does not say.
        let chosen =
            fitting.count == 1
            ? fitting : fitting.filter { cell in told.map { $0 == cell } ?? (cell.kind.torchModule != nil) }
        if chosen.count == 1 {
            try self.init(names, of: chosen[0])
            return
        }
        guard fitting.isEmpty else {
            let list = fitting.map { "'\($0)'" }.joined(separator: ", ")
            throw Fault(text: "has tensors of several cells, \(list); the order of gates cannot be told: say 'cell'")
        }
        // Of the one that is meant: what is wrong with it.
        guard let told else {
            try self.init(names, of: WeightsNetwork.likely(names))
            return
        }
        try self.init(names, of: told)
    }

    /// Every cell, of the width that the file's projection has.
    private static func cells(_ names: WeightsNames) -> [Cell] {
        let projection = names.tensors.first { $0.parameter == WeightsNames.projection }?.entry
        return Cell.allCases.map { cell in
            guard cell.kind.projects, let shape = projection?.shape, shape.count == 2,
                (1...Cell.largestWidth).contains(shape[0])
            else { return cell }
            return Cell(cell.kind, width: shape[0])
        }
    }

    /// The cell of PyTorch's whose number of gates the recurrent matrix has.
    private static func likely(_ names: WeightsNames) throws(Fault) -> Cell {
        let torch = Cell.allCases.filter { $0.kind.torchModule != nil }
        guard let matrix = names.tensors.first(where: { $0.parameter == "weight_hh" })?.entry else {
            throw Fault(text: "has no '\(names.prefix)weight_hh_l0'")
        }
        let meant = torch.first { matrix.shape.count == 2 && matrix.shape[0] == $0.gates * matrix.shape[1] }
        guard let meant else {
            let gates = torch.map { "\($0.gates) (\($0.kind.torchModule!))" }.joined(separator: ", ")
            throw Fault(
                text:
                    "has '\(matrix.name)', \(matrix); allowed: [gates × H, H] with as many gates as \(gates); the order of "
                    + "gates cannot be told")
        }
        return meant
    }

    private init(_ names: WeightsNames, of cell: Cell) throws(Fault) {
        var found: [String: SafetensorsHeader.Entry] = [:]
        for tensor in names.tensors {
            if tensor.parameter == WeightsNames.projection,
                !cell.parameters.contains(where: { $0.name == tensor.parameter })
            {
                throw Fault(
                    text:
                        "has '\(tensor.entry.name)', \(tensor.entry): a projection, which cell '\(cell)' does not have")
            }
            found["\(tensor.parameter)_l\(tensor.layer)" + (tensor.isReverse ? "_reverse" : "")] = tensor.entry
        }
        let first = cell.parameters.first { $0.use == .inputMatrix }!.name + "_l0"
        guard let matrix = found[first] else { throw Fault(text: "has no '\(names.prefix)\(first)'") }
        guard matrix.shape.count == 2, matrix.shape[0] > 0, matrix.shape[0].isMultiple(of: cell.gates),
            matrix.shape[1] > 0
        else {
            throw Fault(text: "has '\(matrix.name)', \(matrix); allowed: [\(cell.gates) × H, D], \(cell)'s gates")
        }
        self.cell = cell
        input = matrix.shape[1]
        hidden = matrix.shape[0] / cell.gates
        layers = 1 + names.tensors.map(\.layer).max()!
        directions = names.tensors.contains(where: \.isReverse) ? 2 : 1
        let biases = Set(cell.parameters.filter { [.inputBias, .hiddenBias].contains($0.use) }.map(\.name))
        hasBiases = biases.isEmpty || names.tensors.contains { biases.contains($0.parameter) }
        let outputs = cell.stateWidth(hidden: hidden)
        var entries: [String: SafetensorsHeader.Entry] = [:]
        for layer in 0..<layers {
            for suffix in directions == 2 ? ["", "_reverse"] : [""] {
                for parameter in cell.parameters where hasBiases || !biases.contains(parameter.name) {
                    let name = "\(parameter.name)_l\(layer)\(suffix)"
                    let width = layer == 0 ? input : directions * outputs
                    let shape = parameter.use.shape(cell, width: width, hidden: hidden)
                    guard let entry = found.removeValue(forKey: name) else {
                        throw Fault(text: "has no '\(names.prefix)\(name)', \(shape)")
                    }
                    try entry.expect(shape)
                    entries[name] = entry
                }
            }
        }
        if let other = found.values.min(by: { $0.name < $1.name }) {
            throw Fault(text: "has '\(other.name)', \(other), which cell '\(cell)' does not have")
        }
        self.entries = entries
    }
}

extension CellParameter.Use {
    /// PyTorch's, [out, in] for a matrix.
    fileprivate func shape(_ cell: Cell, width: Int, hidden: Int) -> [Int] {
        let (rows, state) = (cell.gates * hidden, cell.stateWidth(hidden: hidden))
        return switch self {
        case .inputMatrix: [rows, width]
        case .hiddenMatrix: [rows, state / cell.phases]
        case .inputBias, .hiddenBias: [rows]
        case .units: [hidden]
        case .projection: [state, hidden]
        }
    }
}

extension SafetensorsHeader.Entry: CustomStringConvertible {
    /// - Throws: ``WeightsNames/Fault`` where it has another shape, or elements that are no real numbers.
    func expect(_ shape: [Int]) throws(WeightsNames.Fault) {
        guard self.shape == shape else {
            throw WeightsNames.Fault(text: "has '\(name)', \(self), and \(shape) is expected")
        }
        guard Safetensors.Element.reals.contains(type) else {
            let allowed = Safetensors.Element.reals.map(\.rawValue).joined(separator: ", ")
            throw WeightsNames.Fault(text: "has '\(name)', \(self); allowed: \(allowed)")
        }
    }
}

/// The linear head that a network has in the same file: `head.weight` and `head.bias`, or `fc.weight` and `fc.bias`, after any module.
struct WeightsHead {
    /// O; nil where there is none.
    let outputs: Int?
    let hasBias: Bool
    /// By our names.
    let entries: [String: SafetensorsHeader.Entry]

    /// - Parameter features: what goes into it.
    init(_ names: WeightsNames, features: Int) throws(WeightsNames.Fault) {
        let matrices = names.ending(in: ["head.weight", "fc.weight"])
        guard let matrix = matrices.first else {
            if let bias = names.ending(in: ["head.bias", "fc.bias"]).first {
                throw WeightsNames.Fault(text: "has '\(bias.name)', \(bias), and no weight for it")
            }
            (outputs, hasBias, entries) = (nil, false, [:])
            return
        }
        guard matrices.count == 1 else {
            throw WeightsNames.Fault(
                text: "has several heads, \(matrices.map { "'\($0.name)'" }.joined(separator: ", ")); allowed: one")
        }
        guard matrix.shape.count == 2, matrix.shape[0] > 0, matrix.shape[1] == features else {
            throw WeightsNames.Fault(text: "has '\(matrix.name)', \(matrix); allowed: [outputs, \(features)]")
        }
        try matrix.expect([matrix.shape[0], features])
        outputs = matrix.shape[0]
        let name = matrix.name.dropLast("weight".count) + "bias"
        let bias = names.ending(in: ["head.bias", "fc.bias"]).first { $0.name == name }
        try bias?.expect([matrix.shape[0]])
        hasBias = bias != nil
        entries = ["head.weight": matrix].merging(bias.map { ["head.bias": $0] } ?? [:]) { $1 }
    }
}
