// The measured process: one trial, no Foundation. It writes `ready` when it is prepared, then does one repetition for
// every line it reads and answers with a line of figures. It ends at the end of its input.
import Files
import Glibc
import Machine
import Training

Descriptor.reserveStandard()
let words = Array(CommandLine.arguments.dropFirst())
if words.first != "attend" { endWithParent() }
do {
    guard InstructionSet.built <= .processor else { throw UsageError.processor }
    switch words.first {
    case "measure": try measure(Array(words.dropFirst()))
    case "survey": try survey(Array(words.dropFirst()))
    case "attend": try attend(Array(words.dropFirst()))
    case "train": try train(Array(words.dropFirst()))
    case "products": try products(Array(words.dropFirst()))
    case "multiply_adds": try multiplyAdds(Array(words.dropFirst()))
    case "barriers": try barriers(Array(words.dropFirst()))
    case "copies": try copies(Array(words.dropFirst()))
    case "reads": try reads(Array(words.dropFirst()))
    case "blocks": try blocks(Array(words.dropFirst()))
    case "probe": try probe()
    default: throw UsageError.command(words.first ?? "")
    }
} catch {
    reportError("\(error)")
    exit(exitCode(of: error))
}
