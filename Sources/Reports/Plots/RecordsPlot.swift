import Shapes
import Trials
import Vectors

extension Plot {
    /// What is lost of the gradient at how many bytes: a line for each way of keeping records, over the strategies under which they
    /// are kept, a subplot a cell. Nil with fewer than three ways.
    static func errorOverBytes(_ rows: [Row]) -> Plot? {
        let shown = Subplots(rows, over: [.records, .rounding, .strategy])
        let ways = shown.subplots.flatMap(\.rows).map(RecordsWay.init).orderedSet
        guard Set(ways.map(\.format)).count >= 3 else { return nil }
        func series(_ rows: [Row]) -> [Series] {
            ways.map { way in
                let marks = rows.filter { RecordsWay($0) == way }.grouped(over: []).compactMap { rows -> Mark? in
                    guard let error = rows.largest(.gradientRelativeError), error > 0,
                        let records = rows.largest(.recordsBytes), let states = rows.largest(.statesBytes)
                    else { return nil }
                    return Mark(x: records + states, y: error)
                }
                return Series(title: way.title, style: way.style, kind: .line, marks: marks.sorted { $0.x < $1.x })
            }
        }
        let all = shown.subplots.map { series($0.rows) }
        let marks = all.flatMap { $0.flatMap(\.marks) }
        guard !marks.isEmpty else { return nil }
        let x = Axis.bytes(marks.map(\.x), label: "states and records")
        let y = Axis.shares(marks.map(\.y), label: "error, of the gradient's size")
        return Plot(
            name: "gradient-bytes", title: "Error of the gradient against the bytes of states and records",
            caption:
                "Distance of the gradient from that of native records under full unrolling, over its size; each line goes over the "
                + "strategies, shorter windows to the left. \(shown.held).",
            subplots: zip(shown.subplots, all).map { Subplot(title: $0.title, x: x, y: y, series: $1) },
            columns: Plot.columns(shown.subplots.count, ticks: y.ticks), subplotHeight: 250, key: key(of: all))
    }
}
