import Foundation
import Schedules
import Testing

/// The estimate of a window by hand: Aicher, Foti & Fox 2019, algorithm 1.
@Suite struct LagProfileTests {
    /// φ_k = λᵏ and gradients that all point one way: ‖ĝ_K‖ = Σ_{k ≤ K} λᵏ.
    private func geometric(_ lambda: Double, lags: Int = 200) -> LagProfile {
        LagProfile(
            norms: (0...lags).map { pow(lambda, Double($0)) },
            cumulativeNorms: (0...lags).map { (1 - pow(lambda, Double($0 + 1))) / (1 - lambda) })
    }

    /// E(K) = λ^{K+1}/(1 − λ) for every K, and δ(K) = λ^{K+1}, up to what a profile of W lags does not see: 1 − 2λ^{W+1}.
    @Test(arguments: [0.1, 0.5, 0.9, 0.97]) func geometricSeries(lambda: Double) {
        for lags in [1, 2, 5, 19, 40, 200] {
            let profile = geometric(lambda, lags: lags)
            #expect(abs(profile.decay / lambda - 1) < 1e-12)
            let unseen = 1 - 2 * pow(lambda, Double(lags + 1))
            for (lag, (absolute, relative)) in zip(profile.absoluteBiases, profile.relativeBiases).enumerated() {
                let power = pow(lambda, Double(lag + 1))
                #expect(abs(absolute / (power / (1 - lambda)) - 1) < 1e-9, "λ \(lambda), W \(lags), K \(lag)")
                #expect(unseen > 0 ? abs(relative * unseen / power - 1) < 1e-9 : relative == .infinity)
            }
        }
    }

    /// A loss that is felt over n steps has the lags 0…n − 1, of which λⁿ is left out.
    @Test func theLeastWindowThatIsEnough() {
        let profile = geometric(0.5)
        #expect([0.9, 0.5, 0.3, 0.1, 0.01].map { profile.window(tolerance: $0, in: 2...100) } == [2, 2, 2, 4, 7])
        #expect(profile.window(tolerance: 1e-3, in: 2...6) == 6)
    }

    /// Gradients that do not fall have no bound, and the window is the largest.
    @Test(arguments: [1.0, 1.01]) func withoutDecayTheLargest(lambda: Double) {
        let norms = (0...30).map { pow(lambda, Double($0)) }
        let profile = LagProfile(norms: norms, cumulativeNorms: norms)
        #expect(profile.decay >= 1 && profile.relativeBiases.allSatisfy { $0 == .infinity })
        #expect(profile.window(tolerance: 1, in: 2...9) == 9)
    }

    /// Beyond the last lag that is felt nothing is left out: what was never there is no evidence of a decay.
    @Test func nothingBeyondTheLastLag() {
        let profile = LagProfile(norms: [1, 1, 1, 0, 0, 0, 0, 0], cumulativeNorms: [1, 2, 3, 3, 3, 3, 3, 3])
        #expect(profile.decay == 1)
        let falling = LagProfile(norms: [4, 2, 1, 0, 0, 0, 0, 0], cumulativeNorms: [4, 6, 7, 7, 7, 7, 7, 7])
        #expect(abs(falling.decay - 0.5) < 1e-12)
        #expect(falling.absoluteBiases == [3, 1, 0, 0, 0, 0, 0, 0])
        #expect(falling.window(tolerance: 0.01, in: 2...8) == 3)
        let none = LagProfile(norms: [0, 0], cumulativeNorms: [0, 0])
        #expect(none.decay == 0 && none.window(tolerance: 0.5, in: 2...5) == 5)
    }

    @Test func theMeanOfProfilesIsLagByLag() {
        let mean = LagProfile(meanOf: [
            LagProfile(norms: [1, 2, 3], cumulativeNorms: [4, 5, 6]),
            LagProfile(norms: [3, 4], cumulativeNorms: [0, 1]),
        ])
        #expect(mean == LagProfile(norms: [2, 3], cumulativeNorms: [2, 3]))
    }
}

@Suite struct LagEstimateTests {
    /// Every length, window and source: as many bytes at the peak as the truncation of that window, every lag once, nothing left.
    @Test func holdsWhatItsWindowHolds() {
        let footprint = Footprint(constant: Usage(), state: 3, record: 5)
        for length in 1...12 {
            for window in 1...14 {
                let truncated = Truncated(length: length, window: window, stride: (window + 1) / 2)
                for source in 0..<length {
                    let estimate = LagEstimate(length: length, window: window, source: source)
                    let replay = Replay(estimate)
                    let comment = "T \(length), W \(window), s \(source)" as Comment
                    #expect(replay.records.isEmpty && replay.saved.isEmpty && replay.adjoint == nil, comment)
                    #expect(
                        estimate.lags == min(window, source + 1) + 1 && replay.work.backward == estimate.lags - 1,
                        comment)
                    #expect(
                        Demand(folding: estimate, footprint: footprint).peakBytes
                            == Demand(truncated, footprint: footprint).peakBytes, comment)
                    #expect(estimate.compactMap(\.injected) == [source], comment)
                }
            }
        }
    }

    @Test func sourcesAreSpreadOverThoseWithAWholeWindow() {
        func sources(_ counted: Range<Int>, _ length: Int, _ window: Int, _ count: Int = 4) -> [Int] {
            LagEstimate.spread(count, over: counted, length: length, window: window).map(\.source)
        }
        #expect(sources(0..<100, 100, 21) == [39, 59, 79, 99])
        #expect(sources(98..<100, 100, 21) == [98, 99])
        #expect(sources(0..<100, 100, 400) == [99])
        #expect(sources(0..<10, 100, 50) == [9])
    }

    @Test func spelling() throws {
        let strategy = Strategy.adaptive(Adaptation(tolerance: 0.1))
        #expect(strategy.description == "adaptive:tolerance=0.1")
        #expect(try Strategy("adaptive:tolerance=0.1,most=100,every=100") == strategy)
        #expect(
            try Strategy("adaptive:tolerance=1,most=7,every=2").description == "adaptive:tolerance=1,most=7,every=2")
        for text in ["adaptive", "adaptive:tolerance=0", "adaptive:tolerance=2", "adaptive:tolerance=0.1,most=1"] {
            #expect(throws: (any Error).self) { try Strategy(text) }
        }
    }
}

extension Action {
    /// The step whose loss enters, of a backward step with one.
    fileprivate var injected: Int? {
        if case .backward(_, let injecting) = self, !injecting.isEmpty { injecting.lowerBound } else { nil }
    }
}
