import Quantities
package import Trials

/// The same trials in several versions of the results, oldest first: what `unroll history` shows.
///
/// Each version is held against the one before it, and of more than two the last against the first: what each step changed, and
/// what small steps come to. Bytes and steps are compared exactly, see ``ResultsDifference``; times by ``TimeChange``.
package struct History: Hashable, Sendable {
    /// The results at one time.
    package struct Version: Hashable, Sendable {
        /// A folder or a commit.
        package let name: String
        package let rows: [Row]

        package init(name: String, rows: [Row]) { (self.name, self.rows) = (name, rows) }
    }

    /// One trial from one version to another.
    package struct Line: Hashable, Sendable {
        package let from: String
        package let to: String
        package let experiment: String
        package let trial: Trial
        package let peakBefore: Double?
        package let peak: Double?
        /// What is not equal, in words.
        package let differences: [String]
        package let time: TimeChange?
        package let findings: [Finding]

        package var isWorse: Bool { findings.contains(where: \.isWorse) }
    }

    /// What may be said of a trial from one version to another.
    package enum Finding: String, CaseIterable, Hashable, Sendable {
        case failed, grew, slower, shrank, faster, changed, new, gone

        /// Sets the exit code.
        package var isWorse: Bool { self == .failed || self == .grew || self == .slower }
    }

    package let versions: [Version]
    package let lines: [Line]
    package let varied: [Factor]
    package let baseline: Baseline

    /// - Parameters:
    ///   - versions: two at least, the oldest first.
    ///   - tolerance: by how much more than as long a trial may take, as a part of the time before, when all of its interval is
    ///     above that.
    /// - Throws: ``BaselineError`` when the baseline's name stands for several strategies of one group.
    package init(
        _ versions: [Version], baseline: Baseline = .full, tolerance: Double
    ) throws(BaselineError) {
        precondition(versions.count > 1, "a history has two versions")
        self.versions = versions
        self.baseline = baseline
        varied = versions.flatMap(\.rows).variedFactors
        var pairs = Array(zip(versions, versions.dropFirst()))
        if versions.count > 2 { pairs.append((versions[0], versions[versions.count - 1])) }
        var lines: [Line] = []
        for (before, after) in pairs {
            let difference = try ResultsDifference(before.rows, after.rows, baseline: baseline)
            lines += difference.lines.map { Line($0, from: before.name, to: after.name, tolerance: tolerance) }
        }
        self.lines = lines
    }

    /// Whether nothing grew, took longer or failed.
    package var isGood: Bool { !lines.contains(where: \.isWorse) }

    /// A sentence for each pair of versions.
    package var summary: [String] {
        var pairs: [(from: String, to: String, lines: [Line])] = []
        for line in lines {
            if pairs.last.map({ $0.from == line.from && $0.to == line.to }) ?? false {
                pairs[pairs.count - 1].lines.append(line)
            } else {
                pairs.append((line.from, line.to, [line]))
            }
        }
        return pairs.map { pair in
            let counts = Finding.allCases.compactMap { finding in
                let count = pair.lines.count { $0.findings.contains(finding) }
                return count > 0 ? "\(count) \(finding.rawValue)" : nil
            }
            let same = pair.lines.count(where: \.findings.isEmpty)
            let all = (same > 0 ? ["\(same) the same"] : []) + counts
            return "\(pair.from) to \(pair.to): \(counted(pair.lines.count, "trial")), "
                + all.joined(separator: ", ") + "."
        }
    }

    /// Trials in both versions whose times could not be compared, which is no praise of them.
    package var withoutTime: Int {
        lines.count { line in
            line.time?.interval == nil && line.peak != nil && line.peakBefore != nil
        }
    }
}

extension History.Line {
    fileprivate init(_ line: ResultsDifference.Line, from: String, to: String, tolerance: Double) {
        self.from = from
        self.to = to
        experiment = line.experiment
        trial = line.trial
        let (before, after) = (line.before.succeeded, line.after.succeeded)
        peakBefore = before.largest(.peakBytes)
        peak = after.largest(.peakBytes)
        let isInBoth = !line.before.isEmpty && !line.after.isEmpty
        differences = isInBoth ? line.differences : []
        time = isInBoth ? TimeChange(line) : nil
        findings = History.Line.findings(line, time, tolerance: tolerance)
    }

    /// In the order in which they matter.
    private static func findings(
        _ line: ResultsDifference.Line, _ time: TimeChange?, tolerance: Double
    ) -> [History.Finding] {
        guard !line.before.isEmpty else {
            return line.after.contains { $0.status != .ok } ? [.failed, .new] : [.new]
        }
        guard !line.after.isEmpty else { return [.gone] }
        var findings: [History.Finding] = []
        let (before, after) = (line.before.succeeded, line.after.succeeded)
        // One repetition is enough, where none failed before.
        if before.count == line.before.count, after.count < line.after.count { findings.append(.failed) }
        func grows(_ figure: Figure) -> Bool {
            guard let one = before.largest(figure), let other = after.largest(figure) else { return false }
            return other > one
        }
        let bytes = [Figure.peakBytes, .diskBytes]
        if bytes.contains(where: grows) { findings.append(.grew) }
        if let interval = time?.interval, interval.low > 1 + tolerance { findings.append(.slower) }
        if let one = before.largest(.peakBytes), let other = after.largest(.peakBytes), other < one {
            findings.append(.shrank)
        }
        if let interval = time?.interval, interval.high < 1 / (1 + tolerance) { findings.append(.faster) }
        let isExplained = findings.contains { [.failed, .grew, .shrank].contains($0) }
        if !line.differences.isEmpty, !isExplained { findings.append(.changed) }
        return findings
    }
}
