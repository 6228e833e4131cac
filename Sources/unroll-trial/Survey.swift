import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Training
import Trials

/// `survey key=value… windows=K,… [within=BYTES]`: truncated gradients of the network against the exact one.
///
/// It says `ready`, then answers every line it reads: `pass` with the batches after which a file's sequences come again, 0 where none
/// does; `batch` with what the next batch says, see `WindowSurvey.Batch`; `summary` with that of all so far. `within` is what the exact
/// gradient must fit into.
func survey(_ words: [String]) throws {
    var words = words
    let text = take("windows", from: &words) ?? ""
    let windows = text.split(separator: ",").compactMap { Int(decimal: $0) }
    guard !windows.isEmpty, windows.allSatisfy({ (1...Trial.largestLength).contains($0) }) else {
        throw UsageError.option(
            "windows", text, allowed: "whole numbers from 1 to \(Trial.largestLength), such as 2,4,8")
    }
    let within = try takeBytes("within", from: &words) ?? Bytes(Int.max)
    let trial = try Trial(words: words)
    try SelfTest.run()
    let heaps = try Heaps(of: trial.roles)
    try survey(trial.precision.scalar, trial, heaps, windows: windows, within: within)
}

private func survey<S: Scalar>(
    _: S.Type, _ trial: Trial, _ heaps: Heaps, windows: [Int], within: Bytes
) throws {
    guard let reference = trial.reference(upTo: Trial.largestReference, within: within).strategy else {
        throw UsageError.option("within", "\(within.count)", allowed: "what the exact gradient fits into")
    }
    let session = try Session<S>(trial, heaps: heaps)
    heaps.stopCounting()
    let survey = GradientSurvey(session, windows: windows, reference: reference)
    try writeLine("ready")
    while let line = readLine() {
        switch line {
        case "pass": try writeLine("batches=\(survey.pass ?? 0)")
        case "batch": try writeLine(survey.next().line)
        case "summary": try writeLine(survey.summary.line)
        default: throw UsageError.request(line, of: ["pass", "batch", "summary"])
        }
    }
}
