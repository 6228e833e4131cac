import ArgumentParser
import Experiments
import Quantities
import Runner

/// How shards become tasks of a job array.
struct SlurmOptions: ParsableArguments {
    @Option(
        help: "Tasks of the job array; one for each group of trials measured in turn when not given, at most 64.",
        transform: wholeNumber)
    var shards: Int?
    @Option(help: "The partition.") var partition: String?
    @Option(name: .customLong("at-most"), help: "Tasks that run at once.", transform: wholeNumber) var atMost: Int?
    @Option(
        help: ArgumentHelp("An option handed to sbatch as it is, such as --sbatch=--qos=low.", valueName: "option"))
    var sbatch: [String] = []
    @Flag(name: .customLong("no-wait"), help: "Submit and end; 'unroll merge' joins the shards later.")
    var doesNotWait =
        false
    @Option(
        name: .customLong("retry-memory"),
        help: ArgumentHelp("Run what was out of memory once more, with this limit.", valueName: "bytes"),
        transform: { text in
            guard let bytes = Bytes(text), bytes.count > 0 else { throw ValidationError("allowed: \(Bytes.allowed)") }
            return bytes
        })
    var retryMemory: Bytes?
    @Option(help: "How often a shard is submitted before it is given up.", transform: wholeNumber) var attempts: Int?

    func validate() throws {
        for (name, value) in [("shards", shards), ("at-most", atMost), ("attempts", attempts)] {
            if let value, !(1...Shard.largestCount).contains(value) {
                throw ValidationError(
                    "'\(name)' is '\(value)'; allowed: a whole number from 1 to \(Shard.largestCount)")
            }
        }
        for option in sbatch {
            guard let own = SlurmOptions.own.first(where: { SlurmOptions.names(option, $0.long, $0.short) }) else {
                continue
            }
            throw ValidationError("'--sbatch=\(option)': \(own.long) is not for this command to hand on: \(own.reason)")
        }
    }

    /// What is decided here, and would be lost if it were decided twice.
    private static let own = [
        (long: "--job-name", short: "-J", reason: "each job has its own name, by which it is found again"),
        (long: "--array", short: "-a", reason: "the tasks are the shards"),
        (long: "--wait", short: "-W", reason: "without '--no-wait' this command waits for the job itself"),
        (long: "--wrap", short: "", reason: "what a task does is measuring its shard"),
        (long: "--test-only", short: "", reason: "'--dry-run' shows what would be measured"),
    ]

    /// Whether a word is an option of sbatch, which takes the start of a long one for all of it.
    private static func names(_ word: String, _ long: String, _ short: String) -> Bool {
        let name = word.prefix { $0 != "=" }
        if word.hasPrefix("--") { return name.count > 4 && long.hasPrefix(name) || name == long }
        return !short.isEmpty && word.hasPrefix(short)
    }

    var request: SlurmRequest {
        var request = SlurmRequest()
        (request.shards, request.partition, request.atMost) = (shards, partition, atMost)
        (request.sbatch, request.doesNotWait, request.retryMemory) = (sbatch, doesNotWait, retryMemory)
        if let attempts { request.attempts = attempts }
        return request
    }

    /// - Throws: when anything is given that means nothing on this machine alone.
    func expectUnused() throws {
        let given: [(String, Bool)] = [
            ("--shards", shards != nil), ("--partition", partition != nil), ("--at-most", atMost != nil),
            ("--sbatch", !sbatch.isEmpty), ("--no-wait", doesNotWait), ("--retry-memory", retryMemory != nil),
            ("--attempts", attempts != nil),
        ]
        if let (name, _) = given.first(where: \.1) { throw ValidationError("'\(name)' needs '--executor slurm'") }
    }
}
