import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Training
import Trials

/// `measure key=value… [warmup=N] [reference=BYTES] [memory=BYTES] [within=BYTES] [export=FILE] [timeline=FILE]
/// [evidence=FILE] [gradient=FILE] [disk=DIR]`
///
/// `memory` is enforced; `within` is what the gradient's reference must fit into to be measured. `gradient` is a file for the
/// reference's gradient, which is there: what has no reference's yet gets it.
///
/// Every line read is answered with a repetition; `bare` with the time of one in which no gauge is read.
///
/// `disk` is a directory that does not exist yet: it is made, holds what the strategy keeps on disk, and is removed.
func measure(_ words: [String]) throws {
    var words = words
    let warmup = try takeCount("warmup", from: &words)
    let reference = try takeBytes("reference", from: &words) ?? Trial.largestReference
    let memory = try takeBytes("memory", from: &words)
    let within = try takeBytes("within", from: &words) ?? Bytes(Int.max)
    let export = try takePath("export", from: &words)
    let timeline = try takePath("timeline", from: &words)
    let evidence = try takePath("evidence", from: &words)
    let shared = try takePath("gradient", from: &words)
    let directory = try takePath("disk", from: &words)
    let trial = try ownTrial(words)
    let files = try stateFiles(of: trial, directory: directory)
    try SelfTest.run()
    if let memory { try ProcessMemoryLimit.set(memory, reference: reference, threads: trial.threads) }
    let heaps = try Heaps(of: trial.roles)
    func measure<S: Scalar>(_: S.Type) throws {
        let session = try Session<S>(trial, heaps: heaps, files: files)
        let times = try session.prepare(
            warmup: warmup, reference: reference, memory: within, timeline: timeline, evidence: evidence,
            shared: shared)
        heaps.stopCounting()
        try writeLine("ready \(times.line)")
        while let word = readLine() { try writeLine((word == "bare" ? session.measureBare() : session.measure()).line) }
        if let export { try session.export(to: export) }
    }
    try measure(trial.precision.scalar)
}

/// The trial that words make. Other engines are other programs.
func ownTrial(_ words: [String]) throws -> Trial {
    let trial = try Trial(words: words)
    guard trial.engine == .unroll else {
        throw UsageError.option("engine", trial.engine.rawValue, allowed: Engine.unroll.rawValue)
    }
    return trial
}

/// Where a trial's states on disk go; nil when it keeps none there.
func stateFiles(of trial: Trial, directory: String?) throws -> StateFiles? {
    guard trial.strategy.usesDisk else { return nil }
    guard let directory else {
        throw UsageError.option("disk", "", allowed: "a directory for strategy '\(trial.strategy)'")
    }
    return try StateFiles(directory: directory)
}

/// Removes `key=value` from the words and answers the value.
func take(_ key: String, from words: inout [String]) -> String? {
    guard let index = words.firstIndex(where: { $0.hasPrefix(key + "=") }) else { return nil }
    return String(words.remove(at: index).dropFirst(key.count + 1))
}

/// The same of a word that names a file or a directory, which no empty one does.
func takePath(_ key: String, from words: inout [String]) throws -> String? {
    guard let path = take(key, from: &words) else { return nil }
    guard !path.isEmpty else { throw UsageError.option(key, path, allowed: "the name of a file or directory") }
    return path
}

func takeCount(_ key: String, from words: inout [String]) throws -> Int? {
    guard let text = take(key, from: &words) else { return nil }
    guard let count = Int(decimal: text), (0...1_000_000).contains(count) else {
        throw UsageError.option(key, text, allowed: "a whole number from 0 to 1000000")
    }
    return count
}

func takeBytes(_ key: String, from words: inout [String]) throws -> Bytes? {
    guard let text = take(key, from: &words) else { return nil }
    guard let bytes = Bytes(text) else { throw UsageError.option(key, text, allowed: Bytes.allowed) }
    return bytes
}
