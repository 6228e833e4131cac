import Quantities
import Schedules
import Shapes
import Trials

extension Plot {
    /// Memory over one training step, strategy by strategy, on one scale: the sawtooth. It is the simulator's, to which the
    /// measurement of these rows has a gap of 0 bytes. Nil without two strategies, or where there is a gap.
    ///
    /// Of several lengths one is shown that was measured: the longest of those whose teeth are wider than a line.
    static func timeline(_ rows: [Row]) -> Plot? {
        let lengths = rows.succeeded.lengths
        let length = lengths.last { $0 <= wideTeeth } ?? lengths.first
        let shown = Subplots(rows.filter { $0.trial.length == length }, over: [.strategy])
        guard let subplot = shown.subplots.first(where: { $0.cell == .standard }) ?? shown.subplots.first,
            subplot.rows.allSatisfy({ $0[.predictionGapBytes] == 0 })
        else { return nil }
        let trials = picked(subplot.rows.map(\.trial).orderedSet)
        guard Set(trials.map(\.strategy.name)).count >= 2 else { return nil }
        let timelines = trials.map(Timeline.init)
        let x = Axis.linear(
            to: Double(timelines.map(\.steps).max() ?? 1), label: "steps executed, forward and backward"
        ) { Table.fixed($0, 0) }
        let largest = timelines.map(\.peak).max() ?? 1
        let y = Axis.linearBytes(to: Double(largest) * 1.05, label: "live bytes")
        let key = [
            ("weights, gradients, workspace", Role.gradients.colour), ("states", Role.states.colour),
            ("records", Role.records.colour),
        ].map { Series(title: $0.0, style: SeriesStyle(colour: $0.1), kind: .area(colour: $0.1), marks: []) }
        return Plot(
            name: "timeline", title: "Memory over one training step",
            caption:
                "Bytes by role as the step goes on, all on one scale: predicted, and measured to be so to the byte. "
                + "\(subplot.title), T \(trials[0].length), H \(trials[0].hidden), B \(trials[0].batch).",
            subplots: zip(trials, timelines).map { trial, timeline in
                let percent = Table.fixed(Double(timeline.peak) / Double(largest) * 100, 0)
                return Subplot(
                    title: "\(trial.strategy): peak \(Bytes(timeline.peak)), \(percent) % of the largest", x: x, y: y,
                    series: zip(key, [timeline.fixed, timeline.withStates, timeline.total]).reversed().map {
                        Series(title: $0.title, style: $0.style, kind: $0.kind, marks: $1)
                    })
            }, columns: 1, subplotHeight: 84, key: key)
    }

    private static let wideTeeth = 256
    private static let most = 4

    /// The first of each name, then others from the first to the last, in their own order.
    private static func picked(_ trials: [Trial]) -> [Trial] {
        let names = trials.map(\.strategy.name).orderedSet
        let first = names.compactMap { name in trials.first { $0.strategy.name == name } }
        let others = trials.filter { !first.contains($0) }
        let room = most - first.count
        let chosen = first + (room >= 2 ? others.spread(room) : Array(others.prefix(max(0, room))))
        return trials.filter(chosen.contains)
    }
}

/// Bytes over the steps executed, as corners of a polygon: an action that runs steps grows or holds memory along them, any
/// other changes it on the spot.
struct Timeline {
    private(set) var fixed: [Plot.Mark] = []
    private(set) var withStates: [Plot.Mark] = []
    private(set) var total: [Plot.Mark] = []
    private(set) var steps = 0
    private(set) var peak = 0

    init(_ trial: Trial) {
        var simulator = Simulator(footprint: trial.footprint)
        mark(simulator.usage)
        for scheduled in InterleavedSchedule(trial.schedule, lanes: trial.shape.lanes) {
            let before = simulator.usage
            simulator.apply(scheduled)
            switch scheduled.action {
            case .advance, .backward, .undo: steps += scheduled.action.steps.count
            case .accumulate(_, let sensitivities) where !sensitivities.needsRecords:
                steps += scheduled.action.steps.count
            case .release, .save, .restore, .discard, .truncate, .rescale, .accumulate:
                if simulator.usage == before { continue }
            }
            mark(simulator.usage)
        }
        peak = simulator.peakBytes
    }

    private mutating func mark(_ usage: Usage) {
        let growing = usage[.states] + usage[.records]
        func add(_ bytes: Int, to marks: inout [Plot.Mark]) {
            let mark = Plot.Mark(x: Double(steps), y: Double(bytes))
            // On a level, the end of it is enough.
            if marks.count >= 2, marks[marks.count - 1].y == mark.y, marks[marks.count - 2].y == mark.y {
                marks[marks.count - 1] = mark
            } else if marks.last != mark {
                marks.append(mark)
            }
        }
        add(usage.total - growing, to: &fixed)
        add(usage.total - usage[.records], to: &withStates)
        add(usage.total, to: &total)
    }
}
