package import Quantities
import Schedules
package import Trials

extension Trial {
    /// The predicted peak of one training step; nil when it is beyond counting.
    package var predictedPeak: Bytes? {
        let peak = demand.peakBytes
        return peak < Footprint.countable ? Bytes(peak) : nil
    }
}
