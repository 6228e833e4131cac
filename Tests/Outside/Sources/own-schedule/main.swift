// Validates its own schedule and compares its peak with those of strategies that are there. With the word `forgetful` the
// schedule is a wrong one: what is wrong with it is told, and the exit code is 1.
import Foundation
import Quantities
import Schedules

let length = 1000
let schedule = PowersOfTwo(length: length, isForgetful: CommandLine.arguments.dropFirst() == ["forgetful"])
do {
    let reading = try Validator(schedule)
    guard reading.isExact, reading.hasBitsOfFull else { fatalError("each step is reversed in one chain") }
} catch {
    FileHandle.standardError.write(Data("own-schedule: \(error)\n".utf8))
    exit(1)
}

// An LSTM of 128 units over a batch of 32 in single precision: h and c are saved; the four gates, c and h recorded.
let vector = 32 * 128 * 4
var constant = Usage()
constant[.weights] = 4 * 128 * (128 + 128 + 2) * 4
constant[.gradients] = constant[.weights]
let sizes = Footprint(constant: constant, state: 2 * vector, record: 6 * vector)

/// Prints a line about a schedule's peak and work; answers its peak.
func show(_ name: String, _ schedule: some Schedule) -> Int {
    let simulator = Simulator(schedule, footprint: sizes)
    let counts = simulator.counts
    print(
        "\(name): \(Bytes(simulator.peakBytes)), \(counts.peakStates) states and \(counts.peakRecords) records at most, "
            + "\(counts.recomputed) steps again")
    return simulator.peakBytes
}

let own = show("powers of two", schedule)
let others = try ["full", "segmented", "binomial:slots=10"].map { text in
    let strategy = try Strategy(text)
    return show(strategy.description, strategy.schedule(length: length, footprint: sizes))
}
// The states entering steps 0, 1, 2, … 256 and then the records of steps 512 to 999 and the state that enters them; on the way
// back, the states of 0 to 128 and the records of steps 256 to 511.
let expected = constant.total + 10 * sizes.state + 488 * sizes.record + sizes.state
guard own == expected else { fatalError("\(own) bytes, not \(expected)") }
guard own < others[0], own > others[1] else { fatalError("half of full unrolling's records, and more than √T of them") }

do {
    _ = try Strategy("segmentd")
    fatalError("there is no such strategy")
} catch {
    print(error.found)
}
