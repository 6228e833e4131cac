import Foundation
import Reports
import Schedules
import Shapes
import Testing
import Trials

/// What the explorer is told of rows, and the commands that measure them once more.
@Suite struct ExplorerTests {
    private func data(_ rows: [Row]) throws -> [String: Any] {
        let report = ExperimentReport(
            "t", question: "</script><script>alert(1)</script>", rows: rows, judgements: [], drawings: [],
            accuracy: nil,
            environment: [], again: [])
        let html = Page([report], judgements: []).html
        // Nothing ends an element of data before its end.
        #expect(html.components(separatedBy: "</script>").count == html.components(separatedBy: "<script").count)
        let start = try #require(html.range(of: "id=\"data-explorer\">"))
        let text = html[start.upperBound...].prefix { $0 != "<" }
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("Colours are those of pictures, on white and on dark")
    func colours() throws {
        let rows = try sweep("t", lengths: [16, 64], strategies: [.full, .segmented(length: nil), .bisection])
        let families = try #require(try data(rows)["families"] as? [[String: Any]])
        #expect(families.compactMap { $0["name"] as? String } == ["full", "segmented", "bisection"])
        for family in families {
            let light = Palette.colour(ofFamily: try #require(family["name"] as? String))
            let dark = try #require(Palette.dark(light))
            #expect(family["colour"] as? [String: String] == ["light": light, "dark": dark])
        }
        let report = ExperimentReport(
            "t", question: "", rows: rows, judgements: [], drawings: [], accuracy: nil, environment: [], again: [])
        let page = Page([report], judgements: []).html
        for role in Role.allCases {
            let colours = page.matches(
                of: try Regex("--role-\(role): (#[0-9a-f]{6});", as: (Substring, Substring).self))
            let dark = try #require(Palette.dark(role.colour))
            #expect(colours.map { String($0.output.1) } == [role.colour, dark], "\(role)")
        }
    }

    @Test func everyTrialWithItsFigures() throws {
        let rows = try sweep(
            "t", cells: [.elman, .lstm], lengths: [16, 64], strategies: [.full, .segmented(length: nil)], repetitions: 3
        )
        let data = try data(rows)
        let trials = try #require(data["trials"] as? [[Any]])
        #expect(trials.count == 8)
        let axes = try #require(data["axes"] as? [[String: String]]).compactMap { $0["name"] }
        let factors = try #require(data["factors"] as? [[String: Any]])
        #expect(factors.compactMap { $0["name"] as? String } == ["cell", "length", "segment"])
        let strategies = try #require(data["strategies"] as? [[String: Any]]).compactMap { $0["name"] as? String }
        #expect(strategies == ["full", "segmented"])
        let commands = try #require(data["commands"] as? [String])
        for trial in trials {
            let places = try #require(trial[2] as? [Int])
            let values = zip(factors, places).compactMap { ($0["values"] as? [String])?[$1] }
            let own = rows.filter {
                $0.trial.strategy.description == strategies[trial[1] as? Int ?? 0]
                    && $0.trial[.cell] == values[0] && $0.trial[.length] == values[1]
            }
            #expect(own.count == 3)
            let figures = try #require(trial[3] as? [Any])
            func figure(_ name: String) -> Double? { axes.firstIndex(of: name).flatMap { figures[$0] as? Double } }
            #expect(figure("peak_bytes") == own[0][.peakBytes])
            #expect((trial[5] as? [Double])?.count == 3)
            // The roles are those of the peak.
            #expect((trial[6] as? [Double])?.reduce(0, +) == own[0][.peakBytes])
            let command = commands[try #require(trial[8] as? Int)]
            #expect(
                command.replacing("\u{1}", with: own[0].trial.strategy.description, maxReplacements: 1)
                    == own[0].trial.command(of: "t", repetitions: 3))
        }
    }

    static let trials: [[String]] = [
        [], ["cell=gru", "hidden=7", "strategy=truncated:window=8,stride=4", "length=64"],
        ["bidirectional=true", "layers=2", "scalar=double"], ["task=copy:delay=3", "inputs=resident", "seed=0"],
        ["task=text:file=a b'c,encoding=bytes", "input=256", "length=8"],
    ]

    @Test("A command says the same trial", arguments: trials)
    func commands(words: [String]) throws {
        let trial = try Trial(words: words)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        // As the shell splits it.
        shell.arguments = ["-c", "unroll() { printf '%s\\n' \"$@\"; }; \(trial.command(of: "t", repetitions: 4))"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        var arguments = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        shell.waitUntilExit()
        #expect(arguments.removeFirst() == "measure")
        var said: [String] = []
        while !arguments.isEmpty {
            let name = String(arguments.removeFirst().dropFirst(2)).replacing("-", with: "_")
            let isFlag = Factor(rawValue: name)?.definition.kind.isFlag ?? false
            let value = isFlag ? "true" : arguments.removeFirst()
            if name == "repetitions" { #expect(value == "4") } else { said.append("\(name)=\(value)") }
        }
        #expect(try Trial(words: said) == trial)
    }

    @Test func aTrainingIsRunAsItsExperiment() throws {
        let trial = try Trial(words: ["updates=10", "hidden=7", "length=64"])
        #expect(
            trial.command(of: "learning", repetitions: 1)
                == "unroll run experiments/learning.yaml --results again --only hidden=7 --only length=64 --only updates=10"
        )
    }
}
