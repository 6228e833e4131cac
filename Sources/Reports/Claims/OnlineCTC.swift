import Quantities
import Schedules
import Trials

extension Claim {
    /// B5: CTC-TR and CTC-EM together.
    package static let onlineCTC = Claim(
        id: "B5", short: "every frame learned from once",
        source: hwang + ", algorithm 2", cited: "Hwang & Sung 2016",
        statement:
            "CTC-TR, where a sequence's end is at hand, and CTC-EM, where it is not, use the error of every frame once; a window "
            + "that holds the whole sequence is the usual CTC.",
        published: "each frame once; h ≥ T: standard CTC",
        convention:
            "streams: frames by CTC-TR and by CTC-EM against B·T; sequences of at most h frames: gradient against full unrolling's, "
            + "‖g − g*‖/‖g*‖",
        experiments: [experiment],
        trust: "V",
        tolerance: "once each, exactly; gradient ≤ 1e-6",
        known: .reproduced,
        needs: [.trFrames, .emFrames, .sequenceFrames, .gradientRelativeError],
        concerns: { isInStream($0) || holdsAll($0) },
        judgement: { evidence in
            let rows = evidence.rows(experiment)
            let streams = rows.filter(isInStream)
            guard streams.contains(where: { $0[.trFrames]! > 0 && $0[.emFrames]! > 0 }) else {
                return Verdict(.inconclusive, "no stream that has frames of both kinds")
            }
            for row in streams {
                let used = row[.trFrames]! + row[.emFrames]!
                guard Int(used) == row.trial.batch * row.trial.length, used == row[.sequenceFrames] else {
                    return Verdict(
                        .notReproduced,
                        "\(plain(used)) frames of \(row.trial.batch * row.trial.length) (\(row.trial.network), "
                            + "\(row.trial.strategy))", value: used - Double(row.trial.batch * row.trial.length))
                }
            }
            let whole = rows.filter(holdsAll)
            guard let farthest = whole.map({ $0[.gradientRelativeError]! }).max() else {
                return Verdict(.inconclusive, "no window that holds the whole sequence")
            }
            return Verdict(
                farthest <= 1e-6 ? .reproduced : .notReproduced,
                "once each in \(counted(streams.count, "row")); gradient \(farthest == 0 ? "equal" : "off by \(farthest)") in "
                    + "\(counted(whole.count, "row")) of h ≥ T", value: farthest)
        })

    private static let experiment = "frames-once"

    @Sendable private static func isInStream(_ row: Row) -> Bool {
        guard row.trial.task.usesExpectation == true, row.trial.strategy.name == "truncated" else {
            return false
        }
        return true
    }

    @Sendable private static func holdsAll(_ row: Row) -> Bool {
        guard row.trial.task == .labelling, let window = row.trial.strategy.truncated?.window else { return false }
        return window >= row.trial.length
    }
}
