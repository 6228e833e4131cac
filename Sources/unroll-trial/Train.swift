import Kernels
import Memory
import Networks
import Quantities
import Shapes
import Training
import Trials

/// `train key=value… [checkpoint=FILE] [resume=FILE] [disk=DIR] [within=BYTES]`
///
/// It says `ready`, then answers every line it reads: `position` with the number of updates made, `adjustments` with the factors that
/// were others before the checkpoint, `key=value` as they were there, `update` with what one more
/// told, `save` with `saved` when the checkpoint is written, `figures` with those of the training so far.
func train(_ words: [String]) throws {
    var words = words
    let checkpoint = try takePath("checkpoint", from: &words)
    let resume = try takePath("resume", from: &words)
    let directory = try takePath("disk", from: &words)
    let within = try takeBytes("within", from: &words) ?? Bytes(Int.max)
    let trial = try ownTrial(words)
    let files = try stateFiles(of: trial, directory: directory)
    try SelfTest.run()
    let heaps = try Heaps(of: trial.roles)
    try train(trial.precision.scalar, trial, heaps, files, within: within, checkpoint: checkpoint, resume: resume)
}

private func train<S: Scalar>(
    _: S.Type, _ trial: Trial, _ heaps: Heaps, _ files: StateFiles?, within: Bytes, checkpoint: String?, resume: String?
) throws {
    let session = try Session<S>(trial, heaps: heaps, files: files)
    try session.prepare(warmup: 0, memory: within)
    let trainer = try Trainer(session)
    if let resume { try trainer.resume(from: resume) }
    heaps.stopCounting()
    session.restartGauges()
    try writeLine("ready")
    while let line = readLine() {
        switch line {
        case "position": try writeLine("\(trainer.curve.count)")
        case "adjustments":
            try writeLine(trainer.adjustments.map { "\($0.factor.rawValue)=\($0.before)" }.joined(separator: " "))
        case "update": try writeLine(trainer.update().line)
        case "save":
            guard let checkpoint else { throw UsageError.option("checkpoint", "", allowed: "a file, to be written") }
            try trainer.save(to: checkpoint)
            try writeLine("saved")
        case "figures":
            var figures = trainer.figures
            if trainer.curve.count > 0 { figures.take(try trainer.heldOut()) }
            try writeLine(figures.line)
        default: throw UsageError.request(line, of: ["position", "adjustments", "update", "save", "figures"])
        }
    }
}
