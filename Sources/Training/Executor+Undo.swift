import Kernels
import Networks
import Schedules
import Shapes

// Steps that are undone.
extension Executor {
    /// Makes room for what the first steps of the sequence forget.
    func reserveBuffer(_ steps: Int) {
        let buffer = buffer ?? UndoBuffer(network.shape, in: network.heaps[.buffer])
        buffer.reserve(steps)
        self.buffer = buffer
    }

    /// Runs steps back, a chunk at a time, to their records and to the state that entered the first.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func undo(_ steps: Range<Int>) {
        precondition(lane.position == steps.upperBound, "the network does not stand where the schedule undoes")
        let buffer = buffer!
        // Of all that forward has written, before any of it is used up.
        if pass.forgottenBits == nil { pass.forgottenBits = buffer.usedBits }
        let chunk = network.shape.chunk
        for last in stride(from: steps.upperBound, to: steps.lowerBound, by: -chunk) {
            let part = max(steps.lowerBound, last - chunk)..<last
            network.useWeights(ofStep: part.lowerBound)
            let inputs = network.inputs(ahead: part)
            if !network.keepsInputs { fill(inputs, steps: part) }
            let records = part.map { _ in Record<S>(network.shape, in: network.heaps[.records]) }
            network.undo(part, inputs: inputs, records: records[...], forgotten: buffer)
            for (time, record) in zip(part, records) { lane.records[time] = record }
        }
        if lane.records[steps.lowerBound - 1] == nil {
            lane.entering[steps.lowerBound] = network.copyState(on: lane.index, in: network.heaps[.records])
        }
        lane.position = steps.lowerBound
        pass.undoneSteps += steps.count
    }
}
