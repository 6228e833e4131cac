import CVectorMath

/// Two numbers of bfloat16, terms of a sum that follow each other, in a word: see pairs.h.
public typealias Pair = UInt32

/// Products of bfloat16, summed in Float: operands in pairs of their terms.
public enum PairedProducts {
    /// Pairs of a sum: the last of an odd number of terms has a 0 beside it.
    static func pairs(of terms: Int) -> Int { (terms + 1) / 2 }

    /// Whether one instruction does a pair of terms; elsewhere two multiply-adds of Float do the same.
    public static let haveInstruction = unroll_has_pair_products() != 0

    /// By what this processor multiplies them, in words.
    public static var kernel: String {
        haveInstruction ? "VDPBF16PS" : "multiply-adds of Float, for this processor has no VDPBF16PS"
    }

    /// C ← C₀ + A·B for some columns of B and C: A [m, k] and B [k, n] in pairs along k, C and C₀ [m, n]. Without C₀, C ← A·B.
    ///
    /// - Parameter columns: begins at a multiple of 16.
    public static func multiply(
        _ a: Matrix<Pair>, _ b: PackedMatrix<Pair>, columns: Range<Int>, from: Matrix<Float>?, into c: Matrix<Float>
    ) {
        product(a, b, columns, from, c, by: multiply)
    }

    /// C ← C + A·B for some columns of B and C: A [m, k] in pairs, B [k, n], C [m, n].
    ///
    /// - Parameters:
    ///   - columns: begins at a multiple of 16.
    ///   - workspace: for the pairs of a panel of B, [pairs, 64].
    public static func accumulate(
        _ a: Matrix<Pair>, _ b: Matrix<Float>, columns: Range<Int>, workspace: UnsafeMutablePointer<Pair>,
        into c: PackedMatrix<Float>
    ) {
        precondition(
            a.columns == pairs(of: b.rows) && c.rows == a.rows
                && columns.lowerBound.isMultiple(of: PackedMatrix<Pair>.pad)
                && columns.upperBound <= min(b.columns, c.columns) && !b.isTransposed, "shapes do not multiply")
        forPanels(columns) { part in
            let panel = Matrix(workspace, rows: a.columns, columns: part.count, pitch: PackedMatrix<Pair>.width)
            pair(b.columns(part), downInto: panel)
            let start = c.start + c.offset(row: 0, column: part.lowerBound)
            let pitch = c.pitch(at: part.lowerBound)
            multiply(a, part.count, workspace, panel.pitch, start, pitch, start, pitch)
        }
    }

    private static func multiply(
        _ a: Matrix<Pair>, _ columns: Int, _ b: UnsafePointer<Pair>, _ ldb: Int, _ from: UnsafePointer<Float>?,
        _ ldfrom: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        if haveInstruction {
            unroll_pair_product_by_pairs(
                a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, from, ldfrom, c, ldc)
        } else {
            multiplyByFloat(a, columns, b, ldb, from, ldfrom, c, ldc)
        }
    }

    /// What a processor without the instruction does.
    package static func multiplyByFloat(
        _ a: Matrix<Pair>, _ columns: Int, _ b: UnsafePointer<Pair>, _ ldb: Int, _ from: UnsafePointer<Float>?,
        _ ldfrom: Int, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        unroll_pair_product_by_float(
            a.rows, columns, a.columns, a.start, a.rowStep, a.columnStep, b, ldb, from, ldfrom, c, ldc)
    }

    /// Rounds the numbers of each row, [m, k], to pairs along it, [m, pairs].
    public static func pair(_ x: Matrix<Float>, alongInto pairs: Matrix<Pair>) {
        for row in 0..<x.rows { unroll_pairs_along(x.row(row), x.columns, pairs.row(row)) }
    }

    /// Rounds the numbers of two rows at a time, [k, n], to pairs down the columns, [pairs, n].
    public static func pair(_ x: Matrix<Float>, downInto pairs: Matrix<Pair>) {
        for row in stride(from: 0, to: x.rows, by: 2) {
            unroll_pairs_down(
                x.row(row), row + 1 < x.rows ? x.row(row + 1) : nil, x.columns, pairs.row(row / 2))
        }
    }

    /// The same of a packed matrix, [k, n], for some of the pairs.
    public static func pair(_ x: PackedMatrix<Float>, _ rows: Range<Int>, downInto pairs: PackedMatrix<Pair>) {
        forPanels(0..<x.columns) { part in
            let from = x.start + x.offset(row: 0, column: part.lowerBound)
            let to = pairs.start + pairs.offset(row: 0, column: part.lowerBound)
            let pitch = x.pitch(at: part.lowerBound)
            for row in rows {
                let first = from + 2 * row * pitch
                unroll_pairs_down(first, 2 * row + 1 < x.rows ? first + pitch : nil, part.count, to + row * pitch)
            }
        }
    }

    /// Pairs along some rows of a packed matrix A, [n, k], as those down columns of Aᵀ, [pairs, n].
    ///
    /// - Parameter first: the pair of the result that A's begin at.
    public static func pairTransposed(
        _ a: PackedMatrix<Float>, _ rows: Range<Int>, into b: PackedMatrix<Pair>, at first: Int
    ) {
        withUnsafeTemporaryAllocation(of: Pair.self, capacity: pairs(of: PackedMatrix<Float>.width)) { words in
            forPanels(0..<a.columns) { part in
                for row in rows {
                    unroll_pairs_along(
                        a.start + a.offset(row: row, column: part.lowerBound), part.count, words.baseAddress!)
                    let (place, pitch) = (first + part.lowerBound / 2, b.pitch(at: row))
                    let to = b.start + b.offset(row: place, column: row)
                    for pair in 0..<pairs(of: part.count) { to[pair * pitch] = words[pair] }
                }
            }
        }
    }
}
