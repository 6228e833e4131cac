import Kernels

/// Bᵀ ← A, from row `first` of B on, each worker some of the columns of B.
@specialized(where S == Float)
@specialized(where S == Double)
func transpose<S: Scalar>(
    _ a: PackedMatrix<S>, to b: PackedMatrix<S>, at first: Int, _ worker: ThreadPool.Worker
) {
    for panel in stride(from: 0, to: b.columns, by: PackedMatrix<S>.width) {
        let columns = panel..<min(b.columns, panel + PackedMatrix<S>.width)
        for row in worker.partition(of: a.columns, by: 1) {
            let to = b.start + b.offset(row: first + row, column: panel)
            for column in columns { to[column - panel] = a.start[a.offset(row: column, column: row)] }
        }
    }
}
