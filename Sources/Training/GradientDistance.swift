import Kernels
import Networks

/// How far a gradient, g, is from a reference, g*.
package struct GradientDistance: Hashable, Sendable {
    /// ‖g − g*‖/‖g*‖; nil where g* is 0.
    package let relativeError: Double?
    /// Of the angle between them; nil where one of them is 0.
    package let cosine: Double?

    /// Of two gradients with their elements in the same order.
    package init(of gradient: [Double], to reference: [Double]) {
        var sums = SIMD4<Double>()
        for (g, r) in zip(gradient, reference) { sums += Self.terms(g, r) }
        self.init(sums: sums)
    }

    /// Σ ``terms(_:_:)``.
    init(sums: SIMD4<Double>) {
        let (difference, own, reference, product) = (sums.x, sums.y, sums.z, sums.w)
        // Each root by itself: a product of small squares is 0 before they are.
        let norms = reference.squareRoot() * own.squareRoot()
        relativeError = reference > 0 ? (difference / reference).squareRoot() : nil
        cosine = norms > 0 ? min(1, max(-1, product / norms)) : nil
    }

    /// (g − r)², g², r², g r.
    @inline(__always)
    static func terms(_ g: Double, _ r: Double) -> SIMD4<Double> { SIMD4((g - r) * (g - r), g * g, r * r, g * r) }
}

extension Network {
    /// A copy of the present gradient, parameter by parameter.
    package var gradient: [Double] {
        parameters.flatMap { UnsafeBufferPointer(start: $0.gradient, count: $0.count).map { Double($0) } }
    }
}
