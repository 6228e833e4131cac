/// gnuplot draws: labels, keys and shapes of points are a solved problem. The layout is ours, so that subplots of one picture
/// share their key and every picture its width.
extension Plot {
    package static let width = 480
    /// Of the usual text: 10 pixels on a screen that has 370 for a picture, as one of 400 has within a page's margins.
    static let font = 13.0
    /// More subplots side by side would have no room for their ticks.
    private static let mostColumns = 2
    /// Of a subplot beside another.
    private static let leastWidth = 130.0
    /// What gnuplot multiplies its marks by.
    static let markSize = 0.7
    private static let columnGap = 20.0
    private static let keyLine = 20.0
    /// Of a letter of the common sans-serif fonts, of the wider ones, over the size of the font.
    static let letter = 0.58

    /// The picture's title, line by line.
    private var heading: [String] {
        title.wrapped(to: Int(Double(Plot.width - 24) / (16 * Plot.letter)), breakingWords: true)
    }
    private var headingHeight: Double { 20 * Double(heading.count) }
    /// Over a subplot: the picture's title, the name of the axis, and its own title.
    private var above: Double { headingHeight + 46 + (subplots.allSatisfy(\.title.isEmpty) ? 0 : 20) }
    private static let between = 30.0
    /// Under a subplot: for its ticks and label, when it has any.
    private var below: Double { isStack ? 8 : 54 }
    /// Subplots one below the other have one scale across.
    private var isStack: Bool { subplots.count > 1 && columns == 1 && !hasSeparateAxes }

    /// The ticks that stand left of subplots: of the first, whose scale is that of all, or of each.
    private var leftTicks: [Tick] { subplots.prefix(hasSeparateAxes ? subplots.count : 1).flatMap(\.y.ticks) }
    private var left: Double { Plot.left(leftTicks) }
    private var right: Double {
        let ends = subplots.flatMap(\.labels).filter { $0.placement == .end }
        return 18 + (ends.flatMap { [Plot.extent($0.text), Plot.extent($0.remark)] }.max() ?? 0)
    }

    /// The room for these ticks' texts: they stand left of the first subplot of a row, whose scale is that of all.
    private static func left(_ ticks: [Tick]) -> Double { 26 + (ticks.map { extent($0.text) }.max() ?? 0) }

    /// How wide a text is at most.
    static func extent(_ text: String, size: Double = font) -> Double { Double(text.count) * size * letter }

    /// How many of n subplots stand in a row, with these ticks left of the first.
    static func columns(_ count: Int, ticks: [Tick]) -> Int {
        (1...max(1, min(mostColumns, count))).last { $0 == 1 || subplotWidth(ticks, columns: $0) >= leastWidth } ?? 1
    }

    /// Of a subplot, with this many in a row and these ticks.
    static func subplotWidth(_ ticks: [Tick], columns: Int, right: Double = 18) -> Double {
        (Double(width) - left(ticks) - right - columnGap * Double(columns - 1)) / Double(columns)
    }

    private var rows: Int { (subplots.count + columns - 1) / columns }
    private var keyColumns: Int {
        let widest = key.map { Plot.extent($0.title.replacing("^{", "").replacing("}", "")) }.max() ?? 0
        return max(1, min(3, Int((Double(Plot.width) - 2 * Plot.keyLeft) / (widest + 60))))
    }
    private static let keyLeft = 24.0
    private var keyHeight: Double {
        key.isEmpty ? 0 : Double((key.count + keyColumns - 1) / keyColumns) * Plot.keyLine + 14
    }

    package var height: Int {
        let row = Double(subplotHeight) + below
        return Int(above + Double(rows) * row + Double(rows - 1) * Plot.between + 54 - below + keyHeight)
    }

    /// The whole script; gnuplot writes the picture to this file.
    package func script(to file: String) -> String {
        var lines = [
            "reset session",
            "set terminal svg size \(Plot.width),\(height) dynamic enhanced font 'sans-serif,\(Int(Plot.font))' background rgb '\(Palette.paper)' name '\(id)'",
            "set output \(Escape.gnuplot(file))",
            "set encoding utf8", "set multiplot", "unset key", "unset xlabel", "unset ylabel",
            "set border 3 lw 0.8 lc rgb '\(Palette.soft)'", "set tics nomirror out scale 0.5",
            "set grid ytics lt 1 lw 0.6 lc rgb '\(Palette.grid)'", "set style fill solid 1 noborder", "set mxtics 1",
        ]
        let headings = heading.enumerated().map { index, line in
            text(Plot.firstHeading + index, line, x: 12, y: 18 + 20 * Double(index), font: 16)
        }
        lines += headings
        for (index, subplot) in subplots.enumerated() {
            if index == 0 || hasSeparateAxes {
                let y = frame(index).y - above + headingHeight + 24
                lines.append(text(2, subplot.y.label, x: 12, y: y, colour: Palette.soft))
            }
            lines += draw(subplot, at: index)
            lines.append("unset label 2")
            lines += headings.indices.map { "unset label \(Plot.firstHeading + $0)" }
        }
        if !key.isEmpty { lines += drawKey() }
        return (lines + ["unset multiplot", "set output"]).joined(separator: "\n") + "\n"
    }

    /// Of gnuplot's labels: those below are a subplot's, and those from 10 on its marks' and the key's.
    private static let firstHeading = 5

    /// Of its parts in the drawing.
    var id: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// Where a subplot is drawn.
    func frame(_ index: Int) -> Frame {
        let (row, column) = (index / columns, index % columns)
        let width = Plot.subplotWidth(leftTicks, columns: columns, right: right)
        return Frame(
            x: left + Double(column) * (width + Plot.columnGap),
            y: above + Double(row) * (Double(subplotHeight) + below + Plot.between), width: width,
            height: Double(subplotHeight))
    }

    private func draw(_ subplot: Subplot, at index: Int) -> [String] {
        let column = index % columns
        let frame = frame(index)
        var lines = [
            "set lmargin at screen \(share(frame.x, of: Plot.width))",
            "set rmargin at screen \(share(frame.x + frame.width, of: Plot.width))",
            "set tmargin at screen \(1 - share(frame.y, of: height))",
            "set bmargin at screen \(1 - share(frame.y + frame.height, of: height))",
            text(3, subplot.title, x: frame.x, y: frame.y - 12, font: 14),
        ]
        let labels = placedLabels(of: subplot, in: frame)
        for (number, label) in labels.enumerated() {
            lines.append(
                text(
                    10 + number, label.text, x: label.x, y: label.y, side: label.side.rawValue,
                    colour: label.isRemark ? Palette.soft : Palette.ink) + " front")
        }
        let isLast = index + columns >= subplots.count || !isStack
        let gap = columns > 1 ? Plot.columnGap : nil
        lines += set("x", subplot.x, texts: isLast ? Plot.fitting(subplot.x, in: frame.width, besides: gap) : nil)
        // One scale across has one name, in the middle of its row.
        let wide = Double(columns) * (frame.width + Plot.columnGap) - Plot.columnGap
        lines.append(
            text(
                4, isLast && column == 0 ? subplot.x.label : "", x: frame.x + wide / 2, y: frame.y + frame.height + 38,
                side: "center", colour: Palette.soft))
        // Bars have their own lines along them.
        let hasBars = subplot.series.contains { if case .box = $0.kind { true } else { false } }
        lines.append(hasBars ? "set grid noytics xtics" : "set grid ytics noxtics")
        lines += set("y", subplot.y, texts: column == 0 ? subplot.y.ticks.map(\.text) : nil)
        let drawn = subplot.series.filter { !$0.marks.isEmpty }
        guard !drawn.isEmpty else { return lines + ["plot NaN notitle"] }
        for (number, series) in drawn.enumerated() {
            lines.append("$data\(number) << EOD")
            lines += series.marks.map { "\($0.x) \($0.y) \($0.low ?? $0.y) \($0.high ?? $0.y)" }
            lines.append("EOD")
        }
        lines.append(
            "plot " + drawn.enumerated().map { plot($0.element, data: "$data\($0.offset)") }.joined(separator: ", "))
        return lines + labels.indices.map { "unset label \(10 + $0)" }
    }

    /// - Parameter texts: of the ticks; nil for marks alone.
    private func set(_ name: String, _ axis: Axis, texts: [String]?) -> [String] {
        let ticks = axis.ticks.enumerated().map { index, tick in
            "\(Escape.gnuplot((texts?[index] ?? "").replacing("%", "%%"))) \(tick.value)"
        }.joined(separator: ", ")
        return [
            axis.isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)",
            "set \(name)range [\(axis.low):\(axis.high)]",
            "set \(name)tics (\(ticks)) font 'sans-serif,\(Int(Plot.font))' textcolor rgb '\(Palette.soft)' noenhanced",
        ]
    }

    /// A text at a position of the picture; its middle is at y.
    private func text(
        _ number: Int, _ text: String, x: Double, y: Double, font: Int = Int(Plot.font), side: String = "left",
        colour: String = Palette.ink, isEnhanced: Bool = false
    ) -> String {
        "set label \(number) \(Escape.gnuplot(text)) at screen \(share(x, of: Plot.width)),screen "
            + "\(1 - share(y, of: height)) \(side) font 'sans-serif,\(font)' textcolor rgb '\(colour)' "
            + (isEnhanced ? "enhanced" : "noenhanced")
    }

    private func plot(_ series: Series, data: String) -> String {
        let dash = series.style.dash.map { " dt (\($0))" } ?? ""
        let colour = "lc rgb '\(series.style.colour)'"
        let points = "pt \(series.style.point) ps \(Plot.markSize)"
        switch series.kind {
        case .line:
            let line = "\(data) using 1:2 with linespoints \(colour) lw 1.8\(dash) \(points) notitle"
            guard series.marks.contains(where: { $0.low != nil }) else { return line }
            return "\(data) using 1:3:(0):($4-$3) with vectors nohead \(colour) lw 1 notitle, " + line
        case .points:
            return "\(data) using 1:2 with points \(colour) \(points) lw 1.4 notitle"
        case .path:
            return "\(data) using 1:2 with lines \(colour) lw 1.4\(dash) notitle"
        case .area(let fill):
            return "\(data) using 1:2 with filledcurves y1=0 lc rgb '\(fill)' notitle"
        case .box(let fill):
            return "\(data) using 1:2:3:4:($2-0.32):($2+0.32) with boxxyerror lc rgb '\(fill)' notitle"
        }
    }

    /// An empty plot at the bottom that has nothing but the key, in columns of one width; a unit of its axes is a unit of the
    /// picture.
    private func drawKey() -> [String] {
        let wide = (Double(Plot.width) - 2 * Plot.keyLeft) / Double(keyColumns)
        var lines = [
            "set lmargin at screen 0", "set rmargin at screen 1",
            "set tmargin at screen \(share(keyHeight, of: height))",
            "set bmargin at screen 0", "unset label", "unset border", "unset tics", "unset grid", "unset logscale",
            "set xrange [0:\(Plot.width)]", "set yrange [0:\(keyHeight)]",
        ]
        var parts: [String] = []
        for (index, series) in key.enumerated() {
            let x = Plot.keyLeft + Double(index % keyColumns) * wide
            let y = keyHeight - (Double(index / keyColumns) + 0.5) * Plot.keyLine
            let colour = "lc rgb '\(series.style.colour)'"
            let dash = series.style.dash.map { " dt (\($0))" } ?? ""
            let mark = "pt \(series.style.point) ps \(Plot.markSize)"
            lines += [
                "$key\(index) << EOD", "\(x) \(y)", "\(x + 36) \(y)", "EOD",
                "$dot\(index) << EOD", "\(x + 18) \(y)", "EOD",
                text(100 + index, series.title, x: x + 44, y: Double(height) - y, isEnhanced: true),
            ]
            switch series.kind {
            case .line:
                parts += [
                    "$key\(index) with lines \(colour) lw 1.8\(dash)", "$dot\(index) with points \(colour) \(mark)",
                ]
            case .points: parts.append("$dot\(index) with points \(colour) \(mark) lw 1.4")
            case .path: parts.append("$key\(index) with lines \(colour) lw 1.4\(dash)")
            case .area(let fill), .box(let fill):
                parts.append(
                    "$dot\(index) using ($1-12):2:($1-12):($1+12):($2-6):($2+6) with boxxyerror lc rgb '\(fill)'")
            }
        }
        return lines + ["plot " + parts.joined(separator: ", ")]
    }

    private func share(_ value: Double, of whole: Int) -> Double { value / Double(whole) }
}
