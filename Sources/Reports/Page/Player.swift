import Schedules
import Shapes
package import Trials

/// The unrolled network under one strategy or several, action by action, on one time axis.
package struct Player: Sendable {
    package private(set) var lanes: [PlayerLane]
    /// How many are shown at first, from the first on; the reader picks among all.
    private let shown: Int

    package init(_ lanes: [PlayerLane]) {
        self.lanes = lanes
        shown = lanes.count
    }

    /// Strategies that show what there is to choose between, and as many steps as can still be told apart.
    private static let opening = ["full", "truncated:window=8", "segmented", "binomial:slots=4"]
    private static let length = 32

    /// The choices there are, of this network: some to begin with, and every family that can be planned with.
    package init(of trial: Trial) {
        var own = Trial.usual
        (own.cell, own.input, own.hidden, own.batch) = (trial.cell, trial.input, trial.hidden, trial.batch)
        own.length = Player.length
        let opening = Player.opening.map { text in
            guard let strategy = try? Strategy(text) else { preconditionFailure("'\(text)' is no strategy") }
            return strategy
        }
        // No plan offers it to other cells.
        let undoing: [Strategy] = trial.cell.kind.isReversible ? [.reversible] : []
        let others =
            undoing + Strategy.survey(length: own.length, footprint: own.footprint).filter { !opening.contains($0) }
        lanes = (opening + others).compactMap { strategy in
            own.strategy = strategy
            return PlayerLane(own)
        }
        shown = opening.count
    }

    /// Shows what was measured: of the trials that are there, and of others in separate lanes.
    ///
    /// - Parameters:
    ///   - timelines: of measured passes, by the trials' identifiers.
    ///   - trials: of the results.
    mutating func add(
        _ timelines: [String: MeasuredTimeline], of trials: [Trial]
    ) throws(MeasuredTimeline.Failure) {
        guard !timelines.isEmpty else { return }
        let known = Set(lanes.map(\.trial.identifier))
        let measured = trials.orderedSet.filter { timelines[$0.identifier] != nil && !known.contains($0.identifier) }
        lanes += measured.compactMap { PlayerLane($0) }
        for index in lanes.indices {
            if let timeline = timelines[lanes[index].trial.identifier] { try lanes[index].add(timeline) }
        }
    }

    /// Roles that have bytes in any lane.
    private var roles: [Role] {
        Attribution.stackingOrder.filter { role in
            lanes.contains { lane in lane.start[role] > 0 || lane.actions.contains { $0.usage[role] > 0 } }
        }
    }

    var data: ScriptValue {
        let roles = roles
        func bytes(_ usage: Usage) -> ScriptValue { .list(roles.map { .whole(usage[$0]) }) }
        return [
            "roles": .list(roles.map(\.script)),
            "lanes": .list(
                lanes.enumerated().map { index, lane in
                    [
                        "strategy": .text(lane.trial.strategy.description),
                        "title": .text(lane.trial.strategyAsChosen), "shown": .flag(index < shown),
                        "network": .text("\(lane.trial.network), T \(lane.trial.length)"),
                        "link": [
                            "product": .flag(lane.link.hasProduct), "undo": .flag(lane.link.isReversible),
                        ],
                        "length": .whole(lane.trial.length), "peak": .whole(lane.peak), "start": bytes(lane.start),
                        "command": .text(lane.trial.timelineCommand),
                        "measured": lane.measured.map { .list($0.map(bytes)) } ?? .nothing,
                        "actions": .list(lane.actions.map { frame in frame.script(bytes(frame.usage)) }),
                    ]
                }),
        ]
    }

    /// A page that shows nothing else.
    package var html: String {
        let title = lanes.map(\.trial.strategyAsChosen).joined(separator: ", ")
        let network = lanes.first.map { "\($0.trial.network), T \($0.trial.length)" } ?? ""
        let head = [
            PageElement.heading(1, "`\(title)`, step by step", anchor: ""),
            .paragraph("What a training step of \(network) keeps in memory, action by action."),
        ].html(prefix: "page")
        return HTMLPage(
            title: "unroll: \(title)",
            body:
                "<main>\n<header>\(head)</header>\n\(Player.section)<footer>\(HTMLPage.credits.html(prefix: "page"))</footer></main>\n",
            data: [("player", data)], scripts: HTMLPage.common + HTMLPage.playing
        ).text
    }

    /// Where the script draws.
    static let section = """
        <section id="player" class="panel" aria-label="Player of the unrolled network">
        <noscript><p>The player is drawn by a script.</p></noscript>
        </section>

        """
}

extension PlayerLane.Frame {
    fileprivate func script(_ bytes: ScriptValue) -> ScriptValue {
        [
            .text(action.description), .text(action.name), .whole(action.steps.lowerBound),
            .whole(action.steps.upperBound), .whole(position),
            .list(
                changes.map {
                    [.whole($0.steps.lowerBound), .whole($0.steps.upperBound), .whole($0.mark.rawValue)]
                }), bytes,
        ]
    }
}
