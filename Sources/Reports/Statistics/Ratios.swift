import Glibc
package import Trials

/// The mean of ratios: n-th root of their product. An arithmetic mean would depend on which side is the baseline.
/// Nil without values, or where one is not above 0.
package func geometricMean(_ values: some Collection<Double>) -> Double? {
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return nil }
    return exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
}

/// Each value over the baseline's of the same repetition, so that drift of the machine hits both sides. Repetitions
/// that only one side has, or whose baseline is not above 0, are left out.
package func pairedRatios(_ values: [Int: Double], to baseline: [Int: Double]) -> [Double] {
    values.keys.sorted().compactMap { repetition in
        guard let value = values[repetition], let base = baseline[repetition], base > 0 else { return nil }
        return value / base
    }
}

extension Sample {
    /// The paired ratios of a figure. Rows of another build or machine than a row's are no baseline of it.
    package init(ratios figure: Figure, of rows: [Row], to baseline: [Row]) {
        struct BuildAndMachine: Hashable { let build, machine: String }
        func values(_ rows: [Row]) -> [BuildAndMachine: [Int: Double]] {
            var values: [BuildAndMachine: [Int: Double]] = [:]
            for row in rows {
                let origin = BuildAndMachine(build: row.origin.build, machine: row.origin.machine)
                values[origin, default: [:]][row.repetition] = row[figure]
            }
            return values
        }
        let references = values(baseline)
        self.init(values(rows).flatMap { origin, values in pairedRatios(values, to: references[origin] ?? [:]) })
    }
}

/// One pair of figures.
package struct Point: Hashable, Sendable {
    package let x: Double
    package let y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// The exponent p of y ∝ xᵖ: least squares through (ln x, ln y). Nil without two different x, or where a coordinate is
/// not above 0.
package func logLogSlope(_ points: [Point]) -> Double? { PowerLaw(points)?.exponent }

/// Of the slopes between any two points, the one farthest from what is expected: exact counts have one slope
/// throughout. Nil without two different x.
///
/// - Complexity: O(n²) in the different points.
package func farthestSlope(_ points: [Point], from expected: Double) -> Double? {
    let points = Set(points).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    var farthest: Double?
    for (index, left) in points.enumerated() {
        for right in points[(index + 1)...] where right.x > left.x {
            let slope = (right.y - left.y) / (right.x - left.x)
            if abs(slope - expected) > farthest.map({ abs($0 - expected) }) ?? -1 { farthest = slope }
        }
    }
    return farthest
}
