/// Real-time recurrent learning: the gradient without unrolling. Sensitivities are carried along with the state, so that what is
/// held does not depend on how many steps there are (Williams & Zipser 1989, doi 10.1162/neco.1989.1.2.270).
///
/// In blocks of k steps each block is unrolled and its loss sent back to its beginning; there the adjoint meets the influence
/// matrix, which backpropagation within the block then carries to its end: the same gradient for a k-th of the products with the
/// whole matrix (Schmidhuber 1992, doi 10.1162/neco.1992.4.2.243). A block of at least T steps is full unrolling.
///
/// - Complexity: one action, or four for each block; no record, or those of a block.
package struct Forward: DrawnSchedule {
    package let length: Int
    /// k; nil where every step is carried by itself.
    package let block: Int?
    /// What is carried where every step is by itself.
    private let kind: Sensitivities
    package var slots: Int { 0 }
    package var records: Int { Swift.min(block ?? 0, length) }

    /// - Parameters:
    ///   - length: T, at least 1.
    ///   - block: k, at least 1; nil where every step is carried by itself.
    ///   - sensitivities: what is carried then.
    package init(length: Int, block: Int? = nil, sensitivities: Sensitivities = .influence) {
        precondition(length >= 1 && block ?? 1 >= 1, "a sequence, and a block of it, have at least one step")
        self.length = length
        self.block = block
        kind = sensitivities
    }

    package var sensitivities: Sensitivities? {
        block.map { $0 < length ? .influenceOverRecords : nil } ?? kind
    }

    package func drawn(_ draw: Int) -> Forward {
        Forward(length: length, block: block, sensitivities: kind.drawn(draw))
    }

    package func reversals(of step: Int) -> Int { block == nil ? 0 : 1 }

    package var tally: Tally? {
        var work = Workload()
        work.injected = length
        guard let block else {
            (work.plain, work.carried, work.runs, work.actions) = (length, length, 1, 1)
            return Tally(
                work, length: length, isExact: kind.isExact, isCut: true,
                holding: [Holding(sensitivities: HeldSensitivities(kind, block: length))])
        }
        guard block < length else { return Full(length: length).tally }
        let blocks = (length + block - 1) / block
        (work.recorded, work.backward, work.carriedOverRecords) = (length, length, length)
        (work.runs, work.reversals, work.entered, work.carriedRuns) = (blocks, blocks, blocks, blocks)
        work.actions = 4 * blocks
        let held = HeldSensitivities(.influenceOverRecords, block: block)
        return Tally(
            work, length: length, isCut: true, waiting: Holding(records: block, entering: 1),
            holding: [Holding(records: block, entering: 1, sensitivities: held)])
    }

    package func makeIterator() -> Iterator { Iterator(schedule: self) }

    package struct Iterator: IteratorProtocol {
        private let schedule: Forward
        private var steps: Range<Int>
        private var phase = Phase.advance

        private enum Phase { case advance, backward, accumulate, release }

        fileprivate init(schedule: Forward) {
            self.schedule = schedule
            steps = 0..<Swift.min(schedule.block ?? schedule.length, schedule.length)
        }

        package mutating func next() -> Action? {
            guard !steps.isEmpty else { return nil }
            switch phase {
            case .advance:
                guard schedule.block != nil else {
                    defer { steps = 0..<0 }
                    return .accumulate(steps, schedule.kind)
                }
                phase = .backward
                return .advance(steps, recording: true)
            case .backward:
                phase = steps.count < schedule.length ? .accumulate : .release
                return .backward(steps, injecting: steps)
            case .accumulate:
                phase = .release
                return .accumulate(steps, .influenceOverRecords)
            case .release:
                phase = .advance
                let done = steps
                let end = Swift.min(done.upperBound + schedule.block!, schedule.length)
                steps = done.upperBound..<end
                return .release(done)
            }
        }
    }
}
