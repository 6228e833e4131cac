import Kernels
import Testing

/// Shapes that do not multiply, and where packed elements lie.
extension ProductTests {
    @Test func shapesThatDoNotMultiply() async {
        await #expect(processExitsWith: .failure) {
            let a = UnsafeMutablePointer<Float>.allocate(capacity: 64)
            Float.multiply(
                Matrix(a, rows: 2, columns: 3), PackedMatrix(a, rows: 2, columns: 3), columns: 0..<3, from: nil,
                into: Matrix(a, rows: 2, columns: 3))
        }
        // Columns that begin within a vector.
        await #expect(processExitsWith: .failure) {
            let a = UnsafeMutablePointer<Float>.allocate(capacity: 64)
            Float.multiply(
                Matrix(a, rows: 2, columns: 2), PackedMatrix(a, rows: 2, columns: 16), columns: 8..<16, from: nil,
                into: Matrix(a, rows: 2, columns: 16))
        }
        await #expect(processExitsWith: .failure) {
            let a = UnsafeMutablePointer<Float>.allocate(capacity: 64)
            Float.accumulate(
                Matrix(a, rows: 2, columns: 2), Matrix(a, rows: 2, columns: 3), columns: 0..<4,
                into: PackedMatrix(a, rows: 2, columns: 3))
        }
    }

    /// Every element has its own place, within rows × padded columns; rows of a panel lie a vector or more apart.
    @Test(arguments: [1, 2, 7, 64]) func panelsAreABijection(rows: Int) {
        let start = UnsafeMutablePointer<Float>.allocate(capacity: 1)
        defer { start.deallocate() }
        for columns in 1...200 {
            let panels = PackedMatrix(start, rows: rows, columns: columns)
            let offsets = (0..<rows).flatMap { row in
                (0..<columns).map { panels.offset(row: row, column: $0) }
            }
            let padded = (columns + 15) / 16 * 16
            #expect(Set(offsets).count == rows * columns && offsets.allSatisfy { (0..<rows * padded).contains($0) })
            for column in stride(from: 0, to: columns, by: 16) {
                // Whole vectors can be read from here.
                let first = panels.offset(row: 0, column: column)
                #expect(first.isMultiple(of: 16) && panels.pitch(at: column).isMultiple(of: 16))
                #expect(panels.offset(row: rows - 1, column: column) + 16 <= rows * padded)
                let end = min(columns, column + 16)
                #expect(panels.offset(row: 0, column: end - 1) == first + end - 1 - column)
            }
        }
    }
}
