/// x ≥ 0 with the least |Ax − b|², for a handful of unknowns: the normal equations of every set of them are solved, and of
/// the solutions without a negative number the best is taken. Of those alike, the one with the fewest unknowns above 0.
///
/// - Complexity: O(2ⁿ·n³) for n unknowns.
func leastSquares(rows: [[Double]], values: [Double]) -> [Double] {
    let unknowns = rows[0].count
    precondition(unknowns <= 10, "every set of unknowns is tried")
    // Columns of one size: counts of steps and ones differ a thousandfold.
    let scales = (0..<unknowns).map { column in
        rows.reduce(0) { Swift.max($0, $1[column].magnitude) }
    }
    let scaled = rows.map { row in zip(row, scales).map { $1 > 0 ? $0 / $1 : 0 } }
    var best = (error: values.reduce(0) { $0 + $1 * $1 }, solution: Array(repeating: 0.0, count: unknowns))
    let sets = (1..<1 << unknowns).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    for set in sets {
        let chosen = (0..<unknowns).filter { set >> $0 & 1 == 1 }
        guard
            let part = solve(
                chosen.map { first in chosen.map { second in scaled.reduce(0) { $0 + $1[first] * $1[second] } } },
                chosen.map { column in zip(scaled, values).reduce(0) { $0 + $1.0[column] * $1.1 } }),
            part.allSatisfy({ $0 >= 0 })
        else { continue }
        var solution = Array(repeating: 0.0, count: unknowns)
        for (place, column) in chosen.enumerated() { solution[column] = part[place] }
        let error = zip(scaled, values).reduce(0) { sum, line in
            let miss = zip(line.0, solution).reduce(-line.1) { $0 + $1.0 * $1.1 }
            return sum + miss * miss
        }
        if error < best.error - 1e-9 * Double(values.count) { best = (error, solution) }
    }
    return zip(best.solution, scales).map { $1 > 0 ? $0 / $1 : 0 }
}

/// Solves a symmetric positive system by elimination; nil when it has no one solution.
private func solve(_ matrix: [[Double]], _ values: [Double]) -> [Double]? {
    var (matrix, values) = (matrix, values)
    let count = values.count
    for pivot in 0..<count {
        guard matrix[pivot][pivot] > 1e-10 else { return nil }
        for row in pivot + 1..<Swift.max(count, pivot + 1) {
            let factor = matrix[row][pivot] / matrix[pivot][pivot]
            for column in pivot..<count { matrix[row][column] -= factor * matrix[pivot][column] }
            values[row] -= factor * values[pivot]
        }
    }
    for row in (0..<count).reversed() {
        for column in row + 1..<Swift.max(count, row + 1) { values[row] -= matrix[row][column] * values[column] }
        values[row] /= matrix[row][row]
    }
    return values
}
