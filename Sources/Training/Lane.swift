import Kernels
import Networks

/// Where one lane stands in the sequence, and what the schedule asked it to keep.
final class Lane<S: Scalar> {
    let index: Int
    var records: [Int: Record<S>] = [:]
    var saved: [Int: SavedState<S>] = [:]
    /// The state that entered a run of records, by its first step.
    var entering: [Int: State<S>] = [:]
    var position = 0
    /// One past the furthest step reached.
    var frontier = 0

    init(_ index: Int) { self.index = index }

    /// Before the first step. A dictionary keeps the capacity of its largest use; what an earlier schedule needed is not the
    /// next one's.
    func begin() {
        records = [:]
        saved = [:]
        entering = [:]
        position = 0
        frontier = 0
    }
}
