import Experiments
import Quantities
import Shapes
import Trials

/// The losses that trials must have, whichever engine makes the steps: equal losses say that equal work was done.
struct Losses {
    private let sweep: Sweep
    /// unroll's, by ``Trials/Trial/lossReference``; why there is none where it could not be had.
    private var known: [Trial: Result<Double, TrialFailure>]

    init(_ sweep: Sweep, known: [Trial: Double]) {
        self.sweep = sweep
        self.known = known.mapValues { .success($0) }
    }

    /// Those that rows tell.
    static func known(in rows: [Row]) -> [Trial: Double] {
        let own = rows.filter { isOwn($0.trial) && $0.status == .ok }
        return Dictionary(
            own.compactMap { row in row[.loss].map { (row.trial.lossReference, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Of unroll's plain network: what is changed in one may change its loss.
    private static func isOwn(_ trial: Trial) -> Bool {
        trial.engine == .unroll && trial.variant == .plain && trial.updates == 0
    }

    /// Takes in unroll's loss, and holds another engine's against it. Where unroll's is not known yet, unroll-trial computes it.
    ///
    /// - Throws: ``TrialFailure`` where the two are not equal, or one is not there.
    mutating func check(_ measurement: Measurement, of trial: Trial) throws(TrialFailure) {
        let reference = trial.lossReference
        let loss = measurement[.loss]?.number
        guard trial.engine != .unroll else {
            if Losses.isOwn(trial), known[reference] == nil { known[reference] = loss.map { .success($0) } }
            return
        }
        guard let loss else {
            throw TrialFailure(status: .failed, message: "no loss, which alone says that it was the same work")
        }
        let expected: Double
        do throws(TrialFailure) {
            expected = try own(reference).get()
        } catch {
            throw TrialFailure(status: .failed, message: "unroll has no loss to hold it against: \(error)")
        }
        guard trial.isSameWork(loss, as: expected) else {
            throw TrialFailure(
                status: .failed, message: "not the same work: loss \(loss) against \(expected) of engine unroll")
        }
    }

    private mutating func own(_ reference: Trial) -> Result<Double, TrialFailure> {
        if let known = known[reference] { return known }
        let found = Result { () throws(TrialFailure) in try compute(reference) }
        known[reference] = found
        return found
    }

    /// By one step of unroll-trial, whose gradient is held against nothing.
    private func compute(_ reference: Trial) throws(TrialFailure) -> Double {
        let limit = sweep.experiment.limits.time
        let process: TrialProcess
        do throws(SpawnError) {
            process = try sweep.program.measure(
                reference, warmup: 0, reference: Bytes(0), within: Bytes(0), disk: sweep.experiment.disk,
                children: sweep.children)
        } catch {
            throw TrialFailure(status: .failed, message: error.description)
        }
        try process.waitUntilReady(within: limit)
        let measurement = try process.repeatOnce(within: limit)
        try process.finish()
        guard let loss = measurement[.loss]?.number else {
            throw TrialFailure(status: .failed, message: "it has no steps that count")
        }
        return loss
    }
}
