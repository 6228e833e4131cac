import Quantities
import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct CrossoverTests {
    /// Every sequence of up to seven signs: what the text says is true of each length, and all that could be said is.
    @Test(arguments: 1...7) func changesSayWhatEveryLengthSays(count: Int) throws {
        var sequences: [[Int]] = [[]]
        for _ in 0..<count { sequences = sequences.flatMap { signs in [-1, 0, 1].map { signs + [$0] } } }
        for signs in sequences where signs.last(where: { $0 != 0 }) == -1 {
            let lengths = Array(11..<11 + count)
            func sign(_ length: Int) -> Int { signs[length - 11] }
            guard let change = Crossover.Change(lengths, signs: signs) else {
                #expect(signs.allSatisfy { $0 == -1 }, "\(signs)")
                continue
            }
            let last = 10 + count
            #expect(change.after == lengths.filter { sign($0) > 0 }.max())
            let from = lengths.first { from in (from...last).allSatisfy { sign($0) < 0 } }
            #expect(change.from == from)
            let never = lengths.first { from in (from...last).allSatisfy { sign($0) <= 0 } }!
            #expect(change.neverLarger == never...last && change.isComplete)
            #expect(change.isCrossing == (from.map { $0 > 11 && sign($0 - 1) > 0 } ?? false))
            let below = lengths.count { $0 < change.after ?? 0 && sign($0) < 0 }
            let words = below == 0 ? "" : ", and at \(below) length\(below == 1 ? "" : "s") below"
            let text =
                change.isCrossing
                ? "\(from!)" : "between \(never) and \(last) never larger" + (from.map { ", smaller from \($0)" } ?? "")
            #expect(change.text == text + words, "\(signs)")
        }
    }

    private static let strategies: [Strategy] = [
        .full, .segmented(length: nil), .segmented(length: 4), .segmented(length: 8), .segmented(length: 9), .bisection,
        .binomial(slots: 4), .binomial(slots: 16), .internal(slots: 6), .online(slots: 5),
        .multistage(memory: 2, disk: 9),
        .mixed(memory: Bytes(40_000)), .truncated(window: 16, stride: 16), .truncated(window: 24, stride: 7),
    ]

    /// Every two strategies over every length from 8 to 160, simulated one by one: a crossing stands where the order changes
    /// strictly, and nowhere else.
    @Test(arguments: [Cell.elman, .lstm]) func bytesCrossWhereEveryLengthSaysSo(cell: Cell) throws {
        let strategies = CrossoverTests.strategies
        let rows = try sweep("x", cells: [cell], lengths: [8, 70, 160], strategies: strategies)
        let crossovers = Crossover.all(rows).filter { $0.quantity == .peak }
        var peaks: [Strategy: [Int]] = [:]
        for strategy in strategies {
            var trial = try #require(rows.first { $0.trial.strategy == strategy }).trial
            peaks[strategy] = (8...160).map { length in
                trial.length = length
                return Simulator(trial.schedule, footprint: trial.footprint).peakBytes
            }
        }
        var said = 0
        for (index, one) in strategies.enumerated() {
            for other in strategies[(index + 1)...] {
                let orders = zip(peaks[one]!, peaks[other]!).map { ($0 - $1).signum() }
                let found = crossovers.filter { Set([$0.winner.strategy, $0.loser.strategy]) == [one, other] }
                guard let last = orders.last(where: { $0 != 0 }), orders.contains(where: { $0 != last }) else {
                    #expect(found.isEmpty, "\(one) \(other)")
                    continue
                }
                let crossover = try #require(found.first, "\(one) \(other)")
                #expect(found.count == 1 && crossover.winner.strategy == (last < 0 ? one : other))
                let change = crossover.change
                #expect(change.after == orders.lastIndex { $0 == -last }.map { $0 + 8 }, "\(one) \(other)")
                if change.isCrossing, let from = change.from {
                    #expect(orders[from - 9] == -last && orders[(from - 8)...].allSatisfy { $0 == last })
                }
                #expect(orders[(change.neverLarger.lowerBound - 8)...].allSatisfy { $0 == last || $0 == 0 })
                said += 1
            }
        }
        #expect(said == crossovers.count && said > 20)
    }

    /// Segments of the best length take as much as those of eight steps at many lengths, and never more.
    @Test func aTieIsNoCrossing() throws {
        let crossovers = Crossover.all(
            try sweep("x", lengths: [16, 64, 256], strategies: [.segmented(length: nil), .segmented(length: 8)]))
        #expect(
            Table(crossovers).text(as: .csv) == """
                strategy,takes_less,than,from_length
                segmented,peak,segmented:length=8,"between 16 and 256 never larger, smaller from 208"

                """)
    }

    /// Beyond the lengths of which none is left out those measured are compared, and some between: the text says which.
    @Test func whatIsLeftOutIsSaid() throws {
        #expect(PeakCurves.lengths(measured: [3, 9], every: 7) == Array(3...9))
        #expect(PeakCurves.lengths(measured: [3, 9, 20], every: 7) == Array(3...20))
        #expect(PeakCurves.lengths(measured: [3, 9, 9 + 640], every: 7) == Array(3...9) + (1...64).map { 9 + 10 * $0 })
        #expect(PeakCurves.lengths(measured: [], every: 7).isEmpty)
        func text(_ one: Strategy, _ other: Strategy) throws -> [String] {
            Crossover.all(try sweep("x", lengths: [8, 100_000], strategies: [one, other])).map(\.change.text)
        }
        let words = "never larger at the 16448 lengths compared, smaller from"
        #expect(try text(.segmented(length: 200), .full) == ["between 8 and 100000 \(words) 201"])
        // Beyond 16,391 every 1307th of them.
        let crossed = try text(.truncated(window: 256, stride: 256), .segmented(length: nil))
        #expect(crossed.count == 1 && crossed[0].contains("…"))
    }

    @Test func noCrossoverWithoutACrossing() throws {
        #expect(Crossover.all(try sweep("x", lengths: [64, 256], strategies: [.full, .binomial(slots: 4)])).isEmpty)
        let rows = try sweep("x", lengths: [8, 2048], strategies: [.binomial(slots: 16), .segmented(length: nil)])
        #expect(!Crossover.all(rows).isEmpty)
        // A prediction that the measurement does not bear out predicts no crossing.
        #expect(Crossover.all(rows.map { $0.with(.predictionGapBytes, .integer(8)) }).isEmpty)
        // Nor is there one at a single length.
        #expect(Crossover.all(rows.filter { $0.trial.length == 8 }).isEmpty)
    }

    /// Costs of a length do not depend on longer ones: the shared table makes the schedule that its own would.
    @Test(arguments: [(7, 17), (9, 9), (64, 256)]) func mixedIsShortened(state: Int, record: Int) {
        for memory in [2 * state + 2 * record, 5 * record, 12 * record + 3 * state, 100 * record] {
            let longest = Mixed(length: 40, memory: memory, state: state, record: record)
            for length in 2...40 {
                let own = Mixed(length: length, memory: memory, state: state, record: record)
                #expect(Array(longest.shortened(to: length)!) == Array(own), "T \(length), \(memory) bytes")
            }
        }
    }

    @Test func timesCrossWhereIntervalsLeaveNoDoubt() throws {
        let rows = try sweep(
            "x", lengths: [64, 128, 256], strategies: [.full, .truncated(window: 8, stride: 8)], repetitions: 5)
        // Truncation twice as slow, in doubt, and twice as fast.
        let timed = rows.map { row -> Row in
            guard row.trial.strategy != .full else { return row }
            let doubt = row.repetition.isMultiple(of: 2) ? 0.9 : 1.1
            return row.slower(by: row.trial.length == 64 ? 2 : row.trial.length == 128 ? doubt : 0.5)
        }
        let crossovers = Crossover.all(timed).filter { $0.quantity == .time }
        #expect(crossovers.map(\.winner.strategy.name) == ["truncated"])
        #expect(crossovers.map(\.change.after) == [64])
        #expect(crossovers.map(\.change.from) == [256])
        // Four repetitions leave doubt.
        #expect(Crossover.all(timed.filter { $0.repetition < 5 }).allSatisfy { $0.quantity == .peak })
        #expect(
            Table(crossovers).text(as: .csv) == """
                strategy,takes_less,than,from_length
                truncated:window=8,time,full,64…256

                """)
    }

    /// Faster, slower and faster again is one line that says so.
    @Test func timesThatCrossTwice() throws {
        let rows = try sweep(
            "x", lengths: [64, 128, 256], strategies: [.full, .truncated(window: 8, stride: 8)], repetitions: 5)
        let timed = rows.map { row in
            row.trial.strategy == .full ? row : row.slower(by: row.trial.length == 128 ? 2 : 0.5)
        }
        let crossovers = Crossover.all(timed).filter { $0.quantity == .time }
        #expect(crossovers.map(\.change.text) == ["128…256, and at 1 length below"])
    }
}
