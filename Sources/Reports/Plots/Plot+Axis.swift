import Glibc

/// Axes by what they show. Every one has three ticks at least, and its name with its unit, which may stand at the ticks.
extension Plot.Axis {
    /// Bytes from the least to the largest of these; with binary prefixes, in powers of two.
    static func bytes(_ values: [Double], label: String = "peak memory") -> Plot.Axis {
        logarithmic(values, label: label, candidates: (1...10).map(powersOfTwo)) {
            short(Table.Entry.integer(Int($0)).text(.bytes))
        }
    }

    /// Numbers whose powers of two are worth a tick: lengths, widths, windows.
    static func counts(_ values: [Double], label: String) -> Plot.Axis {
        var different = Set(values).sorted()
        if different.count == 2 {
            // Two make no scale: one between them, or where there is none the next.
            let between = (different[0] * different[1]).squareRoot().rounded()
            different.append(different.contains(between) ? different[1] + 1 : between)
            different.sort()
        }
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
        logarithmic(values, label: label, candidates: decimals) { short(Table.duration($0)) }
    }

    /// Parts of a whole.
    static func shares(_ values: [Double], label: String, room: Double = 1.12) -> Plot.Axis {
        logarithmic(values, label: label, candidates: decimals, room: room) { value in
            value >= 1e-5 ? short(Table.significant(value * 100, 2)) + " %" : Table.scientific(value)
        }
    }

    /// Numbers without a unit.
    static func numbers(_ values: [Double], label: String) -> Plot.Axis {
        logarithmic(values, label: label, candidates: decimals) {
            $0 >= 1e-4 ? short(Table.significant($0, 2)) : Table.scientific($0)
        }
    }

    /// Multiples: of the baseline's bytes or time.
    static func times(_ values: [Double], label: String, room: Double = 1.12) -> Plot.Axis {
        logarithmic(values, label: label, candidates: decimals, room: room) { "×" + short(Table.significant($0, 2)) }
    }

    /// The finest candidates of which at most seven lie between the values, and a little room beyond these, or as much as three
    /// ticks take.
    ///
    /// - Parameters:
    ///   - candidates: the finest first.
    ///   - room: the least beyond the values, as a factor.
    private static func logarithmic(
        _ values: [Double], label: String, candidates: [[Double]], room: Double = 1.12, text: (Double) -> String
    ) -> Plot.Axis {
        var low = (values.min() ?? 1) / room
        var high = (values.max() ?? 2) * room
        func fitting(_ ticks: [Double]) -> [Double] { ticks.filter { $0 >= low && $0 <= high } }
        for _ in 0..<12 where fitting(candidates[0]).count < 3 { (low, high) = (low / 1.1, high * 1.1) }
        let ticks = candidates.lazy.map(fitting).first { $0.count <= 7 } ?? []
        return Plot.Axis(
            label: label, ticks: ticks.map { Plot.Tick(value: $0, text: text($0)) }, isLogarithmic: true, low: low,
            high: high)
    }

    private static func powersOfTwo(every step: Int) -> [Double] { powers(2, every: step, in: -40...60) }

    /// Round numbers from finely to coarsely spaced.
    private static let decimals: [[Double]] =
        [
            [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9], [1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1, 3],
        ].map { factors in powers(10, every: 1, in: -15...12).flatMap { ten in factors.map { $0 * ten } } }
        + (1...6).map { powers(10, every: $0, in: -15...12) }

    private static func powers(_ base: Double, every step: Int, in exponents: ClosedRange<Int>) -> [Double] {
        stride(from: exponents.lowerBound, through: exponents.upperBound, by: step).map { power(base, $0) }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1) { product, _ in exponent < 0 ? product / base : product * base }
    }

    /// From 0, with round ticks.
    ///
    /// - Parameter leastStep: between two ticks, 1 for whole numbers.
    static func linear(
        to high: Double, leastStep: Double = 0, label: String, text: (Double) -> String
    ) -> Plot.Axis {
        let steps = (-12...15).flatMap { exponent in [1.0, 2, 5].map { $0 * power(10, exponent) } }
        let step = steps.first { high / $0 <= 5 && $0 >= leastStep } ?? high
        return evenly(to: high, step: step, label: label, text: text)
    }

    /// Bytes from 0, with ticks at powers of two; the unit stands at the name.
    static func linearBytes(to high: Double, label: String) -> Plot.Axis {
        let step = (0...50).map { power(2, $0) }.first { high / $0 <= 4 } ?? high
        let units = [("B", 0), ("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)].map { ($0.0, power(2, $0.1)) }
        let unit = units.last { $0.1 <= step } ?? units[0]
        return evenly(to: high, step: step, label: "\(label), \(unit.0)") { Table.fixed($0 / unit.1, 0) }
    }

    private static func evenly(to high: Double, step: Double, label: String, text: (Double) -> String) -> Plot.Axis {
        let ticks = (0...Int(high / step)).map { Plot.Tick(value: Double($0) * step, text: text(Double($0) * step)) }
        return Plot.Axis(label: label, ticks: ticks, isLogarithmic: false, low: 0, high: high)
    }

    /// A figure without decimals that say nothing: `1 MiB` for `1.00 MiB`.
    private static func short(_ figure: String) -> String {
        let parts = figure.split(separator: " ")
        guard parts[0].contains(".") else { return figure }
        let digits = parts[0].reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()
        return ([String(digits)] + parts.dropFirst().map(String.init)).joined(separator: " ")
    }

    /// Where a value stands on it, 0 at its low end and 1 at its high one.
    func share(of value: Double) -> Double {
        isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    }
}
