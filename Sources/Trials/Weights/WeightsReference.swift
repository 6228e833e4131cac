/// Where a network's first parameters come from, as users write it: `FILE.safetensors`, or `FILE.safetensors#prefix` for one of the
/// networks that a file has. What follows the last `#` is the prefix, which may be empty.
package struct WeightsReference: Hashable, Sendable {
    package let path: String
    /// What the tensors' names begin with, as `model.rnn.`; nil where the file is to have one network.
    package let prefix: String?

    package init(path: String, prefix: String? = nil) {
        self.path = path
        self.prefix = prefix
    }

    /// The same network in a file at another path.
    package func movedTo(_ path: String) -> WeightsReference { WeightsReference(path: path, prefix: prefix) }

    package static let allowed = "FILE.safetensors, or FILE.safetensors#prefix, without control characters"
}

extension WeightsReference: CustomStringConvertible {
    package var description: String { prefix.map { "\(path)#\($0)" } ?? (path.contains("#") ? "\(path)#" : path) }

    /// Nil where the text names no file.
    package init?(_ text: String) {
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return nil }
        let sides = text.lastIndex(of: "#").map { (text[..<$0], text[$0...].dropFirst()) }
        path = String(sides?.0 ?? text[...])
        guard !path.isEmpty else { return nil }
        prefix = sides.map { _, prefix in
            prefix.isEmpty || prefix.hasSuffix(".") ? String(prefix) : "\(prefix)."
        }
    }
}
