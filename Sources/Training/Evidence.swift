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
        for parameter in network.parameters {
            for index in 0..<parameter.count {
                let (g, r) = (Double(gradient[place]), Double(parameter.gradient[index]))
                difference += (g - r) * (g - r)
                aside += g * g
                reference += r * r
                product += g * r
                place += 1
            }
        }
        let norms = reference.squareRoot() * aside.squareRoot()
        return (
            reference > 0 ? (difference / reference).squareRoot() : nil,
            norms > 0 ? min(1, max(-1, product / norms)) : nil
        )
    }

    /// Whether every bit is the same.
    package func isIdentical(to network: Network<S>) -> Bool {
        let present = Evidence(of: network).gradient
        return zip(present, gradient).allSatisfy { $0 == $1 && $0.sign == $1.sign }
    }
}
