import Schedules
import Testing

/// A schedule changed in one place is refused, or it is the same training step.
@Suite struct MutationTests {
    /// What an action reads and writes.
    private enum Resource: Hashable { case position, adjoint, state(Int), record(Int), sensitivities, buffer }

    private func resources(_ action: Action) -> (reads: Set<Resource>, writes: Set<Resource>) {
        switch action {
        case .advance(_, .nothing): ([.position], [.position])
        case .advance(_, .forgotten): ([.position, .buffer], [.position, .buffer])
        case .advance(let steps, _): ([.position], Set(steps.map { .record($0) }).union([.position]))
        case .save(let step, _): ([.position], [.state(step)])
        case .restore(let step, _): ([.state(step), .record(step - 1)], [.position])
        case .discard(let step, _): ([.state(step)], [.state(step)])
        case .backward(let steps, _):
            (
                Set(steps.map { .record($0) }).union([
                    .adjoint, .record(steps.lowerBound - 1), .state(steps.lowerBound),
                ]), [.adjoint]
            )
        case .release(let steps): ([], Set(steps.map { .record($0) }))
        case .truncate, .rescale: ([.adjoint], [.adjoint])
        case .accumulate(let steps, .influenceOverRecords):
            (Set(steps.map { .record($0) }).union([.adjoint, .sensitivities]), [.adjoint, .sensitivities])
        case .accumulate: ([.position, .sensitivities], [.position, .sensitivities])
        case .undo(let steps):
            ([.position, .buffer], Set(steps.map { .record($0) }).union([.position, .buffer]))
        }
    }

    /// Neither writes what the other reads or writes: their order does not matter.
    private func areIndependent(_ first: Action, _ second: Action) -> Bool {
        let (one, two) = (resources(first), resources(second))
        return one.writes.isDisjoint(with: two.reads.union(two.writes)) && two.writes.isDisjoint(with: one.reads)
    }

    private func grows(_ action: Action) -> Bool {
        switch action {
        case .advance(_, let recording): recording != .nothing
        case .save, .accumulate, .undo: true
        default: false
        }
    }

    private func shrinks(_ action: Action) -> Bool {
        switch action {
        case .discard, .release: true
        default: false
        }
    }

    private let footprint = Footprint(constant: Usage(), state: 3, record: 5)

    private func peak(_ schedule: any Schedule) -> Int { Simulator(schedule, footprint: footprint).peakBytes }

    /// How often each step is reversed, and its loss injected.
    private func reversals(_ actions: [Action]) -> [[Int]] {
        var counts: [[Int]] = [[], []]
        for case .backward(let steps, let injecting) in actions {
            counts[0] += steps
            counts[1] += injecting
        }
        return counts.map { $0.sorted() }
    }

    @Test(arguments: 1...6) func refusesEveryDrop(length: Int) {
        for schedule in everySchedule(length: length) {
            let actions = Array(schedule)
            for index in actions.indices {
                var mutant = actions
                mutant.remove(at: index)
                #expect(throws: Validator.Violation.self, "\(schedule) without \(actions[index]) at \(index)") {
                    try Validator(Script(of: schedule, mutant))
                }
            }
        }
    }

    /// Only going back twice to the same state changes nothing.
    @Test(arguments: 1...6) func refusesEveryRepetitionButOfRestore(length: Int) {
        for schedule in everySchedule(length: length) {
            let actions = Array(schedule)
            for index in actions.indices {
                var mutant = actions
                mutant.insert(actions[index], at: index)
                let script = Script(of: schedule, mutant)
                if case .restore = actions[index] {
                    #expect(verdict(script) == verdict(schedule))
                    #expect(peak(script) == peak(schedule))
                } else {
                    #expect(throws: Validator.Violation.self, "\(schedule) with \(actions[index]) twice at \(index)") {
                        try Validator(script)
                    }
                }
            }
        }
    }

    /// Two neighbours change places exactly when they are independent; the gradient is the same, and no order of the two
    /// has a smaller peak than the schedule's own.
    @Test(arguments: 1...6) func acceptsSwapsOfIndependentActionsOnly(length: Int) {
        for schedule in everySchedule(length: length) {
            let actions = Array(schedule)
            for index in actions.indices.dropLast() {
                var mutant = actions
                mutant.swapAt(index, index + 1)
                let script = Script(of: schedule, mutant)
                let (first, second) = (actions[index], actions[index + 1])
                let comment = "\(schedule): \(first) after \(second) at \(index)" as Comment
                guard areIndependent(first, second) else {
                    #expect(throws: Validator.Violation.self, comment) { try Validator(script) }
                    continue
                }
                // What grows before the other gives back may be more than the strategy may hold.
                if shrinks(first) && grows(second), case .failure(.slots) = verdict(script) { continue }
                #expect(verdict(script) == verdict(schedule), comment)
                #expect(reversals(mutant) == reversals(actions), comment)
                if shrinks(first) && grows(second) {
                    #expect(peak(script) >= peak(schedule), comment)
                } else {
                    #expect(!(grows(first) && shrinks(second)), "\(schedule) should shrink first: \(first), \(second)")
                    #expect(peak(script) == peak(schedule), comment)
                }
            }
        }
    }

    /// Which neighbours are independent at all, over all small schedules.
    @Test func theIndependentNeighboursAreFew() {
        var pairs: Set<String> = []
        for schedule in (1...6).flatMap(everySchedule(length:)) {
            let actions = Array(schedule)
            for (first, second) in zip(actions, actions.dropFirst()) where areIndependent(first, second) {
                pairs.insert("\(first.name), \(second.name)")
            }
        }
        #expect(
            pairs.sorted() == [
                "advance, discard", "discard, advance", "discard, restore", "discard, save", "release, advance",
                "release, backward",
                "release, discard", "release, restore", "release, undo", "truncate, advance", "truncate, release",
            ])
    }

    /// One step more or less at either end of any range, another step, recording the other way round.
    @Test(arguments: 1...6) func refusesEveryOtherRange(length: Int) {
        func resized(_ range: Range<Int>) -> [Range<Int>] {
            [(-1, 0), (1, 0), (0, -1), (0, 1), (1, 1), (-1, -1)].compactMap { start, end in
                let bounds = (range.lowerBound + start, range.upperBound + end)
                return bounds.0 <= bounds.1 ? bounds.0..<bounds.1 : nil
            }
        }
        func other(_ tier: Tier) -> Tier { tier == .memory ? .disk : .memory }
        func variants(_ action: Action) -> [Action] {
            switch action {
            case .advance(let steps, let recording):
                resized(steps).map { .advance($0, recording: recording) }
                    + [.advance(steps, recording: recording.keepsRecords ? .nothing : .run)]
            case .save(let step, let tier):
                [.save(step - 1, in: tier), .save(step + 1, in: tier), .save(step, in: other(tier))]
            case .restore(let step, let tier):
                [.restore(step - 1, from: tier), .restore(step + 1, from: tier), .restore(step, from: other(tier))]
            case .discard(let step, let tier):
                [.discard(step - 1, from: tier), .discard(step + 1, from: tier), .discard(step, from: other(tier))]
            case .backward(let steps, let injecting):
                resized(steps).map { .backward($0, injecting: injecting) }
                    + resized(injecting).map { .backward(steps, injecting: $0) }
            case .release(let steps): resized(steps).map { .release($0) }
            case .truncate: []
            case .rescale(let factor): [.rescale(factor + 1)]
            case .accumulate(let steps, let sensitivities):
                resized(steps).map { .accumulate($0, sensitivities) }
                    + [.accumulate(steps, sensitivities == .influence ? .influenceOverRecords : .influence)]
            case .undo(let steps): resized(steps).map { .undo($0) }
            }
        }
        for schedule in everySchedule(length: length) {
            let actions = Array(schedule)
            for index in actions.indices {
                for variant in variants(actions[index]) {
                    var mutant = actions
                    mutant[index] = variant
                    let comment = "\(schedule): \(variant) for \(actions[index]) at \(index)" as Comment
                    #expect(throws: Validator.Violation.self, comment) {
                        try Validator(Script(of: schedule, mutant))
                    }
                }
            }
        }
    }
}
