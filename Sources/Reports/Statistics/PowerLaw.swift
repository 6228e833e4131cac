import Glibc
package import Trials

/// y = factor · xᵉˣᵖᵒⁿᵉⁿᵗ, fitted by least squares through (ln x, ln y).
package struct PowerLaw: Hashable, Sendable {
    package let exponent: Double
    package let factor: Double
    /// Where the exponent lies with 95 %, by Student's t of the residuals: it tells noise and a law that is none alike.
    /// Nil with fewer than three different x.
    package let interval: Interval?

    /// Nil without two different x, or where a coordinate is not above 0.
    package init?(_ points: [Point]) {
        guard points.allSatisfy({ $0.x > 0 && $0.y > 0 }) else { return nil }
        let logarithms = points.map { Point(x: log($0.x), y: log($0.y)) }
        guard let line = LinearFit(logarithms) else { return nil }
        exponent = line.slope
        factor = exp(line.intercept)
        interval = line.interval
    }

    package func value(at x: Double) -> Double { factor * pow(x, exponent) }
}

/// The 97.5 % quantile of Student's t. Tabulated, as in every textbook, up to 10 degrees of freedom; beyond, the
/// expansion in 1/ν of Abramowitz & Stegun 26.7.5 is right to four digits.
package func studentQuantile(freedom: Int) -> Double {
    precondition(freedom >= 1, "a slope leaves a degree of freedom")
    let table = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281]
    if freedom <= table.count { return table[freedom - 1] }
    let (z, n) = (1.959964, Double(freedom))
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z)
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
}
