import Reports
import Schedules
import Shapes
import Trials

/// A row as a flawless trial would leave it: bytes and steps from the simulator, times in proportion to steps.
///
/// - Parameters:
///   - step: seconds of one forward step.
///   - rho: the time of a backward step in forward steps.
///   - pace: multiplies all times: a slow repetition.
func simulated(
    _ trial: Trial, experiment: String, repetition: Int = 1, step: Double = 0.001, rho: Double = 2, pace: Double = 1
) -> Row {
    let simulator = Simulator(trial.schedule, footprint: trial.footprint)
    var measurement = Measurement()
    measurement[.predictedPeakBytes] = .integer(simulator.peakBytes)
    measurement[.peakBytes] = .integer(simulator.peakBytes)
    for role in Role.allCases { measurement[Figure(role)] = .integer(simulator.peaks[role]) }
    measurement[.predictionGapBytes] = .integer(0)
    measurement[.forwardSteps] = .integer(simulator.counts.forward)
    measurement[.backwardSteps] = .integer(simulator.counts.backward)
    let forward = Double(simulator.counts.forward) * step * pace
    let backward = Double(simulator.counts.backward) * step * rho * pace
    measurement[.forwardSeconds] = .real(forward)
    measurement[.backwardSeconds] = .real(backward)
    measurement[.wallSeconds] = .real(forward + backward)
    measurement[.gradientRelativeError] = .real(0)
    return Row(experiment: experiment, trial: trial, repetition: repetition, status: .ok, measurement: measurement)
}

/// Rows of every combination, one a repetition.
func sweep(
    _ experiment: String, cells: [Cell] = [.lstm], hidden: [Int] = [64], batch: [Int] = [16], lengths: [Int],
    strategies: [Strategy] = [.full], repetitions: Int = 1
) throws -> [Row] {
    var rows: [Row] = []
    for cell in cells {
        for hidden in hidden {
            for batch in batch {
                for length in lengths {
                    for strategy in strategies {
                        let trial = try Trial(
                            cell: cell, input: 16, hidden: hidden, batch: batch, length: length, strategy: strategy)
                        rows += (1...repetitions).map { simulated(trial, experiment: experiment, repetition: $0) }
                    }
                }
            }
        }
    }
    return rows
}

extension Row {
    /// The same row with another value of a figure, or without it.
    func with(_ figure: Figure, _ value: Value?) -> Row {
        var row = self
        row.measurement[figure] = value
        return row
    }

    /// The same row with a byte or step figure changed by so many.
    func adding(_ change: Int, to figure: Figure) -> Row { with(figure, .integer(Int(self[figure]!) + change)) }

    /// The same trial, ended badly.
    func failed(_ status: Status, _ message: String) -> Row {
        Row(experiment: experiment, trial: trial, repetition: repetition, status: status, message: message)
    }

    /// The same row, all its times longer.
    func slower(by factor: Double) -> Row {
        [Figure.wallSeconds, .forwardSeconds, .backwardSeconds].reduce(self) { row, figure in
            row.with(figure, row[figure].map { .real($0 * factor) })
        }
    }
}
