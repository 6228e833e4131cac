import Foundation
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// What the player is told of a schedule, held against a replay of it.
@Suite struct PlayerTests {
    static let strategies = [
        "full", "truncated:window=4", "truncated:window=6,stride=2", "segmented", "bisection", "binomial:slots=3",
        "internal:slots=3", "mixed:memory=64KiB", "online:slots=3", "multistage:memory=2,disk=2", "inference",
        "reversible",
    ]

    private func trial(_ strategy: String, length: Int = 19) throws -> Trial {
        try Trial(
            cell: strategy == "reversible" ? .revlstm(bits: 3) : .gru, input: 3, hidden: 16, batch: 2, length: length,
            strategy: Strategy(strategy), precision: .float)
    }

    /// The data of a page's script.
    private func data(_ name: String, in html: String) throws -> [String: Any] {
        let start = try #require(html.range(of: "id=\"data-\(name)\">"))
        let text = html[start.upperBound...].prefix { $0 != "<" }
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("After every action: marks of all steps, the position, bytes by role", arguments: strategies)
    func frames(strategy: String) throws {
        let trial = try trial(strategy)
        let lane = try #require(PlayerLane(trial))
        let shown = try data("player", in: Player([lane]).html)
        let roles = try #require(shown["roles"] as? [[String: Any]]).compactMap { $0["name"] as? String }
        let one = try #require((shown["lanes"] as? [[String: Any]])?.first)
        let frames = try #require(one["actions"] as? [[Any]])
        var (replay, simulator) = (Replay(), Simulator(footprint: trial.footprint))
        var (marks, reversed) = ([Int](repeating: 0, count: trial.length), Set<Int>())
        var actions = 0
        for (action, frame) in zip(AnySequence(trial.schedule), frames) {
            actions += 1
            replay.apply(action)
            simulator.apply(action)
            if case .backward(let steps, _) = action { reversed.formUnion(steps) }
            for change in try #require(frame[5] as? [[Int]]) {
                for step in change[0]..<change[1] { marks[step] = change[2] }
            }
            func steps(_ bit: Int) -> Set<Int> { Set(marks.indices.filter { marks[$0] & bit != 0 }) }
            #expect(frame[0] as? String == action.description)
            #expect(steps(1) == Set(0..<replay.frontier))
            #expect(steps(2) == Set(replay.records.runs.flatMap(\.steps)))
            #expect(steps(4) == reversed)
            #expect(steps(8) == Set(replay.saved.states.filter { $0.tier == .memory }.map(\.step)))
            #expect(steps(16) == Set(replay.saved.states.filter { $0.tier == .disk }.map(\.step)))
            #expect(steps(32) == Set(replay.records.runs.filter(\.holdsEntering).map(\.steps.lowerBound)))
            #expect(steps(128) == Set(0..<replay.forgotten))
            #expect(frame[4] as? Int == replay.position)
            let bytes = try #require(frame[6] as? [Int])
            #expect(bytes.reduce(0, +) == simulator.usage.total)
            for (name, value) in zip(roles, bytes) {
                #expect(value == simulator.usage[try #require(Role(rawValue: name))], "\(name)")
            }
        }
        #expect(actions == frames.count && actions == lane.actions.count)
        #expect(one["peak"] as? Int == simulator.peakBytes)
        #expect((one["link"] as? [String: Bool]) == ["product": true, "undo": strategy == "reversible"])
    }

    @Test(
        "A cell that can be undone is offered to be, and one without U has no product with h",
        arguments: [
            Cell.revgru(bits: 3), .mingru,
        ])
    func links(cell: Cell) throws {
        let lanes = try #require(
            try data("player", in: Player(of: Trial(cell: cell, input: 3, hidden: 16, batch: 2, length: 19)).html)[
                "lanes"]
                as? [[String: Any]])
        let strategies = lanes.compactMap { $0["strategy"] as? String }
        #expect(strategies.contains("reversible") == cell.kind.isReversible)
        #expect(
            lanes.allSatisfy {
                $0["link"] as? [String: Bool]
                    == ["product": cell.hasHiddenMatrix, "undo": cell.kind.isReversible]
            })
    }

    @Test("A report offers every family that can be planned with and every trial that was measured, and shows four")
    func choices() throws {
        let rows = try sweep("t", lengths: [24, 64], strategies: [.full, .segmented(length: nil)])
        let report = ExperimentReport(
            "t", question: "", rows: rows, judgements: [], drawings: [], accuracy: nil, environment: [], again: [])
        var page = Page([report], judgements: [])
        let trial = try #require(rows.map(\.trial).first { $0.length == 24 && $0.strategy != .full })
        let lane = try #require(PlayerLane(trial))
        try page.add([trial.identifier: MeasuredTimeline(timeline(lane))])
        let lanes = try #require(try data("player", in: page.html)["lanes"] as? [[String: Any]])
        let strategies = lanes.compactMap { $0["strategy"] as? String }
        #expect(
            lanes.filter { $0["shown"] as? Bool == true }.compactMap { $0["strategy"] as? String }
                == ["full", "truncated:window=8", "segmented", "binomial:slots=4"])
        let families = try Set(strategies.map { try Strategy($0).name })
        var other = trial
        other.length = 32
        let choices = Strategy.survey(length: 32, footprint: other.footprint)
        #expect(choices.count > 6 && families.isSuperset(of: choices.map(\.name)))
        let own = try #require(lanes.last)
        #expect(own["length"] as? Int == 24 && (own["measured"] as? [Any])?.count == lane.actions.count)
        #expect(lanes.dropLast().allSatisfy { $0["measured"] is NSNull && $0["length"] as? Int == 32 })
    }

    @Test("Two directions have two schedules, and a page has an end")
    func none() throws {
        var trial = try trial("full")
        trial.bidirectional = true
        #expect(PlayerLane(trial) == nil)
        #expect(try PlayerLane(self.trial("segmented:length=1", length: 8000)) == nil)
        #expect(try PlayerLane(self.trial("full", length: 5000)) != nil)
    }

    // MARK: Measured

    private static let roles = Role.allCases.map(\.rawValue)
    private func timeline(_ lane: PlayerLane, _ change: (inout [String]) -> Void = { _ in }) -> [UInt8] {
        var lines = ["index,track,action," + PlayerTests.roles.map { "\($0)_bytes" }.joined(separator: ",")]
        lines += lane.actions.enumerated().map { index, frame in
            "\(index),0,\(frame.action.name)," + Role.allCases.map { String(frame.usage[$0]) }.joined(separator: ",")
        }
        change(&lines)
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    @Test("A timeline of the same schedule is shown, any other refused with its place")
    func measured() throws {
        let plain = try #require(PlayerLane(try trial("segmented")))
        var lane = plain
        try lane.add(MeasuredTimeline(timeline(plain)))
        #expect(lane.measured == plain.actions.map(\.usage))
        func refusal(_ bytes: [UInt8]) -> String? {
            var lane = plain
            do throws(MeasuredTimeline.Failure) {
                try lane.add(try MeasuredTimeline(bytes))
                return nil
            } catch { return error.description }
        }
        #expect(refusal([]) == "it has no line")
        #expect(
            refusal(timeline(plain) { $0[0] = $0[0].replacing("action", with: "act") })
                == "line 1: no column 'action'; a timeline is what 'unroll measure --timeline' writes")
        #expect(
            refusal(timeline(plain) { $0[2] = $0[2].replacing(/,\d+$/, with: ",x") })
                == "line 3: 'buffer_bytes' is 'x'; allowed: a whole number of bytes")
        let count = plain.actions.count
        #expect(
            refusal(timeline(plain) { $0.removeLast() })
                == "it is of another schedule than segmented's: it has \(count - 1) actions and not \(count)")
        let other = try #require(PlayerLane(try trial("full")))
        #expect(
            refusal(timeline(other))
                == "it is of another schedule than segmented's: action 0 is 'advance' and not 'save'")
    }
}
