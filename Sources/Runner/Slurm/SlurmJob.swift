/// A job array, and what tells it from another that has its number later or elsewhere.
package struct SlurmJob: Hashable, Sendable {
    package let number: Int
    /// Nil for the cluster that Slurm's commands speak of by themselves.
    package let cluster: String?
    /// Unlike that of any other job.
    package let name: String
    /// When it was submitted, in seconds since 1970.
    package let submitted: Int

    package init(number: Int, cluster: String?, name: String, submitted: Int) {
        self.number = number
        self.cluster = cluster
        self.name = name
        self.submitted = submitted
    }

    /// As `sbatch --parsable` says it.
    package var text: String { "\(number)" + (cluster.map { ";\($0)" } ?? "") }

    /// Whether a line of squeue is of this job.
    func owns(_ task: Slurm.Task) -> Bool { task.number == number && isNamed(task) }

    /// Whether a line of squeue is of a job of this name that is not older. The time of a task that waits again, as after
    /// preemption, is later.
    func isNamed(_ task: Slurm.Task) -> Bool { task.name == name && task.submitted.map { $0 >= submitted } ?? true }

    /// Reads `N` or `N;CLUSTER`.
    package static func number(of text: some StringProtocol) -> (number: Int, cluster: String?)? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let number = positive(parts[0]) else { return nil }
        guard parts.count == 2 else { return (number, nil) }
        return isName(parts[1]) ? (number, String(parts[1])) : nil
    }

    /// The number in what sbatch prints: the last line that is one, in either of its two ways. A site's own lines may stand
    /// before and after.
    package static func number(in answer: String) -> (number: Int, cluster: String?)? {
        for line in answer.split(whereSeparator: \.isNewline).reversed() {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count == 1, let found = number(of: words[0]) { return found }
            guard words.count == 4 || words.count == 7, words.prefix(3).elementsEqual(["Submitted", "batch", "job"]),
                let number = positive(words[3])
            else { continue }
            if words.count == 4 { return (number, nil) }
            if words[4...5].elementsEqual(["on", "cluster"]), isName(words[6]) { return (number, String(words[6])) }
        }
        return nil
    }

    private static func positive(_ digits: some StringProtocol) -> Int? {
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits), number > 0 else {
            return nil
        }
        return number
    }

    /// Of a cluster: what may be a word of a command.
    private static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
            } && !text.hasPrefix("-")
    }
}
