/// gnuplot draws: labels, keys and shapes of points are a solved problem. The layout is ours, so that subplots of one picture
/// share their key and every picture its width.
extension Plot {
    package static let width = 900
    private static let right = 16.0
    private static let (above, keyLine) = (58.0, 20.0)
    /// Under a subplot: for its ticks and label, when it has any.
    private var below: Double { subplots.count > columns && columns == 1 ? 8 : 56 }
    private static let keyColumns = 3

    /// Names of strategies stand left of bars, once.
    private var left: Double {
        let longest = hasNames ? subplots[0].y.ticks.map(\.text.count).max() ?? 0 : 0
        return max(78, 28 + 6.9 * Double(longest))
    }
    private var gap: Double { hasNames ? 8 : 84 }
    private var hasNames: Bool { subplots.contains { $0.y.hasNames } }

    private var rows: Int { (subplots.count + columns - 1) / columns }
    private var keyHeight: Double {
        key.isEmpty ? 0 : Double((key.count + Plot.keyColumns - 1) / Plot.keyColumns) * Plot.keyLine + 16
    }

    package var height: Int {
        let row = Double(subplotHeight) + below
        return Int(Plot.above + Double(rows) * row + Double(rows - 1) * (Plot.above - 30) + 56 - below + keyHeight)
    }

    /// The whole script; gnuplot writes the picture to this file.
    package func script(to file: String) -> String {
        var lines = [
            "reset session",
            "set terminal svg size \(Plot.width),\(height) dynamic enhanced font 'sans-serif,12' background rgb 'white' name '\(id)'",
            "set output \(Escape.gnuplot(file))",
            "set encoding utf8", "set multiplot", "unset key",
            "set border 3 lw 0.8 lc rgb '#444444'", "set tics nomirror out scale 0.5",
            "set grid ytics lt 1 lw 0.6 lc rgb '#dddddd'", "set style fill solid 1 noborder", "set mxtics 1",
            "set label 1 \(Escape.gnuplot(title)) at screen \(share(16, of: Plot.width)),screen "
                + "\(1 - share(16, of: height)) font 'sans-serif,15' noenhanced",
        ]
        for (index, subplot) in subplots.enumerated() {
            lines += draw(subplot, at: index)
            lines.append("unset label 1")
        }
        if !key.isEmpty { lines += drawKey() }
        return (lines + ["unset multiplot", "set output"]).joined(separator: "\n") + "\n"
    }

    /// Of its parts in the drawing.
    var id: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// Where a subplot is drawn.
    func frame(_ index: Int) -> Frame {
        let (row, column) = (index / columns, index % columns)
        let width = (Double(Plot.width) - left - Plot.right - gap * Double(columns - 1)) / Double(columns)
        return Frame(
            x: left + Double(column) * (width + gap),
            y: Plot.above + Double(row) * (Double(subplotHeight) + below + Plot.above - 30), width: width,
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
            "unset label 2",
            "set label 3 \(Escape.gnuplot(column == 0 ? subplot.y.label : "")) at graph 0,graph 1 right offset -1,0.9 font 'sans-serif,11' textcolor rgb '#444444' noenhanced",
            "set label 2 \(Escape.gnuplot(subplot.title)) at graph 0,graph 1 offset 0,0.9 font 'sans-serif,12' textcolor rgb '#444444' noenhanced",
        ]
        for (number, label) in subplot.labels.enumerated() {
            lines.append(
                "set label \(10 + number) \(Escape.gnuplot(label.text)) at \(label.x),\(label.y) "
                    + "\(label.isRight ? "right" : "left") offset \(label.isRight ? "-0.9" : "0.7"),\(hasNames ? "0" : "0.6") "
                    + "font 'sans-serif,11' noenhanced front")
        }
        lines += set("x", subplot.x, label: subplot.x.label) + set("y", subplot.y, label: "")
        let drawn = subplot.series.filter { !$0.marks.isEmpty }
        guard !drawn.isEmpty else { return lines + ["plot NaN notitle"] }
        for (number, series) in drawn.enumerated() {
            lines.append("$data\(number) << EOD")
            lines += series.marks.map { "\($0.x) \($0.y) \($0.low ?? $0.y) \($0.high ?? $0.y)" }
            lines.append("EOD")
        }
        lines.append(
            "plot " + drawn.enumerated().map { plot($0.element, data: "$data\($0.offset)") }.joined(separator: ", "))
        return lines + subplot.labels.indices.map { "unset label \(10 + $0)" }
    }

    private func set(_ name: String, _ axis: Axis, label: String) -> [String] {
        let ticks = axis.ticks.map { "\(Escape.gnuplot($0.text.replacing("%", "%%"))) \($0.value)" }.joined(
            separator: ", ")
        return [
            axis.isLogarithmic ? "set logscale \(name)" : "unset logscale \(name)",
            "set \(name)range [\(axis.low):\(axis.high)]", "set \(name)tics (\(ticks)) noenhanced",
            "set \(name)label \(Escape.gnuplot(label)) noenhanced",
        ]
    }

    private func plot(_ series: Series, data: String) -> String {
        let dash = series.style.dash.map { " dt (\($0))" } ?? ""
        let colour = "lc rgb '\(series.style.colour)'"
        let points = "pt \(series.style.point) ps 0.62"
        switch series.kind {
        case .line:
            let line = "\(data) using 1:2 with linespoints \(colour) lw 1.8\(dash) \(points) notitle"
            guard series.marks.contains(where: { $0.low != nil }) else { return line }
            return "\(data) using 1:3:(0):($4-$3) with vectors nohead \(colour) lw 1 notitle, " + line
        case .points:
            return "\(data) using 1:2 with points \(colour) \(points) lw 1.4 notitle"
        case .path:
            return "\(data) using 1:2 with lines \(colour) lw 1.2\(dash) notitle"
        case .area(let fill):
            return "\(data) using 1:2 with filledcurves y1=0 lc rgb '\(fill)' notitle"
        case .box(let fill):
            return "\(data) using 1:2:3:4:($2-0.32):($2+0.32) with boxxyerror lc rgb '\(fill)' notitle"
        }
    }

    /// An empty plot at the bottom that has nothing but the key, in columns of one width.
    private func drawKey() -> [String] {
        let width = Double(Plot.width) - left - Plot.right
        var lines = [
            "set lmargin at screen \(share(38, of: Plot.width))",
            "set rmargin at screen \(share(left + width, of: Plot.width))",
            "set tmargin at screen \(share(keyHeight, of: height))", "set bmargin at screen 0",
            "unset label", "unset border", "unset tics", "unset grid", "unset xlabel", "unset ylabel",
            "unset logscale", "set xrange [0:\(Plot.keyColumns)]",
            "set yrange [0:\(keyHeight)]",
        ]
        var parts: [String] = []
        for (index, series) in key.enumerated() {
            let x = Double(index % Plot.keyColumns)
            let y = keyHeight - 14 - (Double(index / Plot.keyColumns) + 0.5) * Plot.keyLine + 4
            let colour = "lc rgb '\(series.style.colour)'"
            let dash = series.style.dash.map { " dt (\($0))" } ?? ""
            lines += [
                "$key\(index) << EOD", "\(x) \(y)", "\(x + 0.13) \(y)", "EOD", "$dot\(index) << EOD",
                "\(x + 0.065) \(y)", "EOD",
                "set label \(100 + index) \(Escape.gnuplot(series.title)) at \(x + 0.155),\(y) font 'sans-serif,12' enhanced",
            ]
            switch series.kind {
            case .line:
                parts.append("$key\(index) with lines \(colour) lw 1.8\(dash)")
                parts.append("$dot\(index) with points \(colour) pt \(series.style.point) ps 0.62")
            case .points: parts.append("$dot\(index) with points \(colour) pt \(series.style.point) ps 0.62 lw 1.4")
            case .path: parts.append("$key\(index) with lines \(colour) lw 1.2\(dash)")
            case .area(let fill), .box(let fill):
                parts.append(
                    "$dot\(index) using ($1-0.045):2:($1-0.045):($1+0.045):($2-6):($2+6) with boxxyerror lc rgb '\(fill)'"
                )
            }
        }
        return lines + ["plot " + parts.joined(separator: ", ")]
    }

    private func share(_ value: Double, of whole: Int) -> Double { value / Double(whole) }
}
