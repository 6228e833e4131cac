/// A long row of values, thinned out evenly to what a picture can show.
struct Thinned {
    private(set) var values: [(place: Int, value: Double)] = []
    private var count = 0
    private var step = 1
    private static let most = 1000

    mutating func append(_ value: Double) {
        if count % step == 0 { values.append((count, value)) }
        count += 1
        guard values.count > Thinned.most else { return }
        step *= 2
        values.removeAll { $0.place % step != 0 }
    }
}
