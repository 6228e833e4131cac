package import Schedules

/// What a survey of windows asks of a network, and what it answers: a line of the measured process for every batch, and one for all.
package enum WindowSurvey {
    /// A truncation of K steps.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// BPTT(2K; K): every loss is felt over more than K steps.
        case every
        /// Chunks of K steps, BPTT(K; K): the last loss of each is felt over K steps, the first over one.
        case chunks

        package func strategy(_ window: Int) -> Strategy {
            switch self {
            case .every: .truncated(window: 2 * window, stride: window)
            case .chunks: .truncated(window: window, stride: window)
            }
        }
    }

    /// The windows that are asked about where none are named: 2, 3, 4, 6, 8, 12, … up to `most`.
    ///
    /// - Parameter most: the largest, at least 2.
    package static func windows(upTo most: Int) -> [Int] {
        let steps = sequence(first: 2) { $0 * 2 }.prefix { $0 <= most }
        return steps.flatMap { [$0, $0 * 3 / 2] }.filter { $0 <= most }
    }

    /// How far a truncated gradient g_K is from the exact one, g, of the same batch: ‖g_K − g‖/‖g‖ and the cosine between them; not a
    /// number where a norm is 0.
    package struct Distance: Hashable, Sendable {
        package var error: Double
        package var cosine: Double

        package init(error: Double, cosine: Double) { (self.error, self.cosine) = (error, cosine) }
    }

    /// Of one batch.
    package struct Batch: Hashable, Sendable {
        package var loss: Double
        /// ‖g‖.
        package var gradientNorm: Double
        /// By kind, in the order of the windows that were asked.
        package var distances: [Kind: [Distance]]
        /// Nil where the loss is not of single steps.
        package var profile: LagProfile?

        package init(loss: Double, gradientNorm: Double, distances: [Kind: [Distance]], profile: LagProfile?) {
            (self.loss, self.gradientNorm, self.distances, self.profile) = (loss, gradientNorm, distances, profile)
        }
    }

    /// Over all batches, N of them, where E is their mean: the bias ‖E(g_K − g)‖/‖E g‖, and the noise of one batch's truncated
    /// gradient, √(E‖g_K − E g_K‖²)/‖E g‖. Not a number where that norm is 0.
    package struct Summary: Hashable, Sendable {
        package var biases: [Kind: [Double]]
        package var noises: [Kind: [Double]]
        /// Of the exact gradient.
        package var exactNoise: Double

        package init(biases: [Kind: [Double]], noises: [Kind: [Double]], exactNoise: Double) {
            (self.biases, self.noises, self.exactNoise) = (biases, noises, exactNoise)
        }
    }
}

// Lines of `key=value` words, whose numbers read back as the same bits.
extension WindowSurvey.Batch {
    package var line: String {
        var words = ["loss=\(loss)", "gradient_norm=\(gradientNorm)"]
        for kind in WindowSurvey.Kind.allCases {
            let own = distances[kind] ?? []
            words.append("\(kind.rawValue)_errors=\(text(own.map(\.error)))")
            words.append("\(kind.rawValue)_cosines=\(text(own.map(\.cosine)))")
        }
        if let profile {
            words.append("norms=\(text(profile.norms))")
            words.append("cumulative_norms=\(text(profile.cumulativeNorms))")
        }
        return words.joined(separator: " ")
    }

    /// Reads a line; nil where it is not one of ours, of as many windows.
    package init?(line: String, windows: Int) {
        guard let lists = lists(line), let loss = lists["loss"]?.first, let norm = lists["gradient_norm"]?.first else {
            return nil
        }
        var distances: [WindowSurvey.Kind: [WindowSurvey.Distance]] = [:]
        for kind in WindowSurvey.Kind.allCases {
            guard let errors = lists["\(kind.rawValue)_errors"], let cosines = lists["\(kind.rawValue)_cosines"],
                errors.count == windows, cosines.count == windows
            else { return nil }
            distances[kind] = zip(errors, cosines).map { WindowSurvey.Distance(error: $0, cosine: $1) }
        }
        var profile: LagProfile?
        if let norms = lists["norms"] {
            guard let sums = lists["cumulative_norms"], sums.count == norms.count, !norms.isEmpty else { return nil }
            profile = LagProfile(norms: norms, cumulativeNorms: sums)
        }
        self.init(loss: loss, gradientNorm: norm, distances: distances, profile: profile)
    }
}

extension WindowSurvey.Summary {
    package var line: String {
        let words = WindowSurvey.Kind.allCases.flatMap { kind in
            [
                "\(kind.rawValue)_biases=\(text(biases[kind] ?? []))",
                "\(kind.rawValue)_noises=\(text(noises[kind] ?? []))",
            ]
        }
        return (words + ["exact_noise=\(exactNoise)"]).joined(separator: " ")
    }

    /// Reads a line; nil where it is not one of ours, of as many windows.
    package init?(line: String, windows: Int) {
        guard let lists = lists(line), let exact = lists["exact_noise"]?.first else { return nil }
        var (biases, noises): ([WindowSurvey.Kind: [Double]], [WindowSurvey.Kind: [Double]]) = ([:], [:])
        for kind in WindowSurvey.Kind.allCases {
            guard let bias = lists["\(kind.rawValue)_biases"], let noise = lists["\(kind.rawValue)_noises"],
                bias.count == windows, noise.count == windows
            else { return nil }
            (biases[kind], noises[kind]) = (bias, noise)
        }
        self.init(biases: biases, noises: noises, exactNoise: exact)
    }
}

private func text(_ numbers: [Double]) -> String { numbers.map { String($0) }.joined(separator: ",") }

/// The numbers after each word of a line, `key=1,2,…`; nil where one is no number.
private func lists(_ line: String) -> [String: [Double]]? {
    var lists: [String: [Double]] = [:]
    for word in line.split(separator: " ") {
        let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        let texts = sides[1].split(separator: ",")
        let numbers = texts.compactMap { Double($0) }
        guard numbers.count == texts.count else { return nil }
        lists[String(sides[0])] = numbers
    }
    return lists
}
