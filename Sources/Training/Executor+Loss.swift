import Kernels
import Memory
import Networks
import Schedules
import Shapes

// Where the loss enters.
extension Executor {
    /// CTC's variables of a pass: of all steps, or of those that a window reaches.
    func beginAlignment(_ schedule: any Schedule) {
        guard let utterances = source.utterances else { return }
        network.keepAlignment(of: schedule.losses == .oldest ? schedule.records : length)
        do {
            try network.alignment!.begin(
                utterances, length: length, usesExpectation: source.usesExpectation, skipped: source.skippedSequences)
        } catch {
            // No task gives its frames more labels than they can have: see `LabelledSequences/labels(in:)`, `FileSequences`.
            preconditionFailure("\(error)")
        }
    }

    /// The head and the loss of a bidirectional network, the last block of times first. CTC goes over all of them forward
    /// before.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func computeLoss() {
        let blocks = network.blocks(of: 0..<length)
        if network.alignment != nil { for times in blocks.reversed() { network.align(times) } }
        for times in blocks {
            let due = source.counted(of: times)
            enter(
                network.computeLoss(at: times, injecting: network.alignment == nil ? due : times) {
                    differentiate($1, at: $0, isDue: due.contains($0))
                }, due: due)
        }
        isLossComputed = true
    }

    /// Adds what each step that counts has to the loss, last step first. Step by step, so that every schedule adds the same
    /// numbers in the same order.
    ///
    /// - Parameter due: those of the steps whose loss is a step's own.
    func enter(_ errors: [Double], due: Range<Int>) {
        pass.injections += errors.count
        pass.elements += source.elements(of: due)
        for error in errors { pass.loss += error }
    }

    /// y ← ∂L/∂y of a step, [B, O].
    ///
    /// - Returns: the step's loss, unweighted.
    func differentiate(_ outputs: Matrix<S>, at step: Int, isDue: Bool) -> Double {
        if let alignment = network.alignment {
            alignment.backward(outputs, at: step, isDue: isDue, rows: 0..<outputs.rows)
            return 0
        }
        let targets = network.head.targets.start
        source.target(at: step, into: targets)
        score += source.score(outputs, against: targets, at: step)
        return network.head.differentiate(outputs, weight: source.weight)
    }
}
