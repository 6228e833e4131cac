package import Memory
import Schedules
import Shapes
package import Trials

extension Trial {
    /// The predicted peak of one training step; nil when it is beyond counting.
    package var predictedPeak: Bytes? {
        let footprint = footprint
        // Every step holding a record and two states is more than any schedule does.
        let (bound, overflow) = length.multipliedReportingOverflow(by: footprint.record + 2 * footprint.state)
        guard !overflow, bound < Int.max / 4 else { return nil }
        return Bytes(Simulator(schedule, footprint: footprint).peakBytes)
    }
}
