import Shapes
import Trials

extension MeasuredRoofline {
    /// Columns of ``table``.
    package static var columns: [Table.Column] { definitions.map(\.column) }

    /// A row each for multiply-adds and every level, then one for each point.
    package var table: Table {
        var lines = [Line(work: "multiply-adds", operations: Sample(multiplyAdds))]
        lines += levels.map { level in
            Line(work: "reading \(level.name)", bytes: level.read, traffic: Sample(level.rates))
        }
        lines += points.map { point in
            let (traffic, roof) = (point.traffic, roof(of: point))
            func shares(of limits: [Double]?) -> Sample { Sample(zip(point.rates, limits ?? []).map { $0 / $1 }) }
            return Line(
                work: "\(point.trial.cell) \(point.trial.strategy)", trial: point.trial, bytes: point.reread(by: 1),
                traffic: Sample(point.rates.map { $0 / traffic.intensity }), operations: Sample(point.rates),
                intensity: traffic.intensity, roof: roof, share: shares(of: roof?.rates),
                serialShare: shares(of: roof?.serialRates))
        }
        return Table(lines, columns: MeasuredRoofline.definitions)
    }

    private struct Line {
        let work: String
        var trial: Trial?
        /// What each thread reads again and again.
        var bytes: Int?
        /// Bytes a second.
        var traffic = Sample([])
        /// FLOP/s.
        var operations = Sample([])
        var intensity: Double?
        var roof: Roof?
        var share = Sample([])
        var serialShare = Sample([])
    }

    private static let definitions: [ColumnDefinition<Line>] = [
        ColumnDefinition("work", .text, "What was timed: a limit of the machine, or a training step.", rank: 0) {
            $0.work
        },
        ColumnDefinition("hidden", title: "D = H", .count, "D and H.", rank: 0) { $0.trial?.hidden },
        ColumnDefinition("batch", title: "B", .count, "B, sequences side by side.", rank: 0) { $0.trial?.batch },
        ColumnDefinition("length", title: "T", .count, "T, time steps of the training step.", rank: 3) {
            $0.trial?.length
        },
        ColumnDefinition("threads", .count, "Threads that it asks for.", isDetail: true, rank: 3) { $0.trial?.threads },
        ColumnDefinition(
            "reread_bytes", title: "read again", .bytes,
            "What a thread reads again and again, bytes: for a level what it was measured with, for a training step U.",
            rank: 2
        ) { $0.bytes },
        ColumnDefinition(
            "intensity", title: "FLOP/byte", .decimal,
            "Operations for each byte of weights, gradients and records that a step goes over.", rank: 0
        ) { $0.intensity },
        ColumnDefinition(
            "gigabytes", title: "GB/s", .decimal,
            "Median of 10⁹ bytes a second that are read, or that a step goes over.",
            rank: 1
        ) { $0.traffic.median.map { $0 / 1e9 } },
        ColumnDefinition(
            "gflops", title: "GFLOP/s", .decimal, "Median rate, 10⁹ floating-point operations a second.", rank: 0
        ) { $0.operations.median.map { $0 / 1e9 } },
        ColumnDefinition(
            "roof_gflops", title: "roof", .decimal,
            "The lesser of multiply-adds and of what the level gives that holds what is read again, 10⁹ a second.",
            rank: 1
        ) { $0.roof.flatMap { Sample($0.rates).median }.map { $0 / 1e9 } },
        ColumnDefinition("level", .text, "The nearest level that holds what is read again.", rank: 2) {
            $0.roof?.level.name
        },
        ColumnDefinition("limit", .text, "Which of the two the roof is: registers, or that level.", rank: 0) {
            $0.roof?.limit
        },
        ColumnDefinition("share", .share, "The rate over the roof in the same rounds.", rank: 0) { $0.share.median },
        ColumnDefinition("share_low", title: "low", .share, "The lower end of its interval.", rank: 2, group: "share") {
            $0.share.medianInterval()?.low
        },
        ColumnDefinition("share_high", title: "high", .share, "The upper end of its interval.", rank: 2, group: "share")
        {
            $0.share.medianInterval()?.high
        },
        ColumnDefinition(
            "serial_share", title: "in turn", .share,
            "The rate over what is left of the roof where products follow each other, each limited by itself.", rank: 1
        ) { $0.serialShare.median },
    ]
}
