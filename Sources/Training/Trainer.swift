package import Kernels
import Networks
import Quantities
import Schedules
import Shapes
package import Trials

/// A training: one update after the other, each a training step under the trial's strategy on its own data, then the
/// optimiser; or the optimiser at every stride, with the gradient of the mean loss over the stride's elements that count. Where
/// none count nothing changes, and that is no update of the optimiser's.
///
/// Bits depend on the seed alone: neither the number of threads nor a strategy that sums as full unrolling does
/// (``Strategy/Summation/chain``) changes any, and a training that is resumed from a checkpoint is the one that was
/// never stopped.
package final class Trainer<S: Scalar> {
    let session: Session<S>
    package internal(set) var curve = Curve()
    /// What is other than it was before the checkpoint that the training was resumed from, and was there.
    package internal(set) var adjustments: [(factor: Factor, before: String)] = []
    /// Sums over the updates made here.
    private var total = Pass()
    private var optimizing = Duration.zero
    private var made = 0
    /// Forward steps that are predicted of the estimates made here.
    private var estimated = 0
    /// Why there are no more updates.
    private(set) var failure: TrainingError?

    /// Before the first update: parameters as the trial says.
    ///
    /// - Throws: ``WeightsError`` where the file of weights is no longer what it was.
    package init(_ session: Session<S>) throws(WeightsError) {
        self.session = session
        try session.network.initialize(for: session.trial)
        session.optimizer.restart()
    }

    /// One update.
    ///
    /// - Throws: ``TrainingError`` when a number is not finite, ``StateFileError``; ``TaskDataError`` when the task's file was written to
    ///   meanwhile. The training is over then: the parameters are those that the error says, and no update or checkpoint follows.
    package func update() throws -> TrainingUpdate {
        if let failure { throw failure }
        let clock = ContinuousClock()
        let start = clock.now
        let executor = session.executor
        let changesAtStrides = session.trial.changesAtStrides
        executor.advance(to: curve.count)
        try estimateWindow()
        let all = Double(executor.elements)
        var norm: Double?
        var used = 0
        // The loss is a mean over the elements of all T steps. A stride's part of it, times their number over that of the stride's
        // own, is the mean over the stride's.
        func change(_ reached: Executor<S>.Reached) -> Bool {
            guard reached.loss.isFinite else {
                fail(.loss, after: reached.steps)
                return false
            }
            do throws(NotFinite) {
                let share = changesAtStrides ? all / Double(reached.elements - used) : 1
                norm = try session.optimizer.update(scaling: share)
            } catch {
                fail(.number(error), after: reached.steps)
            }
            used = reached.elements
            return failure == nil
        }
        // Of what is drawn every update has its own draw.
        let schedule = (session.schedule as? any DrawnSchedule)?.drawn(curve.count) ?? session.schedule
        let pass = try executor.run(schedule, change: changesAtStrides ? change : nil)
        if let failure { throw failure }
        try session.expectUnchangedData()
        let end = clock.now
        let reached = Executor<S>.Reached(steps: session.trial.length, elements: pass.elements, loss: pass.loss)
        // Where no loss has entered there is nothing to learn, and a rule with moments would move all the same.
        if pass.elements > used { _ = change(reached) }
        if let failure { throw failure }
        let now = clock.now

        curve.append(loss: pass.loss, quality: pass.quality)
        total.add(pass)
        optimizing += now - end + pass.changing
        total.wall += (now - start) - pass.wall
        made += 1
        let recent = curve.mean(ofLast: TrainingUpdate.recent)
        return TrainingUpdate(
            update: curve.count - 1, loss: pass.loss, quality: pass.quality, gradientNorm: norm,
            wallSeconds: (now - start).inSeconds,
            window: session.estimate?.window, recentLoss: recent.loss ?? pass.loss,
            recentQuality: recent.quality)
    }

    /// Estimates the window again, on the update's data, where it is time to.
    ///
    /// - Throws: ``StateFileError``, never: nothing goes to disk.
    private func estimateWindow() throws(StateFileError) {
        guard let adaptation = session.trial.strategy.adaptation, curve.count.isMultiple(of: adaptation.every),
            let estimate = try session.adapt(adaptation)
        else { return }
        // Its time is in the update's.
        total.addWork(of: estimate.pass)
        estimated += estimate.predictedForwardSteps
    }

    /// Loss and quality on sequences that no update sees.
    package struct HeldOut: Sendable {
        /// The mean over what counts: elements or, with CTC, sequences; nil where the sequences are not of a file.
        package var loss: Double?
        package var quality: Double?
    }

    /// Loss and quality on sequences that no update sees, B at a time, with the parameters as they are; nil where the task has no
    /// such. They are gone through as the trial says, but what is asked for comes of outputs alone, which no strategy changes.
    ///
    /// - Throws: ``StateFileError``.
    package func heldOut() throws -> HeldOut {
        let (trial, executor) = (session.trial, session.executor)
        // Streams of the held-out data leave their own state.
        let carried = executor.carriedState.map { Array($0) }
        defer {
            for (state, values) in zip(executor.carriedState, carried) { _ = state.update(fromContentsOf: values) }
        }
        var (labels, errors, counted, loss, quality) = (0, 0, 0.0, 0.0, 0.0)
        for first in stride(from: 0, to: session.source.heldOutCount, by: trial.batch) {
            guard let data = session.source.heldOut(from: first) else { return HeldOut() }
            executor.advance(to: data)
            let pass = try executor.run(session.schedule)
            labels += pass.labels
            errors += pass.labelErrors
            let share = Double(network.alignment == nil ? pass.elements : pass.endedSequences + data.skippedSequences)
            counted += share
            if share > 0 { (loss, quality) = (loss + share * pass.loss, quality + share * (pass.quality ?? 0)) }
        }
        let isOfFile = trial.validation > 0 && counted > 0
        var found = HeldOut(loss: isOfFile ? loss / counted : nil)
        if network.alignment != nil {
            found.quality = labels > 0 ? Double(errors) / Double(labels) : nil
        } else if isOfFile, trial.task.quality != nil {
            found.quality = quality / counted
        }
        return found
    }

    private var network: Network<S> { session.network }

    /// The training so far: loss and quality of its last tenth; times and steps of the updates made here, bytes of one.
    package var figures: Measurement {
        var row = session.figures(of: total, passes: made, estimated: estimated)
        row[.loss] = curve.end.loss.map(Value.real)
        row[.quality] = curve.end.quality.map(Value.real)
        row[.optimizerSeconds] = .real(optimizing.inSeconds)
        return row
    }
}

extension Trainer {
    private func fail(_ cause: TrainingError.Cause, after steps: Int) {
        let length = session.trial.length
        let within = session.trial.changesAtStrides ? TrainingError.Within(steps: steps, length: length) : nil
        failure = .diverged(update: curve.count, within, cause)
    }
}

extension Measurement {
    /// Adds what a training came to on sequences that it had not seen.
    package mutating func take<S>(_ heldOut: Trainer<S>.HeldOut) {
        self[.heldOutQuality] = heldOut.quality.map(Value.real)
        self[.heldOutLoss] = heldOut.loss.map(Value.real)
    }
}

extension Pass {
    /// Sums of everything that adds up.
    fileprivate mutating func add(_ other: Pass) {
        forwardSteps += other.forwardSteps
        recomputedSteps += other.recomputedSteps
        backwardSteps += other.backwardSteps
        injections += other.injections
        elements += other.elements
        frames += other.frames
        endedSequences += other.endedSequences
        endedFrames += other.endedFrames
        framesByEnd += other.framesByEnd
        framesByExpectation += other.framesByExpectation
        wall += other.wall
        forward += other.forward
        recompute += other.recompute
        backward += other.backward
        io += other.io
    }
}
