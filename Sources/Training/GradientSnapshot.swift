import Files
package import Kernels
package import Networks

/// A copy of a gradient, to compare another with.
package struct GradientSnapshot<S: Scalar>: Sendable {
    private let gradient: [S]

    /// Copies the network's present gradient.
    package init(of network: Network<S>) {
        gradient = network.parameters.flatMap { UnsafeBufferPointer(start: $0.gradient, count: $0.count) }
    }

    /// How far the copy, g, is from the network's present one, g*.
    ///
    /// - Returns: ‖g − g*‖/‖g*‖ and the cosine of the angle between them; nil where a norm is 0.
    package func comparedTo(_ network: Network<S>) -> (relativeError: Double?, cosine: Double?) {
        Self.distance(sums(network).reduce(SIMD4(), +))
    }

    /// The same of each parameter on its own, in the network's order.
    package func byParameter(comparedTo network: Network<S>) -> [(relativeError: Double?, cosine: Double?)] {
        sums(network).map(Self.distance)
    }

    private static func distance(_ sums: SIMD4<Double>) -> (relativeError: Double?, cosine: Double?) {
        let (difference, copied, reference, product) = (sums.x, sums.y, sums.z, sums.w)
        let norms = reference.squareRoot() * copied.squareRoot()
        return (
            reference > 0 ? (difference / reference).squareRoot() : nil,
            norms > 0 ? min(1, max(-1, product / norms)) : nil
        )
    }

    private func sums(_ network: Network<S>) -> [SIMD4<Double>] {
        var offset = 0
        return gradient.withUnsafeBufferPointer { gradient in
            network.parameters.map { parameter in
                defer { offset += parameter.count }
                return Self.sums(parameter.count, gradient.baseAddress! + offset, parameter.gradient)
            }
        }
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
        let present = GradientSnapshot(of: network).gradient
        return present.count == gradient.count && zip(present, gradient).allSatisfy { $0 == $1 && $0.sign == $1.sign }
    }
}

extension GradientSnapshot {
    /// Writes a line for each parameter as CSV: how far the copied gradient is from the network's present one.
    ///
    /// - Parameter isReference: whether the present one is worth comparing with; if not, fields are empty.
    /// - Throws: ``ExportError``.
    func write(comparedTo network: Network<S>, isReference: Bool, to path: String) throws(ExportError) {
        let distances = byParameter(comparedTo: network)
        try writeFile(path) { output throws(FileError) in
            func line(_ fields: [String]) throws(FileError) { try output.write(CSV.line(fields)) }
            try line(["parameter", "elements", "gradient_relative_error", "gradient_cosine"])
            for (parameter, distance) in zip(network.parameters, distances) {
                let figures = isReference ? [distance.relativeError, distance.cosine] : [nil, nil]
                try line(
                    [parameter.name, String(parameter.shape.reduce(1, *))] + figures.map { $0.map { String($0) } ?? "" }
                )
            }
        }
    }
}
