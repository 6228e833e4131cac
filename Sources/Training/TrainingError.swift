package import Networks

/// A number that is not finite, where training or a training step ends.
package enum TrainingError: Error, Hashable, CustomStringConvertible {
    /// What is not finite.
    package enum Cause: Hashable, Sendable {
        case loss
        case number(NotFinite)
    }

    /// How far an update had come whose parameters change at strides.
    package struct Within: Hashable, Sendable {
        package let steps: Int
        /// T.
        package let length: Int
    }

    /// Of a training; `within` where parameters change at strides.
    case diverged(update: Int, Within?, Cause)
    /// Of a training step that changes no parameter.
    case step(Cause)

    package var description: String {
        switch self {
        case .diverged(let update, let within, let cause):
            "training diverged at update \(update)"
                + (within.map { ", step \($0.steps) of \($0.length)" } ?? "") + ": \(cause); "
                + (cause.isBeforeUpdate
                    ? within == nil
                        ? "the update is not made" : "what that stride asks for is not made, the strides before it are"
                    : "the update is made") + ". Try a smaller learning rate or a limit of the gradient's norm"
        case .step(let cause): "\(cause): these parameters and data overflow the tensors' type"
        }
    }
}

extension TrainingError.Cause: CustomStringConvertible {
    package var description: String {
        switch self {
        case .loss: "the loss is not finite"
        case .number(let number): number.description
        }
    }

    /// Whether it was seen before a parameter changed.
    fileprivate var isBeforeUpdate: Bool {
        switch self {
        case .loss, .number(.gradient(_, isUsed: false)): true
        case .number: false
        }
    }
}

extension Network {
    /// - Throws: ``TrainingError`` when the loss of a training step or the gradient that it has left is not finite.
    func requireFinite(_ pass: Pass) throws(TrainingError) {
        guard pass.loss.isFinite else { throw .step(.loss) }
        if let name = firstGradientNotFinite { throw .step(.number(.gradient(of: name, isUsed: false))) }
    }
}
