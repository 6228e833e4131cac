import Glibc

/// How strongly the loss of one step is felt at the states before it, lag by lag, and what a truncated gradient leaves out by that
/// (Aicher, Foti & Fox, Adaptively Truncating Backpropagation Through Time to Control Gradient Bias, UAI 2019, arXiv 1905.07473,
/// theorem 1 and algorithm 1).
///
/// A gradient that keeps the lags 0…K leaves out at most M·E(K), where M bounds ‖∂h/∂θ‖. In the relative bias δ(K) M cancels, for ĝ
/// is taken at the states too, as in the authors' code.
///
/// Two deviations from that code. φ_τ counts once, there twice. The sums here begin with the first lag that is left out, K + 1; there
/// with K. On φ_k = λᵏ they give E(K) = λ^{K+1}/(1 − λ) for every K.
package struct LagProfile: Hashable, Sendable {
    /// φ_k, k = 0…W: the mean over streams of ‖∂L_s/∂(h, c)_{s−k}‖.
    package let norms: [Double]
    /// ‖ĝ_K‖, K = 0…W: the norm of the mean over streams of Σ_{k ≤ K} ∂L_s/∂(h, c)_{s−k}.
    package let cumulativeNorms: [Double]
    /// Lags at the end of the profile that are left to the geometric tail: the authors' W − τ.
    package static let tail = 20
    /// A norm of less than e⁻⁵⁰ of the largest is taken for 0, and is no evidence of β.
    private static let leastLog = -50.0

    /// - Precondition: as many of each, and at least one.
    package init(norms: [Double], cumulativeNorms: [Double]) {
        precondition(!norms.isEmpty && norms.count == cumulativeNorms.count, "a norm and a sum of every lag")
        (self.norms, self.cumulativeNorms) = (norms, cumulativeNorms)
    }

    /// The mean of several, lag by lag, over the lags that all of them have.
    package init(meanOf profiles: [LagProfile]) {
        let lags = profiles.map(\.norms.count).min()!
        func mean(_ values: (LagProfile) -> [Double]) -> [Double] {
            (0..<lags).map { lag in profiles.reduce(0) { $0 + values($1)[lag] } / Double(profiles.count) }
        }
        self.init(norms: mean(\.norms), cumulativeNorms: mean(\.cumulativeNorms))
    }

    /// τ: from this lag on norms are taken to fall by β a step. The last but ``tail``, or the middle of a short profile.
    package var tau: Int {
        let last = norms.count - 1
        return Swift.max(last - LagProfile.tail, last / 2)
    }

    /// β: the factor a lag by which norms fall, from the slope of ln φ_k in k by least squares. 0 where no two norms are above 0.
    package var decay: Double {
        let largest = norms.max()!
        guard largest > 0, largest.isFinite else { return largest > 0 ? .infinity : 0 }
        let points = norms.enumerated().map { (x: Double($0.offset), y: log($0.element / largest)) }
            .filter { $0.y > LagProfile.leastLog }
        let count = Double(points.count)
        guard count > 1 else { return 0 }
        let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let variance = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        return exp(points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / variance)
    }

    /// E(K) for K = 0…W, up to M: the norms of all lags beyond K, those from τ on as a geometric series. Infinite where β ≥ 1.
    ///
    /// - Complexity: O(W).
    package var absoluteBiases: [Double] {
        let (beta, tau) = (decay, tau)
        guard beta < 1 else { return norms.map { _ in .infinity } }
        var biases = norms.indices.map { norms[tau] * pow(beta, Double($0 + 1 - tau)) / (1 - beta) }
        var sum = norms[tau] / (1 - beta)
        for lag in (0..<tau).reversed() {
            biases[lag] = sum
            sum += norms[lag]
        }
        return biases
    }

    /// δ(K) for K = 0…W: E(K) over the largest lower bound of the whole gradient's norm, ‖ĝ_K'‖ − E(K'). Infinite where no bound is
    /// above 0.
    package var relativeBiases: [Double] {
        let biases = absoluteBiases
        let norm = zip(cumulativeNorms, biases).map { $0 - $1 }.max()!
        return biases.map { norm > 0 ? $0 / norm : .infinity }
    }

    /// The least number of steps, in `windows`, over which every loss must be felt for δ to stay below a tolerance; the largest where
    /// none is enough. A loss that is felt over n steps has the lags 0…n − 1.
    package func window(tolerance: Double, in windows: ClosedRange<Int>) -> Int {
        let biases = relativeBiases
        return windows.first { biases.indices.contains($0 - 1) && biases[$0 - 1] < tolerance } ?? windows.upperBound
    }
}
