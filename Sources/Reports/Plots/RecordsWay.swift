import Shapes
import Trials
import Vectors

/// A way of keeping records.
struct RecordsWay: Hashable {
    let format: RecordFormat
    let rounding: Rounding

    init(_ row: Row) { (format, rounding) = (row.trial.records, row.trial.rounding.rounding) }

    var title: String { format.rawValue + (rounding.isRandom ? ", \(rounding.rawValue)" : "") }

    /// A hue for each format, a dash and an open mark for what is rounded by chance.
    var style: SeriesStyle {
        let index = RecordFormat.allCases.firstIndex(of: format)!
        let shape = SeriesStyle.shapes[index % SeriesStyle.shapes.count]
        let dash = [Rounding.nearest: nil, .stochastic: "7,4", .independent: "3,4"][rounding] ?? nil
        return SeriesStyle(
            colour: Palette.families[index].light, dash: dash, point: rounding.isRandom ? shape - 1 : shape)
    }
}
