import Quantities
package import Trials

/// A published statement that measurements can bear out or refute.
package struct Claim: Sendable {
    /// The catalogue's: `A1`.
    package let id: String
    /// What it is about, in as few words as a table has room for.
    package let short: String
    /// Who published it.
    package let source: String
    /// The same in a word and a year.
    package let cited: String
    /// What it says, in our words.
    package let statement: String
    /// The published figure; "derived here" where the source's own figure was not read.
    package let published: String
    /// How things are counted.
    package let convention: String
    /// The experiments whose rows it is judged by; all are needed.
    package let experiments: [String]
    /// Where the claim was read. V: in the paper's own text; V2: in a secondary source; D: derived or recomputed here;
    /// M: from memory.
    package let trust: String
    package let tolerance: String
    /// What the results on record say of it.
    package let known: KnownVerdict
    /// Figures without which a row is no evidence.
    let needs: [Figure]
    /// Which rows of the experiments the claim speaks of.
    let concerns: @Sendable (Row) -> Bool
    let judgement: @Sendable (ClaimEvidence) -> Verdict

    /// Whether it is judged by times: the noise of a machine can then leave it open.
    package var isTimed: Bool { needs.contains { $0.unit == .seconds } }

    /// Whether it is judged by programs of other frameworks, which `make engines` makes and nothing else needs.
    package var isOfEngines: Bool { needs.contains(.stepBytes) }

    /// Of every claim that can be judged, in the catalogue's order.
    package static let all: [Claim] = [
        .sharedWeights, .replicatedActivations, .activationsOutweighWeights, .feedForward, .inferenceIsConstant,
        .neededAdjoints, .separateLayers, .windowCapsMemory,
        .fixedStreamsTimesUnroll, .shorterUnrollMoreStreams, .unevenLengths, .coveredFrames, .onlineCTC,
        .overlappingWindows, .halfWindowCTC,
        .sublinearMemory, .oneExtraForward, .deepNetworks, .halving, .inPlaceGradients,
        .binomialCounts, .hiddenOrInternalStates, .oneThirdMoreTime, .boundedRecomputation, .mixedStates,
        .constantMemory, .binomialBeatsBisection, .unknownLength,
        .truncationBias, .shortLags, .lagsBeyondTheWindow, .unbiasedTruncation, .biasBound, .adaptiveWindows,
        .forwardIsExact, .forwardGrowth, .forwardCrossing, .diagonalCost, .elementwiseTraces, .forwardBlocks,
        .unbiasedSensitivities, .curseOfMemory, .approximationOrder,
        .forgottenBits, .reversibleCrossing,
        .batchedInputs, .fusedGates, .arithmeticIntensity,
        .unbiasedRecords, .halfRecords,
        .minimalParameters,
        .parallelScanMemory, .selectiveScanMemory, .forwardModeMemory, .parallelScanSpeed,
    ]

    /// The claim of this id, in upper or lower case.
    package static func named(_ id: String) -> Claim? { all.first { $0.id == id.uppercased() } }

    /// Repetitions without which a time is no evidence: the interval of fewer covers the median with less than 93 %.
    static let leastRepetitions = 5

    /// Judges what builds measured each by itself, and by times what machines did. One that refutes decides; those with too little
    /// evidence leave nothing open where another has enough.
    private func judge(apart evidence: [String: [Row]]) -> Verdict {
        let isTimed = needs.contains { $0.unit == .seconds }
        func place(_ row: Row) -> [String] { [row.origin.build] + (isTimed ? [row.origin.machine] : []) }
        let places = evidence.mapValues { rows in rows.map(place).orderedSet }
        let mixed = experiments.filter { (places[$0]?.count ?? 0) > 1 }
        guard !mixed.isEmpty else {
            let verdict = judgement(ClaimEvidence(evidence))
            let isAskedFor = evidence.values.contains { Mixture($0)?.isAskedFor ?? false }
            return isAskedFor ? verdict.noting("across builds or machines, as --mix-builds asks") : verdict
        }
        let all = mixed.flatMap { places[$0] ?? [] }.orderedSet
        let verdicts = all.compactMap { own -> Verdict? in
            // An experiment of a single build goes with each.
            let part = evidence.mapValues { rows in
                rows.map(place).orderedSet.count > 1 ? rows.filter { place($0) == own } : rows
            }
            return part.values.allSatisfy { !$0.isEmpty } ? judgement(ClaimEvidence(part)) : nil
        }
        let order: [Verdict.Outcome] = [.notReproduced, .reproduced, .inconclusive]
        let deciding = order.lazy.compactMap { outcome in verdicts.first { $0.outcome == outcome } }.first
        let remark = "rows of \(all.count) builds or machines, each judged by itself"
        guard let deciding else {
            return Verdict(.inconclusive, "no build or machine has rows of all experiments").noting(remark)
        }
        let agreeing = verdicts.count { $0.outcome == deciding.outcome }
        return deciding.noting("\(remark): \(agreeing) \(deciding.outcome.rawValue)")
    }

    /// Judges the claim by rows of its experiments, by name; other experiments are ignored. Rows that did not end well
    /// or lack a figure are no evidence: they refute nothing, but while there are any, nothing is reproduced.
    package func judge(_ rows: [String: [Row]]) -> Verdict {
        var evidence: [String: [Row]] = [:]
        var gaps = 0
        for experiment in experiments {
            let concerned = (rows[experiment] ?? []).filter(concerns)
            let complete = concerned.filter { row in
                row.status == .ok && needs.allSatisfy { row[$0] != nil }
            }
            gaps += concerned.count - complete.count
            guard !complete.isEmpty else {
                return Verdict(
                    .inconclusive, "no evidence: experiment '\(experiment)' has no row that is ok and complete",
                    hasEvidence: false)
            }
            evidence[experiment] = complete
        }
        let verdict = judge(apart: evidence)
        return gaps == 0 ? verdict : verdict.leftOpen(by: "\(counted(gaps, "row")) failed or incomplete")
    }
}
