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

    /// Some of the columns of a matrix that is not transposed.
    package func columns(_ range: Range<Int>) -> Matrix {
        precondition(!isTransposed && range.lowerBound >= 0 && range.upperBound <= columns)
        return Matrix(start + range.lowerBound, rows: rows, columns: range.count, pitch: pitch)
    }
}
