import Schedules
import Testing

/// Truncation at random places that makes up for it.
@Suite struct RandomizedTests {
    /// What the loss of one step counts at another, by the schedule's own actions: 0 after a cut, else the product of
    /// what the adjoint was multiplied by on the way.
    private func weights(_ schedule: Randomized) -> [[Double]] {
        var weights = Array(repeating: Array(repeating: 0.0, count: schedule.length), count: schedule.length)
        var held = Array(repeating: 0.0, count: schedule.length)
        for action in schedule {
            switch action {
            case .backward(let steps, let injecting):
                for step in injecting { held[step] = 1 }
                for step in steps {
                    for loss in step..<schedule.length { weights[loss][step] += held[loss] }
                }
            case .rescale(let factor): for loss in held.indices { held[loss] *= factor }
            case .truncate: held = held.map { _ in 0 }
            default: break
            }
        }
        return weights
    }

    /// Over many draws every loss counts once at every step before it: the mean of its weight is 1. Weights w have E[w²] =
    /// (1 − c)⁻ᵈ over d steps, so that the mean of N draws is off by √((E[w²] − 1)/N), of which five are allowed.
    @Test(arguments: [2, 3, 5, 16]) func everyLossCountsOnceOnAverage(window: Int) {
        let (length, draws) = (7, 20_000)
        var sums = Array(repeating: Array(repeating: 0.0, count: length), count: length)
        for draw in 0..<draws {
            for (loss, row) in weights(Randomized(length: length, window: window, draw: draw)).enumerated() {
                for (step, weight) in row.enumerated() { sums[loss][step] += weight }
            }
        }
        let growth = Double(window) / Double(window - 1)
        for loss in 0..<length {
            for step in 0..<length {
                let mean = sums[loss][step] / Double(draws)
                guard step < loss else {
                    #expect(mean == (step == loss ? 1 : 0))
                    continue
                }
                let square = (0..<loss - step).reduce(1.0) { product, _ in product * growth }
                #expect(abs(mean - 1) <= 5 * ((square - 1) / Double(draws)).squareRoot(), "\(loss) at \(step)")
            }
        }
    }

    @Test func drawsDiffer() {
        let schedule = Randomized(length: 40, window: 4, draw: 0)
        let draws = Set((0..<50).map { Array(schedule.drawn($0)) })
        #expect(draws.count == 50)
        #expect(Array(schedule.drawn(7)) == Array(Randomized(length: 40, window: 4, draw: 7)))
    }

    @Test func aCutBeforeEveryStepCannotBeMadeUpFor() async {
        await #expect(processExitsWith: .failure) { _ = Randomized(length: 3, window: 1, draw: 0) }
    }
}
