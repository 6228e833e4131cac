import Reports
import Testing
import Trials

@Suite("A line by least squares") struct LinearFitTests {
    @Test("Points on a line are fitted exactly, and the interval has no width")
    func exact() throws {
        let fit = try #require(LinearFit([1, 2, 4].map { Point(x: $0, y: 5 + 3 * $0) }))
        #expect(abs(fit.slope - 3) < 1e-12 && abs(fit.intercept - 5) < 1e-12)
        let interval = try #require(fit.interval)
        #expect(interval.high - interval.low < 1e-12)
    }

    /// By hand: residuals −1/3, 2/3, −1/3, one degree of freedom, a standard error of √(2/3 / 2) and t of 12.7062.
    @Test("The interval is Student's")
    func interval() throws {
        let fit = try #require(LinearFit([Point(x: 0, y: 0), Point(x: 1, y: 2), Point(x: 2, y: 2)]))
        let interval = try #require(fit.interval)
        #expect(abs(fit.slope - 1) < 1e-12 && abs(fit.intercept - 1.0 / 3) < 1e-12)
        #expect(abs(interval.high - 1 - 12.7062 / 3.0.squareRoot()) < 1e-4)
        #expect(abs(interval.high + interval.low - 2) < 1e-12)
    }

    @Test("Two points leave no interval, one no line")
    func few() throws {
        #expect(LinearFit([]) == nil && LinearFit([Point(x: 1, y: 2), Point(x: 1, y: 3)]) == nil)
        #expect(try #require(LinearFit([Point(x: 1, y: 2), Point(x: 2, y: 3)])).interval == nil)
    }

    @Test(
        "The largest value within a bound: none where the line does not rise, or the first is too much",
        arguments: [(3.0, 35.0, 10), (3, 34.9, 9), (3, 7.9, nil), (0, 100, nil), (-1, 100, nil)]
            as [(Double, Double, Int?)])
    func largest(slope: Double, bound: Double, expected: Int?) throws {
        let fit = try #require(LinearFit([0, 4].map { Point(x: $0, y: 5 + slope * $0) }))
        #expect(fit.largest(within: bound) == expected)
    }
}
