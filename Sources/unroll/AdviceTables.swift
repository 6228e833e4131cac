import Files
import Planning
import Quantities
import Reports
import Schedules
import Trials

/// How an advice is written.
enum AdviceTables {
    static let windowColumns = windows.map(\.column)
    static let exactColumns = exact.map(\.column)
    static let lagColumns = lags.map(\.column)

    private static let windows: [ColumnDefinition<Advice.Line>] = [
        ColumnDefinition("window", title: "window, steps", .count, "K, steps.", rank: 0) { $0.window },
        ColumnDefinition(
            "strategy", .text, "The truncation: BPTT(2K; K), where every loss is felt over K steps, or chunks of K.",
            rank: 0
        ) { $0.plan.strategy },
        ColumnDefinition(
            "gradient_error", title: "error", .scientific,
            "Distance of the gradient from the exact one, over the size of that: the median over batches.", rank: 0
        ) { $0.errors.median },
        ColumnDefinition(
            "gradient_error_low", title: "from", .scientific, "The lower end of that median's 95 % interval.", rank: 2,
            group: "interval"
        ) { $0.errors.medianInterval()?.low },
        ColumnDefinition(
            "gradient_error_high", title: "to", .scientific,
            "The upper end, which is held against the largest error wanted.",
            rank: 2, group: "interval"
        ) { $0.largestError },
        ColumnDefinition(
            "bound", .scientific, "Aicher's bound of the bias, from how far back losses are felt.", rank: 3
        ) { $0.bound },
        ColumnDefinition(
            "bias", .scientific, "Distance of the mean gradients of all batches, over the size of the exact one.",
            rank: 3
        ) { $0.bias },
        ColumnDefinition(
            "gradient_cosine", title: "cosine", .decimal, "Cosine of the angle to the exact gradient: the median.",
            rank: 4
        ) { $0.cosines.median },
        ColumnDefinition(
            "noise", .decimal, "How far one batch's gradient is from the mean of all, over the size of the exact mean.",
            rank: 4
        ) { $0.noise },
        ColumnDefinition("predicted_peak_bytes", .bytes, "Peak memory by shapes alone, bytes.") { $0.plan.peakBytes },
        ColumnDefinition(
            "predicted_seconds", title: "predicted time", .seconds, "Time of a training step, s.", rank: 2
        ) { $0.plan.seconds },
        ColumnDefinition("fits", .text, "Whether the peak is within the budget.", rank: 3) { $0.plan.fits },
    ]

    private static let exact: [ColumnDefinition<Plan.Row>] = [
        ColumnDefinition("strategy", .text, "How far is unrolled and what is kept.", rank: 0) { $0.strategy },
        ColumnDefinition("predicted_peak_bytes", .bytes, "Peak memory by shapes alone, bytes.", rank: 0) {
            $0.peakBytes
        },
        ColumnDefinition(
            "forward_steps_per_step", .decimal, "Forward steps executed for each step of the sequence.", rank: 2
        ) { $0.forecast?.forwardStepsPerStep },
        ColumnDefinition("predicted_seconds", title: "predicted time", .seconds, "Time of a training step, s.") {
            $0.seconds
        },
        ColumnDefinition("fits", .text, "Whether the peak is within the budget.", rank: 3) { $0.fits },
    ]

    /// One lag of a profile.
    private struct Lag: Sendable {
        let lag: Int
        let norm, cumulative: Double
        let bound: Double?
    }

    private static let lags: [ColumnDefinition<Lag>] = [
        ColumnDefinition("lag", title: "lag, steps", .count, "k: steps back from the loss.", rank: 0) { $0.lag },
        ColumnDefinition(
            "norm", .scientific,
            "φ: the norm of the loss's gradient by the state of k steps before, mean over streams.", rank: 0
        ) { $0.norm },
        ColumnDefinition(
            "cumulative_norm", .scientific,
            "The norm of the mean over streams of these gradients, summed over lags 0 to k.", rank: 2
        ) { $0.cumulative },
        ColumnDefinition(
            "bound", .scientific, "Aicher's bound of the bias of a gradient that ends with lag k.", rank: 1
        ) { $0.bound },
    ]

    static let weightsColumns = files.map(\.column)

    private static let files: [ColumnDefinition<(weights: String, advice: Advice)>] = [
        ColumnDefinition("weights", .text, "The file of the parameters.", rank: 0) { $0.weights },
        ColumnDefinition(
            "needed_window", title: "window needed, steps", .count,
            "Steps over which every loss must be felt for an error that is small enough; all of the sequence where none "
                + "fewer do.", rank: 0
        ) { $0.advice.recommendation?.window },
        ColumnDefinition("strategy", .text, "What is recommended.", rank: 1) { $0.advice.recommendation?.strategy },
    ]

    /// How the window that is needed moves.
    static func weights(_ advices: [(weights: String, advice: Advice)]) -> Table {
        Table(advices, columns: files)
    }

    static func windows(_ advice: Advice) -> Table { Table(advice.lines, columns: windows) }
    static func exact(_ advice: Advice) -> Table { Table(advice.exact, columns: exact) }

    /// - Parameter isWhole: whether every lag has a line; else 0, 1, 2, 3, 4, 6, 8, … and the last.
    static func lags(_ profile: LagProfile, isWhole: Bool) -> Table {
        let biases = profile.relativeBiases
        let last = profile.norms.count - 1
        let chosen = isWhole ? Array(0...last) : [0, 1] + WindowSurvey.windows(upTo: max(2, last)) + [last]
        let lines = Set(chosen).filter { $0 <= last }.sorted().map { lag in
            Lag(
                lag: lag, norm: profile.norms[lag], cumulative: profile.cumulativeNorms[lag],
                bound: biases[lag].isFinite ? biases[lag] : nil)
        }
        return Table(lines, columns: lags)
    }

    /// One object.
    ///
    /// - Parameter advices: by their files of weights, the last one in full.
    static func json(_ advices: [(weights: String, advice: Advice)], limit: Double, budget: Bytes?) -> String {
        let advice = advices[advices.count - 1].advice
        func list(_ table: Table) -> String {
            table.rows.isEmpty ? "[]" : "[\n    \(table.objects.joined(separator: ",\n    "))\n  ]"
        }
        var members = [
            "\"max_gradient_error\": \(limit)", "\"budget_bytes\": \((budget?.count).map(String.init) ?? "null")",
            "\"batches\": \(advice.batches)", "\"exact_noise\": \(advice.exactNoise.map { String($0) } ?? "null")",
            "\"recommendation\": \(advice.recommendation.map(object) ?? "null")",
        ]
        if advices.count > 1 {
            let rows = weights(advices).objects
            members.append("\"weights\": [\n    \(rows.joined(separator: ",\n    "))\n  ]")
        }
        members.append("\"windows\": \(list(windows(advice)))")
        members.append("\"exact\": \(list(exact(advice)))")
        members.append("\"lags\": \(advice.profile.map { list(lags($0, isWhole: true)) } ?? "null")")
        return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
    }

    private static func object(_ recommendation: Advice.Recommendation) -> String {
        "{\"strategy\": \(recommendation.strategy.description.quotedForJSON()), \"window\": \(recommendation.window), "
            + "\"sentence\": \(recommendation.sentence.quotedForJSON())}"
    }
}
