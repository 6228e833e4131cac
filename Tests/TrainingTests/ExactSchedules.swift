import Schedules
import Shapes
import Trials

extension Trial {
    /// One schedule of each strategy that is exact whatever the task and the directions, for this trial's length and sizes.
    func exactSchedules(slots: Int) -> [any Schedule] {
        let footprint = footprint
        return [
            Full(length: length), Segmented(length: length, segment: min(length, 9)),
            Bisection(length: length), Binomial(length: length, slots: slots),
            Internal(length: length, slots: slots), Online(length: length, slots: slots),
            Multistage(length: length, memory: 2, disk: slots),
            Mixed(
                length: length,
                memory: Mixed.leastMemory(length: length, state: footprint.state, record: footprint.record)
                    + slots * footprint.record, state: footprint.state, record: footprint.record),
        ]
    }
}
