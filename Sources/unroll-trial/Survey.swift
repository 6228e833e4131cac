import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Training
import Trials

/// `survey key=value… windows=K,… [within=BYTES] [checkpoint=FILE]`: truncated gradients of the network against the exact one.
///
/// It says `ready`, then answers every line it reads: `batch` with what the next batch says, see `WindowSurvey.Batch`, and `summary`
/// with that of all so far. `within` is what the exact gradient must fit into. Parameters are those of a training's checkpoint, or as
/// the trial says.
func survey(_ words: [String]) throws {
    var words = words
    let text = take("windows", from: &words) ?? ""
    let windows = text.split(separator: ",").compactMap { Int(decimal: $0) }
    guard !windows.isEmpty, windows.allSatisfy({ (1...Trial.largestLength).contains($0) }) else {
        throw UsageError.option(
            "windows", text, allowed: "whole numbers from 1 to \(Trial.largestLength), such as 2,4,8")
    }
    let within = try takeBytes("within", from: &words) ?? Bytes(Int.max)
    let checkpoint = try takePath("checkpoint", from: &words)
    let trial = try Trial(words: words)
    try SelfTest.run()
    let heaps = try Heaps()
    try survey(trial.precision.scalar, trial, heaps, windows: windows, within: within, checkpoint: checkpoint)
}

private func survey<S: Scalar>(
    _: S.Type, _ trial: Trial, _ heaps: Heaps, windows: [Int], within: Bytes, checkpoint: String?
) throws {
    guard let reference = trial.reference(upTo: Trial.largestReference, within: within).strategy else {
        throw UsageError.option("within", "\(within.count)", allowed: "what the exact gradient fits into")
    }
    let session = try Session<S>(trial, heaps: heaps)
    if let checkpoint { try session.takeParameters(ofCheckpoint: checkpoint) }
    let survey = GradientSurvey(session, windows: windows, reference: reference)
    try writeLine("ready")
    while let line = readLine() {
        switch line {
        case "batch": try writeLine(survey.next().line)
        case "summary": try writeLine(survey.summary.line)
        default: throw UsageError.request(line, of: ["batch", "summary"])
        }
    }
}
