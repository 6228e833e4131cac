import Glibc

/// The variables of an environment. Bytes, not texts: a value need be no UTF-8, and is handed on as it is.
package struct Variables: Sendable {
    /// `NAME=value`, each with the zero at its end.
    private var entries: [[CChar]] = []

    /// Those that this process was started with: asked for first before it sets any for itself.
    package static let atStart = Variables()

    /// Those of this process.
    package init() {
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let text = next.pointee {
            entries.append(Array(UnsafeBufferPointer(start: text, count: strlen(text) + 1)))
            next += 1
        }
    }

    /// Without those of a name, or, where that ends with `*`, of all names that begin so.
    func dropping(_ name: String) -> Variables {
        let start = (name.hasSuffix("*") ? String(name.dropLast()) : name + "=").utf8.map { CChar(bitPattern: $0) }
        var result = self
        result.entries.removeAll { $0.starts(with: start) }
        return result
    }

    package func setting(_ name: String, to value: String) -> Variables {
        var result = dropping(name)
        result.entries.append(Array("\(name)=\(value)".utf8CString))
        return result
    }

    /// The value of a name; nil where it has none.
    package subscript(name: String) -> String? {
        let start = "\(name)=".utf8.map { CChar(bitPattern: $0) }
        return entries.first { $0.starts(with: start) }.map { entry in
            String(decoding: entry.dropFirst(start.count).dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// As posix_spawn(2) takes them, a copy each, to be freed, and a nil at the end.
    var copies: [UnsafeMutablePointer<CChar>?] { entries.map { strdup($0) } + [nil] }
}
