import Networks

/// Whether a gradient is the slope of a loss, by central differences. Steps of 1e−5 are enough for most: their error is O(δ²) = 1e−10,
/// their rounding 1e−16/δ = 1e−11 of the loss. Else Richardson's extrapolation (Richardson 1911) decides, O(δ⁴): of steps of 1e−3
/// and 2e−3, for a gradient as small as that rounding, or of 1e−5 and 2e−5, where the loss bends within the larger or has a corner.
///
/// - Parameter loss: what it is at a distance from where the gradient was taken.
func isSlope(_ gradient: Double, within tolerance: Double, of loss: (Double) throws -> Double) rethrows -> Bool {
    func slope(_ delta: Double) throws -> Double { try (loss(delta) - loss(-delta)) / (2 * delta) }
    if abs(try slope(1e-5) - gradient) <= tolerance { return true }
    return try [1e-3, 1e-5].contains { delta in
        abs(try (4 * slope(delta) - slope(2 * delta)) / 3 - gradient) <= tolerance
    }
}

extension Parameter {
    /// Whether any element has a gradient. A single one may have none: of a normalised state the bias of the first gate cancels.
    var hasGradient: Bool { UnsafeBufferPointer(start: gradient, count: count).contains { $0 != 0 } }
}
