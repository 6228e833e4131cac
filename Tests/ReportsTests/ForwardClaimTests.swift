import Reports
import Schedules
import Shapes
import Testing
import Trials

/// Claims about what is carried forward.
@Suite struct ForwardClaimTests {
    private func row(
        _ experiment: String, _ strategy: Strategy, hidden: Int = 16, input: Int? = nil, length: Int = 64,
        precision: Precision = .double, task: TrainingTask = .usual, seed: Int = 1
    ) throws -> Row {
        let trial = try Trial(
            cell: .elman, input: input ?? hidden, hidden: hidden, batch: 1, length: length, strategy: strategy,
            task: task, precision: precision, seed: seed)
        let shape = trial.shape
        var flops = trial.length * (shape.forwardFlops + shape.headFlops)
        if let block = Int(strategy.description.split(separator: "=").last ?? ""), strategy.name == "forward" {
            flops += (trial.length / block - 1) * shape.carriedFlops(block: block) + trial.length * shape.backwardFlops
        } else if strategy.sensitivities == .influence {
            flops += trial.length * shape.carriedFlops(of: .influence)
        }
        return simulated(trial, experiment: experiment, repetition: 1)
            .with(.flops, .integer(flops)).with(.gradientRelativeError, .real(1e-15))
    }

    // F1

    @Test func forwardIsExact() throws {
        let rows = try [Strategy.forward(block: nil), .forward(block: 7)].map { try row("forward-exact", $0) }
        #expect(judge("F1", rows).outcome == .reproduced)
        #expect(judge("F1", [rows[0], rows[1].with(.gradientRelativeError, .real(1.1e-10))]).outcome == .notReproduced)
        // Of Float, and of what is not exact, it says nothing.
        let others = try [
            row("forward-exact", .forward(block: nil), precision: .float), row("forward-exact", .snap(order: 1)),
        ]
        #expect(judge("F1", others).outcome == .inconclusive)
    }

    // F2

    @Test func growth() throws {
        // The matrix alone, as it is asked for: classes of sizes add up to a quarter.
        var rows: [Row] = []
        for hidden in [64, 128, 256] {
            let bytes = 8 * hidden * hidden * (2 * hidden + 1)
            for length in [4, 8] {
                rows.append(
                    try row("forward-size", .forward(block: nil), hidden: hidden, length: length)
                        .with(.sensitivitiesBytes, .integer(bytes)))
            }
        }
        let verdict = judge("F2", rows)
        #expect(verdict.outcome == .reproduced, "\(verdict.measured)")
        var grown = rows
        grown[1] = rows[1].adding(1, to: .sensitivitiesBytes)
        #expect(judge("F2", grown).outcome == .notReproduced)
        let cubic = rows.map { row in
            let hidden = row.trial.hidden
            return row.with(.flops, .integer(hidden * hidden * hidden))
        }
        #expect(judge("F2", cubic).outcome == .notReproduced)
        #expect(judge("F2", Array(rows.prefix(4))).outcome == .inconclusive)
    }

    // F6

    @Test func blocks() throws {
        var rows: [Row] = []
        for (hidden, length) in [(16, 256), (16, 1024), (32, 256), (32, 1024), (64, 256), (64, 1024)] {
            for block in [nil, 4, hidden] as [Int?] {
                // As for widths beside which all else is nothing.
                let work = length * hidden * hidden * hidden * hidden / (block ?? 1)
                rows.append(
                    try row("forward-blocks", .forward(block: block), hidden: hidden, length: length)
                        .with(.flops, .integer(work)))
            }
        }
        let verdict = judge("F6", rows)
        #expect(verdict.outcome == .reproduced, "\(verdict.measured)")
        var other = rows
        other[2] = rows[2].adding(1, to: .peakBytes)
        #expect(judge("F6", other).outcome == .notReproduced)
        other = rows
        other[1] = rows[1].with(.gradientRelativeError, .real(1e-9))
        #expect(judge("F6", other).outcome == .notReproduced)
        #expect(judge("F6", rows.filter { $0.trial.hidden < 64 }).outcome == .inconclusive)
    }

    // F7

    @Test func draws() throws {
        func rows(_ error: Double, _ factors: Double, draws: Int = 10_000) throws -> [Row] {
            try [(Strategy.uoro(draws: draws), 0.02), (.kf(draws: draws), factors)].map { strategy, deviation in
                try row("forward-draws", strategy, hidden: 3, input: 2, length: 8)
                    .with(.gradientRelativeError, .real(error * deviation))
                    .with(.gradientStandardError, .real(deviation))
            }
        }
        #expect(try judge("F7", rows(1.1, 0.01)).outcome == .reproduced)
        #expect(try judge("F7", rows(3.1, 0.01)).outcome == .notReproduced)
        #expect(try judge("F7", rows(1.1, 0.03)).outcome == .notReproduced)
        #expect(try judge("F7", rows(1.1, 0.01, draws: 9_999)).outcome == .inconclusive)
        #expect(try judge("F7", Array(rows(1.1, 0.01).prefix(1))).outcome == .inconclusive)
    }

    // F9

    @Test func order() throws {
        func rows(_ cosines: [Double], seeds: Int = 5) throws -> [Row] {
            try (1...seeds).flatMap { seed in
                try zip([Strategy.snap(order: 1), .rflo(leak: 0.5), .uoro(draws: 1)], cosines).map { strategy, cosine in
                    try row("forward-approximations", strategy, input: 8, seed: seed)
                        .with(.gradientCosine, .real(cosine))
                }
            }
        }
        #expect(try judge("F9", rows([0.7, 0.3, 0.05])).outcome == .reproduced)
        #expect(try judge("F9", rows([0.3, 0.7, 0.05])).outcome == .notReproduced)
        #expect(try judge("F9", rows([0.7, 0.3, 0.05], seeds: 4)).outcome == .inconclusive)
    }
}
