import Files
package import Foundation

/// Where and with what an experiment was measured: environment.json, that of the last run; those of rows by other builds and
/// machines are next to it, as environment.KEY.json.
package struct Environment: Hashable, Sendable, Codable {
    package var cpuModel: String?
    package var hostName: String?
    /// Processors the scheduler may use.
    package var cores: Int
    /// Processors' time that the control group may take in a unit of time; nil for no such limit.
    package var processorQuota: Double?
    package var kernel: String
    /// Of the machine, or what the control group may take when that is less.
    package var memoryBytes: Int
    package var swiftVersion: String
    package var jemallocVersion: String
    package var jemallocConfiguration: String
    package var blasVersion: String
    package var blasConfiguration: String
    /// Of this program.
    package var unrollVersion: String?
    /// A fingerprint of this program, which runs trials and writes rows. Older versions did not note it.
    package var unrollFingerprint: String?
    /// A fingerprint of the measuring program: the same build has the same.
    package var programFingerprint: String?
    /// The commit that this program was built from, or `unknown`. Older versions noted the one of the folder they were started
    /// in, and nil outside a checkout.
    package var commit: String?
    /// Whether tracked or new files other than results differed from the commit when this program was built; nil when that is
    /// unknown.
    package var dirty: Bool?
    /// A fingerprint of what differed, which older versions noted.
    package var differenceFingerprint: String?
    /// The programs of other engines that measured: the engine and a fingerprint of its program; nil where there are none.
    package var engines: [String: String]?
    /// Training steps before the first repetition, where their number was asked for. Older versions noted 1 where it was not.
    package var warmup: Int?
    /// How long they took at least, where no number was asked for.
    package var warmupSeconds: Double?
    /// What distinguishes the builds or machines whose rows are in one file.
    package var mixed: [String]?
    /// ISO 8601, UTC; nil in one that is only kept for its rows.
    package var startTime: String?
    /// ISO 8601, UTC; nil while the experiment runs.
    package var endTime: String?
    /// Where the last run's time went; nil while the experiment runs.
    package var effort: Effort?

    package static let fileName = "environment.json"

    private enum CodingKeys: String, CodingKey {
        case cpuModel = "cpu_model"
        case hostName = "host_name"
        case cores
        case processorQuota = "processor_quota"
        case kernel
        case memoryBytes = "memory_bytes"
        case swiftVersion = "swift_version"
        case jemallocVersion = "jemalloc_version"
        case jemallocConfiguration = "jemalloc_configuration"
        case blasVersion = "blas_version"
        case blasConfiguration = "blas_configuration"
        case unrollVersion = "unroll_version"
        case unrollFingerprint = "unroll_fingerprint"
        case programFingerprint = "program_fingerprint"
        case commit
        case dirty
        case differenceFingerprint = "difference_fingerprint"
        case engines
        case warmup
        case warmupSeconds = "warmup_seconds"
        case mixed
        case startTime = "start_time"
        case endTime = "end_time"
        case effort
    }

    /// This machine, now.
    ///
    /// - Parameters:
    ///   - commit: the one that this program was built from, or `unknown`.
    ///   - dirty: whether anything was not as in that commit.
    ///   - swiftVersion: of the compiler that built this program.
    ///   - jemallocVersion: of the measured process, like the three that follow.
    package init(
        commit: String? = nil, dirty: Bool? = nil, swiftVersion: String = Environment.compiler, jemallocVersion: String,
        jemallocConfiguration: String, blasVersion: String, blasConfiguration: String, start: Date = Date()
    ) {
        self.commit = commit
        self.dirty = dirty
        cpuModel = Host.cpuModel
        hostName = Host.name
        cores = Host.cores
        processorQuota = Host.processorQuota
        kernel = Host.kernel
        memoryBytes = Host.memoryBytes
        self.swiftVersion = swiftVersion
        self.jemallocVersion = jemallocVersion
        self.jemallocConfiguration = jemallocConfiguration
        self.blasVersion = blasVersion
        self.blasConfiguration = blasConfiguration
        startTime = start.ISO8601Format()
    }

    /// Marks the end: never before the start, even where the clock was set back meanwhile.
    package mutating func end(_ date: Date = Date()) { endTime = max(startTime ?? "", date.ISO8601Format()) }

    /// Keys sorted, one a line.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { fatalError("texts and numbers can always be encoded") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Writes environment.json into a directory, in one step.
    package func write(to directory: String, name: String = fileName) throws(ResultsError) {
        do { try OutputFile.write(json, in: directory, as: name) } catch { throw ResultsError(error) }
    }

    /// Reads environment.json of a directory; nil when there is none.
    package static func read(from directory: String, name: String = fileName) throws(ResultsError) -> Environment? {
        let file = "\(directory)/\(name)"
        do {
            let environment = try JSONDecoder().decode(
                Environment.self, from: Data(FileBytes.withoutMark(FileBytes.read(file, limit: 1 << 20))))
            if let fault = environment.fault { throw ResultsError.malformed(file: file, line: 1, fault) }
            return environment
        } catch let error as ResultsError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(file: file, line: 1, Environment.words(for: error))
        } catch let error as FileBytes.Failure {
            guard case .system(let reason) = error else { throw .malformed(file: file, line: 1, "too large") }
            if access(file, F_OK) != 0 { return nil }
            throw .system(file: file, doing: "read it", reason: reason)
        } catch {
            throw .malformed(file: file, line: 1, "no environment: \(error)")
        }
    }
}
