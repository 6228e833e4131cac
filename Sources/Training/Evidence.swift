package import Kernels
package import Networks

/// A gradient put aside, to hold another against.
package struct Evidence<S: Scalar>: Sendable {
    private let gradient: [S]

    /// Copies the network's present gradient.
    package init(of network: Network<S>) {
        gradient = network.parameters.flatMap { UnsafeBufferPointer(start: $0.gradient, count: $0.count) }
    }

    /// How far the gradient put aside, g, is from the network's present one, g*.
    ///
    /// - Returns: ‖g − g*‖/‖g*‖ and the cosine of the angle between them; nil where a norm is 0.
    package func comparedTo(_ network: Network<S>) -> (relativeError: Double?, cosine: Double?) {
        var (difference, aside, reference, product) = (0.0, 0.0, 0.0, 0.0)
        var place = 0
        gradient.withUnsafeBufferPointer { gradient in
            for parameter in network.parameters {
                let sums = Self.sums(parameter.count, gradient.baseAddress! + place, parameter.gradient)
                difference += sums.x
                aside += sums.y
                reference += sums.z
                product += sums.w
                place += parameter.count
            }
        }
        let norms = reference.squareRoot() * aside.squareRoot()
        return (
            reference > 0 ? (difference / reference).squareRoot() : nil,
            norms > 0 ? min(1, max(-1, product / norms)) : nil
        )
    }

    /// Σ (g − r)², Σ g², Σ r², Σ g r.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func sums(
        _ count: Int, _ gradient: UnsafePointer<S>, _ reference: UnsafeMutablePointer<S>
    ) -> SIMD4<Double> {
        var sums = SIMD4<Double>()
        for index in 0..<count {
            let (g, r) = (Double(gradient[index]), Double(reference[index]))
            sums += SIMD4((g - r) * (g - r), g * g, r * r, g * r)
        }
        return sums
    }

    /// Whether every bit is the same.
    package func isIdentical(to network: Network<S>) -> Bool {
        let present = Evidence(of: network).gradient
        return present.count == gradient.count && zip(present, gradient).allSatisfy { $0 == $1 && $0.sign == $1.sign }
    }
}
