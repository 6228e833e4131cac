import Foundation
import Glibc
import Machine
import Quantities

/// What /proc and uname say of this machine.
package enum Host {
    /// The processor's name; nil where /proc/cpuinfo has none.
    package static var cpuModel: String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") })
        else { return nil }
        return line.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// What the machine calls itself in the network.
    package static var name: String? {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? nil : name
    }

    /// Processors that this process may keep busy.
    package static var cores: Int { SystemLimits().processors.value }

    /// Processors' time that this process's control groups give it in a unit of time; nil where nothing limits it.
    package static var processorQuota: Double? { SystemLimits.processorQuota() }

    /// Name and release, as `uname -sr`.
    package static var kernel: String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(names.sysname)) \(text(names.release))"
    }

    /// The machine's memory, or what this process's control groups and resource limits leave of it when that is less.
    package static var memoryBytes: Int { SystemLimits().memoryLimit.value }

    /// The same with the place of the limit, where it is not the machine.
    package static var memory: String {
        let limits = SystemLimits().memory
        return Bytes(limits[0].value).description + (limits.count > 1 ? " (\(limits[0].source))" : "")
    }
}

extension Environment {
    /// The compiler's version, as far as a program can ask for it.
    package static var compiler: String {
        #if swift(>=6.4)
            "6.4 or newer"
        #elseif swift(>=6.3)
            "6.3"
        #elseif swift(>=6.2)
            "6.2"
        #else
            "older than 6.2"
        #endif
    }
}
