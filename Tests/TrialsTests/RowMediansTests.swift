import Testing
import Trials

/// One median in the whole project: the middle value, or the mean of the two in the middle.
@Suite struct RowMediansTests {
    private func rows(_ seconds: [Double], resident: [Int]) throws -> [Row] {
        try zip(seconds, resident).enumerated().map { index, values in
            var measurement = Measurement()
            measurement[.wallSeconds] = .real(values.0)
            measurement[.peakRSSBytes] = .integer(values.1)
            measurement[.peakBytes] = .integer((1 << 55) + 1)
            measurement[.gradientExact] = .flag(true)
            return Row(
                experiment: "a", trial: try Trial(words: []), repetition: index + 1, status: .ok,
                measurement: measurement)
        }
    }

    @Test(arguments: [
        ([3.0], [10], 3.0, 10), ([4, 1], [10, 13], 2.5, 12), ([9, 1, 2], [1, 5, 3], 2, 3),
        ([8, 1, 2, 4], [7, 7, 7, 7], 3, 7),
    ])
    func figuresAreMedians(seconds: [Double], resident: [Int], wall: Double, bytes: Int) throws {
        let row = try Row(mediansOf: rows(seconds, resident: resident))
        #expect(row[.wallSeconds] == wall)
        #expect(row.measurement[.peakRSSBytes] == .integer(bytes))
        // More digits than a real number has.
        #expect(row.measurement[.peakBytes] == .integer((1 << 55) + 1))
        #expect(row.measurement[.gradientExact] == .flag(true))
        #expect(row[.loss] == nil && row.repetition == 1)
    }

    @Test func aFigureThatSomeLack() throws {
        var all = try rows([1, 2, 6], resident: [1, 1, 1])
        all[0].measurement[.wallSeconds] = nil
        #expect(Row(mediansOf: all)[.wallSeconds] == 4)
    }
}
