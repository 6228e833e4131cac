import Quantities
package import Trials

/// Rates of arithmetic, from figures of the measured process.
package enum Throughput {
    /// FLOP/s of a repetition.
    package static func rate(_ measurement: Measurement) -> Double {
        guard let flops = measurement[.flops]?.number, let seconds = measurement[.wallSeconds]?.number, seconds > 0
        else { return .nan }
        return flops / seconds
    }

    /// Bytes a second of reading these once, all threads'.
    package static func reading(_ measurement: Measurement, bytes: Int) -> Double {
        guard let seconds = measurement[.wallSeconds]?.number, seconds > 0 else { return .nan }
        return Double(bytes) / seconds
    }

    /// The median rate of large products, in FLOP/s.
    package static func products(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws
        -> Double
    {
        try median(of: program.products(threads: threads, children: children), rounds: rounds, rate)
    }

    /// The median rate of multiply-adds in registers, in FLOP/s.
    package static func multiplyAdds(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws
        -> Double
    {
        try median(of: program.multiplyAdds(threads: threads, children: children), rounds: rounds, rate)
    }

    /// The median rate of copies from memory to memory, in bytes read or written a second.
    package static func copies(_ program: TrialProgram, threads: Int, rounds: Int, children: Children) throws -> Double
    {
        try median(of: program.copies(threads: threads, children: children), rounds: rounds) { copy in
            copy[.wallSeconds].map { 2 * Double(Roofline.copied.count) / $0.number } ?? .nan
        }
    }

    /// The median and the largest latency of a barrier of threads, in seconds, over rounds.
    package static func barrierLatency(
        _ program: TrialProgram, threads: Int, rounds: Int, children: Children
    ) throws -> (median: Double, most: Double) {
        let times = try sample(of: program.barriers(threads: threads, children: children), rounds: rounds) { round in
            round[.wallSeconds].map { $0.number / Double(Roofline.barriers) } ?? .nan
        }
        return (times.median ?? .nan, times.values.last ?? .nan)
    }

    private static func median(
        of process: TrialProcess, rounds: Int, _ rate: (Measurement) -> Double
    ) throws -> Double {
        try sample(of: process, rounds: rounds, rate).median ?? .nan
    }

    private static func sample(
        of process: TrialProcess, rounds: Int, _ rate: (Measurement) -> Double
    ) throws -> Sample {
        try process.waitUntilReady(within: .seconds(60))
        var rates: [Double] = []
        for _ in 0..<rounds { rates.append(try rate(process.repeatOnce(within: .seconds(60)))) }
        try process.finish()
        return Sample(rates)
    }
}
