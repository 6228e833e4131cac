import Foundation
import Kernels
import Noise
import Testing
import Vectors

@Suite struct ScalarTests {
    /// A function of many values, a vector at a time; the last one is filled up with its first value.
    private func map<S: Scalar>(_ values: [S], _ function: (S.Vector) -> S.Vector) -> [S] {
        stride(from: 0, to: values.count, by: S.Vector.scalarCount).flatMap { first in
            var vector = S.Vector(repeating: values[first])
            let count = min(S.Vector.scalarCount, values.count - first)
            for lane in 0..<count { vector[lane] = values[first + lane] }
            let result = function(vector)
            return (0..<count).map { result[$0] }
        }
    }

    /// libmvec promises 4 ulp for exp and, in Double, for tanh; the sigmoid of Double adds two roundings, and in Double
    /// the reference has a rounding too. For those of our own, in Float, see ``everyExponent()``.
    @Test func activations() {
        var inputs = (-1000...1000).map { Double($0) * 0.0237 }
        for number in 1...300 { inputs.append(0x1p-40 * Double(number * number * number)) }
        let floats = inputs.map(Float.init)
        let exps = map(floats) { Float.exp($0) }
        let doubleExps = map(inputs) { Double.exp($0) }
        let (tanhs, sigmoids) = (map(floats) { Float.tanh($0) }, map(floats) { Float.sigmoid($0) })
        let (doubleTanhs, doubleSigmoids) = (map(inputs) { Double.tanh($0) }, map(inputs) { Double.sigmoid($0) })
        for (place, x) in floats.enumerated() {
            let exact = Foundation.tanh(Double(x))
            #expect(abs(Double(tanhs[place]) - exact) <= 3 * Double(Float(exact).ulp))
            let power = Foundation.exp(Double(x))
            #expect(abs(Double(exps[place]) - power) <= 4 * Double(Float(power).ulp))
            let doublePower = Foundation.exp(inputs[place])
            #expect(abs(doubleExps[place] - doublePower) <= 5 * doublePower.ulp)
            let sigmoid = 1 / (1 + Foundation.exp(-Double(x)))
            #expect(abs(Double(sigmoids[place]) - sigmoid) <= 4 * Double(Float(sigmoid).ulp))
            let double = Foundation.tanh(inputs[place])
            #expect(abs(doubleTanhs[place] - double) <= 5 * double.ulp)
            let doubleSigmoid = 1 / (1 + Foundation.exp(-inputs[place]))
            #expect(abs(doubleSigmoids[place] - doubleSigmoid) <= 7 * doubleSigmoid.ulp)
        }
    }

    /// Over floats of every exponent and sign: tanh and the sigmoid of Float are our own, and no library promises their
    /// accuracy. Over all 2³² tanh was at most 2.60 ulp away and the sigmoid 3.19, with fused multiply-adds. Where that
    /// of x is no normal number any more it may be 0.
    @Test func everyExponent() {
        var (furthestTanh, furthestSigmoid) = (0.0, 0.0)
        var patterns = stride(from: UInt32(0), through: .max - 70_000, by: 65_521).map { Float(bitPattern: $0) }
        patterns.removeAll { !$0.isFinite }
        let (tanhs, sigmoids) = (map(patterns) { Float.tanh($0) }, map(patterns) { Float.sigmoid($0) })
        for (place, x) in patterns.enumerated() {
            let exact = Foundation.tanh(Double(x))
            furthestTanh = max(furthestTanh, abs(Double(tanhs[place]) - exact) / Double(Float(exact).ulp))
            let sigmoid = 1 / (1 + Foundation.exp(-Double(x)))
            if Float(sigmoid).isNormal {
                let away = abs(Double(sigmoids[place]) - sigmoid) / Double(Float(sigmoid).ulp)
                furthestSigmoid = max(furthestSigmoid, away)
            } else {
                #expect(abs(Double(sigmoids[place]) - sigmoid) < 0x1p-126)
            }
        }
        #expect(furthestTanh <= 3 && furthestSigmoid <= 4)
    }

    /// As promised too: exp where its result is a normal number, log of positive numbers.
    @Test func exponentialsAndLogarithms() {
        let inputs = (-870...870).map { Double($0) * 0.1 }
        let positive = inputs.map { Foundation.exp($0 * 0.9) }
        let (floats, positiveFloats) = (inputs.map(Float.init), positive.map(Float.init))
        let (exps, logs) = (map(floats) { Float.exp($0) }, map(positiveFloats) { Float.log($0) })
        let (doubleExps, doubleLogs) = (map(inputs) { Double.exp($0) }, map(positive) { Double.log($0) })
        for place in inputs.indices {
            let exponential = Foundation.exp(Double(floats[place]))
            #expect(abs(Double(exps[place]) - exponential) <= 4 * Double(Float(exponential).ulp))
            let logarithm = Foundation.log(Double(positiveFloats[place]))
            #expect(abs(Double(logs[place]) - logarithm) <= 4 * Double(Float(logarithm).ulp))
            let double = Foundation.exp(inputs[place])
            #expect(abs(doubleExps[place] - double) <= 5 * double.ulp)
            let doubleLogarithm = Foundation.log(positive[place])
            #expect(abs(doubleLogs[place] - doubleLogarithm) <= 5 * doubleLogarithm.ulp)
        }
    }

    @Test func activationsAtTheEnds() {
        func check<S: Scalar>(_: S.Type) {
            let values: [S] = [-.infinity, -1000, -0.0, 0, 1000, .infinity]
            #expect(map(values) { S.tanh($0) } == [-1, -1, 0, 0, 1, 1])
            #expect(map(values) { S.sigmoid($0) } == [0, 0, 0.5, 0.5, 1, 1])
            #expect(map(values) { S.exp($0) } == [0, 0, 1, 1, .infinity, .infinity])
            #expect(S.exp(S.Vector(repeating: .nan))[0].isNaN)
            #expect(S.tanh(S.Vector(repeating: .nan))[0].isNaN && S.sigmoid(S.Vector(repeating: .nan))[0].isNaN)
        }
        check(Float.self)
        check(Double.self)
    }

    /// What an element becomes depends on nothing but the element: not on its place, nor on its neighbours, be they
    /// infinite.
    @Test func activationsDoNotDependOnThePlace() {
        func check<S: Scalar>(_: S.Type) {
            let functions: [(S.Vector) -> S.Vector] = [{ S.tanh($0) }, { S.exp($0) }, { S.sigmoid($0) }]
            for function in functions {
                for value in Scratch<S>(noise: 100, key: 7).values.map({ $0 * 8 }) {
                    let alone = function(S.Vector(repeating: value))[0]
                    for lane in 0..<S.Vector.scalarCount {
                        for neighbour in [0, 1000, -S.infinity, S.nan] {
                            var vector = S.Vector(repeating: neighbour)
                            vector[lane] = value
                            #expect(function(vector)[lane] == alone)
                        }
                    }
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    /// Uniform in [−1, 1]: mean 0 and variance 1/3 within five standard errors; every place at any time; the same data
    /// in Float and Double.
    @Test(arguments: [1, 2, 0xffff_ffff_ffff] as [UInt64]) func noise(key: UInt64) {
        let count = 100_000
        let values = Scratch<Double>(noise: count, key: key).values
        #expect(values.allSatisfy { (-1...1).contains($0) })
        let mean = values.reduce(0, +) / Double(count)
        #expect(abs(mean) < 5 * (1.0 / 3 / Double(count)).squareRoot())
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(count)
        #expect(abs(square - 1.0 / 3) < 5 * (4.0 / 45 / Double(count)).squareRoot())
        let neighbours = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        #expect(abs(neighbours) < 5 * (1.0 / 9 / Double(count)).squareRoot())
        #expect(Float.noise(at: 77, key: key) == Float(values[77]))
        #expect(Double.noise(at: 77, key: key) == values[77])
    }

    @Test func keysDiffer() {
        let keys = (0..<100).flatMap { a in (0..<100).map { b in noiseKey(UInt64(a), UInt64(b)) } }
        #expect(Set(keys).count == keys.count)
    }
}
