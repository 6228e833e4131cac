import Files
import Reports

/// The largest timeline read; of more actions than these bytes hold no page can be made.
private let largestTimeline = 1 << 26

/// Reads live bytes as `unroll measure --timeline` writes them.
func readTimeline(_ file: String) throws -> MeasuredTimeline {
    do {
        return try MeasuredTimeline(FileBytes.read(file, limit: largestTimeline))
    } catch let error as MeasuredTimeline.Failure {
        throw fail("\(file): \(error)", code: Exit.badFile)
    } catch FileBytes.Failure.system(let reason) {
        throw fail("cannot read '\(file)': \(reason)", code: Exit.system)
    } catch FileBytes.Failure.tooLarge {
        throw fail("\(file): the file has more than \(largestTimeline) bytes", code: Exit.badFile)
    }
}
