import Kernels
import Shapes

/// What stands on the right of products, weights: as they are or, where products are of bfloat16, rounded to pairs.
struct RightOperand<S: Scalar> {
    private let start: UnsafeMutableRawPointer
    private let rows, columns: Int
    private let isPaired: Bool

    @inline(__always)
    init(_ matrix: PackedMatrix<S>) {
        (start, rows, columns) = (UnsafeMutableRawPointer(matrix.start), matrix.rows, matrix.columns)
        isPaired = false
    }

    /// - Parameters:
    ///   - pairs: down the columns, of a tensor with a word for each.
    ///   - rows: of the numbers, the terms of a sum.
    init(pairs start: Pointer<S>, rows: Int, columns: Int) {
        self.start = UnsafeMutableRawPointer(start)
        (self.rows, self.columns) = (Shape.pairs(of: rows), columns)
        isPaired = true
    }

    /// The numbers, of an operand that has them as they are.
    var matrix: PackedMatrix<S> {
        precondition(!isPaired, "an operand of pairs has no numbers")
        return PackedMatrix(start.assumingMemoryBound(to: S.self), rows: rows, columns: columns)
    }
    /// The pairs; nil of an operand that has the numbers.
    var pairs: PackedMatrix<Pair>? {
        isPaired ? PackedMatrix(start.assumingMemoryBound(to: Pair.self), rows: rows, columns: columns) : nil
    }

    /// C ← C₀ + A·B for some columns; without C₀, C ← A·B.
    @inline(__always)
    func multiplied(by a: LeftOperand<S>, columns: Range<Int>, from: Matrix<S>?, into c: Matrix<S>) {
        if let left = a.pairs, let pairs {
            PairedProducts.multiply(left, pairs, columns: columns, from: from.map(floats), into: floats(c))
        } else {
            precondition(a.pairs == nil, "pairs are multiplied by pairs")
            S.multiply(a.matrix, matrix, columns: columns, from: from, into: c)
        }
    }
}

/// What stands on the left of products, activations or their adjoints: as they are and, where products are of bfloat16, rounded to pairs.
struct LeftOperand<S: Scalar> {
    let matrix: Matrix<S>
    let pairs: Matrix<Pair>?

    /// Some of the rows.
    @inline(__always)
    func rows(_ range: Range<Int>) -> LeftOperand {
        LeftOperand(matrix: matrix.rows(range), pairs: pairs?.rows(range))
    }
}

/// A thread's memory for what it rounds to bfloat16; it has none where products are of numbers as they are.
struct PairWorkspace {
    /// For a panel of what stands on the right, and after it for what stands on the left.
    private let panel, start: UnsafeMutablePointer<Pair>?
    /// Pairs that fit on the left.
    private let capacity: Int

    /// Of numbers as they are.
    static var none: PairWorkspace { PairWorkspace(panel: nil, start: nil, capacity: 0) }

    private init(panel: UnsafeMutablePointer<Pair>?, start: UnsafeMutablePointer<Pair>?, capacity: Int) {
        (self.panel, self.start, self.capacity) = (panel, start, capacity)
    }

    /// - Parameter tensor: of all threads, where the network has it.
    init<S: Scalar>(_ tensor: Pointer<S>?, of worker: ThreadPool.Worker, _ shape: Shape) {
        guard let tensor else {
            self = .none
            return
        }
        precondition(worker.index < shape.threads, "a thread without memory for pairs")
        let own = UnsafeMutableRawPointer(tensor + worker.index * shape.pairsOfThread).assumingMemoryBound(
            to: Pair.self)
        self.init(
            panel: own, start: own + shape.pairsOfPanel, capacity: shape.pairsOfThread - shape.pairsOfPanel)
    }

    /// A [m, k], of which some rows are rounded. It lasts until the next one.
    @inline(__always)
    func left<S: Scalar>(_ a: Matrix<S>, rows: (_ round: (Range<Int>) -> Void) -> Void) -> LeftOperand<S> {
        guard let start else { return LeftOperand(matrix: a, pairs: nil) }
        let pairs = Matrix(start, rows: a.rows, columns: Shape.pairs(of: a.columns))
        precondition(pairs.rows * pairs.columns <= capacity, "more than a thread has memory for")
        rows { PairedProducts.pair(floats(a).rows($0), alongInto: pairs.rows($0)) }
        return LeftOperand(matrix: a, pairs: pairs)
    }

    /// A [m, k].
    @inline(__always)
    func left<S: Scalar>(_ a: Matrix<S>) -> LeftOperand<S> { left(a) { $0(0..<a.rows) } }

    /// Two matrices, each [k, m], as the left operands Aᵀ [m, k] of sums over all rows of both. They last until the next one.
    @inline(__always)
    func transposed<S: Scalar>(_ a: Matrix<S>, _ other: Matrix<S>) -> (LeftOperand<S>, LeftOperand<S>) {
        guard let start else {
            return (LeftOperand(matrix: a.transposed, pairs: nil), LeftOperand(matrix: other.transposed, pairs: nil))
        }
        let rows = Shape.pairs(of: a.rows)
        return (transposed(a, at: start), transposed(other, at: start + rows * a.columns))
    }

    private func transposed<S: Scalar>(_ a: Matrix<S>, at start: UnsafeMutablePointer<Pair>) -> LeftOperand<S> {
        let pairs = Matrix(start, rows: Shape.pairs(of: a.rows), columns: a.columns)
        precondition(
            start - self.start! + pairs.rows * pairs.columns <= capacity, "more than a thread has memory for")
        PairedProducts.pair(floats(a), downInto: pairs)
        return LeftOperand(matrix: a.transposed, pairs: pairs.transposed)
    }

    /// A [k, m] as the left operand Aᵀ [m, k] of a sum over all its rows. It lasts until the next one.
    @inline(__always)
    func transposed<S: Scalar>(_ a: Matrix<S>) -> LeftOperand<S> {
        start.map { transposed(a, at: $0) } ?? LeftOperand(matrix: a.transposed, pairs: nil)
    }

    /// C ← C + A·B for some columns.
    @inline(__always)
    func accumulate<S: Scalar>(
        _ a: LeftOperand<S>, _ b: Matrix<S>, columns: Range<Int>, into c: PackedMatrix<S>
    ) {
        if let left = a.pairs {
            PairedProducts.accumulate(left, floats(b), columns: columns, workspace: panel!, into: floats(c))
        } else {
            S.accumulate(a.matrix, b, columns: columns, into: c)
        }
    }
}

/// A matrix of Float as what it is, where the type of its elements is not known to be that.
@inline(__always)
private func floats<S: Scalar>(_ matrix: Matrix<S>) -> Matrix<Float> {
    precondition(S.self == Float.self, "pairs are summed in Float")
    return unsafeBitCast(matrix, to: Matrix<Float>.self)
}

@inline(__always)
func floats<S: Scalar>(_ matrix: PackedMatrix<S>) -> PackedMatrix<Float> {
    precondition(S.self == Float.self, "pairs are summed in Float")
    return unsafeBitCast(matrix, to: PackedMatrix<Float>.self)
}
