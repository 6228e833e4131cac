import Glibc
import Kernels
import Noise
import Testing

/// Products of bfloat16 against numbers that are rounded and summed one at a time.
@Suite struct PairedProductsTests {
    /// The nearest of the two neighbours in bfloat16; of two as near, the even one; 0 for what no normal number of Float is near.
    private static func rounded(_ x: Float) -> Float {
        guard x.isFinite, x != 0 else { return x }
        guard x.magnitude >= 0x1p-126 else { return x.sign == .minus ? -0.0 : 0 }
        let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
        let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) &+ 0x1_0000)
        // What comes after the largest number is as far from it as that from the one before.
        let next = above.isFinite ? Double(above) : Double(sign: x.sign, exponent: 128, significand: 1)
        let (down, up) = (abs(Double(x) - Double(below)), abs(next - Double(x)))
        if down != up { return down < up ? below : above }
        return (below.bitPattern >> 16).isMultiple(of: 2) ? below : above
    }

    private static func halves(_ pair: Pair) -> (Float, Float) {
        (Float(bitPattern: pair << 16), Float(bitPattern: pair & 0xffff_0000))
    }

    /// Numbers of every size and sign, ties, infinities and none at all.
    private static let numbers: [Float] = {
        var numbers: [Float] = [0, -0.0, .infinity, -.infinity, .greatestFiniteMagnitude]
        numbers += [0x1p-126, 0x1p-127, -0x1p-149]
        for index in 0..<4000 {
            let bits = UInt32(truncatingIfNeeded: noiseKey(1, UInt64(index)))
            let number = Float(bitPattern: bits)
            if number.isFinite { numbers.append(number) }
            // On a tie, and just beside it.
            for low in [0x7fff, 0x8000, 0x8001] as [UInt32] {
                let tie = Float(bitPattern: bits & 0xffff_0000 | low)
                if tie.isFinite { numbers.append(tie) }
            }
        }
        return numbers
    }()

    @Test func roundsToTheNearest() {
        for count in [1, 2, 15, 16, 17, 31, 32, 33, PairedProductsTests.numbers.count] {
            let x = Scratch(Array(PairedProductsTests.numbers.suffix(count)))
            var pairs = Array(repeating: Pair(0xa5a5_a5a5), count: (count + 1) / 2 + 16)
            pairs.withUnsafeMutableBufferPointer {
                PairedProducts.pair(
                    Matrix(x.start, rows: 1, columns: count),
                    alongInto: Matrix($0.baseAddress!, rows: 1, columns: (count + 1) / 2))
            }
            let found = pairs.prefix((count + 1) / 2).flatMap {
                [PairedProductsTests.halves($0).0, PairedProductsTests.halves($0).1]
            }
            let expected = x.values.map(PairedProductsTests.rounded) + (count.isMultiple(of: 2) ? [] : [0])
            let wrong = zip(x.values + [0], zip(found, expected)).filter { $0.1.0.bitPattern != $0.1.1.bitPattern }
            #expect(wrong.isEmpty && found.count == expected.count, "\(count): \(wrong.prefix(3))")
            #expect(pairs.suffix(16).allSatisfy { $0 == 0xa5a5_a5a5 })
        }
        var pair: Pair = 0
        var nan = [Float.nan]
        PairedProducts.pair(Matrix(&nan, rows: 1, columns: 1), alongInto: Matrix(&pair, rows: 1, columns: 1))
        #expect(PairedProductsTests.halves(pair).0.isNaN)
    }

    /// Operands of some size, and their product one term at a time: of each pair the later, then the earlier.
    private struct Operands {
        let (rows, terms, columns): (Int, Int, Int)
        let a, b, from: Scratch<Float>

        init(_ rows: Int, _ terms: Int, _ columns: Int) {
            (self.rows, self.terms, self.columns) = (rows, terms, columns)
            a = Scratch(noise: rows * terms, key: 1)
            b = Scratch(noise: terms * columns, key: 2)
            from = Scratch(noise: rows * columns, key: 3)
        }

        var pairs: Int { (terms + 1) / 2 }

        func product() -> [Float] {
            let (left, right) = (a.values.map(rounded), b.values.map(rounded))
            var result = from.values
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum: Float = 0
                    for pair in 0..<pairs {
                        for term in [2 * pair + 1, 2 * pair] {
                            let isThere = term < terms
                            sum = fmaf(
                                isThere ? left[row * terms + term] : 0, isThere ? right[term * columns + column] : 0,
                                sum)
                        }
                    }
                    result[row * columns + column] += sum
                }
            }
            return result
        }

        /// B packed, and its pairs.
        func right() -> (Scratch<Float>, [Pair]) {
            let padded = (columns + 15) / 16 * 16
            let packed = Scratch<Float>(Array(repeating: 0, count: terms * padded))
            let panels = PackedMatrix(packed.start, rows: terms, columns: columns)
            for term in 0..<terms {
                for column in 0..<columns {
                    packed.start[panels.offset(row: term, column: column)] = b.start[term * columns + column]
                }
            }
            return (packed, Array(repeating: 0, count: pairs * padded))
        }
    }

    private static let sizes = [(1, 1, 1), (2, 3, 17), (5, 8, 64), (7, 9, 65), (13, 30, 130), (32, 67, 100)]

    @Test(arguments: sizes) func areWhatTheyAreDefinedAs(rows: Int, terms: Int, columns: Int) {
        let operands = Operands(rows, terms, columns)
        let (packed, none) = operands.right()
        var (left, right) = (Array(repeating: Pair(0), count: rows * operands.pairs), none)
        left.withUnsafeMutableBufferPointer { left in
            right.withUnsafeMutableBufferPointer { right in
                let a = Matrix(left.baseAddress!, rows: rows, columns: operands.pairs)
                let b = PackedMatrix(right.baseAddress!, rows: operands.pairs, columns: columns)
                PairedProducts.pair(Matrix(operands.a.start, rows: rows, columns: terms), alongInto: a)
                PairedProducts.pair(
                    PackedMatrix(packed.start, rows: terms, columns: columns), 0..<operands.pairs, downInto: b)
                let expected = operands.product()
                let result = Scratch<Float>(Array(repeating: 77, count: rows * columns))
                let (from, c) = (
                    Matrix(operands.from.start, rows: rows, columns: columns),
                    Matrix(result.start, rows: rows, columns: columns)
                )
                PairedProducts.multiply(a, b, columns: 0..<columns, from: from, into: c)
                #expect(areIdentical(result.values, expected))
                // Row by row, and column by column as threads share them, the same bits.
                c.start.update(repeating: 77, count: rows * columns)
                for row in 0..<rows {
                    for column in stride(from: 0, to: columns, by: 16) {
                        PairedProducts.multiply(
                            a.rows(row..<row + 1), b, columns: column..<min(column + 16, columns),
                            from: from.rows(row..<row + 1), into: c.rows(row..<row + 1))
                    }
                }
                #expect(areIdentical(result.values, expected))
                // And without the instruction.
                c.start.update(repeating: 77, count: rows * columns)
                for column in stride(from: 0, to: columns, by: 64) {
                    PairedProducts.multiplyByFloat(
                        a, min(64, columns - column), b.start + b.offset(row: 0, column: column), b.pitch(at: column),
                        from.start + column, columns, c.start + column, columns)
                }
                #expect(areIdentical(result.values, expected))
            }
        }
    }

    @Test(arguments: sizes) func accumulateOverRows(rows: Int, terms: Int, columns: Int) {
        let operands = Operands(rows, terms, columns)
        // A [k, m], as activations lie, and B with room for its last row.
        var transposed = Array(repeating: Float(0), count: rows * terms)
        for row in 0..<rows {
            for term in 0..<terms { transposed[term * rows + row] = operands.a.start[row * terms + term] }
        }
        var left = Array(repeating: Pair(0), count: rows * operands.pairs)
        var workspace = Array(repeating: Pair(0), count: operands.pairs * 64)
        let padded = (columns + 15) / 16 * 16
        let result = Scratch<Float>(Array(repeating: 77, count: rows * padded))
        let c = PackedMatrix(result.start, rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                result.start[c.offset(row: row, column: column)] = operands.from.start[row * columns + column]
            }
        }
        left.withUnsafeMutableBufferPointer { left in
            let pairs = Matrix(left.baseAddress!, rows: operands.pairs, columns: rows)
            PairedProducts.pair(Matrix(&transposed, rows: terms, columns: rows), downInto: pairs)
            workspace.withUnsafeMutableBufferPointer { workspace in
                for column in stride(from: 0, to: columns, by: 32) {
                    PairedProducts.accumulate(
                        pairs.transposed, Matrix(operands.b.start, rows: terms, columns: columns),
                        columns: column..<min(column + 32, columns), workspace: workspace.baseAddress!, into: c)
                }
            }
        }
        let expected = operands.product()
        for row in 0..<rows {
            for column in 0..<columns {
                #expect(result.start[c.offset(row: row, column: column)] == expected[row * columns + column])
            }
        }
    }

    /// Pairs of Aᵀ are those that A has along its rows.
    @Test(arguments: sizes) func transposed(rows: Int, terms: Int, columns: Int) {
        let operands = Operands(rows, terms, columns)
        let (packed, _) = operands.right()
        // A here is what is B there, [terms, columns].
        let pairs = (columns + 1) / 2
        let padded = (terms + 15) / 16 * 16
        var found = Array(repeating: Pair(0), count: (pairs + 3) * padded)
        found.withUnsafeMutableBufferPointer { memory in
            let b = PackedMatrix(memory.baseAddress!, rows: pairs + 3, columns: terms)
            PairedProducts.pairTransposed(
                PackedMatrix(packed.start, rows: terms, columns: columns), 0..<terms, into: b, at: 3)
            for term in 0..<terms {
                for pair in 0..<pairs {
                    let (first, second) = PairedProductsTests.halves(memory[b.offset(row: 3 + pair, column: term)])
                    let own = operands.b.start + term * columns + 2 * pair
                    #expect(first == PairedProductsTests.rounded(own[0]))
                    #expect(second == (2 * pair + 1 < columns ? PairedProductsTests.rounded(own[1]) : 0))
                }
            }
        }
    }

    /// NaN and infinities come out as they do of Float.
    @Test func whatIsNotFiniteStays() {
        let a: [Float] = [1, .infinity, 0, .nan]
        var (left, right) = (Array(repeating: Pair(0), count: 2), Array(repeating: Pair(0), count: 32))
        for (term, isFinite) in [(0, true), (1, false), (3, false)] {
            var one = [Float](repeating: 0, count: 4)
            one[term] = a[term]
            left.withUnsafeMutableBufferPointer { left in
                right.withUnsafeMutableBufferPointer { right in
                    var ones = [Float](repeating: 1, count: 4 * 16)
                    let (x, y) = (
                        Matrix(left.baseAddress!, rows: 1, columns: 2),
                        PackedMatrix(right.baseAddress!, rows: 2, columns: 1)
                    )
                    PairedProducts.pair(Matrix(&one, rows: 1, columns: 4), alongInto: x)
                    PairedProducts.pair(PackedMatrix(&ones, rows: 4, columns: 1), 0..<2, downInto: y)
                    var c: Float = 0
                    PairedProducts.multiply(x, y, columns: 0..<1, from: nil, into: Matrix(&c, rows: 1, columns: 1))
                    #expect(c.isFinite == isFinite && (isFinite || c.isNaN == a[term].isNaN))
                }
            }
        }
    }
}
