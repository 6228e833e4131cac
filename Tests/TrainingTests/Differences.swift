import Networks

/// Whether a gradient is the slope of a loss, by central differences with steps of 1e−3 and 2e−3 and Richardson's extrapolation, or
/// with a hundredth of them, where the corner of a minGRU's g lies within the larger.
///
/// - Parameter loss: what it is at a distance from where the gradient was taken.
func isSlope(_ gradient: Double, within tolerance: Double, of loss: (Double) throws -> Double) rethrows -> Bool {
    func slope(_ delta: Double) throws -> Double { try (loss(delta) - loss(-delta)) / (2 * delta) }
    return try [1e-3, 1e-5].contains { delta in
        abs(try (4 * slope(delta) - slope(2 * delta)) / 3 - gradient) <= tolerance
    }
}

extension Parameter {
    /// Whether any element has a gradient. A single one may have none: of a normalised state the bias of the first gate cancels.
    var hasGradient: Bool { UnsafeBufferPointer(start: gradient, count: count).contains { $0 != 0 } }
}
