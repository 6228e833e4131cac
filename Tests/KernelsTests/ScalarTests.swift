import Foundation
import Kernels
import Testing

/// Memory for a test, freed with it.
final class Scratch<S: Scalar> {
    let start: UnsafeMutablePointer<S>
    let count: Int

    init(_ values: [S]) {
        start = .allocate(capacity: max(1, values.count))
        start.initialize(from: values, count: values.count)
        count = values.count
    }

    convenience init(noise count: Int, key: UInt64) {
        self.init(Array(repeating: 0, count: count))
        S.fillNoise(start, count: count, key: key)
    }

    deinit { start.deallocate() }

    var values: [S] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

@Suite struct ScalarTests {
    /// C ← (C +) A·B in every combination of transposition, against the definition of a product. Sums of k terms in
    /// [−1, 1]: the error of each is at most k² rounding units.
    @Test(
        arguments: [(1, 1, 1), (1, 7, 5), (3, 1, 4), (3, 17, 5), (32, 64, 48), (100, 3, 33)],
        [Float.self, Double.self] as [any Scalar.Type])
    func products(shape: (rows: Int, columns: Int, terms: Int), type: any Scalar.Type) {
        func check<S: Scalar>(_: S.Type) {
            let (m, n, k) = shape
            for (aTransposed, bTransposed) in [(false, false), (true, false), (false, true), (true, true)] {
                let (a, b) = (Scratch<S>(noise: m * k, key: 1), Scratch<S>(noise: k * n, key: 2))
                let initial = Scratch<S>(noise: m * n, key: 3).values
                let first =
                    aTransposed ? Matrix(a.start, rows: k, columns: m).transposed : Matrix(a.start, rows: m, columns: k)
                let second =
                    bTransposed ? Matrix(b.start, rows: n, columns: k).transposed : Matrix(b.start, rows: k, columns: n)
                for accumulating in [false, true] {
                    let c = Scratch(initial)
                    S.multiply(
                        first, second, into: Matrix(c.start, rows: m, columns: n), accumulating: accumulating)
                    for row in 0..<m {
                        for column in 0..<n {
                            var sum = accumulating ? Double(initial[row * n + column]) : 0
                            for term in 0..<k {
                                let x = a.values[aTransposed ? term * m + row : row * k + term]
                                let y = b.values[bTransposed ? column * k + term : term * n + column]
                                sum += Double(x) * Double(y)
                            }
                            let error = abs(Double(c.values[row * n + column]) - sum)
                            #expect(error <= Double(k + 1) * Double(k + 1) * Double(S.ulpOfOne))
                        }
                    }
                }
            }
        }
        check(type)
    }

    /// A view of columns multiplies what it shows and leaves the rest alone.
    @Test func columnsOfAMatrix() {
        let (a, c) = (Scratch<Double>([1, 2, 3, 4, 5, 6]), Scratch<Double>([9, 9, 9, 9, 9, 9, 9, 9]))
        let identity = Scratch<Double>([1, 0, 0, 1])
        Double.multiply(
            Matrix(a.start, rows: 2, columns: 3).columns(1..<3), Matrix(identity.start, rows: 2, columns: 2),
            into: Matrix(c.start, rows: 2, columns: 4).columns(0..<2), accumulating: false)
        #expect(c.values == [2, 3, 9, 9, 5, 6, 9, 9])
    }

    /// libmvec promises 4 ulp for tanh and for exp; the sigmoid adds two roundings of its own.
    @Test(arguments: [1, 3, 15, 16, 17, 1000]) func activations(count: Int) {
        let inputs = (0..<count).map { Double($0 - count / 2) * 0.037 }
        let floats = inputs.map(Float.init)
        let (tanhs, sigmoids) = (Scratch(floats), Scratch(floats))
        Float.tanh(tanhs.start, count: count)
        Float.sigmoid(sigmoids.start, count: count)
        let (doubleTanhs, doubleSigmoids) = (Scratch(inputs), Scratch(inputs))
        Double.tanh(doubleTanhs.start, count: count)
        Double.sigmoid(doubleSigmoids.start, count: count)
        for (place, x) in floats.enumerated() {
            let exact = Foundation.tanh(Double(x))
            #expect(abs(Double(tanhs.values[place]) - exact) <= 4 * Double(Float(exact).ulp))
            let sigmoid = 1 / (1 + Foundation.exp(-Double(x)))
            #expect(abs(Double(sigmoids.values[place]) - sigmoid) <= 6 * Double(Float(sigmoid).ulp))
            #expect(
                abs(doubleTanhs.values[place] - Foundation.tanh(inputs[place])) <= 5
                    * Foundation.tanh(inputs[place]).ulp)
            let double = 1 / (1 + Foundation.exp(-inputs[place]))
            #expect(abs(doubleSigmoids.values[place] - double) <= 7 * double.ulp)
        }
    }

    @Test func activationsAtTheEnds() {
        let values: [Float] = [-.infinity, -1000, -0.0, 0, 1000, .infinity]
        let (tanhs, sigmoids) = (Scratch(values), Scratch(values))
        Float.tanh(tanhs.start, count: values.count)
        Float.sigmoid(sigmoids.start, count: values.count)
        #expect(tanhs.values == [-1, -1, 0, 0, 1, 1])
        #expect(sigmoids.values == [0, 0, 0.5, 0.5, 1, 1])
    }

    /// What an element becomes depends on nothing but the element: not on its place, nor on its neighbours.
    @Test func activationsDoNotDependOnThePlace() {
        let noise = Scratch<Float>(noise: 100, key: 7).values.map { $0 * 8 }
        let together = Scratch(noise)
        Float.tanh(together.start, count: 100)
        for (place, value) in noise.enumerated() {
            let alone = Scratch([value])
            Float.tanh(alone.start, count: 1)
            #expect(alone.values[0].bitPattern == together.values[place].bitPattern)
        }
    }

    @Test func rowSums() {
        let a = Scratch<Float>([1, 2, 3, 4, 5, 6])
        let sums = Scratch<Float>([10, 20])
        Float.addRowSums(of: Matrix(a.start, rows: 3, columns: 2), to: sums.start)
        #expect(sums.values == [19, 32])
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

    @Test func shapesThatDoNotMultiply() async {
        await #expect(processExitsWith: .failure) {
            let a = UnsafeMutablePointer<Float>.allocate(capacity: 16)
            Float.multiply(
                Matrix(a, rows: 2, columns: 3), Matrix(a, rows: 2, columns: 3), into: Matrix(a, rows: 2, columns: 3),
                accumulating: false)
        }
    }
}

/// Serialized: the team belongs to the process.
@Suite(.serialized) struct TeamTests {
    /// However many threads share a product, and however many rows it has, each element comes out as the same bits.
    @Test(arguments: [(false, false), (true, false), (false, true)]) func partsDoNotShow(
        aTransposed: Bool, bTransposed: Bool
    ) {
        let (m, n, k) = (33, 528, 257)
        let (a, b) = (Scratch<Float>(noise: m * k, key: 1), Scratch<Float>(noise: k * n, key: 2))
        let first = aTransposed ? Matrix(a.start, rows: k, columns: m).transposed : Matrix(a.start, rows: m, columns: k)
        let second =
            bTransposed ? Matrix(b.start, rows: n, columns: k).transposed : Matrix(b.start, rows: k, columns: n)
        func product(threads: Int, rows: Int) -> [Float] {
            Team.shared.resize(to: threads)
            defer { Team.shared.resize(to: 1) }
            let c = Scratch<Float>(Array(repeating: 0, count: rows * n))
            let some =
                aTransposed
                ? Matrix(first.start, rows: k, columns: rows, pitch: m).transposed
                : Matrix(first.start, rows: rows, columns: k)
            Float.multiply(some, second, into: Matrix(c.start, rows: rows, columns: n), accumulating: false)
            return c.values
        }
        let alone = product(threads: 1, rows: m)
        #expect(alone.contains { $0 != 0 })
        for threads in [2, 3, 8] { #expect(product(threads: threads, rows: m) == alone) }
        for rows in [1, 2, 5, 6, 7, 12] { #expect(product(threads: 2, rows: rows) == Array(alone.prefix(rows * n))) }
    }

    /// Hundreds of rounds with pauses in which the others fall asleep: none is lost, none is done twice.
    @Test func everyPartIsDoneOnce() {
        let size = 64
        let (a, b) = (Scratch<Double>(noise: size * size, key: 1), Scratch<Double>(noise: size * 1024, key: 2))
        let expected = Scratch<Double>(Array(repeating: 0, count: size * 1024))
        let (left, right) = (Matrix(a.start, rows: size, columns: size), Matrix(b.start, rows: size, columns: 1024))
        Double.multiply(left, right, into: Matrix(expected.start, rows: size, columns: 1024), accumulating: false)
        // Members beyond those in use must sign off too.
        Team.shared.resize(to: 8)
        Team.shared.resize(to: 4)
        defer { Team.shared.resize(to: 1) }
        for round in 0..<500 {
            let c = Scratch<Double>(Array(repeating: 0, count: size * 1024))
            Double.multiply(left, right, into: Matrix(c.start, rows: size, columns: 1024), accumulating: true)
            guard c.values == expected.values else {
                Issue.record("round \(round) differs")
                return
            }
            if round % 100 == 0 { Thread.sleep(forTimeInterval: 0.002) }
        }
    }
}
