import Quantities
import Yams

extension Document {
    /// Puts a value in the place of the file's, or next to what the file says.
    ///
    /// - Throws: ``ExperimentError`` where the value is no plain YAML; whether the key may have it is seen when the experiment is
    ///   read.
    mutating func set(_ override: Override) throws(ExperimentError) {
        let position = override.position
        let value: Node?
        do throws(ExperimentError) {
            value = try Document.node(String(repeating: "\n", count: lines) + override.value, file: file)
        } catch {
            guard case .malformed(_, let found, let allowed) = error else { throw error }
            throw .malformed(position, found: found, allowed: allowed)
        }
        guard let value else {
            throw .malformed(
                position, found: "'\(override.key)' has no value",
                allowed: "a value as in a file, such as '[full, segmented]'")
        }
        options.append((lines, position))
        lines += Document.lines(override.value)
        root = Document.node(root, setting: override.path[...], to: value)
    }

    /// The node with a value at the end of a path of keys. What is no mapping stays: it is refused where it is read.
    private static func node(_ node: Node, setting path: ArraySlice<String>, to value: Node) -> Node {
        guard let name = path.first else { return value }
        guard case .mapping(var mapping) = node else { return node }
        let index = mapping.firstIndex { $0.key.scalar?.string == name }
        let inner: Node
        if path.count == 1 {
            inner = value
        } else if let index {
            inner = Document.node(mapping[index].value, setting: path.dropFirst(), to: value)
        } else {
            let empty = Node.mapping(Node.Mapping([], .implicit, .flow, value.mark))
            inner = Document.node(empty, setting: path.dropFirst(), to: value)
        }
        // The key stands where its value does.
        let key = path.count == 1 || index == nil ? Node.scalar(Node.Scalar(name, .implicit, .plain, value.mark)) : nil
        if let index {
            mapping = Node.Mapping(
                mapping.indices.map {
                    $0 == index ? (key ?? mapping[$0].key, inner) : (mapping[$0].key, mapping[$0].value)
                },
                mapping.tag, mapping.style, mapping.mark)
        } else if let key {
            mapping = Node.Mapping(
                mapping.map { ($0.key, $0.value) } + [(key, inner)], mapping.tag, mapping.style, mapping.mark)
        }
        return .mapping(mapping)
    }

    /// The document as YAML, without the file's comments.
    func text(with overrides: [Override]) -> String {
        let keys = overrides.map { "'\($0.key)'" }.joined(separator: ", ")
        guard let yaml = try? serialize(node: root, width: -1, allowUnicode: true) else {
            fatalError("what was read as YAML can be written as YAML")
        }
        return "# The experiment file with \(keys) set by \(Override.option); its comments are left out.\n\(yaml)"
    }
}
