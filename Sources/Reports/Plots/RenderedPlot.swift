/// A drawn plot: SVG as gnuplot wrote it, made fit to stand in a page and in a repository.
package struct RenderedPlot: Hashable, Sendable {
    package let plot: Plot
    /// As a separate file.
    package let svg: String

    /// - Parameter drawing: what gnuplot wrote.
    package init(_ plot: Plot, drawing: String) {
        self.plot = plot
        var lines: [String] = []
        var isFilter = false
        for line in drawing.split(separator: "\n", omittingEmptySubsequences: true) {
            let text = line.drop { $0 == "\t" || $0 == " " }
            // Filters that nothing refers to, and gnuplot's own name and version, which would make every picture differ.
            if text.hasPrefix("<filter") { isFilter = true }
            defer { if text.hasPrefix("</filter") { isFilter = false } }
            guard !isFilter, !text.hasPrefix("</filter"), !text.hasPrefix("<desc>"), !text.isEmpty else { continue }
            if text.hasPrefix("viewBox="), lines.count < 3 { lines.append(RenderedPlot.size(of: plot)) }
            lines.append(
                text.hasPrefix("<title>") && !lines.contains { $0.hasPrefix("<title>") }
                    ? "<title>\(Escape.markup(plot.title))</title>\n<desc>\(Escape.markup(plot.caption))</desc>"
                    : String(text))
        }
        let text = lines.map { RenderedPlot.filled(RenderedPlot.shortened(RenderedPlot.named($0))) }
            .joined(separator: "\n")
        // After what it is called, before what is drawn.
        let style = Palette.darkStyle(for: text)
        let parts = text.range(of: "</desc>").map { (text[..<$0.upperBound], text[$0.upperBound...]) }
        svg = (parts.map { $0 + (style.isEmpty ? "" : "\n" + style) + $1 } ?? text) + "\n"
    }

    /// As large as pages show it, and where they have less room as wide as that.
    private static func size(of plot: Plot) -> String {
        let scale = shownWidth / Double(Plot.width)
        return "width=\"\(Int(shownWidth))\" height=\"\(Int(Double(plot.height) * scale))\" "
            + "style=\"max-width:100%;height:auto\""
    }

    /// In pixels of CSS.
    static let shownWidth = 600.0

    /// Colours as `#rrggbb`, as our scripts have them: gnuplot writes `rgb( 68,  68,  68)`, and names.
    private static func named(_ line: String) -> String {
        var result = ""
        var rest = line[...]
        while let start = rest.range(of: "rgb("), let end = rest[start.upperBound...].range(of: ")") {
            let parts = rest[start.upperBound..<end.lowerBound].split(separator: ",").compactMap {
                Int($0.drop { $0 == " " })
            }
            guard parts.count == 3 else { break }
            let digits = parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            result += rest[..<start.lowerBound] + "#" + digits.joined()
            rest = rest[end.upperBound...]
        }
        return (result + rest).replacing("\"black\"", "\"#000000\"").replacing("#FFFFFF", Palette.paper)
    }

    /// What is under a hollow mark does not show through it.
    private static func filled(_ line: String) -> String {
        // gnuplot's own outlines are thinner than a point of a screen.
        if line.contains(" id='gpPt") { return line.replacing("stroke-width='0.2'", "stroke-width='0.4'") }
        guard line.utf8.starts(with: "<use ".utf8) else { return line }
        return SeriesStyle.shapes.reduce(line) { line, shape in
            let name = "'#gpPt\(shape - 2)'"
            return line.replacing(name, name + " fill='\(Palette.paper)'")
        }
    }

    /// Coordinates to a tenth of a unit: finer than any screen at this width. Texts stay as they are.
    private static func shortened(_ line: String) -> String {
        guard !["<text", "<title", "<desc"].contains(where: { line.range(of: $0) != nil }) else { return line }
        var result: [UInt8] = []
        var places: Int?
        for byte in line.utf8 {
            if byte == UInt8(ascii: "."), result.last.map({ (48...57).contains($0) }) ?? false {
                places = 0
            } else if (48...57).contains(byte), let place = places {
                places = place + 1
                if place >= 1 { continue }
            } else {
                places = nil
            }
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self).replacing(".0,", ",").replacing(".0 ", " ")
    }

    /// The drawing as part of a page that holds others: without prologue, with names that no other has, and without the rule for a
    /// dark screen and the symbols, which the page has once for all of them.
    ///
    /// - Parameter prefix: unlike that of any other picture of the page.
    package func inline(prefix: String) -> String {
        guard let start = svg.range(of: "<svg") else { return "" }
        let name = plot.name.replacing("-", "_")
        var drawing = svg[start.lowerBound...]
        if let style = drawing.range(of: "<style>"), let end = drawing[style.upperBound...].range(of: "</style>") {
            drawing = drawing[..<style.lowerBound] + drawing[end.upperBound...]
        }
        if let start = drawing.range(of: "<defs>\n<circle id='gpDot'"),
            let end = drawing[start.upperBound...].range(of: "</defs>\n")
        {
            drawing = drawing[..<start.lowerBound] + drawing[end.upperBound...]
        }
        return String(drawing).replacing("<svg", "<svg role=\"img\"")
            .replacing("id=\"gnuplot_canvas\"", "class=\"canvas\"")
            .replacing("id=\"\(name)_plot_", "data-plot=\"")
            .replacing("id='gp", "id='\(prefix)-gp").replacing("#gp", "#\(prefix)-gp")
            .replacing("#\(prefix)-gpPt", "#gpPt")
    }

    /// gnuplot's symbols for points, once for all drawings of a page.
    package static let symbols: String = {
        let stroke = "stroke-width='0.4' stroke='currentColor'"
        func filled(_ number: Int, as outline: Int) -> String {
            "<use href='#gpPt\(outline)' id='gpPt\(number)' fill='currentColor' stroke='none'/>"
        }
        let drawn = [
            "<path id='gpPt0' \(stroke) d='M-1,0 h2 M0,-1 v2'/>",
            "<path id='gpPt1' \(stroke) d='M-1,-1 L1,1 M1,-1 L-1,1'/>",
            "<path id='gpPt2' \(stroke) d='M-1,0 L1,0 M0,-1 L0,1 M-1,-1 L1,1 M-1,1 L1,-1'/>",
            "<rect id='gpPt3' \(stroke) x='-1' y='-1' width='2' height='2'/>",
            "<rect id='gpPt4' \(stroke) fill='currentColor' x='-1' y='-1' width='2' height='2'/>",
            "<circle id='gpPt5' \(stroke) cx='0' cy='0' r='1'/>", filled(6, as: 5),
            "<path id='gpPt7' \(stroke) d='M0,-1.3 L-1.3,0.6 L1.3,0.6 z'/>", filled(8, as: 7),
            "<use href='#gpPt7' id='gpPt9' stroke='currentColor' transform='rotate(180)'/>", filled(10, as: 9),
            "<use href='#gpPt3' id='gpPt11' stroke='currentColor' transform='rotate(45)'/>", filled(12, as: 11),
            "<path id='gpPt13' \(stroke) d='M0,1.3 L1.2,0.4 L0.7,-1 L-0.7,-1 L-1.2,0.4 z'/>", filled(14, as: 13),
        ]
        return "<svg class=\"symbols\" aria-hidden=\"true\"><defs>\n\(drawn.joined(separator: "\n"))\n</defs></svg>\n"
    }()
}

/// A plot as it was drawn, or why it was not.
package enum Rendering: Hashable, Sendable {
    case rendered(RenderedPlot)
    case failed(Plot, reason: String)
}

extension String {
    /// Every place of `old` replaced, left to right.
    func replacing(_ old: String, _ new: String) -> String {
        var result = ""
        var rest = self[...]
        while let found = rest.range(of: old) {
            result += rest[..<found.lowerBound] + new
            rest = rest[found.upperBound...]
        }
        return result + rest
    }

    func range(of text: String) -> Range<Index>? { self[...].range(of: text) }
}

extension Substring {
    /// By bytes: texts of pictures are long.
    func range(of text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return nil }
        let bytes = utf8
        var start = bytes.startIndex
        while let place = bytes[start...].firstIndex(of: first) {
            if bytes[place...].starts(with: wanted) {
                return place..<bytes.index(place, offsetBy: wanted.count)
            }
            start = bytes.index(after: place)
        }
        return nil
    }
}
