/// The sums of a least-squares fit of A·x to b: AᵀA, Aᵀb and |b|², with the largest magnitude of every column.
///
/// Sums of two sets of rows add up to those of both. Products lose half the digits of what is nearly dependent: 10⁻¹⁰ of a
/// column is what ``LeastSquares`` takes for none.
struct NormalEquations {
    let unknowns: Int
    private(set) var rows = 0
    /// AᵀA, row by row.
    fileprivate var products: [Double]
    fileprivate var moments: [Double]
    fileprivate var squares = 0.0
    fileprivate var largest: [Double]

    init(unknowns: Int) {
        self.unknowns = unknowns
        products = Array(repeating: 0, count: unknowns * unknowns)
        moments = Array(repeating: 0, count: unknowns)
        largest = moments
    }

    mutating func add(_ row: [Double], _ value: Double) {
        rows += 1
        squares += value * value
        for first in 0..<unknowns {
            moments[first] += row[first] * value
            largest[first] = max(largest[first], row[first].magnitude)
            for second in 0..<unknowns { products[first * unknowns + second] += row[first] * row[second] }
        }
    }

    mutating func add(_ other: NormalEquations) {
        rows += other.rows
        squares += other.squares
        for index in products.indices { products[index] += other.products[index] }
        for index in moments.indices {
            moments[index] += other.moments[index]
            largest[index] = max(largest[index], other.largest[index])
        }
    }
}

/// x ≥ 0 with the least |Ax − b|², for a handful of unknowns: the normal equations of every set of them are solved, and of
/// the solutions without a negative number the best is taken. Of those alike, the one with the fewest unknowns above 0.
///
/// - Complexity: O(2ⁿ·n³) for n unknowns.
struct LeastSquares {
    private let unknowns: Int
    /// Every set of unknowns, one a bit, small ones first.
    private let sets: [Int]
    // Scratch: the equations with columns of one size, for counts of steps and ones differ a thousandfold; and elimination.
    private var products: [Double]
    private var moments: [Double]
    private var scales: [Double]
    private var matrix: [Double]
    private var part: [Double]

    /// The unknowns above 0 of the last solution.
    private var last = 0

    init(unknowns: Int) {
        precondition(unknowns <= 10, "every set of unknowns is tried")
        self.unknowns = unknowns
        sets = (1..<1 << unknowns).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
        products = Array(repeating: 0, count: unknowns * unknowns)
        moments = Array(repeating: 0, count: unknowns)
        (scales, matrix, part) = (moments, products, moments)
    }

    static func solution(_ rows: [[Double]], _ values: [Double]) -> [Double] {
        var equations = NormalEquations(unknowns: rows[0].count)
        for (row, value) in zip(rows, values) { equations.add(row, value) }
        var solver = LeastSquares(unknowns: equations.unknowns)
        return solver.solve(equations)
    }

    /// The solution of all rows but one, for each in turn. The sums without a row are those before it and those after
    /// it, added: taking a row from the sums of all would cancel what is left where that row is the largest.
    ///
    /// - Complexity: O(m·n³) for m rows where leaving one out leaves the set of unknowns above 0 as it is.
    static func solutionsWithoutEach(_ rows: [[Double]], _ values: [Double]) -> [[Double]] {
        let unknowns = rows[0].count
        var suffixes = [NormalEquations(unknowns: unknowns)]
        for (row, value) in zip(rows, values).reversed() {
            var sums = suffixes[suffixes.count - 1]
            sums.add(row, value)
            suffixes.append(sums)
        }
        var solver = LeastSquares(unknowns: unknowns)
        _ = solver.solve(suffixes[suffixes.count - 1])
        var before = NormalEquations(unknowns: unknowns)
        return rows.indices.map { index in
            var others = suffixes[rows.count - 1 - index]
            others.add(before)
            before.add(rows[index], values[index])
            return solver.solve(others, near: solver.last)
        }
    }

    /// - Parameter guess: unknowns that are likely to be those above 0. They are, when no other could lessen the error: for
    ///   a sum of squares a minimum is the minimum (Karush, Kuhn & Tucker; Lawson & Hanson, Solving Least Squares Problems,
    ///   1974, chapter 23).
    mutating func solve(_ equations: NormalEquations, near guess: Int = 0) -> [Double] {
        scales = equations.largest
        for first in 0..<unknowns {
            moments[first] = scales[first] > 0 ? equations.moments[first] / scales[first] : 0
            for second in 0..<unknowns {
                let scale = scales[first] * scales[second]
                products[first * unknowns + second] =
                    scale > 0 ? equations.products[first * unknowns + second] / scale : 0
            }
        }
        // Values are of size 1: slopes, and gains of a fit, that are less than these are rounding.
        let leastSlope = 1e-9 * Double(equations.rows)
        let leastGain = 1e-14 * Double(equations.rows)
        if guess != 0, let solution = solve(guess), isMinimum(solution, guess, leastSlope) {
            return rescaled(solution)
        }
        var best = (error: equations.squares, solution: Array(repeating: 0.0, count: unknowns))
        last = 0
        for set in sets {
            guard let solution = solve(set) else { continue }
            let error = equations.squares - gain(solution)
            if error < best.error - leastGain {
                best = (error, solution)
                last = set
            }
        }
        return rescaled(best.solution)
    }

    private func rescaled(_ solution: [Double]) -> [Double] {
        zip(solution, scales).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// By how much |Ax − b|² is less than |b|².
    private func gain(_ solution: [Double]) -> Double {
        var sum = 0.0
        for row in 0..<unknowns { sum += solution[row] * (moments[row] + slope(solution, row)) }
        return sum
    }

    /// (Aᵀ(b − Ax)) of one unknown: what a little more of it gains.
    private func slope(_ solution: [Double], _ row: Int) -> Double {
        var rest = moments[row]
        for column in 0..<unknowns { rest -= products[row * unknowns + column] * solution[column] }
        return rest
    }

    private func isMinimum(_ solution: [Double], _ set: Int, _ tolerance: Double) -> Bool {
        (0..<unknowns).allSatisfy { set >> $0 & 1 == 1 || slope(solution, $0) <= tolerance }
    }

    /// The least squares with these unknowns alone, by elimination in a symmetric positive system; nil when it has no one
    /// solution, or one with a number below 0.
    private mutating func solve(_ set: Int) -> [Double]? {
        let chosen = (0..<unknowns).filter { set >> $0 & 1 == 1 }
        let count = chosen.count
        for row in 0..<count {
            part[row] = moments[chosen[row]]
            for column in 0..<count {
                matrix[row * count + column] = products[chosen[row] * unknowns + chosen[column]]
            }
        }
        for pivot in 0..<count {
            guard matrix[pivot * count + pivot] > 1e-10 else { return nil }
            for row in pivot + 1..<max(count, pivot + 1) {
                let factor = matrix[row * count + pivot] / matrix[pivot * count + pivot]
                for column in pivot..<count {
                    matrix[row * count + column] -= factor * matrix[pivot * count + column]
                }
                part[row] -= factor * part[pivot]
            }
        }
        var solution = Array(repeating: 0.0, count: unknowns)
        for row in (0..<count).reversed() {
            for column in row + 1..<max(count, row + 1) { part[row] -= matrix[row * count + column] * part[column] }
            part[row] /= matrix[row * count + row]
            guard part[row] >= 0 else { return nil }
            solution[chosen[row]] = part[row]
        }
        return solution
    }
}
