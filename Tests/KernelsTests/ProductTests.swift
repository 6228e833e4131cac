import Kernels
import Testing

/// One large product of each kind is held against the definition of a product, within its rounding; every smaller one, and
/// every part of one, must then come out as the same bits, with nothing else written.
@Suite struct ProductTests {
    static let rows = Array(1...13) + [32]
    static let most = (rows: 32, columns: 130)
    /// The last ones are sums that a panel is gone over for in several parts: one just fits, one does not, one takes three.
    static let terms = [1, 7, 64, 512, 513, 1300]
    /// Widths of all kinds; of long sums, on which they depend no more, those of whole panels and a rest.
    static func columns(terms: Int) -> [Int] { terms <= 64 ? Array(1...most.columns) : [64, 128, most.columns] }

    /// What stands in memory that no product may write.
    static func sentinel<S: Scalar>(_: S.Type) -> S { 77 }
    /// What stands in the padding of right operands: a number that would be seen in any sum.
    static func padding<S: Scalar>(_: S.Type) -> S { 0x1p60 }

    /// The operands of products of k terms: A [32, k], B [k, 130], C₀ [32, 130].
    struct Operands<S: Scalar> {
        let terms: Int
        let isTransposed: Bool
        let a, b, c: [S]
        private let memory: Scratch<S>

        init(terms: Int, isTransposed: Bool) {
            self.terms = terms
            self.isTransposed = isTransposed
            let (rows, columns) = ProductTests.most
            a = Scratch<S>(noise: rows * terms, key: 1).values
            b = Scratch<S>(noise: terms * columns, key: 2).values
            c = Scratch<S>(noise: rows * columns, key: 3).values
            // Rows lie two elements further apart than they are long.
            memory = Scratch(Array(repeating: sentinel(S.self), count: (rows + 2) * (terms + 2)))
            for row in 0..<rows {
                for term in 0..<terms {
                    memory.start[isTransposed ? term * (rows + 2) + row : row * (terms + 2) + term] =
                        a[row * terms + term]
                }
            }
        }

        /// The first rows of A.
        func left(_ rows: Int) -> Matrix<S> {
            isTransposed
                ? Matrix(memory.start, rows: terms, columns: rows, pitch: most.rows + 2).transposed
                : Matrix(memory.start, rows: rows, columns: terms, pitch: terms + 2)
        }

        /// The first columns of B, packed.
        func packed(_ columns: Int) -> Scratch<S> {
            let padded = (columns + PackedMatrix<S>.pad - 1) / PackedMatrix<S>.pad * PackedMatrix<S>.pad
            let scratch = Scratch(Array(repeating: ProductTests.padding(S.self), count: terms * padded))
            let panels = PackedMatrix(scratch.start, rows: terms, columns: columns)
            for term in 0..<terms {
                for column in 0..<columns {
                    scratch.start[panels.offset(row: term, column: column)] = b[term * most.columns + column]
                }
            }
            return scratch
        }

        /// The first columns of B in plain rows, and room to read the last one to a multiple of 16.
        func plain(_ columns: Int, pitch: Int) -> Scratch<S> {
            let scratch = Scratch(
                Array(repeating: ProductTests.padding(S.self), count: terms * pitch + PackedMatrix<S>.pad))
            for term in 0..<terms {
                for column in 0..<columns { scratch.start[term * pitch + column] = b[term * most.columns + column] }
            }
            return scratch
        }

        /// Bits of the whole product, C₀ by its pitch; nil where there is none.
        func whole(from pitch: Int?) -> [S] {
            let (rows, columns) = most
            let (b, result) = (packed(columns), Scratch(Array(repeating: S(0), count: rows * columns)))
            let from = Scratch(c)
            S.multiply(
                left(rows), PackedMatrix(b.start, rows: terms, columns: columns), columns: 0..<columns,
                from: pitch.map { Matrix(from.start, rows: rows, columns: columns, pitch: $0) },
                into: Matrix(result.start, rows: rows, columns: columns))
            return result.values
        }
    }

    /// Parts of this number of columns that begin where products may; around a whole number of vectors, and for some
    /// rows.
    func parts(of columns: Int, rows: Int) -> [Range<Int>] {
        guard [1, 6, 32].contains(rows), [0, 1, 7, 15].contains(columns % 16) else { return [0..<columns] }
        return stride(from: 0, to: columns, by: 16).flatMap { start in
            Set([start, start + 1, start + 16, start + 33, columns].map { min($0, columns) }).map { start..<$0 }
        }
    }

    /// Sums of k terms in [−1, 1], and C₀: at most k + 1 roundings of sums of at most k + 1.
    @Test(arguments: ProductTests.terms, [Float.self, Double.self] as [any Scalar.Type])
    func areWhatTheyAreDefinedAs(terms: Int, type: any Scalar.Type) {
        func check<S: Scalar>(_: S.Type) {
            let (rows, columns) = ProductTests.most
            for isTransposed in [false, true] {
                let operands = Operands<S>(terms: terms, isTransposed: isTransposed)
                for pitch in [nil, 0, columns] as [Int?] {
                    let found = operands.whole(from: pitch)
                    var largest = 0.0
                    for row in 0..<rows {
                        for column in 0..<columns {
                            var sum = pitch.map { Double(operands.c[row * $0 + column]) } ?? 0
                            for term in 0..<terms {
                                sum +=
                                    Double(operands.a[row * terms + term])
                                    * Double(operands.b[term * columns + column])
                            }
                            largest = max(largest, abs(Double(found[row * columns + column]) - sum))
                        }
                    }
                    #expect(largest <= Double(terms + 1) * Double(terms + 1) * Double(S.ulpOfOne))
                    #expect(found.contains { abs($0) > 0.1 })
                }
            }
        }
        check(type)
    }

    @Test(arguments: ProductTests.terms, [Float.self, Double.self] as [any Scalar.Type])
    func partsHaveTheBitsOfTheWhole(terms: Int, type: any Scalar.Type) {
        func check<S: Scalar>(_: S.Type) {
            for isTransposed in [false, true] {
                let operands = Operands<S>(terms: terms, isTransposed: isTransposed)
                let wholes = [nil, 0, ProductTests.most.columns].map { ($0, operands.whole(from: $0)) }
                for columns in ProductTests.columns(terms: terms) {
                    let b = operands.packed(columns)
                    let right = PackedMatrix(b.start, rows: terms, columns: columns)
                    for rows in ProductTests.rows {
                        let parts = parts(of: columns, rows: rows)
                        for (pitch, whole) in wholes {
                            for part in parts {
                                let isRight = self.multiply(operands, right, rows, part, pitch, isInPlace: false, whole)
                                guard isRight else {
                                    Issue.record(
                                        "\(rows)×\(columns), columns \(part), C₀ \(pitch ?? -1), \(isTransposed)")
                                    return
                                }
                            }
                        }
                        for part in parts {
                            guard
                                multiply(
                                    operands, right, rows, part, ProductTests.most.columns, isInPlace: true,
                                    wholes[2].1)
                            else {
                                Issue.record("\(rows)×\(columns), columns \(part) in place, transposed \(isTransposed)")
                                return
                            }
                        }
                    }
                }
            }
        }
        check(type)
    }

    /// Whether a part comes out with the bits of the whole, and no other element is written.
    ///
    /// - Parameter isInPlace: whether C₀ is C.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func multiply<S: Scalar>(
        _ operands: Operands<S>, _ right: PackedMatrix<S>, _ rows: Int, _ part: Range<Int>, _ pitch: Int?,
        isInPlace: Bool,
        _ whole: [S]
    ) -> Bool {
        let most = ProductTests.most.columns
        let (room, margin) = (right.columns + 3, 5)
        var expected = Array(repeating: ProductTests.sentinel(S.self), count: margin + rows * room + margin)
        if isInPlace {
            for row in 0..<rows {
                for column in 0..<right.columns {
                    expected[margin + row * room + column] = operands.c[row * most + column]
                }
            }
        }
        let memory = Scratch(expected)
        let result = Matrix(memory.start + margin, rows: rows, columns: right.columns, pitch: room)
        let kept = isInPlace ? nil : pitch.map { _ in Scratch(operands.c) }
        S.multiply(
            operands.left(rows), right, columns: part,
            from: isInPlace
                ? result : kept.map { Matrix($0.start, rows: rows, columns: right.columns, pitch: pitch!) },
            into: result)
        for row in 0..<rows {
            for column in part { expected[margin + row * room + column] = whole[row * most + column] }
        }
        return areIdentical(memory.values, expected)
    }

    /// C ← C + A·B with C packed: its padding, other columns and what lies around stay.
    @Test(arguments: ProductTests.terms, [Float.self, Double.self] as [any Scalar.Type])
    func accumulatedPartsHaveTheBitsOfTheWhole(terms: Int, type: any Scalar.Type) {
        func check<S: Scalar>(_: S.Type) {
            for isTransposed in [false, true] {
                let operands = Operands<S>(terms: terms, isTransposed: isTransposed)
                let whole = operands.whole(from: ProductTests.most.columns)
                for columns in ProductTests.columns(terms: terms) {
                    let padded = (columns + PackedMatrix<S>.pad - 1) / PackedMatrix<S>.pad * PackedMatrix<S>.pad
                    for pitch in [columns, padded + 16] {
                        let b = operands.plain(columns, pitch: pitch)
                        let right = Matrix(b.start, rows: terms, columns: columns, pitch: pitch)
                        for rows in ProductTests.rows {
                            let parts = parts(of: columns, rows: rows)
                            guard parts.allSatisfy({ accumulate(operands, right, rows, padded, $0, whole) }) else {
                                Issue.record("\(rows)×\(columns), pitch \(pitch), transposed \(isTransposed)")
                                return
                            }
                        }
                    }
                }
            }
        }
        check(type)
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func accumulate<S: Scalar>(
        _ operands: Operands<S>, _ right: Matrix<S>, _ rows: Int, _ padded: Int, _ part: Range<Int>, _ whole: [S]
    ) -> Bool {
        let (most, margin) = (ProductTests.most.columns, 5)
        var expected = Array(repeating: ProductTests.sentinel(S.self), count: margin + rows * padded + margin)
        let memory = Scratch(expected)
        let result = PackedMatrix(memory.start + margin, rows: rows, columns: right.columns)
        for row in 0..<rows {
            for column in 0..<right.columns {
                let place = margin + result.offset(row: row, column: column)
                memory.start[place] = operands.c[row * most + column]
                expected[place] = (part.contains(column) ? whole : operands.c)[row * most + column]
            }
        }
        S.accumulate(operands.left(rows), right, columns: part, into: result)
        return areIdentical(memory.values, expected)
    }

    /// The library that our products are held against, in every combination of transposition.
    @Test(
        arguments: [(1, 1, 1), (1, 7, 5), (3, 17, 5), (32, 64, 48)],
        [Float.self, Double.self] as [any Scalar.Type])
    func theLibrarysProducts(shape: (rows: Int, columns: Int, terms: Int), type: any Scalar.Type) {
        func check<S: Scalar>(_: S.Type) {
            let (m, n, k) = shape
            let (a, b) = (Scratch<S>(noise: m * k, key: 1), Scratch<S>(noise: k * n, key: 2))
            for (isLeft, isRight) in [(false, false), (true, false), (false, true), (true, true)] {
                let c = Scratch(Array(repeating: ProductTests.sentinel(S.self), count: m * n))
                S.multiplyByBLAS(
                    isLeft ? Matrix(a.start, rows: k, columns: m).transposed : Matrix(a.start, rows: m, columns: k),
                    isRight ? Matrix(b.start, rows: n, columns: k).transposed : Matrix(b.start, rows: k, columns: n),
                    into: Matrix(c.start, rows: m, columns: n))
                for (place, value) in c.values.enumerated() {
                    let (row, column) = place.quotientAndRemainder(dividingBy: n)
                    let sum = (0..<k).reduce(0.0) {
                        $0 + Double(a.start[isLeft ? $1 * m + row : row * k + $1])
                            * Double(b.start[isRight ? column * k + $1 : $1 * n + column])
                    }
                    #expect(abs(Double(value) - sum) <= Double(k * k) * Double(S.ulpOfOne))
                }
            }
        }
        check(type)
    }
}
