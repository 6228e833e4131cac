/// A view of a row-major matrix. It owns nothing.
package struct Matrix<Element: BitwiseCopyable> {
    package let start: UnsafeMutablePointer<Element>
    /// As the matrix is read, transposed or not.
    package let rows: Int
    package let columns: Int
    /// Elements from the start of one stored row to the next.
    package let pitch: Int
    package let isTransposed: Bool

    package init(
        _ start: UnsafeMutablePointer<Element>, rows: Int, columns: Int, pitch: Int? = nil, isTransposed: Bool = false
    ) {
        self.start = start
        self.rows = rows
        self.columns = columns
        self.pitch = pitch ?? columns
        self.isTransposed = isTransposed
    }

    /// The same memory, read the other way.
    package var transposed: Matrix {
        Matrix(start, rows: columns, columns: rows, pitch: pitch, isTransposed: !isTransposed)
    }

    /// Elements from one row, and from one column, to the next as the matrix is read.
    var rowStep: Int { isTransposed ? 1 : pitch }
    var columnStep: Int { isTransposed ? pitch : 1 }

    /// Some of the columns.
    package func columns(_ range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns)
        return Matrix(
            start + range.lowerBound * columnStep, rows: rows, columns: range.count, pitch: pitch,
            isTransposed: isTransposed)
    }
}
