package import Foundation

/// Where and with what an experiment was measured: environment.json.
package struct Environment: Hashable, Sendable, Codable {
    package var cpuModel: String?
    /// Processors the scheduler may use.
    package var cores: Int
    package var kernel: String
    package var memoryBytes: Int
    package var swiftVersion: String
    package var jemallocVersion: String
    package var jemallocConfiguration: String
    package var blasVersion: String
    package var blasConfiguration: String
    /// Nil outside a git checkout.
    package var commit: String?
    /// Whether tracked or new files other than results differ from the commit; nil outside a git checkout.
    package var dirty: Bool?
    /// ISO 8601, UTC.
    package var startTime: String
    /// ISO 8601, UTC; nil while the experiment runs.
    package var endTime: String?

    package static let fileName = "environment.json"

    private enum CodingKeys: String, CodingKey {
        case cpuModel = "cpu_model"
        case cores
        case kernel
        case memoryBytes = "memory_bytes"
        case swiftVersion = "swift_version"
        case jemallocVersion = "jemalloc_version"
        case jemallocConfiguration = "jemalloc_configuration"
        case blasVersion = "blas_version"
        case blasConfiguration = "blas_configuration"
        case commit
        case dirty
        case startTime = "start_time"
        case endTime = "end_time"
    }

    /// This machine, now.
    ///
    /// - Parameters:
    ///   - checkout: the directory whose commit is recorded.
    ///   - swiftVersion: of the compiler that built this program.
    ///   - jemallocVersion: of the measured process, like the three that follow.
    package init(
        checkout: String = ".", swiftVersion: String = Environment.compiler, jemallocVersion: String,
        jemallocConfiguration: String, blasVersion: String, blasConfiguration: String, start: Date = Date()
    ) {
        cpuModel = Host.cpuModel
        cores = Host.cores
        kernel = Host.kernel
        memoryBytes = Host.memoryBytes
        self.swiftVersion = swiftVersion
        self.jemallocVersion = jemallocVersion
        self.jemallocConfiguration = jemallocConfiguration
        self.blasVersion = blasVersion
        self.blasConfiguration = blasConfiguration
        let state = Checkout.state(of: checkout)
        commit = state?.commit
        dirty = state?.dirty
        startTime = start.ISO8601Format()
    }

    /// Marks the end.
    package mutating func end(_ date: Date = Date()) { endTime = date.ISO8601Format() }

    /// Keys sorted, one a line.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { fatalError("texts and numbers can always be encoded") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Writes environment.json into a directory, in one step.
    package func write(to directory: String) throws(ResultsError) {
        let file = "\(directory)/\(Environment.fileName)"
        do {
            try Data(json.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw .system(file: file, doing: "write it", reason: Environment.reason(error))
        }
    }

    /// Reads environment.json of a directory; nil when there is none.
    package static func read(from directory: String) throws(ResultsError) -> Environment? {
        let file = "\(directory)/\(Environment.fileName)"
        do {
            return try JSONDecoder().decode(Environment.self, from: Data(FileBytes.read(file, limit: 1 << 20)))
        } catch let error as FileBytes.Failure {
            guard case .system(let reason) = error else { throw .malformed(file: file, line: 1, "too large") }
            if access(file, F_OK) != 0 { return nil }
            throw .system(file: file, doing: "read it", reason: reason)
        } catch {
            throw .malformed(file: file, line: 1, "no environment: \(error)")
        }
    }

    /// The system's words, where Foundation wrapped an error of the system.
    private static func reason(_ error: any Error) -> String {
        let inner = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
        return inner.domain == NSPOSIXErrorDomain ? FileBytes.reason(Int32(inner.code)) : "\(error)"
    }
}
