package import Foundation

/// Where and with what an experiment was measured: environment.json.
package struct Environment: Hashable, Sendable, Codable {
    package var cpuModel: String?
    package var hostName: String?
    /// Processors the scheduler may use.
    package var cores: Int
    package var kernel: String
    package var memoryBytes: Int
    package var swiftVersion: String
    package var jemallocVersion: String
    package var jemallocConfiguration: String
    package var blasVersion: String
    package var blasConfiguration: String
    /// Of this program.
    package var unrollVersion: String?
    /// A fingerprint of the measuring program: the same build has the same.
    package var programFingerprint: String?
    /// Nil outside a git checkout.
    package var commit: String?
    /// Whether tracked or new files other than results differ from the commit; nil outside a git checkout.
    package var dirty: Bool?
    /// A fingerprint of what differs; nil when nothing does.
    package var differenceFingerprint: String?
    /// Training steps before the first repetition.
    package var warmup: Int?
    /// What tells apart the builds or machines whose rows stand together because somebody asked for it.
    package var mixed: [String]?
    /// ISO 8601, UTC.
    package var startTime: String
    /// ISO 8601, UTC; nil while the experiment runs.
    package var endTime: String?
    /// Where the last run's time went; nil while the experiment runs.
    package var effort: Effort?

    package static let fileName = "environment.json"

    private enum CodingKeys: String, CodingKey {
        case cpuModel = "cpu_model"
        case hostName = "host_name"
        case cores
        case kernel
        case memoryBytes = "memory_bytes"
        case swiftVersion = "swift_version"
        case jemallocVersion = "jemalloc_version"
        case jemallocConfiguration = "jemalloc_configuration"
        case blasVersion = "blas_version"
        case blasConfiguration = "blas_configuration"
        case unrollVersion = "unroll_version"
        case programFingerprint = "program_fingerprint"
        case commit
        case dirty
        case differenceFingerprint = "difference_fingerprint"
        case warmup
        case mixed
        case startTime = "start_time"
        case endTime = "end_time"
        case effort
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
        hostName = Host.name
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
        dirty = state.map { $0.difference != nil }
        differenceFingerprint = state?.difference
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
    package func write(to directory: String, name: String = fileName) throws(ResultsError) {
        try WholeFile.write(json, to: "\(directory)/\(name)")
    }

    /// Reads environment.json of a directory; nil when there is none.
    package static func read(from directory: String, name: String = fileName) throws(ResultsError) -> Environment? {
        let file = "\(directory)/\(name)"
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
}

/// Where the time of a run went, in seconds.
package struct Effort: Hashable, Sendable, Codable {
    /// The timed training steps.
    package var training: Double
    /// Starting processes, self-tests, the evidence on the gradient, warm-up and the audited step.
    package var preparation: Double
    /// All of it.
    package var wall: Double

    package init(training: Double, preparation: Double, wall: Double) {
        self.training = training
        self.preparation = preparation
        self.wall = wall
    }

    private enum CodingKeys: String, CodingKey {
        case training = "training_seconds"
        case preparation = "preparation_seconds"
        case wall = "wall_seconds"
    }

    /// The timed part of what is not preparation; nil when there is nothing.
    package var share: Double? {
        let rest = wall - preparation
        return rest > 0 && training > 0 ? training / rest : nil
    }
}
