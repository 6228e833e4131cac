package import Shapes
package import Trials

/// Training steps, and what the machine they ran on lets them reach: the roofline model (Williams, Waterman & Patterson 2009,
/// doi 10.1145/1498765.1498785).
///
/// A step that does I operations for each byte it goes over does at most min(P, R·I) of them a second, P being the rate of multiply-adds
/// in registers and R the rate at which its bytes are read. P, R and the step are measured in turn, round by round.
///
/// That has all bytes of a step read while all of it is computed. Its products follow each other, though, and some have few operations
/// a byte while others have many: with oᵢ operations and bᵢ bytes of a kind, a step takes Σ max(oᵢ/P, bᵢ/R) at least.
package struct MeasuredRoofline: Sendable {
    /// Multiply-adds in registers, FLOP/s, one of each round.
    package let multiplyAdds: [Double]
    /// Levels of cache, the nearest first, and memory.
    package let levels: [Level]
    package let points: [Point]

    package init(multiplyAdds: [Double], levels: [Level], points: [Point]) {
        (self.multiplyAdds, self.levels, self.points) = (multiplyAdds, levels, points)
    }

    /// What is read from: a level of cache, or memory.
    package struct Level: Sendable {
        package let name: String
        /// Nil of memory.
        package let capacity: Int?
        /// Threads, of those that ran, that share it.
        package let sharing: Int
        /// Bytes that each thread read over and over.
        package let read: Int
        /// Bytes a second of all threads, one of each round.
        package let rates: [Double]

        package init(name: String, capacity: Int?, sharing: Int, read: Int, rates: [Double]) {
            (self.name, self.capacity, self.sharing) = (name, capacity, sharing)
            (self.read, self.rates) = (read, rates)
        }
    }

    /// A training step of full unrolling.
    package struct Point: Sendable {
        package let trial: Trial
        /// Threads that ran.
        package let threads: Int
        /// FLOP/s, one of each round.
        package let rates: [Double]

        package init(_ trial: Trial, threads: Int, rates: [Double]) {
            (self.trial, self.threads, self.rates) = (trial, threads, rates)
        }

        /// Of a time step.
        package var traffic: Traffic { trial.shape.traffic(threads: threads) }

        /// Bytes of weights that threads which share a level read again at every step.
        package func reread(by sharing: Int) -> Int { trial.shape.rereadBytes(by: sharing, of: threads) }
    }

    /// What a point may reach.
    package struct Roof: Sendable {
        /// What holds the weights that each step reads again.
        package let level: Level
        /// FLOP/s, one of each round.
        package let rates: [Double]
        /// The same with one kind of product after another.
        package let serialRates: [Double]
        /// Whether that level limits, and not the registers.
        package let isOfMemory: Bool

        /// What limits the point.
        package var limit: String { isOfMemory ? level.name : "registers" }
    }

    /// The nearest level that can hold what a point reads again at every step; nil where nothing is known of the caches, for what memory
    /// gives is no limit then.
    package func level(of point: Point) -> Level? {
        guard levels.contains(where: { $0.capacity != nil }) else { return nil }
        return levels.first { level in
            level.capacity.map { point.reread(by: level.sharing) <= $0 } ?? true
        }
    }

    /// What a point may reach; nil where the level is not known.
    package func roof(of point: Point) -> Roof? {
        guard let level = level(of: point) else { return nil }
        let traffic = point.traffic
        let read = level.rates.map { $0 * traffic.intensity }
        let serial = zip(level.rates, multiplyAdds).map { bytes, operations in
            Double(traffic.operations)
                / traffic.parts.reduce(0) { $0 + max(Double($1.operations) / operations, $1.bytes / bytes) }
        }
        return Roof(
            level: level, rates: zip(read, multiplyAdds).map { min($0, $1) }, serialRates: serial,
            isOfMemory: (Sample(read).median ?? 0) < (Sample(multiplyAdds).median ?? 0))
    }
}
