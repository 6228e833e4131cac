/// A view of a row-major matrix. It owns nothing. What it says is inlined into other modules: their loops ask all the time.
@frozen public struct Matrix<Element: BitwiseCopyable> {
    public let start: UnsafeMutablePointer<Element>
    /// As the matrix is read, transposed or not.
    public let rows: Int
    public let columns: Int
    /// Elements from the start of one stored row to the next; 0 where one row stands for all.
    public let pitch: Int
    public let isTransposed: Bool

    @inlinable public init(
        _ start: UnsafeMutablePointer<Element>, rows: Int, columns: Int, pitch: Int? = nil, isTransposed: Bool = false
    ) {
        self.start = start
        self.rows = rows
        self.columns = columns
        self.pitch = pitch ?? columns
        self.isTransposed = isTransposed
    }

    /// The same memory, read the other way.
    @inlinable public var transposed: Matrix {
        Matrix(start, rows: columns, columns: rows, pitch: pitch, isTransposed: !isTransposed)
    }

    /// Elements from one row, and from one column, to the next as the matrix is read.
    @inlinable public var rowStep: Int { isTransposed ? 1 : pitch }
    @inlinable public var columnStep: Int { isTransposed ? pitch : 1 }

    /// Some of the rows, and some of the columns, of a matrix that is not transposed.
    @inlinable public func rows(_ range: Range<Int>) -> Matrix {
        Matrix(start + range.lowerBound * pitch, rows: range.count, columns: columns, pitch: pitch)
    }

    @inlinable public func columns(_ range: Range<Int>) -> Matrix {
        Matrix(start + range.lowerBound, rows: rows, columns: range.count, pitch: pitch)
    }

    /// Where a row begins.
    @inlinable public func row(_ row: Int) -> UnsafeMutablePointer<Element> { start + row * pitch }
}
