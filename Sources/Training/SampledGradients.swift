import Kernels
import Networks
import Schedules

/// Many draws of a random schedule, of random roundings, or of both: their mean gradient, compared with full unrolling's.
struct SampledGradients<S: Scalar> {
    /// What the draws say of the mean gradient ḡ of N of them, with g* full unrolling's.
    struct Outcome {
        /// One draw's, on average.
        var pass: Pass
        /// ‖ḡ − g*‖/‖g*‖, and the cosine of the angle between them.
        var relativeError, cosine: Double?
        /// √(tr Σ/N)/‖g*‖, Σ the covariance of one draw's gradient: how far ḡ is from its expectation, root mean square. Nil
        /// for a single draw.
        var standardError: Double?
    }

    private let schedule: any Schedule
    private let count: Int
    private let reference: [Double]
    /// The draw that comes next: every repetition has its own.
    private var next = 0

    /// - Parameter network: its present gradient is full unrolling's.
    init(_ schedule: any Schedule, count: Int, reference network: Network<S>) {
        self.schedule = schedule
        self.count = count
        reference = network.gradient
    }

    /// - Throws: ``StateFileError`` where the schedule keeps states on disk.
    mutating func run(_ executor: Executor<S>) throws(StateFileError) -> Outcome {
        let parameters = executor.network.parameters
        var means = Array(repeating: 0.0, count: reference.count)
        // Σ |g − ḡ|², by Welford (1962, doi 10.1080/00401706.1962.10490022): a difference of sums of squares would be rounding
        // where draws agree.
        var squares = 0.0
        var total = Pass()
        for draw in 1...count {
            executor.network.noise.draw = next
            let pass = try executor.run((schedule as? any DrawnSchedule)?.drawn(next) ?? schedule)
            next += 1
            var offset = 0
            for parameter in parameters {
                squares += SampledGradients.add(parameter.gradient, parameter.count, as: draw, to: &means, at: offset)
                offset += parameter.count
            }
            total.add(pass)
        }
        let draws = Double(count)
        let distance = GradientDistance(of: means, to: reference)
        let norm = reference.reduce(0) { $0 + $1 * $1 }
        let variance = count > 1 ? squares / (draws - 1) : nil
        return Outcome(
            pass: total.divided(by: count), relativeError: distance.relativeError, cosine: distance.cosine,
            standardError: norm > 0 ? variance.map { ($0 / draws / norm).squareRoot() } : nil)
    }

    /// Takes a gradient, the n-th, into the means.
    ///
    /// - Returns: what it adds to the sum of the squares of the distances from the mean.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func add(
        _ gradient: UnsafeMutablePointer<S>, _ count: Int, as number: Int, to means: inout [Double], at offset: Int
    ) -> Double {
        var squares = 0.0
        for index in 0..<count {
            let value = Double(gradient[index])
            let distance = value - means[offset + index]
            means[offset + index] += distance / Double(number)
            squares += distance * (value - means[offset + index])
        }
        return squares
    }
}

extension Pass {
    /// Adds the times of another pass; its steps and its loss are the same in all.
    fileprivate mutating func add(_ pass: Pass) {
        let sums = (
            wall + pass.wall, forward + pass.forward, recompute + pass.recompute, backward + pass.backward
        )
        self = pass
        (wall, forward, recompute, backward) = sums
    }

    fileprivate func divided(by count: Int) -> Pass {
        var pass = self
        (pass.wall, pass.forward) = (wall / count, forward / count)
        (pass.recompute, pass.backward) = (recompute / count, backward / count)
        return pass
    }
}
