package import Trials

/// y = intercept + slope · x, fitted by least squares.
package struct LinearFit: Hashable, Sendable {
    package let slope: Double
    package let intercept: Double
    /// Where the slope lies with 95 %, by Student's t of the residuals. Nil with fewer than three different x.
    package let interval: Interval?

    /// Nil without two different x.
    package init?(_ points: [Point]) {
        let count = Double(points.count)
        let middleX = points.reduce(0) { $0 + $1.x } / count
        let middleY = points.reduce(0) { $0 + $1.y } / count
        let variance = points.reduce(0) { $0 + ($1.x - middleX) * ($1.x - middleX) }
        let different = Set(points.map(\.x)).count
        guard different >= 2, variance > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.x - middleX) * ($1.y - middleY) } / variance
        self.slope = slope
        intercept = middleY - slope * middleX
        guard different >= 3 else {
            interval = nil
            return
        }
        let residuals = points.reduce(0) {
            let residual = $1.y - middleY - slope * ($1.x - middleX)
            return $0 + residual * residual
        }
        let error = (residuals / (count - 2) / variance).squareRoot()
        let reach = studentQuantile(freedom: points.count - 2) * error
        interval = Interval(low: slope - reach, high: slope + reach, coverage: 0.95)
    }

    /// The largest whole x whose y is at most this; nil where the line does not rise, or none from 1 on is.
    package func largest(within y: Double) -> Int? {
        guard slope > 0 else { return nil }
        let x = ((y - intercept) / slope).rounded(.down)
        return x >= 1 && x < 0x1p53 ? Int(x) : nil
    }
}
