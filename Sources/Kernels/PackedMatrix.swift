public import CVectorMath

/// A view of a packed matrix, the right operand of products: panels of 64 columns, each stored row by row, the columns of
/// the last one padded to a multiple of 16. It owns nothing.
///
/// What lies in the padding is multiplied but never stored in a result; it must be a number.
@frozen public struct PackedMatrix<Element: BitwiseCopyable> {
    public let start: UnsafeMutablePointer<Element>
    public let rows: Int
    public let columns: Int

    @inlinable public init(_ start: UnsafeMutablePointer<Element>, rows: Int, columns: Int) {
        self.start = start
        self.rows = rows
        self.columns = columns
    }

    @inlinable public static var width: Int { Int(UNROLL_PANEL) }
    @inlinable public static var pad: Int { Int(UNROLL_PAD) }

    /// Elements from one row to the next in the panel of a column.
    @inlinable public func pitch(at column: Int) -> Int {
        let first = column / PackedMatrix.width * PackedMatrix.width
        return min(PackedMatrix.width, (columns - first + PackedMatrix.pad - 1) / PackedMatrix.pad * PackedMatrix.pad)
    }

    /// Where an element lies, from the start.
    @inlinable public func offset(row: Int, column: Int) -> Int {
        let first = column / PackedMatrix.width * PackedMatrix.width
        return first * rows + row * pitch(at: column) + column - first
    }
}
