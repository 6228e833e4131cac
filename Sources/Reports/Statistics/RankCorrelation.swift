/// Spearman's rank correlation: that of the ranks, those that tie sharing their mean rank. Nil without two different x and
/// two different y.
package func rankCorrelation(_ points: [Point]) -> Double? {
    func ranks(_ values: [Double]) -> [Double] {
        values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
        }
    }
    let (x, y) = (ranks(points.map(\.x)), ranks(points.map(\.y)))
    let middle = Double(points.count + 1) / 2
    func sum(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
    }
    let spread = sum(x, x) * sum(y, y)
    return spread > 0 ? sum(x, y) / spread.squareRoot() : nil
}
