import Experiments
import Foundation
package import Quantities
import Trials

/// How shards become tasks of a job array.
package struct SlurmRequest: Hashable, Sendable {
    /// How many; nil for one for each group of trials measured in turn, at most ``mostShards``.
    package var shards: Int?
    package var partition: String?
    /// Tasks that run at once; nil for as many as there are.
    package var atMost: Int?
    /// Options handed to sbatch as they are.
    package var sbatch: [String] = []
    /// Nothing is waited for.
    package var doesNotWait = false
    /// What was out of memory runs once more, with this limit.
    package var retryMemory: Bytes?
    /// How often a shard is submitted before it is given up.
    package var attempts = 3

    package static let mostShards = 64

    package init() {}

    /// The clusters that sbatch is asked for, as it finds them: by its options, or by its variables; nil for its own.
    var clusters: String? {
        let given = sbatch.compactMap { word -> String? in
            if word.hasPrefix("-M") { return String(word.dropFirst(2)) }
            guard let equals = word.firstIndex(of: "="), word.count > 5 else { return nil }
            return "--clusters".hasPrefix(word[..<equals]) && word.hasPrefix("--cl")
                ? String(word[word.index(after: equals)...]) : nil
        }
        let environment = ProcessInfo.processInfo.environment
        let found = given.last ?? environment["SBATCH_CLUSTERS"] ?? environment["SLURM_CLUSTERS"]
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The options of sbatch.
    ///
    /// - Parameters:
    ///   - shards: the numbers of the tasks.
    ///   - memory: what a trial may take; nil for the experiment's limit.
    func arguments(
        _ experiment: Experiment, directory: String, shards: [Shard], memory: Bytes?
    ) -> [String] {
        let numbers = shards.map { String($0.index) }.joined(separator: ",")
        let count = shards.first?.count ?? 1
        // In a file's name Slurm takes `%` for the begin of a pattern.
        let place = directory.replacingOccurrences(of: "%", with: "%%")
        var options = [
            "--array=\(numbers)" + (atMost.map { "%\($0)" } ?? ""),
            "--output=\(place)/slurm.%a-of-\(count).log", "--open-mode=append", "--requeue", "--nodes=1",
            "--ntasks=1",
            "--cpus-per-task=\(experiment.trials.map(\.threads).max() ?? 1)",
        ]
        if let partition { options.append("--partition=\(partition)") }
        if let memory = memory ?? experiment.limits.memory {
            // Tensors as predicted, a quarter for what jemalloc keeps, and the programs themselves.
            options.append("--mem=\((memory.count + memory.count / 4 + 512 << 20) >> 20)M")
        }
        if let time = experiment.limits.time {
            // The most the largest shard may take: every preparation and every repetition up to its limit.
            let trials = shards.map { $0.trials(of: experiment.trials).count }.max() ?? 0
            let seconds = time.inSeconds * Double(trials * (experiment.repetitions + 1)) + 60
            options.append("--time=\(Int((seconds / 60).rounded(.up)))")
        }
        return options + sbatch
    }
}
