import Foundation
import Testing

/// Schedules as CSV and JSON, with sizes, and without a gradient.
extension ScheduleCommandTests {
    static let tables = [
        "full": """
        index,action,from,to,step,recording,injecting_from,injecting_to,tier,alone,factor,sensitivities,forgotten
        0,advance,0,3,,true,,,,,,,
        1,backward,0,3,,,0,3,,,,,
        2,release,0,3,,,,,,,,,

        """,
        "truncated:window=2,stride=1": """
        index,action,from,to,step,recording,injecting_from,injecting_to,tier,alone,factor,sensitivities,forgotten
        0,advance,0,1,,true,,,,,,,
        1,backward,0,1,,,0,1,,,,,
        2,truncate,,,,,,,,,,,
        3,advance,1,2,,true,,,,,,,
        4,backward,0,2,,,1,2,,,,,
        5,truncate,,,,,,,,,,,
        6,release,0,1,,,,,,,,,
        7,advance,2,3,,true,,,,,,,
        8,backward,1,3,,,2,3,,,,,
        9,release,1,3,,,,,,,,,

        """,
        "segmented:length=2": """
        index,action,from,to,step,recording,injecting_from,injecting_to,tier,alone,factor,sensitivities,forgotten
        0,save,,,0,,,,memory,,,,
        1,advance,0,2,,false,,,,,,,
        2,advance,2,3,,true,,,,,,,
        3,backward,2,3,,,2,3,,,,,
        4,release,2,3,,,,,,,,,
        5,restore,,,0,,,,memory,,,,
        6,discard,,,0,,,,memory,,,,
        7,advance,0,2,,true,,,,,,,
        8,backward,0,2,,,0,2,,,,,
        9,release,0,2,,,,,,,,,

        """,
        "binomial:slots=1": """
        index,action,from,to,step,recording,injecting_from,injecting_to,tier,alone,factor,sensitivities,forgotten
        0,save,,,0,,,,memory,,,,
        1,advance,0,2,,false,,,,,,,
        2,advance,2,3,,true,,,,,,,
        3,backward,2,3,,,2,3,,,,,
        4,release,2,3,,,,,,,,,
        5,restore,,,0,,,,memory,,,,
        6,advance,0,1,,false,,,,,,,
        7,advance,1,2,,true,,,,,,,
        8,backward,1,2,,,1,2,,,,,
        9,release,1,2,,,,,,,,,
        10,restore,,,0,,,,memory,,,,
        11,discard,,,0,,,,memory,,,,
        12,advance,0,1,,true,,,,,,,
        13,backward,0,1,,,0,1,,,,,
        14,release,0,1,,,,,,,,,

        """,
    ]

    @Test(
        "CSV, T = 3",
        arguments: ["full", "truncated:window=2,stride=1", "segmented:length=2", "binomial:slots=1"])
    func csv(_ strategy: String) throws {
        let ending = try Scratch().unroll("schedule", "--strategy", strategy, "--length", "3", "--format", "csv")
        expect(ending, Ending(0, output: ScheduleCommandTests.tables[strategy]!))
    }

    /// The same actions as CSV, with the keys that apply to each and no others.
    @Test(
        "JSON says what CSV says",
        arguments: [
            "full", "truncated:window=3", "truncated:window=4,stride=2", "segmented", "binomial:slots=2", "bisection",
            "internal:slots=2", "mixed:memory=5", "online:slots=3", "multistage:memory=1,disk=2",
            "inference", "randomized:window=3", "forward", "forward:block=3", "snap:order=1", "uoro",
        ],
        [1, 2, 7, 20])
    func json(_ strategy: String, length: Int) throws {
        let scratch = try Scratch()
        let words = ["schedule", "--strategy", strategy, "--length", String(length), "--format"]
        let ending = try scratch.run(Program.unroll.path, words + ["json"])
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let schedule = try object(ending.output)
        #expect(
            Set(schedule.keys) == [
                "strategy", "length", "exact", "same_bits_as_full", "forward_steps", "recorded_steps",
                "recomputed_steps", "backward_steps", "peak_states", "peak_records", "actions",
            ])
        #expect(schedule["strategy"] as? String == strategy)
        #expect(schedule["length"] as? Int == length)
        #expect(schedule["exact"] as? Bool == isExact(strategy, length: length))
        #expect(schedule["same_bits_as_full"] as? Bool == hasBitsOfFull(strategy, length: length))

        let actions = try #require(schedule["actions"] as? [[String: Any]])
        let keys: [String: Set<String>] = [
            "advance": ["from", "to", "recording"], "save": ["step", "tier"], "restore": ["step", "tier"],
            "discard": ["step", "tier"],
            "backward": ["from", "to", "injecting_from", "injecting_to"], "release": ["from", "to"], "truncate": [],
            "compensate": ["factor"], "accumulate": ["from", "to", "sensitivities"], "undo": ["from", "to"],
        ]
        let csv = try scratch.run(Program.unroll.path, words + ["csv"]).table
        #expect(csv.count == actions.count + 1)
        var (recorded, forward, backward) = (0, 0, 0)
        for (index, (action, fields)) in zip(actions, csv.dropFirst()).enumerated() {
            let name = try #require(action["action"] as? String)
            #expect(Set(action.keys).subtracting(["alone", "forgotten"]) == keys[name]?.union(["action"]))
            #expect(action["alone"] == nil || action["recording"] as? Bool == true)
            let texts = csv[0].map { key -> String in
                if key == "index" { return String(index) }
                if ["recording", "alone", "forgotten"].contains(key) {
                    return (action[key] as? Bool).map(String.init) ?? ""
                }
                if key == "factor" { return (action[key] as? Double).map { "\($0)" } ?? "" }
                return (action[key] as? String) ?? (action[key] as? Int).map(String.init) ?? ""
            }
            #expect(texts == fields)
            guard let from = action["from"] as? Int, let to = action["to"] as? Int else { continue }
            if name == "advance" || name == "accumulate" && !strategy.hasPrefix("forward:") { forward += to - from }
            if action["recording"] as? Bool == true { recorded += to - from }
            if name == "backward" { backward += to - from }
        }
        #expect(schedule["forward_steps"] as? Int == forward)
        #expect(schedule["recorded_steps"] as? Int == recorded)
        #expect(schedule["recomputed_steps"] as? Int == forward - length)
        #expect(schedule["backward_steps"] as? Int == backward)
    }

    func isExact(_ strategy: String, length: Int) -> Bool {
        if strategy.hasPrefix("truncated") { return length <= 3 }
        if strategy.hasPrefix("randomized") { return length == 1 }
        if ["snap:order=1", "uoro"].contains(strategy) { return false }
        return strategy != "inference"
    }

    /// Of the truncations here, only one whose first stride is the whole sequence.
    func hasBitsOfFull(_ strategy: String, length: Int) -> Bool {
        if strategy == "forward" || strategy == "forward:block=3" && length > 3 { return false }
        guard isExact(strategy, length: length), strategy.hasPrefix("truncated") else {
            return isExact(strategy, length: length)
        }
        let stride = strategy.contains("stride=") ? Int(strategy.split(separator: "=").last!)! : 3
        return length <= stride
    }

    /// Records of an LSTM are some three times its states, of which there are two: longer segments than where both count the same
    /// would keep more.
    @Test("With an option of the model, a strategy goes by that model's sizes, as it does when it is measured")
    func sizes() throws {
        let scratch = try Scratch()
        func title(_ words: String) throws -> String {
            let ending = try scratch.run(
                Program.unroll.path, ["schedule"] + words.split(separator: " ").map(String.init))
            #expect(ending.code == 0 && ending.complaint.isEmpty, "\(ending)")
            return String(ending.output.prefix { $0 != "\n" })
        }
        let model = "--cell lstm --hidden 64 --input 4 --batch 2"
        let alone = try title("--strategy segmented --length 100")
        let sized = try title("--strategy segmented --length 100 \(model)")
        let measured = try scratch.run(
            Program.unroll.path,
            "measure --strategy segmented --length 100 --repetitions 1 --format csv --columns segment \(model)"
                .split(separator: " ").map(String.init))
        let segment = try #require(measured.table.last?.first)
        #expect(sized == "segmented (length \(segment)), T = 100" && sized != alone, "\(alone), \(measured)")
        // The defaults of the rest: a default that is named is the same as one of which nothing is said.
        #expect(
            try title("--strategy segmented --length 100 --cell lstm")
                == title("--strategy segmented --length 100 --seed 1"))
        #expect(try title("--strategy mixed:memory=64KiB --length 30 --hidden 16").hasPrefix("mixed:memory=64KiB, "))
        let few = try scratch.unroll("schedule", "--strategy", "mixed:memory=64", "--length", "30", "--hidden", "16")
        #expect(few.code == 64 && few.complaint.contains("'memory' is 64 bytes, 18368 too few for states"), "\(few)")
        let both = try scratch.unroll("schedule", "--strategy", "tbptt:window=3", "--length", "9", "--bidirectional")
        #expect(both.code == 64 && both.complaint.contains("bidirectional"), "\(both)")
    }

    @Test("A window of T steps with a shorter stride is exact, and sums in another order")
    func exactInAnotherOrder() throws {
        let ending = try Scratch().unroll("schedule", "--strategy", "truncated:window=4,stride=2", "--length", "4")
        #expect(ending.output.contains("\n  gradient         exact, summed in another order than full\n"))
    }

    @Test("A schedule without a gradient says so")
    func inference() throws {
        let ending = try Scratch().unroll("schedule", "--strategy", "inference", "--length", "3")
        expect(
            ending,
            Ending(
                0,
                output: """
                    inference, T = 3

                      |>>>| advance 0..<3

                      > forward   # forward, recording   s save   r restore   d discard   < backward   . release

                      gradient         none
                      forward steps    3, 0 of them again, 0 recorded
                      backward steps   0
                      at most          0 records and 0 saved states at once

                    """))
    }

    @Test("A full disk at standard output is an error")
    func fullDisk() throws {
        let script = "exec \"$0\" schedule --strategy full --length 3 > /dev/full"
        try expect(
            Scratch().run("/bin/sh", ["-c", script, Program.unroll.path]),
            Ending(74, complaint: "unroll: cannot write standard output: No space left on device\n"))
    }
}
