import Glibc
package import Kernels
import Networks
package import Schedules
import Shapes
package import Trials

/// Truncated gradients held against the exact one, batch by batch, and how far back losses are felt: what a window costs in the
/// gradient of this network, with its parameters as they are, on its own data.
///
/// - Complexity: for every batch an exact gradient and two truncated ones of each window; a copy of the gradient in memory for each of
///   them, and two more.
package final class GradientSurvey<S: Scalar> {
    private let session: Session<S>
    private let windows: [Int]
    private let exact: any Schedule
    /// Batches so far, which is also the update whose data come next.
    private var count = 0
    private var references: Moments
    private var truncated: [WindowSurvey.Kind: [Moments]]

    /// - Parameters:
    ///   - session: of a network of one direction; it need not be prepared.
    ///   - windows: K, each at least 1.
    ///   - reference: a strategy whose gradient is exact.
    package init(_ session: Session<S>, windows: [Int], reference: Strategy) {
        let trial = session.trial
        self.session = session
        self.windows = windows
        exact = reference.schedule(length: trial.length, footprint: trial.footprint)
        let elements = session.network.parameters.reduce(0) { $0 + $1.count }
        references = Moments(elements)
        truncated = Dictionary(
            uniqueKeysWithValues: WindowSurvey.Kind.allCases.map { kind in
                (kind, windows.map { _ in Moments(elements) })
            })
    }

    /// Batches after which sequences come again; nil where none does.
    package var pass: Int? { session.source.pass }

    /// The next batch.
    ///
    /// - Throws: ``TrainingError`` when the loss or a gradient is not finite; ``TaskDataError`` when the task's file was written to
    ///   meanwhile; ``StateFileError``, never: nothing goes to disk.
    package func next() throws -> WindowSurvey.Batch {
        let (trial, executor, network) = (session.trial, session.executor, session.network)
        executor.advance(to: count)
        let profile = try self.profile()
        let pass = try executor.run(exact)
        try network.requireFinite(pass)
        let reference = gradient
        references.add(reference)
        var distances: [WindowSurvey.Kind: [WindowSurvey.Distance]] = [:]
        for kind in WindowSurvey.Kind.allCases {
            distances[kind] = try windows.enumerated().map { index, window in
                let schedule = kind.strategy(window).schedule(
                    length: trial.length, footprint: trial.footprint, losses: trial.losses)
                try network.requireFinite(try executor.run(schedule))
                let found = gradient
                truncated[kind]![index].add(found)
                let distance = GradientDistance(of: found, to: reference)
                return WindowSurvey.Distance(error: distance.relativeError ?? .nan, cosine: distance.cosine ?? .nan)
            }
        }
        try session.expectUnchangedData()
        count += 1
        return WindowSurvey.Batch(
            loss: pass.loss, gradientNorm: reference.reduce(0) { $0 + $1 * $1 }.squareRoot(), distances: distances,
            profile: profile)
    }

    /// Of the batches so far; not numbers with fewer than two.
    package var summary: WindowSurvey.Summary {
        let norm = count > 1 ? references.mean.reduce(0) { $0 + $1 * $1 }.squareRoot() : .nan
        return WindowSurvey.Summary(
            biases: truncated.mapValues { $0.map { $0.distance(to: references) / norm } },
            noises: truncated.mapValues { $0.map { $0.deviation / norm } }, exactNoise: references.deviation / norm)
    }

    /// The mean over windows that are spread over the sequence; nil where the loss is not of single steps, or no step has one.
    private func profile() throws(StateFileError) -> LagProfile? {
        let (trial, executor) = (session.trial, session.executor)
        let counted = executor.source.counted(of: 0..<trial.length)
        guard trial.task.criterion != .ctc, !counted.isEmpty, let most = windows.max() else { return nil }
        var profiles: [LagProfile] = []
        for estimate in LagEstimate.spread(
            profileWindows, over: counted, length: trial.length, window: 2 * most)
        {
            profiles.append(try executor.profile(estimate).profile)
        }
        return LagProfile(meanOf: profiles)
    }

    private var gradient: [Double] { session.network.gradient }
}

/// Windows of a profile in each batch.
private let profileWindows = 4

/// The mean of gradients, and how far they are from it, by Welford (1962, doi 10.1080/00401706.1962.10490022).
private struct Moments {
    private(set) var mean: [Double]
    private var squares = 0.0
    private var count = 0.0

    init(_ elements: Int) { mean = Array(repeating: 0, count: elements) }

    mutating func add(_ gradient: [Double]) {
        count += 1
        for index in gradient.indices {
            let distance = gradient[index] - mean[index]
            mean[index] += distance / count
            squares += distance * (gradient[index] - mean[index])
        }
    }

    /// √(Σ‖g − ḡ‖²/(N − 1)); not a number for fewer than two.
    var deviation: Double { count > 1 ? (squares / (count - 1)).squareRoot() : .nan }

    func distance(to other: Moments) -> Double {
        zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
}
