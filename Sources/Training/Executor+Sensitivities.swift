import Kernels
import Networks
import Schedules

// What is carried forward in place of records.
extension Executor {
    /// Goes forward with sensitivities; each step's loss enters at once, and parameters may change after it.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func goForward(_ steps: Range<Int>, with sensitivities: Sensitivities) {
        precondition(lane.position == steps.lowerBound, "the network does not stand where the schedule continues")
        let carrier = carrier ?? makeCarrier(sensitivities)
        self.carrier = carrier
        let several = change == nil ? steps.count : 1
        for first in stride(from: steps.lowerBound, to: steps.upperBound, by: several) where !isOver {
            let part = first..<min(first + several, steps.upperBound)
            let due = source.counted(of: part)
            enter(
                carrier.goForward(part, injecting: due, inputs: inputs(ahead:)) {
                    differentiate($1, at: $0, isDue: true)
                }, due: due)
            pass.forwardSteps += part.count
            pass.carriedSteps += part.count
            lane.frontier = max(lane.frontier, part.upperBound)
            lane.position = part.upperBound
            if part.upperBound < steps.upperBound { change(by: carrier) }
        }
        if let carried, steps.upperBound == length { network.keepState(in: carried) }
    }

    private func makeCarrier(_ sensitivities: Sensitivities) -> Carrier<S> {
        switch sensitivities {
        case .influence: Influence(network, block: nil)
        case .influenceOverRecords: preconditionFailure("what needs records does not go forward")
        case .unit: Traces(network, .unit)
        case .leak(let leak): Traces(network, .leak(leak))
        case .own: Traces(network, .own)
        case .rankOne(let draw): RankOne(network, draw: draw)
        case .kronecker(let draw): Kronecker(network, draw: draw)
        }
    }

    /// Takes the adjoint at the beginning of recorded steps through the sensitivities, and carries these to the steps' end, unless
    /// the sequence ends there.
    func carry(over steps: Range<Int>) {
        let influence = carrier as? Influence<S> ?? Influence(network, block: steps.count)
        carrier = influence
        let isLast = steps.upperBound == length
        influence.carry(
            over: steps, records: steps.map { lane.records[$0]! }[...], entering: entering(steps.lowerBound),
            isLast: isLast, inputs: inputs(ahead:))
        if !isLast {
            pass.carriedBlocks.append(steps.count)
            change(by: influence)
        }
    }

    /// Parameters may change by what was carried so far. What is carried on was made by those of before.
    private func change(by carrier: Carrier<S>) {
        guard change != nil else { return }
        carrier.addGradients()
        changeParameters()
    }

    private func inputs(ahead steps: Range<Int>) -> Matrix<S> {
        let inputs = network.inputs(ahead: steps)
        if !network.keepsInputs { fill(inputs, steps: steps) }
        return inputs
    }
}
