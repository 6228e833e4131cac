/// Results may have thousands of points where a picture is 720 units wide.
extension Plot {
    /// The same without the marks that no eye could tell from their neighbours; the caption says how many are drawn.
    ///
    /// Of a curve's marks that follow each other in a column half a mark wide, the first, the last, the lowest and the highest
    /// stay: the line through these is the line through all of them, to the width of a column (Jugel, Jerzak, Hackenbroich &
    /// Markl, M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014, doi 10.14778/2732951.2732953). Of points
    /// without a line the same four stay in a square half a mark wide. Of an area the lowest and the highest stay in every
    /// two units, about two points of a screen: hardly anything can be seen to be missing, and nothing is said of it. Boxes stay
    /// as they are.
    ///
    /// - Complexity: O(n log n) in the marks.
    package var downsampled: Plot {
        let shown = subplots.map { subplot in
            Subplot(
                title: subplot.title, x: subplot.x, y: subplot.y,
                series: subplot.series.map { downsampled($0, in: subplot) },
                labels: subplot.labels)
        }
        let (all, drawn) = (Plot.points(subplots), Plot.points(shown))
        let remark =
            drawn < all
            ? " \(drawn) of \(all) points drawn: where more than four of a curve stand within half a mark, the first, last, "
                + "lowest and highest." : ""
        return Plot(
            name: name, title: title, caption: caption + remark,
            subplots: shown, columns: columns, subplotHeight: subplotHeight, key: key)
    }

    /// In units of the picture.
    fileprivate static let halfMark = 4.5 * markSize
    /// Of a line without marks, a quarter of its width.
    fileprivate static let fineColumn = 0.5
    fileprivate static let areaColumn = 2.0

    private static func points(_ subplots: [Subplot]) -> Int {
        subplots.reduce(0) { count, subplot in
            count + subplot.series.reduce(0) { $0 + ($1.kind.isCounted ? $1.marks.count : 0) }
        }
    }

    private func downsampled(_ series: Series, in subplot: Subplot) -> Series {
        if case .box = series.kind { return series }
        guard !series.marks.isEmpty else { return series }
        // A subplot is narrower than its part of the picture: columns are a little less than they may be.
        let width = Double(Plot.width) / Double(columns) / series.kind.column
        let height = Double(subplotHeight) / Plot.halfMark
        func cell(_ mark: Mark) -> Cell {
            Cell(
                column: Plot.index(subplot.x.share(of: mark.x) * width),
                row: series.kind == .points ? Plot.index(subplot.y.share(of: mark.y) * height) : 0)
        }
        // Marks of a cell: of a curve those that follow each other, of points all.
        var groups: [[Int]] = []
        var last: Cell?
        var places: [Cell: Int] = [:]
        for (index, mark) in series.marks.enumerated() {
            let cell = cell(mark)
            if series.kind == .points, let place = places[cell] {
                groups[place].append(index)
            } else if series.kind != .points, cell == last {
                groups[groups.count - 1].append(index)
            } else {
                places[cell] = groups.count
                groups.append([index])
            }
            last = cell
        }
        let unit = (subplot.y.high - subplot.y.low) / Double(subplotHeight)
        let kept =
            series.kind.isCounted
            ? groups.flatMap { Plot.telling($0, of: series.marks) }.sorted()
            : Plot.outline(groups, of: series.marks, unit: unit)
        return Series(title: series.title, style: series.style, kind: series.kind, marks: kept.map { series.marks[$0] })
    }

    /// Of more than four marks the first, the last, the lowest and the highest, their intervals counted.
    private static func telling(_ group: [Int], of marks: [Mark]) -> Set<Int> {
        guard group.count > 4 else { return Set(group) }
        let lowest = group.min { (marks[$0].low ?? marks[$0].y) < (marks[$1].low ?? marks[$1].y) }
        let highest = group.max { (marks[$0].high ?? marks[$0].y) < (marks[$1].high ?? marks[$1].y) }
        return Set([group.first, group.last, lowest, highest].compactMap(\.self))
    }

    /// Of an area's marks the lowest and the highest of each column, or one of them where they are less than half a unit apart;
    /// and its ends.
    private static func outline(_ groups: [[Int]], of marks: [Mark], unit: Double) -> [Int] {
        let kept = groups.flatMap { group -> [Int] in
            guard group.count > 2, let lowest = group.min(by: { marks[$0].y < marks[$1].y }),
                let highest = group.max(by: { marks[$0].y < marks[$1].y })
            else { return group }
            return marks[highest].y - marks[lowest].y < unit / 2 ? [highest] : [lowest, highest]
        }
        return Set(kept + [0, marks.count - 1]).sorted()
    }

    private struct Cell: Hashable {
        let column: Int
        let row: Int
    }

    /// What lies outside of the picture, or nowhere, is together.
    private static func index(_ place: Double) -> Int {
        place.isNaN ? -1 : Int(min(max(place, -1), 1e6).rounded(.down))
    }
}

extension Plot.Series.Kind {
    /// Points and curves, whose marks can be told apart one by one.
    fileprivate var isCounted: Bool {
        switch self {
        case .line, .points, .path: true
        case .area, .box: false
        }
    }

    /// How far apart marks must be to be told apart, in units of the picture.
    fileprivate var column: Double {
        switch self {
        case .line, .points: Plot.halfMark
        case .path: Plot.fineColumn
        case .area, .box: Plot.areaColumn
        }
    }
}

extension Array {
    /// At most this number of them, the first and the last among them, as far apart as can be.
    func spread(_ most: Int) -> [Element] {
        precondition(most >= 2, "the first and the last")
        guard count > most else { return self }
        return (0..<most).map { self[$0 * (count - 1) / (most - 1)] }
    }
}
