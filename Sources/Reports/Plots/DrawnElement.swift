/// One part of a drawing: what gnuplot drew for one part of a plot command.
struct DrawnElement {
    /// Points and bars.
    private(set) var symbols = 0
    /// Corners of lines, areas and bars, in tenths of a unit.
    private var corners: Set<Cell> = []
    /// Where points are.
    private var points: Set<Cell> = []

    private struct Cell: Hashable {
        let x: Int
        let y: Int

        /// What lies far outside of every picture is as far as the farthest.
        static func tenths(_ value: Double) -> Int { Int((min(max(value, -1e6), 1e6) * 10).rounded()) }
    }

    /// gnuplot names each after the picture.
    static func all(in drawing: String, name: String) -> [DrawnElement] {
        var elements: [DrawnElement] = []
        for line in drawing.utf8.split(separator: UInt8(ascii: "\n")) {
            let text = Substring(line)
            if text.range(of: "<g id=\"\(name)_plot_") != nil { elements.append(DrawnElement()) }
            guard !elements.isEmpty else { continue }
            let symbol = text.range(of: "<use ")
            // Bars are separate polygons; of an area it is the corners that matter.
            if symbol != nil || text.range(of: "<polygon ") != nil { elements[elements.count - 1].symbols += 1 }
            let start = symbol?.lowerBound ?? text.endIndex
            elements[elements.count - 1].corners.formUnion(cells(in: text[..<start]))
            elements[elements.count - 1].points.formUnion(cells(in: text[start...]))
        }
        return elements
    }

    /// Takes in every pair of numbers with a comma between them.
    private static func cells(in text: Substring) -> Set<Cell> {
        var cells: Set<Cell> = []
        var numbers: [Double] = []
        var digits: [UInt8] = []
        func isPart(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        for byte in Array(text.utf8) + [UInt8(ascii: "\n")] {
            if isPart(byte) {
                digits.append(byte)
                continue
            }
            if let number = Double(String(decoding: digits, as: UTF8.self)) {
                numbers.append(number)
                if numbers.count == 2 { cells.insert(Cell(x: Cell.tenths(numbers[0]), y: Cell.tenths(numbers[1]))) }
            }
            if byte != UInt8(ascii: ",") || digits.isEmpty || numbers.count != 1 { numbers = [] }
            digits = []
        }
        return cells
    }

    func hasCorner(at position: Plot.Position) -> Bool { DrawnElement.has(position, in: corners) }
    func hasPoint(at position: Plot.Position) -> Bool { DrawnElement.has(position, in: points) }

    /// Whether one is within a unit's tenth, or the next.
    private static func has(_ position: Plot.Position, in cells: Set<Cell>) -> Bool {
        guard position.x.isFinite, position.y.isFinite else { return false }
        let (x, y) = (Cell.tenths(position.x), Cell.tenths(position.y))
        return (-1...1).contains { right in (-1...1).contains { cells.contains(Cell(x: x + right, y: y + $0)) } }
    }
}
