import Experiments
import Files
import Foundation
import Planning
import Quantities
import Reports
import Runner
import Schedules
import Shapes
import Trials

/// Prices of a network on this machine: measured once, in some seconds, and kept under `~/.cache/unroll` until the measuring
/// program, the machine or the network is another: a home directory may be several machines'.
struct Calibration {
    /// What the prices are of.
    private let identity: String
    private let trial: Trial
    private let program: TrialProgram
    private let disk: String?

    /// - Parameter disk: where states may go; nil for nowhere.
    init(of trial: Trial, disk: String?) throws {
        program = try trialProgram()
        guard let fingerprint = Fingerprint.ofFile(program.executable) else {
            throw fail("cannot read '\(program.executable)'", code: Exit.system)
        }
        // Prices are of a training step; the optimiser is not in them.
        var step = trial
        (step.updates, step.optimizer) = (0, .sgd)
        let words = step.words.filter { word in
            !["length=", "strategy=", "seed="].contains { word.hasPrefix($0) }
        }
        identity =
            "program=\(fingerprint) machine=\(Environment.thisMachine) disk=\(disk ?? "") \(words.joined(separator: " "))"
        self.trial = step
        self.disk = disk
    }

    /// The prices that are kept, or measured now; nil, and a line says so, where the network has no room on this machine: it may be
    /// planned for another one.
    func prices(anew: Bool) throws -> Prices? {
        if !anew, let kept { return kept }
        guard let prices = try measure() else { return nil }
        keep(prices)
        return prices
    }

    // MARK: The cache

    private static let directory: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/unroll" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.cache/unroll" }
    }()

    private var file: String? {
        var fingerprint = Fingerprint()
        fingerprint.add(identity.utf8)
        return Calibration.directory.map { "\($0)/prices-\(fingerprint.text).txt" }
    }

    private var kept: Prices? {
        guard let file, let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.first == identity else { return nil }
        return Prices(words: Array(lines.dropFirst()))
    }

    /// A cache that cannot be written costs a measurement the next time, and nothing else.
    private func keep(_ prices: Prices) {
        guard let file, let directory = Calibration.directory else {
            complain("unroll: prices are not kept: neither XDG_CACHE_HOME nor HOME is set\n")
            return
        }
        do {
            try Folder.make(directory)
            try OutputFile.write(([identity] + prices.words).map { $0 + "\n" }.joined(), to: file)
        } catch {
            complain("unroll: prices are not kept: \(error)\n")
        }
    }

    // MARK: Measuring

    /// What a training step of the longer trials is to take, and how often each is run.
    private static let target = 0.08
    private static let rounds = 5

    /// Trials round by round, so that drift of the machine hits all alike.
    private func measure() throws -> Prices? {
        guard hasRoom([(.full, 16)]) else { return nil }
        noteWorkers([trial.threads])
        let children = Children()
        let watch = try InterruptionGuard(children)
        defer { show("") }
        return try withExtendedLifetime(watch) {
            try reporting {
                let first = try process(.full, length: 16, children)
                let step = try first.process.repeatOnce(within: nil)[.wallSeconds]!.number / 16
                try first.process.finish()
                let length = min(max(Int(Calibration.target / step), 24), 2048)
                let strategies: [(Strategy, Int)] =
                    [
                        (.full, length / 2), (.full, 2 * length), (.segmented(length: max(2, length / 8)), length),
                        (.segmented(length: 3), length), (.binomial(slots: 3), length),
                        (.binomial(slots: length / 3), length),
                        (.internal(slots: 3), length), (.internal(slots: length / 3), length),
                    ]
                    + (disk == nil
                        ? []
                        : [(.multistage(memory: 1, disk: 3), length), (.multistage(memory: 2, disk: length), length)])
                guard hasRoom(strategies) else { return nil }
                var measured: [(trial: Trial, process: TrialProcess)] = []
                for (place, (strategy, length)) in strategies.enumerated() {
                    show("preparing trial \(place + 1) of \(strategies.count)")
                    measured.append(try process(strategy, length: length, children))
                }
                var rows = measured.map { _ in [Row]() }
                for round in 1...Calibration.rounds {
                    show("round \(round) of \(Calibration.rounds)")
                    for (place, (trial, process)) in measured.enumerated() {
                        rows[place].append(
                            Row(
                                experiment: "calibration", trial: trial, repetition: round, status: .ok,
                                measurement: try process.repeatOnce(within: nil)))
                    }
                }
                for (_, process) in measured { try process.finish() }
                guard let prices = Prices(fitting: rows.compactMap(Observation.init)) else {
                    throw fail("the calibration measured no times", code: Exit.failed)
                }
                return prices
            }
        }
    }

    private func trial(_ strategy: Strategy, length: Int) -> Trial {
        var trial = trial
        (trial.strategy, trial.length) = (strategy, length)
        return trial
    }

    /// Whether the processes of these trials, which are there together, are predicted to find memory; says so where they are not.
    private func hasRoom(_ trials: [(Strategy, Int)]) -> Bool {
        let bytes = trials.map { trial($0, length: $1).demand.peakBytes }.reduce(0, saturatingSum)
        guard bytes > Host.memoryBytes else { return true }
        complain(
            "unroll: no times are predicted: timing this network takes \(Bytes(bytes)), more than this machine's memory, "
                + "\(Bytes(Host.memoryBytes))\n")
        return false
    }

    private func process(
        _ strategy: Strategy, length: Int, _ children: Children
    ) throws -> (trial: Trial, process: TrialProcess) {
        let trial = trial(strategy, length: length)
        let process = try program.measure(trial, warmup: 0, disk: disk, children: children)
        try process.waitUntilReady(within: nil)
        return (trial, process)
    }

    /// On a terminal one line that changes; else nothing.
    private func show(_ what: String) {
        if what.isEmpty { StatusLine.clear() } else { StatusLine.show("calibrating: \(what)") }
    }
}
