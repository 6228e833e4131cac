import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about what carrying sensitivities takes beside unrolling.
@Suite struct ForwardCostClaimTests {
    /// Of every strategy and length, as a flawless trial would leave it.
    private func rows(
        _ experiment: String, _ cell: Cell, input: Int, hidden: Int, lengths: [Int], _ strategies: [Strategy],
        precision: Precision = .float, repetitions: Int = 1
    ) throws -> [Row] {
        try lengths.flatMap { length in
            try strategies.flatMap { strategy in
                let trial = try Trial(
                    cell: cell, input: input, hidden: hidden, batch: 1, length: length, strategy: strategy,
                    precision: precision)
                let shape = trial.shape
                let back = strategy == .full ? shape.backwardFlops : 0
                let carried = strategy.sensitivities.map(shape.carriedFlops(of:)) ?? 0
                let flops = length * (shape.forwardFlops + shape.headFlops + back + carried)
                return (1...repetitions).map {
                    simulated(trial, experiment: experiment, repetition: $0).with(.flops, .integer(flops))
                        .with(.gradientRelativeError, .real(1e-15))
                }
            }
        }
    }

    // F3

    @Test func crossings() throws {
        let all = try rows(
            "forward-crossing", .elman, input: 2, hidden: 8, lengths: [107, 108, 109, 484, 7744],
            [.full, .segmented(length: nil), .binomial(slots: 8), .forward(block: nil)])
        let verdict = judge("F3", all)
        #expect(verdict.outcome == .reproduced, "\(verdict.measured)")
        func changed(_ length: Int, _ strategy: Strategy, by bytes: Int) -> [Row] {
            all.map {
                $0.trial.length == length && $0.trial.strategy == strategy ? $0.adding(bytes, to: .peakBytes) : $0
            }
        }
        #expect(judge("F3", changed(108, .full, by: 128)).outcome == .notReproduced)
        #expect(judge("F3", changed(484, .segmented(length: nil), by: 1 << 20)).outcome == .notReproduced)
        #expect(judge("F3", changed(7744, .segmented(length: nil), by: -8192)).outcome == .notReproduced)
        #expect(judge("F3", changed(484, .binomial(slots: 8), by: 1 << 20)).outcome == .notReproduced)
        #expect(judge("F3", all.filter { $0.trial.length != 108 }).outcome == .inconclusive)
        #expect(judge("F3", all.filter { $0.trial.strategy.name != "binomial" }).outcome == .inconclusive)
    }

    // F4

    @Test func diagonal() throws {
        let second = try rows(
            "forward-diagonal", .elman, input: 64, hidden: 128, lengths: [4], [.snap(order: 2)], precision: .double)
        let first = try rows(
            "forward-diagonal", .elman, input: 64, hidden: 128, lengths: [64, 512], [.full, .snap(order: 1)],
            repetitions: 5)
        func carried(_ change: (Row) -> Row) -> [Row] {
            second + first.map { $0.trial.strategy == .full ? $0 : change($0) }
        }
        // Three multiply-adds of each parameter and step where unrolling takes three, and two of those of W.
        let counted = judge("F4", second + first)
        #expect(counted.outcome == .notReproduced && (1.1...1.2).contains(counted.value!), "\(counted.measured)")
        let cheap: (Row) -> Row = { $0.with(.flops, .integer(Int($0[.flops]!) / 2)) }
        let verdict = judge("F4", carried(cheap))
        #expect(verdict.outcome == .reproduced, "\(verdict.measured)")
        #expect(judge("F4", carried { cheap($0).slower(by: 20) }).outcome == .notReproduced)
        #expect(judge("F4", carried { cheap($0).adding(-1 << 20, to: .peakBytes) }).outcome == .notReproduced)
        #expect(judge("F4", carried(cheap).filter { $0.trial.strategy != .snap(order: 2) }).outcome == .inconclusive)
        let far = second.map { $0.with(.gradientRelativeError, .real(1e-9)) }
        #expect(judge("F4", far + first).outcome == .notReproduced)
    }

    // F5

    @Test(arguments: [Cell.elstm, .mingru, .minlstm]) func traces(_ cell: Cell) throws {
        func rows(_ lengths: [Int]) throws -> [Row] {
            try self.rows(
                "elementwise-traces", cell, input: 16, hidden: 32, lengths: lengths, [.full, .snap(order: 1)],
                precision: .double)
        }
        let from = try #require(
            (1...500).first { length in
                let peaks = try rows([length]).map { $0[.peakBytes]! }
                return peaks[1] < peaks[0]
            })
        let all = try rows([from - 1, from])
        let verdict = judge("F5", all)
        #expect(verdict.outcome == .reproduced, "\(verdict.measured)")
        let smaller = try rows([from - 2, from - 1, from]).map {
            $0.trial.length == from - 1 && $0.trial.strategy == .full ? $0.adding(1 << 16, to: .peakBytes) : $0
        }
        #expect(judge("F5", smaller).outcome == .notReproduced)
        #expect(try judge("F5", rows([from - 2, from])).outcome == .inconclusive)
        let more = all.map { $0[.sensitivitiesBytes] == 0 ? $0 : $0.adding(64, to: .sensitivitiesBytes) }
        #expect(judge("F5", more).outcome == .notReproduced)
        let far = all.map { $0.with(.gradientRelativeError, .real(1e-9)) }
        #expect(judge("F5", far).outcome == .notReproduced)
    }

    // F8

    @Test func sensitivity() throws {
        func rows(_ factor: Double, seeds: Int = 8, scales: [Double] = [0.9, 0.99]) throws -> [Row] {
            try scales.flatMap { scale in
                try (1...seeds).map { seed in
                    let trial = try Trial(
                        cell: .linear, input: 4, hidden: 1, batch: 8, length: 2048, strategy: .forward(block: nil),
                        recurrentWeights: .orthogonal(scale: scale), seed: seed)
                    let exact = (1 + scale * scale) / ((1 - scale * scale) * (1 - scale * scale))
                    let noise = seed % 2 == 0 ? 1.02 : 0.98
                    return simulated(trial, experiment: "curse-of-memory")
                        .with(.relativeSensitivity, .real(exact * noise * factor))
                }
            }
        }
        #expect(try judge("F8", rows(1)).outcome == .reproduced)
        #expect(try judge("F8", rows(1.05)).outcome == .notReproduced)
        #expect(try judge("F8", rows(1, seeds: 7)).outcome == .inconclusive)
        #expect(try judge("F8", rows(1, scales: [0.9])).outcome == .inconclusive)
    }
}
