import Experiments
import Machine
import Quantities
import Reports
import Runner
import Shapes
import Trials

// Training steps under what the machine does at most.
extension BenchmarkCommand {
    private static let batches = [32, 4, 1]
    private static let (leastHidden, mostHidden) = (64, 1024)
    /// T is chosen within these, for some 0.1 s.
    private static let lengths = 128...8192
    private static let operations = 25_000_000_000

    /// Each cell in each batch and size.
    func rooflineTrials() throws -> [Trial] {
        let largest = hidden ?? BenchmarkCommand.mostHidden
        let sizes = sequence(first: largest) { $0 / 2 < BenchmarkCommand.leastHidden ? nil : $0 / 2 }.reversed()
        let batches = batch.map { [$0] } ?? BenchmarkCommand.batches
        return try BenchmarkCommand.cells.flatMap { cell in
            try batches.flatMap { batch in
                try sizes.map { hidden in
                    let trial = try trial(cell, hidden: hidden, batch: batch, length: length ?? 1)
                    guard length == nil else { return trial }
                    return try self.trial(cell, hidden: hidden, batch: batch, length: usualLength(of: trial))
                }
            }
        }
    }

    /// A power of two.
    private func usualLength(of trial: Trial) -> Int {
        let steps = BenchmarkCommand.operations / trial.shape.traffic(threads: 1).operations
        return sequence(first: BenchmarkCommand.lengths.lowerBound) { $0 * 2 }
            .prefix { $0 <= BenchmarkCommand.lengths.upperBound }.last { $0 <= steps }
            ?? BenchmarkCommand.lengths.lowerBound
    }

    /// What a level is read for.
    private struct Source {
        let name: String
        /// Nil of memory.
        let capacity: Int?
        let sharing: Int
        let read: Bytes
    }

    /// The caches that the system tells of, and memory.
    private func sources(threads: Int) -> [Source] {
        let caches = CacheLevel.all()
        if caches.isEmpty {
            writeError(
                "unroll: \(CacheLevel.folder) describes no cache, so memory alone is read, and steps have no roof\n")
        }
        func sharing(_ cache: CacheLevel) -> Int { min(threads, cache.processors) }
        return caches.map { cache in
            Source(
                name: "L\(cache.level)", capacity: cache.bytes, sharing: sharing(cache),
                read: Roofline.read(fromCache: cache.bytes, sharedBy: sharing(cache)))
        } + [
            Source(
                name: "memory", capacity: nil, sharing: threads,
                read: Roofline.read(
                    beyondCache: caches.last?.bytes ?? 0, sharedBy: caches.last.map(sharing) ?? 1, threads: threads))
        ]
    }

    /// Measures all in turn, round by round.
    func measuredRoofline(_ trials: [Trial], _ children: Children) throws -> MeasuredRoofline {
        let program = try trialProgram()
        let running = Workers(asked: threads).count
        let sources = sources(threads: running)
        var processes = [try program.multiplyAdds(threads: running, children: children)]
        processes += try sources.map { try program.reads(threads: running, bytes: $0.read, children: children) }
        for process in processes { try process.waitUntilReady(within: nil) }
        for trial in trials {
            // One after the other: while some prepare, others would warm up beside them.
            let process = try program.measure(trial, children: children)
            try process.waitUntilReady(within: nil)
            processes.append(process)
        }
        var rounds: [[Measurement]] = processes.map { _ in [] }
        for _ in 0..<self.rounds {
            for (index, process) in processes.enumerated() { rounds[index].append(try process.repeatOnce(within: nil)) }
        }
        for process in processes { try process.finish() }
        return MeasuredRoofline(
            multiplyAdds: rounds[0].map(Throughput.rate),
            levels: zip(sources, rounds.dropFirst()).map { source, rounds in
                MeasuredRoofline.Level(
                    name: source.name, capacity: source.capacity, sharing: source.sharing, read: source.read.count,
                    rates: rounds.map { Throughput.reading($0, bytes: running * source.read.count) })
            },
            points: zip(trials, rounds.dropFirst(1 + sources.count)).map { trial, rounds in
                MeasuredRoofline.Point(trial, threads: running, rates: rounds.map(Throughput.rate))
            })
    }
}
