import Kernels
import Shapes

/// What one of the threads that go through the steps together makes of each: all hidden units of some rows of the batch, or
/// some units of all rows.
///
/// Rows need nothing of each other: threads that share the batch go through a block of steps without a barrier, and
/// what one writes stays in its own cache. Each reads all weights for it. Units need those of the step before, all of
/// them: threads wait for each other after every step and read what others have just written. What that costs depends
/// on where the machine has put the two. At H 128, B 32 Elman's 13.4 ms on one thread became 18 by units where a line
/// took 200 ns from core to core, and 12 by rows; 9.0 and 8.2 where it took 80. The LSTM's 52 became 44 and 35, or 29
/// and 28.
struct Partition {
    private let worker: ThreadPool.Worker
    private let workspace: PairWorkspace
    private let batch: Int
    /// H, of all threads together.
    let hidden: Int
    let rows: Range<Int>
    let units: Range<Int>

    init(_ worker: ThreadPool.Worker, _ workspace: PairWorkspace, of shape: Shape) {
        (self.worker, self.workspace) = (worker, workspace)
        (batch, hidden) = (shape.batch, shape.hidden)
        let all = (rows: 0..<shape.batch, units: 0..<shape.hidden)
        if shape.sharesRows(among: worker.count) {
            (rows, units) = (worker.partition(of: shape.batch, by: 1), all.units)
        } else {
            (rows, units) = (all.rows, worker.partition(of: shape.hidden, by: Shape.padded(1)))
        }
    }

    /// Everything, when one thread is alone.
    init(whole shape: Shape) {
        (worker, workspace) = (ThreadPool.Worker.alone, PairWorkspace.none)
        (batch, hidden) = (shape.batch, shape.hidden)
        (rows, units) = (0..<shape.batch, 0..<shape.hidden)
    }

    /// Rows with all their units: those of the partition or, where it has some units of all rows, some rows.
    var wholeRows: (rows: Range<Int>, units: Range<Int>) {
        hasAllRows ? (worker.partition(of: batch, by: 1), 0..<hidden) : (rows, units)
    }

    private var hasAllRows: Bool { rows.count == batch }

    /// Waits for those whose units, or whose columns of anything else, this thread reads next.
    func waitAtBarrier() {
        if hasAllRows { worker.waitAtBarrier() }
    }

    /// The partition's columns of a matrix whose columns are not hidden units.
    func columns(of width: Int) -> Range<Int> {
        hasAllRows ? worker.partition(of: width, by: Shape.padded(1)) : 0..<width
    }

    /// Visits the partition's rows of a matrix of steps, [steps·B, …]: all together, or those of each step.
    @inline(__always)
    func forRows(of count: Int, _ body: (Range<Int>) -> Void) {
        guard !hasAllRows else { return body(0..<count) }
        for first in stride(from: 0, to: count, by: batch) {
            body(first + rows.lowerBound..<first + rows.upperBound)
        }
    }

    /// What stands on the left of products for the partition's rows of steps, [steps·B, …]. It lasts until the next one.
    @inline(__always)
    func left<S: Scalar>(_ a: Matrix<S>) -> LeftOperand<S> { workspace.left(a) { forRows(of: a.rows, $0) } }

    /// C ← C₀ + A·B for the partition's rows of steps, [steps·B, …], and for some columns; without C₀, C ← A·B.
    @inline(__always)
    func multiply<S: Scalar>(
        _ a: LeftOperand<S>, _ b: RightOperand<S>, columns: Range<Int>, from: Matrix<S>?, into c: Matrix<S>
    ) {
        forRows(of: c.rows) { rows in
            b.multiplied(by: a.rows(rows), columns: columns, from: from?.rows(rows), into: c.rows(rows))
        }
    }

    /// The same for the partition's units.
    @inline(__always)
    func multiply<S: Scalar>(_ a: LeftOperand<S>, _ b: RightOperand<S>, from: Matrix<S>?, into c: Matrix<S>) {
        multiply(a, b, columns: units, from: from, into: c)
    }

    /// y ← x for the partition's columns of steps, [steps·B, H] or with R.
    @inline(__always)
    func copy<S: Scalar>(_ x: Matrix<S>, to y: Matrix<S>) {
        let columns = columns(of: x.columns)
        forRows(of: x.rows) { Networks.copy(x.rows($0), columns, to: y.rows($0)) }
    }
}
