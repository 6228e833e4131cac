/// One thing a schedule asks for. Steps count from 0; ranges are half-open.
///
/// Every action only grows memory or only shrinks it, so a peak always stands at the boundary of two actions.
package enum Action: Hashable, Sendable {
    /// Run forward over these steps. When recording, keep what backward needs: one record a step and, where no record
    /// of the step before is alive, the state entering the first.
    case advance(Range<Int>, recording: Bool)
    /// Keep a copy of the state entering this step; the network must stand there.
    case save(Int)
    /// Put the network back at this step, whose state was saved.
    case restore(Int)
    /// Drop the saved state entering this step.
    case discard(Int)
    /// Run backward over these steps' records, last step first; the loss enters on the steps of `injecting`.
    case backward(Range<Int>, injecting: Range<Int>)
    /// Drop the records of these steps. When the run of records goes on behind them, the state that entered their
    /// first step gives its place to the state entering the first step that stays.
    case release(Range<Int>)
    /// Forget the adjoint: no gradient flows further back.
    case truncate
}

extension Action: CustomStringConvertible {
    /// The action's word in JSON and tables.
    package var name: String {
        switch self {
        case .advance: "advance"
        case .save: "save"
        case .restore: "restore"
        case .discard: "discard"
        case .backward: "backward"
        case .release: "release"
        case .truncate: "truncate"
        }
    }

    /// The steps the action touches; empty for `truncate`.
    package var steps: Range<Int> {
        switch self {
        case .advance(let steps, _), .backward(let steps, _), .release(let steps): steps
        case .save(let step), .restore(let step), .discard(let step): step..<step + 1
        case .truncate: 0..<0
        }
    }

    package var description: String {
        switch self {
        case .advance(let steps, let recording): "advance \(steps)\(recording ? " recording" : "")"
        case .save(let step), .restore(let step), .discard(let step): "\(name) \(step)"
        case .backward(let steps, let injecting):
            injecting == steps ? "backward \(steps)" : "backward \(steps) injecting \(injecting)"
        case .release(let steps): "release \(steps)"
        case .truncate: "truncate"
        }
    }
}
