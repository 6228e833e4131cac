import Foundation
import Machine

/// A made-up /proc and /sys, gone with the value.
final class Tree {
    private let root = FileManager.default.temporaryDirectory.path + "/unroll-" + UUID().uuidString

    init(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = URL(fileURLWithPath: root + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var files: SystemFiles { SystemFiles(root: root) }

    /// The limits that are read there.
    func limits(_ resources: [Resource: Int] = [:], affinity: Int = 16) -> SystemLimits {
        SystemLimits(files: SystemFiles(root: root), resources: { resources[$0] }, affinity: { affinity })
    }
}
