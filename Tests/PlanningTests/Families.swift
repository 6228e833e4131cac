import Planning
import Quantities
import Schedules
import Shapes
import Trials

/// A footprint in which no size divides another.
let footprint = {
    var constant = Usage()
    constant[.weights] = 1000
    constant[.workspace] = 77
    return Footprint(constant: constant, state: 7, record: 17, storedState: 40)
}()

/// The same, those of two directions of one layer and of two, and one whose saved states are smaller than those that enter records.
let footprints: [Footprint] = [(1, 7), (2, 7), (4, 7), (1, 13)].map { lanes, entering in
    var tracked = footprint
    (tracked.lanes, tracked.entering) = (lanes, entering)
    return tracked
}

/// Prices as measured of a small LSTM, and others that lean to one side.
let prices: [CostModel] = {
    func prices(_ words: String) -> CostModel { CostModel(words: words.split(separator: " ").map(String.init))! }
    return [
        prices(
            "start=3e-4 forward=6.7e-5 record=7.4e-5 run=0 end=1e-4 backward=1.1e-4 reversal=0 loss=1e-5 truncation=1e-4 save=0 restore=8e-6 far_record=0 far_backward=0 record_bytes=81920"
        ),
        prices(
            "start=1e-5 forward=6e-6 record=8e-6 run=1e-6 end=1e-6 backward=9e-6 reversal=2e-6 loss=1e-6 truncation=3e-6 save=6e-6 restore=4e-6 far_record=1e-6 far_backward=2e-6 record_bytes=400000"
        ),
        prices(
            "start=0 forward=1e-6 record=1e-6 run=5e-6 end=0 backward=1e-6 reversal=5e-6 loss=0 truncation=1e-6 save=1e-6 restore=5e-6 far_record=0 far_backward=0 record_bytes=17"
        ),
    ]
}()

extension TrainingTask {
    /// One of each in the list.
    static let everyKind = vocabulary.signatures.map {
        // A file says its loss itself.
        try! TrainingTask($0.word == "file" ? "file:path=data.safetensors,loss=squared,outputs=3" : $0.example)
    }
}
