import Schedules
package import Trials

/// One experiment for reading: its question, the answer with its figure, pictures, tables, and how to do it again.
package struct ExperimentReport: Sendable {
    package let name: String
    /// The folder within the directory of the report, as links name it; it need not have the experiment's name.
    package var folder: String
    /// Empty where it is unknown.
    package let question: String
    package let answer: MarkedText
    /// That rows are of several builds or machines; nil when they are not.
    package let mixture: MarkedText?
    package let blocks: [PageElement]
    /// What the explorer shows of it, and the claims that it judges.
    let points: [TrialPoint]
    let judgements: [JudgedClaim]
    let rowCount: Int
    /// Names of the plots that were drawn.
    let pictures: [String]

    /// - Parameters:
    ///   - rows: of one experiment.
    ///   - judgements: on the claims that need it.
    ///   - drawings: in the order in which they are shown; none where there is no gnuplot.
    ///   - accuracy: how far predicted times were from measured ones, by strategy; nil where nothing could be predicted.
    ///   - environment: where it was measured, as names and values.
    ///   - again: the commands that repeat it.
    package init(
        _ name: String, question: String, rows: [Row], judgements: [JudgedClaim], drawings: [Rendering],
        accuracy: Table?, environment: [(name: String, value: String)], again: [String]
    ) {
        self.name = name
        folder = name
        self.question = question
        answer = Answer.sentence(rows)
        mixture = Mixture(rows).map { "Note: \($0)." }
        let comparison = try? Comparison(rows)
        var blocks: [PageElement] = [.paragraph("**\(answer)**")] + (mixture.map { [.paragraph($0)] } ?? [])
        if let summary = comparison?.summary, (comparison?.lines.count ?? 0) > summary.rows.count {
            blocks += [
                .paragraph(
                    "Geometric means over all networks, times paired by round, low and high their 95 % interval:"),
                .table(summary),
            ]
        }
        if let engines = EngineComparison(rows) {
            blocks += [
                .paragraph(
                    "Other engines over unroll, geometric means over all networks and lengths: bytes of a step above weights, "
                        + "gradients and inputs; time by round, low and high its 95 % interval:"),
                .table(engines.table),
            ]
        }
        blocks += drawings.map { drawing in
            switch drawing {
            case .rendered(let picture): .figure(picture)
            case .failed(let plot, let reason): .paragraph("**\(plot.title)**: not drawn, for \(reason).")
            }
        }
        if let comparison, !comparison.lines.isEmpty {
            let table = PageElement.table(comparison.table.measured)
            blocks +=
                comparison.lines.count > 12
                ? [.folded("All \(comparison.lines.count) trials", [table])] : [.paragraph("All trials:"), table]
        }
        let attributions = Attribution.all(rows)
        points = comparison.map { TrialPoint.all(rows, comparison: $0, attributions: attributions) } ?? []
        (self.judgements, rowCount) = (judgements, rows.count)
        pictures = drawings.compactMap { if case .rendered(let picture) = $0 { picture.plot.name } else { nil } }
        if attributions.count > 1 {
            blocks.append(
                .folded(
                    "The peak by role: what could be saved and what not",
                    [.paragraph(Attribution.remark(attributions)), .table(Table(attributions))]))
        }
        let laws = ScalingLaw.all(rows)
        if !laws.isEmpty {
            blocks.append(
                .folded(
                    "Scaling: fitted exponents beside the theoretical",
                    [
                        .paragraph(
                            "Least squares of logarithms; low and high are the 95 % interval by the residuals, wide where "
                                + "the points lie on no power law. Theory is for large values, constants aside."),
                        .table(Table(laws)),
                    ]))
        }
        let crossovers = Crossover.all(rows)
        if !crossovers.isEmpty {
            blocks.append(
                .folded(
                    "Crossovers: from which length on a strategy takes less than another",
                    [
                        .paragraph(
                            Crossover.remark), .table(Table(crossovers)),
                    ]))
        }
        if let accuracy {
            blocks.append(
                .folded(
                    "Predicted against measured time",
                    [
                        .paragraph(
                            "Each trial's time from the prices of a step forward, recorded, backward, saved and restored, "
                                + "fitted to the other trials of its network: by how much it was off, strategy by strategy. "
                                + "Bytes are predicted from shapes alone."), .table(accuracy),
                    ]))
        }
        if !judgements.isEmpty {
            blocks.append(.folded("Claims judged by it", [.table(Table(judgements))]))
        }
        if let warning = OutlierWarning(rows) { blocks.append(.paragraph("Note: \(warning).")) }
        blocks += [
            .folded("Measured on", [.list(environment.map { "\($0.name): \($0.value)" })]),
            .paragraph("Again:"), .commands(again),
        ]
        self.blocks = blocks
    }

    /// The whole page as Markdown, pictures beside it.
    package var markdown: String {
        ([.heading(1, "\(name)", anchor: "")] + (question.isEmpty ? [] : [.paragraph("\(question)")]) + blocks)
            .markdown()
    }
}

extension Attribution {
    /// Where the rest outweighs what strategies can save: why one of them saved little.
    static func remark(_ attributions: [Attribution]) -> MarkedText {
        func share(_ attribution: Attribution) -> Double {
            Double(attribution.fixed) / Double(attribution.usage.total)
        }
        let full = attributions.filter { $0.trial.strategy == .full }
        guard let most = (full.isEmpty ? attributions : full).max(by: { share($0) < share($1) }) else { return "" }
        return
            "Least can be saved at \(most.trial.network), T \(most.trial.length): weights, gradients and workspace are "
            + "\(Table.fixed(share(most) * 100, 0)) % of the peak of `\(most.trial.strategy)`, and no strategy saves these."
    }
}
