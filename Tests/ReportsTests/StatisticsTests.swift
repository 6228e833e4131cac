import Glibc
import Reports
import Testing
import Trials

@Suite struct StatisticsTests {
    @Test(
        arguments: [
            ([], nil), ([3], 3), ([3, 1], 2), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5),
        ] as [([Double], Double?)])
    func median(values: [Double], expected: Double?) {
        #expect(Sample(values).median == expected)
        #expect(Sample(values).minimum == values.min())
    }

    /// Ranks and coverages as tables of the sign test have them.
    @Test(arguments: [
        (1, 1, 0.0), (2, 1, 0.5), (3, 1, 0.75), (5, 1, 0.9375), (6, 1, 0.96875), (8, 1, 0.9921875), (9, 2, 0.9609375),
        (10, 2, 0.978515625), (15, 4, 0.96484375), (20, 6, 0.958610534667969), (100, 40, 0.964799799782),
    ])
    func medianInterval(count: Int, rank: Int, coverage: Double) throws {
        let interval = try #require(Sample((1...count).map(Double.init)).medianInterval())
        #expect(interval.low == Double(rank))
        #expect(interval.high == Double(count + 1 - rank))
        #expect(abs(interval.coverage - coverage) < 1e-9)
    }

    @Test func noValuesNoInterval() {
        #expect(Sample([]).medianInterval() == nil)
        // 2⁻⁵⁰⁰⁰ is no Double.
        let coverage = Sample((1...5000).map(Double.init)).medianInterval()?.coverage ?? 0
        #expect((0.95..<0.96).contains(coverage))
    }

    /// The narrowest that suffices: one rank further in would not.
    @Test(arguments: 6...60) func intervalIsNarrowest(count: Int) throws {
        let interval = try #require(Sample((1...count).map(Double.init)).medianInterval())
        var ways = [1.0]
        for index in 1...count { ways.append(ways[index - 1] * Double(count - index + 1) / Double(index)) }
        func coverage(_ rank: Int) -> Double {
            1 - 2 * ways[..<rank].reduce(0, +) / ways.reduce(0, +)
        }
        let rank = Int(interval.low)
        #expect(coverage(rank) >= 0.95 - 1e-12)
        #expect(coverage(rank + 1) < 0.95)
    }

    @Test func geometricMeans() throws {
        #expect(abs(try #require(geometricMean([0.5, 2])) - 1) < 1e-15)
        #expect(abs(try #require(geometricMean([1, 2, 4])) - 2) < 1e-15)
        #expect(geometricMean([]) == nil)
        #expect(geometricMean([1, 0]) == nil)
        #expect(geometricMean([1, -1]) == nil)
    }

    @Test func ratiosPairByRepetition() {
        #expect(pairedRatios([1: 3, 2: 8, 3: 5, 4: 1], to: [2: 4, 1: 2, 3: 0, 5: 1]) == [1.5, 2])
        #expect(pairedRatios([:], to: [1: 1]) == [])
    }

    @Test func logLogSlopes() throws {
        let root = [1, 2, 4, 8, 100].map { Point(x: $0, y: 3 * $0.squareRoot()) }
        #expect(abs(try #require(logLogSlope(root)) - 0.5) < 1e-12)
        #expect(abs(try #require(logLogSlope([Point(x: 2, y: 5), Point(x: 3, y: 5)]))) < 1e-12)
        #expect(logLogSlope([]) == nil)
        #expect(logLogSlope([Point(x: 2, y: 5), Point(x: 2, y: 7)]) == nil)
        #expect(logLogSlope([Point(x: 0, y: 5), Point(x: 2, y: 7)]) == nil)
        #expect(logLogSlope([Point(x: 1, y: 0), Point(x: 2, y: 7)]) == nil)
    }

    @Test func farthestSlopes() {
        let line = [1, 2, 5].map { Point(x: $0, y: 4 + 7 * $0) }
        #expect(farthestSlope(line, from: 7) == 7)
        #expect(farthestSlope(line + line, from: 7) == 7)
        // One byte too many in the last point.
        #expect(farthestSlope(line + [Point(x: 6, y: 47)], from: 7) == 8)
        // Two values at one x cannot both lie on the line.
        #expect(farthestSlope(line + [Point(x: 5, y: 40)], from: 7) != 7)
        #expect(farthestSlope([Point(x: 1, y: 1), Point(x: 1, y: 2)], from: 0) == nil)
    }

    /// Student's quantile against the integral of its density (Simpson's rule), whose normalisation is the integral itself.
    @Test(arguments: [1, 2, 3, 5, 10, 11, 12, 20, 40, 200]) func studentQuantiles(freedom: Int) {
        let power = -Double(freedom + 1) / 2
        // t = tan φ·√ν makes the range finite.
        func integral(to limit: Double) -> Double {
            let steps = 20_000
            let width = limit / Double(steps)
            return (0...steps).reduce(0.0) { sum, index in
                let angle = Double(index) * width
                let value = pow(1 + tan(angle) * tan(angle), power) / (cos(angle) * cos(angle))
                return sum + value * (index == 0 || index == steps ? 1 : index % 2 == 1 ? 4 : 2)
            } * width / 3
        }
        let whole = integral(to: .pi / 2 - 1e-9)
        let part = integral(to: atan(studentQuantile(freedom: freedom) / Double(freedom).squareRoot()))
        #expect(abs(part / whole - 0.95) < 2e-5, "\(part / whole)")
    }

    /// k = ⌊(B + 1)α⌋ of Efron & Tibshirani: of 999 resamples the 25th from either end, of 1000 too.
    @Test(arguments: [(999, 25), (1000, 25), (39, 1), (19, 1)]) func bootstrapRanks(resamples: Int, rank: Int) {
        var number = 0.0
        let interval = Bootstrap(resamples: resamples).interval(of: [Sample([1])]) { _ in
            number += 1
            return number
        }
        #expect(interval?.low == Double(rank) && interval?.high == Double(resamples + 1 - rank))
    }
}
