import Glibc

/// A picture of measurements, before anybody draws it: subplots side by side or one below the other, each with series.
package struct Plot: Hashable, Sendable {
    /// Of its file, without `.svg`.
    package let name: String
    package let title: String
    /// What it shows and how, in a sentence or two; also for those who cannot see it.
    package let caption: String
    package let subplots: [Subplot]
    /// Subplots a line.
    package let columns: Int
    /// Of one subplot, in units of the picture, which is 900 wide.
    package let subplotHeight: Int
    /// Entries of the key, which is shared.
    package let key: [Series]

    package struct Subplot: Hashable, Sendable {
        package let title: String
        package let x: Axis
        package let y: Axis
        package let series: [Series]
        package var labels: [Label] = []
    }

    package struct Axis: Hashable, Sendable {
        package let label: String
        package let ticks: [Tick]
        package let isLogarithmic: Bool
        package let low: Double
        package let high: Double
        /// The ticks are names, and take room.
        package var hasNames = false
    }

    package struct Tick: Hashable, Sendable {
        package let value: Double
        package let text: String
    }

    package struct Label: Hashable, Sendable {
        package let x: Double
        package let y: Double
        package let text: String
        package let isRight: Bool
    }

    package struct Series: Hashable, Sendable {
        package let title: String
        package let style: SeriesStyle
        package let kind: Kind
        package let marks: [Mark]

        package enum Kind: Hashable, Sendable {
            /// Points joined by lines.
            case line
            /// Points alone.
            case points
            /// A line without points.
            case path
            /// The area down to 0.
            case area(colour: String)
            /// A box: x from `low` to `high`, y around its own.
            case box(colour: String)
        }
    }

    package struct Mark: Hashable, Sendable {
        package let x: Double
        package let y: Double
        package var low: Double?
        package var high: Double?

        package init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
            (self.x, self.y, self.low, self.high) = (x, y, low, high)
        }
    }
}

extension Plot.Axis {
    /// Bytes from the least to the largest of these; with binary prefixes, in powers of two.
    static func bytes(_ values: [Double], label: String = "peak") -> Plot.Axis {
        logarithmic(values, label: label, base: 2) { Table.Entry.integer(Int($0)).bytesText }
    }

    /// Numbers whose powers of two are worth a tick: lengths, widths, windows.
    static func counts(_ values: [Double], label: String) -> Plot.Axis {
        let different = Set(values).sorted()
        guard let low = different.first, let high = different.last else { return seconds([], label: label) }
        var shown =
            different.count <= 8 ? different : different.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        if shown.count > 8 {
            // Of more, one an eighth of the axis: texts need the room.
            let apart = pow(high / low, 1.0 / 8) * 0.999
            shown = different.reduce(into: []) { ticks, value in
                if ticks.last.map({ value >= $0 * apart }) ?? true { ticks.append(value) }
            }
        }
        return Plot.Axis(
            label: label, ticks: shown.map { Plot.Tick(value: $0, text: "\(Int($0))") }, isLogarithmic: true,
            low: low / 1.15, high: high * 1.15)
    }

    static func seconds(_ values: [Double], label: String) -> Plot.Axis {
        logarithmic(values, label: label, base: 10) { Table.duration($0).replacing(".00", "").replacing(".0", "") }
    }

    /// Errors, as parts of a whole.
    static func shares(_ values: [Double], label: String) -> Plot.Axis {
        logarithmic(values, label: label, base: 10) { value in
            let text = String(value * 100)
            return value >= 1e-5
                ? (text.hasSuffix(".0") ? String(text.dropLast(2)) : Table.significant(value * 100, 1)) + " %"
                : Table.scientific(value)
        }
    }

    /// Numbers without a unit.
    static func numbers(_ values: [Double], label: String) -> Plot.Axis {
        logarithmic(values, label: label, base: 10) { $0 >= 1e-4 ? Table.significant($0, 1) : Table.scientific($0) }
    }

    /// Multiples: of the baseline's bytes or time.
    static func times(_ values: [Double], label: String) -> Plot.Axis {
        logarithmic(values, label: label, base: 10) { "×" + Table.significant($0, 1) }
    }

    /// At most eight ticks at powers of two, or at 1, 2 and 5 times powers of ten, and a little room beyond the values.
    private static func logarithmic(
        _ values: [Double], label: String, base: Int, text: (Double) -> String
    ) -> Plot.Axis {
        var low = (values.min() ?? 1) / 1.12
        var high = (values.max() ?? 2) * 1.12
        if base == 2, high / low < 4 {
            // Room for two ticks at least.
            let below = (-40...60).map { power(2, $0) }
            low = below.last { $0 <= low } ?? low
            high = below.first { $0 >= high } ?? high
        }
        var candidates: [[Double]] = []
        if base == 2 {
            for step in 1...10 { candidates.append(powers(2, every: step, low, high)) }
        } else {
            let tens = (-12...12).map { power(10, $0) }
            candidates = [[1, 2, 5], [1, 3], [1]].map { factors in
                tens.flatMap { ten in factors.map { $0 * ten } }
            }
            candidates += (2...6).map { powers(10, every: $0, low, high) }
        }
        let fitting = candidates.map { $0.filter { $0 >= low && $0 <= high } }
        let ticks = fitting.first { $0.count <= 7 } ?? []
        return Plot.Axis(
            label: label, ticks: ticks.map { Plot.Tick(value: $0, text: text($0)) }, isLogarithmic: true, low: low,
            high: high)
    }

    private static func powers(_ base: Double, every step: Int, _ low: Double, _ high: Double) -> [Double] {
        stride(from: -40, through: 60, by: step).map { power(base, $0) }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1) { product, _ in exponent < 0 ? product / base : product * base }
    }

    /// From 0, with round ticks.
    static func linear(
        to high: Double, label: String, ticks count: Int = 5, text: (Double) -> String
    ) -> Plot.Axis {
        let steps = (-12...15).flatMap { exponent in [1.0, 2, 5].map { $0 * power(10, exponent) } }
        let step = steps.first { high / $0 <= Double(count) } ?? high
        return evenly(to: high, step: step, label: label, text: text)
    }

    /// Bytes from 0, with ticks at round binary multiples.
    static func linearBytes(to high: Double, label: String, ticks count: Int = 4) -> Plot.Axis {
        let step = (0...50).map { power(2, $0) }.first { high / $0 <= Double(count) } ?? high
        return evenly(to: high, step: step, label: label) { $0 == 0 ? "0" : Table.Entry.integer(Int($0)).bytesText }
    }

    private static func evenly(to high: Double, step: Double, label: String, text: (Double) -> String) -> Plot.Axis {
        let ticks = (0...Int(high / step)).map { Plot.Tick(value: Double($0) * step, text: text(Double($0) * step)) }
        return Plot.Axis(label: label, ticks: ticks, isLogarithmic: false, low: 0, high: high)
    }
}

extension Table.Entry {
    /// Bytes without decimals that say nothing: `1 MiB` for `1.00 MiB`.
    fileprivate var bytesText: String { text(.bytes).replacing(".00 ", " ").replacing(".0 ", " ") }
}
