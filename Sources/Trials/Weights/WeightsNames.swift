import Quantities
import Shapes

/// Which tensors of a file are a network's, by their names.
struct WeightsNames {
    /// What is wrong with a file.
    struct Fault: Error { let text: String }

    /// A tensor of a layer: `weight_ih_l1_reverse` is `weight_ih` of layer 1, reverse.
    struct LayerTensor {
        let parameter: String
        let layer: Int
        let isReverse: Bool
        let entry: SafetensorsHeader.Entry
    }

    let path: String
    /// What the network's names begin with, and whether the user said so.
    let prefix: String
    private let isChosen: Bool
    /// Those of the network's layers.
    let tensors: [LayerTensor]
    private let all: [SafetensorsHeader.Entry]

    /// Names of parameters of any cell, without the layer.
    private static let parameters = Set(Cell.allCases.flatMap { $0.parameters.map(\.name) })
    /// PyTorch's name of the matrix that makes h of the units.
    static let projection = "weight_hr"

    /// What our own files have next to a network: gradients, moments, data, curves, states.
    private static let companions: (prefixes: [String], names: Set<String>) = (
        ["grad.", "curve."] + UpdateRule.allCases.flatMap { $0.momentNames.map { "\($0)." } },
        Set(["initial_state", "inputs", "targets", "outputs", "loss", "lengths", "sequences"])
            .union(Cell.allCases.flatMap { $0.kind.memory.map(\.exported) })
    )

    init(_ header: SafetensorsHeader, _ reference: WeightsReference) throws(Fault) {
        path = reference.path
        all = header.entries
        let found = all.compactMap { entry in
            WeightsNames.layerTensor(entry).map { (prefix: $0.prefix, tensor: $0.tensor) }
        }
        let prefixes = Set(found.map(\.prefix))
        let own = prefixes.filter { !WeightsNames.companions.prefixes.contains($0) }.sorted()
        let list = own.map { "'\($0)'" }.joined(separator: ", ")
        if let chosen = reference.prefix {
            guard prefixes.contains(chosen) else {
                throw Fault(
                    text: "has no recurrent layer under '\(chosen)'; "
                        + (own.isEmpty ? "it has none at all" : "allowed: \(list)"))
            }
            prefix = chosen
        } else {
            guard let first = own.first else {
                let names = all.prefix(4).map { "'\($0.name)'" }.joined(separator: ", ")
                throw Fault(
                    text: "has no recurrent layer: no tensor is named as PyTorch's 'weight_ih_l0' is; it has "
                        + (all.isEmpty ? "no tensor" : names + (all.count > 4 ? ", …" : "")))
            }
            guard own.count == 1 else {
                throw Fault(text: "has several networks, under \(list); say which: '\(path)#\(first)'")
            }
            prefix = first
        }
        isChosen = reference.prefix != nil
        tensors = found.filter { [prefix] in $0.prefix == prefix }.map(\.tensor)
    }

    private static func layerTensor(_ entry: SafetensorsHeader.Entry) -> (prefix: String, tensor: LayerTensor)? {
        let start = entry.name.lastIndex(of: ".").map(entry.name.index(after:)) ?? entry.name.startIndex
        var name = entry.name[start...]
        let isReverse = name.hasSuffix("_reverse")
        if isReverse { name = name.dropLast("_reverse".count) }
        guard let mark = name.lastIndex(of: "_"), name[mark...].dropFirst().first == "l",
            let layer = Int(decimal: name[mark...].dropFirst(2)), (0..<Trial.largestLayers).contains(layer)
        else { return nil }
        let parameter = String(name[..<mark])
        guard parameters.contains(parameter) else { return nil }
        return (
            String(entry.name[..<start]),
            LayerTensor(parameter: parameter, layer: layer, isReverse: isReverse, entry: entry)
        )
    }

    /// Whether a tensor is one that our own files have: a network's parameter, or what stands next to them.
    static func isOurs(_ entry: SafetensorsHeader.Entry) -> Bool {
        layerTensor(entry) != nil || isCompanion(entry.name)
            || heads.contains { entry.name == $0 || entry.name.hasSuffix(".\($0)") }
    }

    static let heads = ["head.weight", "fc.weight", "head.bias", "fc.bias"]

    /// Tensors that end in such a name, each after nothing or a module: those under the prefix where there are some.
    func ending(in names: [String]) -> [SafetensorsHeader.Entry] {
        let ending = all.filter { entry in
            !isCompanion(entry.name) && names.contains { entry.name == $0 || entry.name.hasSuffix(".\($0)") }
        }
        let under = ending.filter { $0.name.hasPrefix(prefix) }
        return isChosen && !under.isEmpty ? under : ending
    }

    private func isCompanion(_ name: String) -> Bool {
        WeightsNames.isCompanion(name) && !(WeightsNames.companions.prefixes.contains(prefix) && name.hasPrefix(prefix))
    }

    private static func isCompanion(_ name: String) -> Bool {
        let isState = name.hasPrefix("state_l") && Int(decimal: name.dropFirst("state_l".count)) != nil
        return isState || companions.names.contains(name) || companions.prefixes.contains { name.hasPrefix($0) }
    }

    /// - Throws: ``Fault`` where a tensor is neither the network's nor what our files have next to one. Next to a network that the
    ///   user named by its prefix anything may stand.
    func expectNoOthers(_ used: Set<String>) throws(Fault) {
        for entry in all where !used.contains(entry.name) && !isCompanion(entry.name) {
            if isChosen, !entry.name.hasPrefix(prefix) || entry.name.dropFirst(prefix.count).contains(".") { continue }
            throw Fault(
                text: "has '\(entry.name)', \(entry), which is no parameter of the network"
                    + (isChosen ? "" : "; without what is next to the network: '\(path)#\(prefix)'"))
        }
    }
}
