import Foundation

/// Numbers that know what they were made of: derivatives of whatever is computed with them, by the chain rule alone, one operation
/// after the other backward. A second way to every gradient, which knows nothing of cells.
final class Tape {
    fileprivate var values: [Double] = []
    /// For each number the two it was made of, and its slopes by them; itself by 0 where there are fewer.
    fileprivate var sources: [(Int, Double, Int, Double)] = []

    func number(_ value: Double) -> Number { make(value, (0, 0, 0, 0)) }

    fileprivate func make(_ value: Double, _ source: (Int, Double, Int, Double)) -> Number {
        values.append(value)
        sources.append(source)
        return Number(tape: self, index: values.count - 1)
    }

    /// ∂result/∂x for every number x there is.
    func slopes(of result: Number) -> [Double] {
        var slopes = Array(repeating: 0.0, count: values.count)
        slopes[result.index] = 1
        for index in values.indices.reversed() where slopes[index] != 0 {
            let (a, byA, b, byB) = sources[index]
            if byA != 0 { slopes[a] += slopes[index] * byA }
            if byB != 0 { slopes[b] += slopes[index] * byB }
        }
        return slopes
    }
}

struct Number {
    let tape: Tape
    let index: Int

    var value: Double { tape.values[index] }

    private func of(_ value: Double, slope: Double) -> Number { tape.make(value, (index, slope, index, 0)) }
    private func with(_ other: Number, _ value: Double, _ own: Double, _ others: Double) -> Number {
        tape.make(value, (index, own, other.index, others))
    }

    static func + (a: Number, b: Number) -> Number { a.with(b, a.value + b.value, 1, 1) }
    static func - (a: Number, b: Number) -> Number { a.with(b, a.value - b.value, 1, -1) }
    static func * (a: Number, b: Number) -> Number { a.with(b, a.value * b.value, b.value, a.value) }
    static func / (a: Number, b: Number) -> Number {
        a.with(b, a.value / b.value, 1 / b.value, -a.value / b.value / b.value)
    }
    static func + (a: Number, b: Double) -> Number { a.of(a.value + b, slope: 1) }
    static func - (a: Double, b: Number) -> Number { b.of(a - b.value, slope: -1) }
    static func * (a: Double, b: Number) -> Number { b.of(a * b.value, slope: a) }
    static prefix func - (a: Number) -> Number { a.of(-a.value, slope: -1) }

    func exp() -> Number { of(Foundation.exp(value), slope: Foundation.exp(value)) }
    func log() -> Number { of(Foundation.log(value), slope: 1 / value) }
    func sin() -> Number { of(Foundation.sin(value), slope: Foundation.cos(value)) }
    func cos() -> Number { of(Foundation.cos(value), slope: -Foundation.sin(value)) }
    func tanh() -> Number {
        let result = Foundation.tanh(value)
        return of(result, slope: 1 - result * result)
    }
    func squareRoot() -> Number { of(value.squareRoot(), slope: 0.5 / value.squareRoot()) }
    func sigmoid() -> Number {
        let result = 1 / (1 + Foundation.exp(-value))
        return of(result, slope: result * (1 - result))
    }
    /// Another number close to it, with its slope: what a number is rounded to.
    func rounded(to value: Double) -> Number { of(value, slope: 1) }
    /// Itself where it is the greater one.
    func max(_ other: Number) -> Number { value >= other.value ? of(value, slope: 1) : other.of(other.value, slope: 1) }
}

extension [Number] {
    /// A·x for a matrix of rows that are as long as x.
    func multiplied(by x: [Number]) -> [Number] {
        stride(from: 0, to: count, by: x.count).map { row in
            x.indices.dropFirst().reduce(self[row] * x[0]) { $0 + self[row + $1] * x[$1] }
        }
    }

    static func + (a: [Number], b: [Number]) -> [Number] { zip(a, b).map { $0 + $1 } }
}
