import Experiments
import Files
import Foundation
import Planning

/// Prices under `~/.cache/unroll`, by what they are of: a home directory may be several machines'.
struct PriceCache {
    private let identity: String

    /// - Parameter identity: all that prices depend on, in one line.
    init(of identity: String) { self.identity = identity }

    private static let directory: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/unroll" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.cache/unroll" }
    }()

    private var file: String? {
        PriceCache.directory.map { "\($0)/prices-\(Fingerprint.of(identity)).txt" }
    }

    /// Nil where there are none, or none that can be read.
    func read() -> CostModel? {
        guard let file, let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.first == identity else { return nil }
        return CostModel(words: Array(lines.dropFirst()))
    }

    /// A cache that cannot be written costs a measurement the next time, and nothing else.
    ///
    /// - Returns: why it is not written; nil when it is.
    func write(_ prices: CostModel) -> String? {
        guard let file, let directory = PriceCache.directory else {
            return "neither XDG_CACHE_HOME nor HOME is set"
        }
        do {
            try Folder.make(directory)
            try OutputFile.write(([identity] + prices.words).map { $0 + "\n" }.joined(), to: file)
            return nil
        } catch {
            return "\(error)"
        }
    }
}
